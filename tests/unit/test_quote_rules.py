"""Which prices may be shown, and how each provider writes them."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.card_state import Quote
from catalyst_bot.errors import QuoteError
from catalyst_bot.market import alpaca, finnhub, nasdaq
from catalyst_bot.market.quote_cache import MOST, QuoteCache
from catalyst_bot.market.quote_rules import change_of, fault_of, has_quotes
from catalyst_bot.simulation.quote_shapes import (
    Price,
    alpaca_snapshots,
    finnhub_quote,
    nasdaq_info,
)
from tests.clocks import NOON

PRICE = Price(last=185.5, previous_close=179.75)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize("symbol", ["ACME", "F", "BRK-B"])
def test_us_symbols_have_prices(symbol: str) -> None:
    assert has_quotes(symbol)


@pytest.mark.parametrize(
    "symbol", ["", "TSXV:CUU", "BTC/USD", "ABCDEFG", "acme", "A.B"]
)
def test_foreign_symbols_and_coins_have_none(symbol: str) -> None:
    assert not has_quotes(symbol)


@pytest.mark.parametrize("price", [0.0, -1.0, math.nan, math.inf])
def test_what_is_no_price_is_not_shown(price: float) -> None:
    assert fault_of(Quote(price=price), now=NOON)


@pytest.mark.parametrize("change", [501.0, -501.0, math.nan])
def test_a_wild_change_is_not_shown(change: float) -> None:
    assert fault_of(Quote(price=5.0, change=change), now=NOON)


@pytest.mark.parametrize(
    ("traded", "is_shown"),
    [
        (datetime(2026, 11, 20, 15, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 19, 21, 0, tzinfo=UTC), True),  # yesterday's close
        (datetime(2026, 11, 19, 8, 0, tzinfo=UTC), False),  # before yesterday's session
        (datetime(2026, 11, 18, 21, 0, tzinfo=UTC), False),
    ],
)
def test_a_trade_before_the_last_session_is_no_price(
    traded: datetime, is_shown: bool
) -> None:
    assert (not fault_of(Quote(price=5.0, at=traded), now=NOON)) == is_shown


def test_on_monday_morning_the_price_of_friday_is_one() -> None:
    monday = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # 05:00 in New York
    friday = datetime(2026, 11, 20, 20, 59, tzinfo=UTC)
    assert not fault_of(Quote(price=5.0, at=friday), now=monday)
    assert fault_of(Quote(price=5.0, at=friday - timedelta(days=1)), now=monday)


@pytest.mark.parametrize("close", [None, 0.0, -3.0, math.nan])
def test_no_change_is_made_up_without_a_close(close: float | None) -> None:
    assert change_of(5.0, close) is None


def test_nasdaq_writes_numbers_as_texts() -> None:
    quote = nasdaq.quote_of(
        nasdaq_info("ACME", Price(last=1234.5, previous_close=1200), now=NOON)
    )
    assert quote is not None
    assert (quote.price, quote.change) == (1234.5, 2.88)
    assert quote.at == NOON + timedelta(seconds=59)  # told to the minute


@pytest.mark.parametrize("text", ["", "NA", "N/A", "--", "UNCH", None, 5, "1e9", "$"])
def test_nasdaqs_empty_fields_are_no_prices(text: object) -> None:
    assert nasdaq.quote_of({"data": {"primaryData": {"lastSalePrice": text}}}) is None


def test_an_unknown_symbol_has_no_price_at_any_provider() -> None:
    assert nasdaq.quote_of(nasdaq_info("ACME", None, now=NOON)) is None
    assert finnhub.quote_of(finnhub_quote(None, now=NOON)) is None
    assert alpaca.quotes_of(alpaca_snapshots({}, now=NOON)) == {}


def test_finnhub_and_alpaca_tell_the_same_as_nasdaq() -> None:
    other = finnhub.quote_of(finnhub_quote(PRICE, now=NOON))
    third = alpaca.quotes_of(alpaca_snapshots({"ACME": PRICE}, now=NOON))["ACME"]
    assert other is not None
    for quote in (other, third):
        assert (quote.price, quote.at) == (185.5, NOON)
        assert quote.change == pytest.approx(3.2, abs=0.01)


@pytest.mark.parametrize(
    ("trade", "bar", "change"),
    [
        ("2026-11-20T15:00:00Z", "2026-11-20T05:00:00Z", 10.0),  # since the bar before
        ("2026-11-20T13:00:00Z", "2026-11-19T05:00:00Z", -50.0),  # no bar of today yet
        ("2026-11-20T22:00:00Z", "2026-11-20T05:00:00Z", -50.0),  # after hours
        ("2026-11-20T21:00:02Z", "2026-11-20T05:00:00Z", 10.0),  # the closing auction
        ("2026-11-20T15:00:00Z", None, 10.0),
    ],
)
def test_alpacas_change_is_since_the_last_close_not_two_days(
    trade: str, bar: str | None, change: float
) -> None:
    daily = {"c": 22.0, "t": bar} if bar else None
    snapshot = {
        "latestTrade": {"p": 11.0, "t": trade},
        "dailyBar": daily,
        "prevDailyBar": {"c": 10.0},
    }
    quote = alpaca.quotes_of({"snapshots": {"ACME": snapshot}})["ACME"]
    assert quote.change == pytest.approx(change)


@given(JSON)
def test_any_json_is_a_quote_none_or_a_typed_error(answer: object) -> None:
    for read in (nasdaq.quote_of, finnhub.quote_of, alpaca.quotes_of):
        try:
            read(answer)
        except QuoteError:
            continue


@given(JSON, JSON, JSON)
def test_odd_fields_in_the_right_places_break_nothing(
    a: object, b: object, c: object
) -> None:
    shown = {"lastSalePrice": a, "percentageChange": b, "lastTradeTimestamp": c}
    nasdaq.quote_of({"data": {"primaryData": shown}})
    finnhub.quote_of({"c": a, "pc": b, "t": c})
    trade, bar = {"p": a, "t": c}, {"c": b, "t": c}
    alpaca.quotes_of({"ACME": {"latestTrade": trade, "dailyBar": bar}, "B": a})


def test_the_cache_forgets_what_is_old_and_stays_small() -> None:
    cache, quote = QuoteCache(), Quote(price=1.0)
    cache.put("ACME", quote, now=0.0)
    assert cache.fresh("ACME", within=15, now=15) is quote
    assert cache.fresh("ACME", within=15, now=15.1) is None
    for number in range(MOST):
        cache.put(f"S{number}", quote, now=1.0)
    assert cache.fresh("ACME", within=15, now=1) is None


def test_an_unknown_symbol_is_asked_again_after_a_minute() -> None:
    cache = QuoteCache()
    cache.put("ACME", None, now=0.0)
    assert cache.is_unknown("ACME", now=60)
    assert not cache.is_unknown("ACME", now=61)
    assert not cache.is_unknown("OTHER", now=0)
