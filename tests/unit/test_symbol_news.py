"""News that is found by the stock: who is asked about which, and how often."""

from collections.abc import Collection
from datetime import datetime, timedelta

import pytest

from catalyst_bot.errors import SourceError
from catalyst_bot.search.model import Hit, Wanted
from catalyst_bot.search.symbols import WINDOW, SymbolNews, read_finnhub
from tests.clocks import NOON, ManualClock

NOTE = (
    b'{"headline": "Acme <b>wins</b>", "datetime": 1772460000, "summary": "It did.",'
    b' "url": "https://news.example/1"}'
)


class Service:
    """Has one piece of news about everything; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, datetime]] = []

    async def __call__(
        self, symbol: str, since: datetime, now: datetime
    ) -> tuple[Hit, ...]:
        self.asked.append((symbol, since))
        return (Hit(origin="service", title="Acme wins", published_at=now),)


def capitals(text: str) -> Collection[str]:
    return {word for word in text.split() if word.isupper()}


def news_of(service: Service, clock: ManualClock) -> SymbolNews:
    return SymbolNews(service, symbols=capitals, per_minute=4, clock=clock)


async def test_only_a_query_that_names_a_stock_is_asked_about() -> None:
    service, since = Service(), NOON - timedelta(hours=3)
    news = news_of(service, ManualClock())
    assert (await news.find(Wanted(text="acme wins"))).hits == ()
    assert len((await news.find(Wanted(text="ACME wins"))).hits) == 1
    await news.find(Wanted(text="GLBX or ACME", since=since))
    assert service.asked == [("ACME", NOON - WINDOW), ("ACME", since)]


async def test_a_key_is_never_used_more_often_than_it_allows() -> None:
    clock = ManualClock()
    news = news_of(Service(), clock)
    for _ in range(2):
        await news.find(Wanted(text="ACME"))
    with pytest.raises(SourceError, match="4 searches a minute"):
        await news.find(Wanted(text="ACME"))
    clock.advance(15)
    assert (await news.find(Wanted(text="ACME"))).hits


def test_finnhubs_news_is_plain_text_the_newest_first() -> None:
    older = NOTE.replace(b"1772460000", b"1772450000").replace(b"wins", b"tries")
    first, second = read_finnhub(b"[" + older + b"," + NOTE + b"]", "ACME")
    assert (first.title, first.tickers) == ("Acme wins", ("ACME",))
    assert first.published_at.isoformat() == "2026-03-02T14:00:00+00:00"
    assert second.title == "Acme tries"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"error": "no rights"}',
        b"[1]",
        b'[{"headline": "x"}]',
        b"[" + NOTE.replace(b"1772460000", b'"soon"') + b"]",
        b"[" + NOTE.replace(b"1772460000", b"1e300") + b"]",
    ],
)
def test_another_form_is_no_empty_list(body: bytes) -> None:
    with pytest.raises(SourceError, match="none of Finnhub's"):
        read_finnhub(body, "ACME")
