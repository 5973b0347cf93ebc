"""What providers of prices answer, in their own forms."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from catalyst_bot.simulation.alpaca import Note
from catalyst_bot.simulation.issuers import SYMBOLS

_NEW_YORK = ZoneInfo("America/New_York")


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a stock trades at; `at` None is now."""

    last: float
    previous_close: float
    at: datetime | None = None

    @property
    def change(self) -> float:
        """Return the change since the last close in percent."""
        return 100 * (self.last - self.previous_close) / self.previous_close


def opening_prices(seed: int) -> dict[str, Price]:
    """Return what the invented companies trade at, somewhat off their last close."""
    chance = random.Random(seed)
    prices = {}
    for symbol in SYMBOLS:
        close = round(chance.uniform(2.0, 90.0), 2)
        last = round(close * (1 + chance.gauss(0, 0.03)), 2)
        prices[symbol] = Price(last=last, previous_close=close)
    return prices


def nasdaq_info(symbol: str, price: Price | None, *, now: datetime) -> object:
    """Return the answer of api.nasdaq.com; None is a symbol that it does not know."""
    if price is None:
        fault = {"code": 1001, "errorMessage": "Symbol not exists."}
        status = {"rCode": 400, "bCodeMessage": [fault], "developerMessage": None}
        return {"data": None, "message": None, "status": status}
    at = (price.at or now).astimezone(_NEW_YORK)
    shown = {
        "lastSalePrice": f"${price.last:,.4g}"
        if price.last < 1
        else f"${price.last:,.2f}",
        "netChange": f"{price.last - price.previous_close:+.2f}",
        "percentageChange": f"{price.change:+.2f}%",
        "deltaIndicator": "up" if price.change > 0 else "down",
        "lastTradeTimestamp": f"{at:%b} {at.day}, {at.year} {at:%I:%M %p} ET",
        "isRealTime": True,
        "bidPrice": "NA",
        "askPrice": "",
        "volume": "120.985350",
    }
    found = {
        "symbol": symbol,
        "companyName": f"{symbol} Common Stock",
        "assetClass": "STOCKS",
        "marketStatus": "Open",
        "primaryData": shown,
        "secondaryData": None,
    }
    return {"data": found, "message": None, "status": {"rCode": 200}}


def finnhub_quote(price: Price | None, *, now: datetime) -> object:
    """Return Finnhub's answer; zeros are a symbol that it does not know."""
    if price is None:
        return {"c": 0, "d": None, "dp": None, "h": 0, "l": 0, "o": 0, "pc": 0, "t": 0}
    return {
        "c": price.last,
        "d": price.last - price.previous_close,
        "dp": price.change,
        "h": price.last,
        "l": price.previous_close,
        "o": price.previous_close,
        "pc": price.previous_close,
        "t": int((price.at or now).timestamp()),
    }


def alpaca_snapshots(prices: Mapping[str, Price], *, now: datetime) -> object:
    """Return Alpaca's answer; unknown symbols are not in it."""
    return {symbol: _snapshot(price, now) for symbol, price in prices.items()}


def _snapshot(price: Price, now: datetime) -> object:
    at = price.at or now
    day = at.astimezone(_NEW_YORK).replace(hour=0, minute=0, second=0, microsecond=0)
    trade = {"p": price.last, "s": 100, "t": _stamp(at), "x": "V", "z": "C"}
    return {
        "latestTrade": trade,
        "latestQuote": {"bp": 0, "ap": 0, "t": _stamp(at)},
        "minuteBar": None,
        "dailyBar": {"c": price.last, "t": _stamp(day)},
        "prevDailyBar": {
            "c": price.previous_close,
            "t": _stamp(day - timedelta(days=1)),
        },
    }


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}789Z"


def finnhub_news(note: Note, symbol: str) -> dict[str, object]:
    """Return a note in the form of Finnhub's /company-news."""
    return {
        "category": "company",
        "datetime": int(note.created_at.timestamp()),
        "headline": note.headline,
        "id": note.id,
        "image": "",
        "related": symbol,
        "source": "Newsroom",
        "summary": note.summary,
        "url": f"https://news.example/{note.id}",
    }
