"""The proxy does to a real client and a real server exactly what its fault says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiohttp
import pytest

from catalyst_bot.simulation.chaos import Chaos, ChaosProxy
from catalyst_bot.simulation.feeds import FakeFeeds

BODY = b"<rss>" + b"x" * 400 + b"</rss>"

# fault: what the client meets, and whether its request reached the server
MEETS: dict[Chaos, tuple[type[Exception] | None, bool]] = {
    Chaos.NONE: (None, True),
    Chaos.LATE: (None, True),
    Chaos.REFUSE: (aiohttp.ClientConnectorError, False),
    Chaos.BLACK_HOLE: (TimeoutError, False),
    Chaos.GARBAGE: (aiohttp.ClientError, False),
    Chaos.RESET_REQUEST: (aiohttp.ClientError, False),
    Chaos.LOST_REPLY: (aiohttp.ClientError, True),
    Chaos.HALF_OPEN: (TimeoutError, True),
    Chaos.RESET_ANSWER: (aiohttp.ClientError, True),
    Chaos.TRUNCATE: (aiohttp.ClientError, True),
    Chaos.DRIP: (TimeoutError, True),
}


@asynccontextmanager
async def open_proxied() -> AsyncIterator[tuple[FakeFeeds, ChaosProxy]]:
    async with FakeFeeds().open() as feeds, ChaosProxy(feeds).open() as proxy:
        feeds.publish("wire", BODY)
        proxy.latency = proxy.jitter = 0.01
        yield feeds, proxy


async def get(url: str, session: aiohttp.ClientSession) -> bytes:
    async with session.get(url, timeout=aiohttp.ClientTimeout(total=1)) as answer:
        return await answer.read()


@pytest.mark.parametrize("is_connected", [False, True], ids=["new", "kept alive"])
@pytest.mark.parametrize("fault", MEETS)
async def test_a_client_meets_what_the_fault_says(
    fault: Chaos, is_connected: bool
) -> None:
    error, arrives = MEETS[fault]
    async with open_proxied() as (feeds, proxy), aiohttp.ClientSession() as session:
        if is_connected:
            await get(feeds.url("wire"), session)
        before = len(feeds["wire"].fetches)
        await proxy.turn(fault)
        if error is None:
            assert await get(feeds.url("wire"), session) == BODY
        else:
            with pytest.raises(error):
                await get(feeds.url("wire"), session)
        assert (len(feeds["wire"].fetches) > before) == arrives
        assert bool(proxy.struck) == (fault not in (Chaos.NONE, Chaos.REFUSE))


@pytest.mark.parametrize("fault", MEETS)
async def test_when_the_fault_is_over_everything_passes(fault: Chaos) -> None:
    async with open_proxied() as (feeds, proxy), aiohttp.ClientSession() as session:
        url = feeds.url("wire")
        await get(url, session)
        await proxy.turn(fault)
        with suppress(aiohttp.ClientError, TimeoutError):
            await get(url, session)
        await proxy.turn(Chaos.NONE)
        assert await get(url, session) == BODY


async def test_a_server_is_itself_again_when_its_proxy_is_closed() -> None:
    async with FakeFeeds().open() as feeds, aiohttp.ClientSession() as session:
        feeds.publish("wire", BODY)
        plain = feeds.url("wire")
        async with ChaosProxy(feeds).open():
            assert feeds.url("wire") != plain
        assert feeds.url("wire") == plain
        assert await get(plain, session) == BODY
