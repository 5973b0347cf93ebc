"""All three kinds of source from the simulated feed server, on good and bad days."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from catalyst_bot.model import SourceKind
from catalyst_bot.simulation.feed_shapes import (
    Feed,
    Filing,
    HaltRow,
    WireItem,
    edgar_atom,
    globenewswire,
    nasdaq_halts,
    prnewswire,
)
from catalyst_bot.simulation.feeds import Document, FakeFeeds
from catalyst_bot.sources.parsers import build_parser
from catalyst_bot.sources.poller import Poller
from tests.clocks import NOON
from tests.polling import Desk, open_desk, running, source


@pytest.fixture
async def feeds() -> AsyncIterator[FakeFeeds]:
    async with FakeFeeds().open() as server:
        yield server


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with open_desk() as opened:
        yield opened


def release(number: int) -> WireItem:
    return WireItem(
        title=f"Acme Robotics ships order {number}",
        link=f"https://wire.example/{number}",
        published_at=NOON - timedelta(minutes=number),
        tickers=("Nasdaq:ACMR",),
        company="Acme Robotics",
    )


def filing(number: int) -> Filing:
    return Filing(
        form="8-K",
        company="ACME ROBOTICS INC",
        cik="0001234567",
        accession=f"0001234567-26-{number:06}",
        accepted_at=NOON + timedelta(seconds=number),
        items=("2.02: Results of Operations and Financial Condition",),
    )


def halt(symbol: str) -> HaltRow:
    return HaltRow(symbol=symbol, name="Acme Robotics", halted_at=NOON)


PAGES = [
    (SourceKind.FEED, globenewswire([release(1)]), globenewswire([release(2)])),
    (SourceKind.FEED, prnewswire([release(1)]), prnewswire([release(2)])),
    (SourceKind.EDGAR, edgar_atom([filing(1)]), edgar_atom([filing(2), filing(1)])),
    (SourceKind.HALTS, nasdaq_halts([halt("ACMR")]), nasdaq_halts([halt("ACMS")])),
]


def poller_of(desk: Desk, feeds: FakeFeeds, name: str, kind: SourceKind) -> Poller:
    desk.parser = build_parser(source(feeds.url(name), name=name, kind=kind))
    return desk.poller(feeds.url(name), name=name, kind=kind)


async def more(feeds: FakeFeeds, document: Document, polls: int) -> None:
    """Wait until that many more polls are over."""
    wanted = len(document.fetches) + polls
    await feeds.wait_for(lambda: len(document.fetches) > wanted)


@pytest.mark.parametrize(("kind", "first", "second"), PAGES)
async def test_each_kind_is_primed_then_read_then_asked_conditionally(
    feeds: FakeFeeds, desk: Desk, kind: SourceKind, first: Feed, second: Feed
) -> None:
    document = feeds.publish("page", first)
    async with running(poller_of(desk, feeds, "page", kind)):
        await more(feeds, document, 2)
        feeds.publish("page", second)
        await more(feeds, document, 2)
    assert document.not_modified >= 1
    assert [page.is_silent for page in desk.memory.pages] == [True, False]
    assert all(page.items for page in desk.memory.pages)
    assert {item.source for page in desk.memory.pages for item in page.items} == {
        "page"
    }
    assert desk.health.reasons() == []


async def test_edgar_pages_are_read_on_at_the_simulated_server(
    feeds: FakeFeeds, desk: Desk
) -> None:
    document = feeds.publish("edgar", edgar_atom([filing(1)]))
    async with running(poller_of(desk, feeds, "edgar", SourceKind.EDGAR)):
        await more(feeds, document, 1)
        feeds.publish("edgar", edgar_atom([filing(2), filing(1)]), start=100)
        feeds.publish("edgar", edgar_atom([filing(3)]))
        await more(feeds, document, 2)
    last = desk.memory.pages[1]
    assert [item.identity[-1] for item in last.items] == ["3", "2", "1"]
    assert [f.query["start"] for f in document.fetches if f.query] == ["100"]


@pytest.mark.parametrize(
    ("knob", "value", "words"),
    [
        ("status", 403, "HTTP 403"),
        ("status", 500, "HTTP 500"),
        ("body", b"<html><body>Please log in</body></html>", ""),
        ("body", b"", ""),
        ("drip", 0.02, "no complete answer"),
        ("bomb", 64 << 20, "larger than 4 MiB"),
        ("is_endless", True, "larger than 4 MiB"),
        ("is_hanging", True, "no complete answer"),
        ("cut", 200, "cut off"),
        ("redirect", "ftp://x.example/rss", "scheme 'ftp'"),
    ],
)
async def test_a_bad_day_is_told_and_ends_with_the_next_good_page(
    feeds: FakeFeeds, desk: Desk, knob: str, value: object, words: str
) -> None:
    if words == "no complete answer":
        desk.deadline = 0.5
    document = feeds.publish("wire", globenewswire([release(1)]))
    usual = getattr(document, knob)
    poller = poller_of(desk, feeds, "wire", SourceKind.FEED)
    async with running(poller):
        await more(feeds, document, 1)
        document.has_validators = False
        setattr(document, knob, value)
        await desk.health.fails("wire")
        setattr(document, knob, usual)
        feeds.publish("wire", globenewswire([release(2), release(1)]))
        await more(feeds, document, 2)
    reasons = desk.health.reasons()
    assert words in reasons[0]
    assert "unexpected" not in "".join(reasons)
    assert reasons[-1] == ""
    assert [len(page.items) for page in desk.memory.pages] == [1, 2]
