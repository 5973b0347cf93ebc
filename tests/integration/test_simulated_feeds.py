"""The simulated feed server, as a raw HTTP client meets it."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from catalyst_bot.simulation.feed_shapes import Feed, globenewswire
from catalyst_bot.simulation.feeds import FakeFeeds

PAGE = Feed(body=b"<rss><channel><title>x</title></channel></rss>", content_type="a/b")


@pytest.fixture
async def feeds() -> AsyncIterator[FakeFeeds]:
    async with FakeFeeds().open() as server:
        yield server


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(auto_decompress=False) as opened:
        yield opened


async def test_a_document_is_served_and_its_last_byte_is_timed(
    feeds: FakeFeeds, session: aiohttp.ClientSession
) -> None:
    wire = feeds.publish("wire", PAGE)
    before = time.monotonic()
    async with session.get(feeds.url("wire")) as response:
        assert (await response.read(), response.content_type) == (PAGE.body, "a/b")
    assert before <= wire.sent[0] <= time.monotonic()
    assert wire.published[0] <= before
    assert wire.fetches[0].headers["user-agent"].startswith("Python")


async def test_an_unknown_document_is_not_found(
    feeds: FakeFeeds, session: aiohttp.ClientSession
) -> None:
    async with session.get(feeds.url("nothing")) as response:
        assert response.status == 404


async def test_what_is_known_is_not_sent_again(
    feeds: FakeFeeds, session: aiohttp.ClientSession
) -> None:
    wire = feeds.publish("wire", PAGE)
    async with session.get(feeds.url("wire")) as response:
        tag, date = response.headers["ETag"], response.headers["Last-Modified"]
    for headers in ({"If-None-Match": tag}, {"If-Modified-Since": date}):
        async with session.get(feeds.url("wire"), headers=headers) as response:
            assert (response.status, await response.read()) == (304, b"")
            assert response.headers["ETag"] == tag
    assert (wire.not_modified, len(wire.sent)) == (2, 1)
    feeds.publish("wire", globenewswire([]))
    both = {"If-None-Match": tag, "If-Modified-Since": date}
    async with session.get(feeds.url("wire"), headers=both) as response:
        assert response.status == 200  # the tag decides, not the date
    assert feeds["wire"] is wire


async def test_a_server_may_know_no_validators(
    feeds: FakeFeeds, session: aiohttp.ClientSession
) -> None:
    feeds.publish("wire", PAGE).has_validators = False
    async with session.get(feeds.url("wire")) as response:
        assert "ETag" not in response.headers
    headers = {"If-Modified-Since": feeds["wire"].last_modified}
    async with session.get(feeds.url("wire"), headers=headers) as response:
        assert response.status == 200


async def test_status_body_and_headers_can_be_anything(
    feeds: FakeFeeds, session: aiohttp.ClientSession
) -> None:
    wire = feeds.publish("wire", PAGE)
    wire.status, wire.body, wire.content_type = 403, b"<html>", "text/html"
    wire.retry_after, wire.headers = "120", {"Expires": "0"}
    async with session.get(feeds.url("wire")) as response:
        assert (response.status, await response.read()) == (403, b"<html>")
        assert response.headers["Retry-After"] == "120"
        assert response.headers["Expires"] == "0"
        assert "ETag" not in response.headers


async def test_a_redirect_names_its_target(
    feeds: FakeFeeds, session: aiohttp.ClientSession
) -> None:
    feeds.publish("old", PAGE).redirect = feeds.url("new")
    feeds.publish("new", PAGE)
    async with session.get(feeds.url("old"), allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (
            302,
            feeds.url("new"),
        )
    async with session.get(feeds.url("old")) as response:
        assert (response.status, response.url.path) == (200, "/new")
    feeds["old"].status = 308
    async with session.get(feeds.url("old"), allow_redirects=False) as response:
        assert response.status == 308


async def test_pages_are_chosen_by_their_start(
    feeds: FakeFeeds, session: aiohttp.ClientSession
) -> None:
    feeds.publish("edgar", PAGE)
    feeds.publish("edgar", b"<feed/>", start=100)
    async with session.get(feeds.url("edgar?start=100&count=100")) as response:
        assert await response.read() == b"<feed/>"
    assert feeds["edgar"].fetches[0].query["count"] == "100"


async def test_a_gzip_bomb_is_small_on_the_wire(
    feeds: FakeFeeds, session: aiohttp.ClientSession
) -> None:
    feeds.publish("wire", PAGE).bomb = 16 << 20
    async with session.get(feeds.url("wire")) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        packed = await response.read()
    assert len(packed) < 64 << 10
    assert len(gzip.decompress(packed)) > 16 << 20


async def test_bytes_may_drip(feeds: FakeFeeds, session: aiohttp.ClientSession) -> None:
    wire = feeds.publish("wire", PAGE)
    wire.drip = 0.01
    async with session.get(feeds.url("wire")) as response:
        first = await response.content.readany()
        assert len(first) < len(PAGE.body)
        assert first + await response.read() == PAGE.body
    await feeds.wait_for(lambda: len(wire.sent) == 1)
    took = wire.sent[0] - wire.fetches[0].arrived
    assert took >= 0.009 * (len(PAGE.body) - 1)


@pytest.mark.parametrize("knob", ["is_hanging", "is_endless"])
async def test_a_feed_may_never_end(
    feeds: FakeFeeds, session: aiohttp.ClientSession, knob: str
) -> None:
    wire = feeds.publish("wire", PAGE)
    setattr(wire, knob, True)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05), session.get(feeds.url("wire")) as response:
            await response.read()
    assert not wire.sent


async def test_a_body_may_be_cut(
    feeds: FakeFeeds, session: aiohttp.ClientSession
) -> None:
    wire = feeds.publish("wire", PAGE)
    wire.cut = 10
    async with session.get(feeds.url("wire")) as response:
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()
    assert not wire.sent


async def test_fetches_can_be_waited_for(
    feeds: FakeFeeds, session: aiohttp.ClientSession
) -> None:
    wire = feeds.publish("wire", PAGE)
    wire.latency = 0.02

    async def fetch() -> None:
        async with session.get(feeds.url("wire")) as response:
            await response.read()

    async with asyncio.TaskGroup() as group:
        group.create_task(fetch())
        await feeds.wait_for(lambda: len(wire.fetches) == 1)
        assert not wire.sent
        await feeds.wait_for(lambda: len(wire.sent) == 1)


async def test_the_hook_sees_a_document_come_and_go(
    feeds: FakeFeeds, session: aiohttp.ClientSession
) -> None:
    feeds.publish("wire", PAGE)
    stages: list[tuple[str, str]] = []
    feeds.on_request = lambda name, stage: stages.append((name, stage))
    async with session.get(feeds.url("wire")) as response:
        await response.read()
    await feeds.wait_for(lambda: len(stages) == 2)
    assert stages == [("wire", "received"), ("wire", "sent")]
