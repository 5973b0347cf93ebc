"""A sick or hostile page through the real parser: it degrades its own source only."""

import asyncio
from collections.abc import AsyncIterator
from email.utils import format_datetime

import pytest

from catalyst_bot.model import SourceKind
from catalyst_bot.sources.parsers import build_parser
from tests.clocks import NOON
from tests.polling import PATIENCE, Desk, open_desk, running, source
from tests.servers import http


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with open_desk() as opened:
        config = source("http://feed.example/", name="wire", kind=SourceKind.FEED)
        opened.parser = build_parser(config)
        yield opened


def rss(*titles: str) -> bytes:
    date = format_datetime(NOON)
    items = "".join(
        f"<item><title>{title}</title><guid>{title}</guid><pubDate>{date}</pubDate>"
        f"<link>https://news.example/{title}</link></item>"
        for title in titles
    )
    page = f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'
    return http("200 OK", page.encode(), Content_Type="application/rss+xml")


HTML = b"<!doctype html><html><head><title>Access denied</title></head></html>"
BOMB = b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss>&b;</rss>'
SICK = {
    "an HTML page": http("200 OK", HTML, Content_Type="text/html"),
    "an HTML page named XML": http("200 OK", HTML, Content_Type="text/xml"),
    "an empty body": http("200 OK"),
    "JSON": http("200 OK", b'{"items": []}'),
    "other XML": http("200 OK", b"<?xml version='1.0'?><urlset/>"),
    "an entity bomb": http("200 OK", BOMB),
    "bytes": http("200 OK", bytes(range(256)) * 8),
    "a cut body": b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<rss><channel>",
    "a huge page": http("200 OK", b" " * (5 * 1024**2)),
    "a redirect to a file": http("302 Found", Location="file:///etc/passwd"),
}


@pytest.mark.parametrize("answer", SICK.values(), ids=SICK)
async def test_a_sick_page_is_a_reason_in_health_and_nothing_else(
    desk: Desk, answer: bytes
) -> None:
    sick = desk.play(rss("b", "a"), answer, rss("c", "b", "a"))
    well = desk.play(rss("x"), path="/well")
    poller, other = desk.poller(), desk.poller("/well", name="other")
    async with running(poller, other):
        await sick.done(3)
        await well.done(len(well.at))
    reasons = desk.health.reasons_of("wire")
    assert len(reasons) == 2
    assert reasons[0]
    assert reasons[1] == ""
    assert "unexpected" not in reasons[0]
    assert [
        [item.title for item in page.items]
        for page in desk.memory.pages
        if page.source == "wire"
    ] == [["b", "a"], ["c", "b", "a"]]
    assert desk.health.reasons_of("other") == []


async def test_a_sick_page_keeps_the_last_good_state(desk: Desk) -> None:
    good = http("200 OK", rss("a").partition(b"\r\n\r\n")[2], ETag='"good"')
    sick = http("200 OK", HTML, ETag='"sick"')
    script = desk.play(good, sick, good)
    async with running(desk.poller()):
        await script.done(3)
    assert 'If-None-Match: "good"' in desk.server.requests[2]
    assert desk.count("same") == 1


@pytest.mark.parametrize("chunk", [b" ", b"<item/>" * 20_000])
async def test_an_endless_page_delays_no_other_source(desk: Desk, chunk: bytes) -> None:
    left = asyncio.Event()

    async def pour(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not left.is_set():
            writer.write(chunk)
            await writer.drain()
            await asyncio.sleep(0.01)

    desk.deadline = 0.5
    desk.server.answers["/rss"] = pour
    well = desk.play(rss("x"), path="/well")
    async with running(desk.poller(), desk.poller("/well", name="other")):
        async with asyncio.timeout(PATIENCE):
            await well.done(20)
            while not desk.health.reasons_of("wire"):
                await well.done(len(well.at))
        left.set()
    (reason,) = desk.health.reasons_of("wire")[:1]
    assert "4 MiB" in reason or "no complete answer" in reason
    assert desk.health.reasons_of("other") == []


async def test_an_item_without_title_link_or_date_harms_no_other(desk: Desk) -> None:
    page = (
        b"<rss><channel><item><guid>1</guid></item>"
        b"<item><title>only a title</title></item>"
        b"<item><title>odd</title><pubDate>soon</pubDate><link>mailto:x</link></item>"
        b"</channel></rss>"
    )
    script = desk.play(http("200 OK", page))
    async with running(desk.poller()):
        await script.done(1)
    assert desk.memory.titles() == [["only a title", "odd"]]
    assert [item.link for item in desk.memory.pages[0].items] == ["", ""]
