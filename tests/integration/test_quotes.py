"""The chain of providers over real sockets: warm, in time, late, or not at all."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from catalyst_bot.clock import SystemClock
from catalyst_bot.market.opening import Access, open_quotes
from catalyst_bot.market.quotes import BUDGET, Quotes
from catalyst_bot.model import Session
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.secret import Secret
from catalyst_bot.simulation.quote_shapes import Price
from catalyst_bot.simulation.quotes import FakeQuotes
from tests.waiting import until

SLACK = 0.06  # seconds by which a loaded machine may be late
ALL = ("nasdaq", "finnhub", "alpaca")


@dataclass(kw_only=True)
class Market:
    """A chain, and the server behind it."""

    server: FakeQuotes
    quotes: Quotes
    metrics: Metrics
    health: Health
    clock: SystemClock = field(default_factory=SystemClock)

    def soon(self) -> float:
        """Return the moment until which news of this instant may wait."""
        return self.clock.monotonic() + BUDGET


@asynccontextmanager
async def open_market(
    *names: str,
    watchlist: tuple[str, ...] = (),
    session: Session = Session.REGULAR,
) -> AsyncIterator[Market]:
    clock, metrics, health = SystemClock(), Metrics(), Health()
    async with FakeQuotes().open() as server:
        server.prices["ACME"] = Price(last=11.0, previous_close=10.0)
        access = Access(
            nasdaq_url=server.url("nasdaq"),
            alpaca_url=server.url("alpaca"),
            finnhub_url=server.url("finnhub"),
            alpaca_key_id=Secret("canary-key-id"),
            alpaca_secret=Secret("canary-secret"),
            finnhub_key=Secret("canary-finnhub"),
        )
        async with (
            open_quotes(
                names,
                access,
                watchlist=watchlist,
                session_at=lambda moment: session,
                clock=clock,
                metrics=metrics,
                health=health,
            ) as quotes,
            asyncio.TaskGroup() as group,
        ):
            running = group.create_task(quotes.run())
            await asyncio.sleep(0)  # it owns the flights from now on
            yield Market(server=server, quotes=quotes, metrics=metrics, health=health)
            running.cancel()


@pytest.fixture
async def market() -> AsyncIterator[Market]:
    async with open_market("nasdaq") as market:
        yield market


async def test_a_price_that_comes_in_time_is_there_for_the_post(market: Market) -> None:
    market.quotes.start("ACME")
    quote = await market.quotes.soon("ACME", until=market.soon() + 1)
    assert quote is not None
    assert (quote.price, quote.change) == (11.0, 10.0)
    assert (quote.source, quote.session) == ("nasdaq", Session.REGULAR)


async def test_a_warm_price_costs_no_request_and_no_wait(market: Market) -> None:
    await market.quotes.late("ACME")
    market.quotes.start("ACME")
    assert await market.quotes.soon("ACME", until=0.0) is not None
    assert len(market.server.asked) == 1


async def test_a_post_is_never_kept_longer_than_its_budget(market: Market) -> None:
    market.server["nasdaq"].is_hanging = True
    market.quotes.start("ACME")
    began = time.monotonic()
    assert await market.quotes.soon("ACME", until=market.soon()) is None
    assert time.monotonic() - began < BUDGET + SLACK


async def test_a_clock_that_began_anew_does_not_lengthen_the_budget(
    market: Market,
) -> None:
    market.server["nasdaq"].is_hanging = True
    market.quotes.start("ACME")
    began = time.monotonic()
    assert await market.quotes.soon("ACME", until=market.soon() + 1e6) is None
    assert time.monotonic() - began < BUDGET + SLACK


async def test_once_a_provider_hangs_nobody_waits_for_it(market: Market) -> None:
    market.server["nasdaq"].is_hanging = True
    market.quotes.start("ACME")
    await market.quotes.soon("ACME", until=market.soon())
    asked = len(market.server.asked)
    market.quotes.start("OTHER")
    began = time.monotonic()
    assert await market.quotes.soon("OTHER", until=market.soon()) is None
    assert time.monotonic() - began < 0.02
    assert len(market.server.asked) == asked


async def test_an_answer_nobody_waited_for_is_kept_all_the_same(market: Market) -> None:
    market.server["nasdaq"].latency = 0.2
    market.quotes.start("ACME")
    assert await market.quotes.soon("ACME", until=market.soon()) is None
    quote = await market.quotes.late("ACME")
    assert quote is not None
    assert len(market.server.asked) == 1


async def test_the_second_provider_is_asked_when_the_first_takes_long() -> None:
    async with open_market("nasdaq", "finnhub") as market:
        market.server["nasdaq"].is_hanging = True
        market.quotes.start("ACME")
        quote = await market.quotes.soon("ACME", until=market.soon() + 1)
        assert quote is not None
        assert quote.source == "finnhub"
        assert [a.provider for a in market.server.asked] == ["nasdaq", "finnhub"]


async def test_the_second_provider_is_spared_when_the_first_is_quick() -> None:
    async with open_market("nasdaq", "finnhub") as market:
        assert await market.quotes.late("ACME") is not None
        assert [a.provider for a in market.server.asked] == ["nasdaq"]


async def test_a_provider_that_fails_hands_over_at_once() -> None:
    async with open_market("nasdaq", "alpaca") as market:
        market.server["nasdaq"].status = 500
        quote = await market.quotes.late("ACME")
        assert quote is not None
        assert quote.source == "alpaca"


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[1,2]", b'{"data":1}', b"{", b'{"c": "x"}', b"\xff"]
)
async def test_a_sick_answer_is_no_price_and_no_error(body: bytes) -> None:
    async with open_market(*ALL) as market:
        for name in ALL:
            market.server[name].body = body
        assert await market.quotes.late("ACME") is None


async def test_an_endless_answer_is_cut_off(market: Market) -> None:
    market.server["nasdaq"].is_endless = True
    assert await market.quotes.late("ACME") is None


async def test_an_unknown_symbol_is_not_asked_for_again_and_again(
    market: Market,
) -> None:
    assert await market.quotes.late("NOPE") is None
    assert not market.quotes.may_come("NOPE")
    assert await market.quotes.late("NOPE") is None
    assert len(market.server.asked) == 1


async def test_a_symbol_is_not_taken_for_unknown_because_a_provider_is_ill(
    market: Market,
) -> None:
    market.server["nasdaq"].status = 500
    assert await market.quotes.late("ACME") is None
    assert market.quotes.may_come("ACME")


async def test_foreign_symbols_are_asked_of_nobody(market: Market) -> None:
    market.quotes.start("TSXV:CUU")
    assert await market.quotes.late("TSXV:CUU") is None
    assert market.server.asked == []


async def test_a_provider_that_says_slow_down_is_left_alone_and_that_is_shown(
    market: Market,
) -> None:
    market.server["nasdaq"].status = 429
    market.server["nasdaq"].retry_after = "30"
    assert await market.quotes.late("ACME") is None
    assert await market.quotes.late("OTHER") is None
    assert len(market.server.asked) == 1
    assert "HTTP 429" in market.health.notices["quotes nasdaq"]


async def test_one_flight_serves_all_who_ask(market: Market) -> None:
    market.server["nasdaq"].latency = 0.05
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(market.quotes.late("ACME")) for _ in range(20)]
    assert all(task.result() for task in tasks)
    assert len(market.server.asked) == 1


async def test_a_price_from_before_the_last_session_is_not_shown(
    market: Market,
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=9)
    market.server.prices["ACME"] = Price(last=11, previous_close=10, at=long_ago)
    assert await market.quotes.late("ACME") is None


async def test_the_watch_list_is_warm_in_one_request() -> None:
    async with open_market("alpaca", watchlist=("ACME", "BRK-B", "TSXV:CUU")) as market:
        market.server.prices["BRK-B"] = Price(last=500, previous_close=499)
        await until(lambda: bool(market.server.asked))
        quote = await market.quotes.late("BRK-B")
        assert quote is not None
        assert quote.price == 500
        assert [asked.symbols for asked in market.server.asked] == [("ACME", "BRK-B")]


async def test_class_shares_are_written_as_each_provider_wants() -> None:
    for name in ALL:
        async with open_market(name) as market:
            market.server.prices["BRK-B"] = Price(last=500, previous_close=499)
            assert await market.quotes.late("BRK-B") is not None


async def test_keys_go_to_their_provider_only_and_never_into_an_address() -> None:
    async with open_market(*ALL) as market:
        for name in ALL[:2]:
            market.server[name].status = 500
        await market.quotes.late("ACME")
        texts = {asked.provider: str(asked.headers) for asked in market.server.asked}
        assert "canary" not in texts["nasdaq"]
        assert "canary-finnhub" in texts["finnhub"]
        assert "canary-secret" not in texts["finnhub"]
        assert "canary-secret" in texts["alpaca"]


async def test_a_redirect_is_not_followed_with_the_key() -> None:
    async with open_market("finnhub") as market:
        market.server["finnhub"].status = 302
        assert await market.quotes.late("ACME") is None
        assert len(market.server.asked) == 1


async def test_no_more_is_asked_than_a_provider_allows(market: Market) -> None:
    letters = "ABCDEFGHIJ"
    async with asyncio.TaskGroup() as group:
        for symbol in (a + b for a in letters for b in letters):
            group.create_task(market.quotes.late(symbol))
    assert len(market.server.asked) <= 31


async def test_without_providers_nothing_is_asked_or_waited_for() -> None:
    async with open_market() as market:
        market.quotes.start("ACME")
        assert await market.quotes.soon("ACME", until=market.soon()) is None
        assert await market.quotes.late("ACME") is None
        assert not market.quotes.may_come("ACME")
