"""Hostile text and bad HTTP against the whole daemon: alerts go on all the same."""

import asyncio
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from catalyst_bot.simulation.feed_shapes import WireItem
from catalyst_bot.simulation.llm_records import Mode
from tests.e2e.stage import is_final, release
from tests.faults.ground import open_ground
from tests.hostile import CORPUS, live_parts
from tests.waiting import until

TOKEN = "a" * 40
GET = b"GET %s HTTP/1.1\r\nHost: %s\r\n\r\n"
POST = (
    b"POST /api/control/pause HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Authorization: Bearer " + TOKEN.encode() + b"\r\n"
)
JSON = b"Content-Type: application/json\r\n"
CHUNK = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
BAD = {
    "what is no HTTP": (b"\x16\x03\x01 hello\r\n\r\n", 400),
    "no Host": (b"GET /api/alerts HTTP/1.1\r\n\r\n", 400),
    "a foreign Host": (GET % (b"/api/alerts", b"evil.example"), 400),
    "no such path": (GET % (b"/admin", b"127.0.0.1"), 404),
    "no such alert": (GET % (b"/api/alerts/00000000", b"127.0.0.1"), 404),
    "a header without end": (b"GET / HTTP/1.1\r\nX: " + b"x" * 200_000, 400),
    "no token": (b"POST /api/control/pause HTTP/1.1\r\nHost: localhost\r\n\r\n", 401),
    "a form": (POST + b"Content-Length: 3\r\n\r\na=b", 415),
    "a huge body": (POST + JSON + b"Content-Length: 99999999\r\n\r\n", 413),
    "a body without end": (
        POST + JSON + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNK * 20,
        413,
    ),
    "broken JSON": (POST + JSON + b"Content-Length: 3\r\n\r\n{{{", 422),
}


async def status_of(url: str, request: bytes) -> int:
    """Send bytes, and return the status of what comes back."""
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    try:
        writer.write(request)
        async with asyncio.timeout(30):
            return int((await reader.readline()).split()[1])
    finally:
        writer.close()


async def test_bad_requests_are_refused_while_alerts_go_out() -> None:
    env = {"FEATURE_LLM": "0", "API_TOKENS": TOKEN, "HTTP_REQUESTS_PER_MINUTE": "1000"}
    async with open_ground(env=env) as ground:
        url = ground.app.url
        for _ in range(3):
            ground.publish(5)
            async with asyncio.TaskGroup() as group:
                asked = {
                    name: group.create_task(status_of(url, request))
                    for name, (request, _) in BAD.items()
                }
            assert {name: task.result() for name, task in asked.items()} == {
                name: status for name, (_, status) in BAD.items()
            }
        await ground.stage.posted(15)
        assert await status_of(url, GET % (b"/healthz", b"127.0.0.1")) == 200
        assert ground.total("unexpected_errors_total") == 0
        assert (await ground.outcome()).lost == 0


def hostile(text: str, number: int) -> WireItem:
    """Return a release whose title goes on with what can stand in XML of `text`."""
    sound = "".join(c for c in text if c.isprintable())[:500]
    title = f"Alderbrook receives FDA approval for drug {number} {sound}"
    return replace(release(title), link=f"https://wire.example/{number}")


@pytest.mark.parametrize("is_bot", [False, True], ids=["webhook", "bot"])
async def test_no_hostile_text_is_alive_on_a_card(is_bot: bool) -> None:
    """Of a release or of a model that does what the release says."""
    async with open_ground(is_bot=is_bot) as ground:
        stage, discord = ground.stage, ground.stage.world.discord
        stage.world.llm.mode = Mode.LINKS_AND_MENTIONS
        stage.publish(*(hostile(text, n) for n, text in enumerate(CORPUS)))
        await until(lambda: ground.total("items_seen_total") > len(CORPUS))
        rejected = ground.total("items_rejected_total")
        count = ground.total("items_seen_total") - rejected
        await until(
            lambda: len(ground.cards) == count and all(map(is_final, ground.cards))
        )
        sent = [r.payload for r in discord.requests if r.method in ("POST", "PATCH")]
        assert count > len(CORPUS) / 2
        assert [part for payload in sent for part in live_parts(payload)] == []
        assert not [*discord.pings, *discord.lax_mentions, *discord.refusals]
