"""Prices of api.nasdaq.com: no key, one symbol a request, texts instead of numbers.

The interface is not documented. `primaryData` is of the session that goes on, also
before the market opens; unknown symbols come with "data": null.
"""

import calendar
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import aiohttp
from yarl import URL

from catalyst_bot.card_state import Quote
from catalyst_bot.errors import QuoteError
from catalyst_bot.market.http import fetch_json, table

_NEW_YORK = ZoneInfo("America/New_York")
# It answers browsers; seen in many public programs that read it.
_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_HEADERS = {"User-Agent": _AGENT, "Accept": "application/json, text/plain, */*"}
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_STAMP = re.compile(
    r"([A-Z][a-z]{2}) (\d{1,2}), (\d{4})(?: (\d{1,2}):(\d{2})(?::\d{2})? ([AP]M))?"
)
_MONTHS = tuple(calendar.month_abbr)  # in English: nothing sets a locale
_CLOSE = (16, 0)
# Told to the minute: the trade was in it, so it is not taken for older than it may be.
_END_OF_MINUTE = timedelta(seconds=59)


class Nasdaq:
    """Reads /api/quote/{symbol}/info."""

    name, most = "nasdaq", 1
    per_minute = 60  # chosen: nobody says what is allowed

    def __init__(self, session: aiohttp.ClientSession, *, base_url: str) -> None:
        self._session, self._base = session, base_url.rstrip("/")

    async def fetch(self, symbols: Sequence[str]) -> Mapping[str, Quote]:
        """Return the quote of the one symbol; see `Provider.fetch`."""
        (symbol,) = symbols
        # The slash of class shares, as the site's own pages escape it.
        path = symbol.replace("-", "%25sl%25")
        address = f"{self._base}/api/quote/{path}/info?assetclass=stocks"
        url = URL(address, encoded=True)
        quote = quote_of(await fetch_json(self._session, url, headers=_HEADERS))
        return {} if quote is None else {symbol: quote}


def quote_of(answer: object) -> Quote | None:
    """Return the quote of an answer; None when it knows no such symbol, or no price.

    Raises:
        QuoteError: the answer has another form.
    """
    if not isinstance(answer, dict) or "data" not in answer:
        raise QuoteError("the answer has no data")
    shown = table(table(answer["data"]).get("primaryData"))
    price = _number(shown.get("lastSalePrice"))
    if price is None:
        return None
    return Quote(
        price=price,
        change=_number(shown.get("percentageChange")),
        at=_moment(shown.get("lastTradeTimestamp")),
        is_delayed=shown.get("isRealTime") is False,
    )


def _number(text: object) -> float | None:
    """Return 1234.5 of "$1,234.50", 0.16 of "+0.16%"; None of "", "NA", "UNCH"."""
    if not isinstance(text, str):
        return None
    plain = re.sub(r"[$,%\s]", "", text)
    return float(plain) if len(plain) < 20 and _NUMBER.fullmatch(plain) else None


def _moment(text: object) -> datetime | None:
    """Return the moment of "Nov 20, 2026 3:15 PM ET"; a day alone is its close."""
    found = _STAMP.search(text) if isinstance(text, str) else None
    if found is None or found[1] not in _MONTHS:
        return None
    month, day, year = _MONTHS.index(found[1]), int(found[2]), int(found[3])
    hour, minute = _CLOSE
    if found[4]:
        hour, minute = int(found[4]) % 12 + 12 * (found[6] == "PM"), int(found[5])
    try:
        moment = datetime(year, month, day, hour, minute, tzinfo=_NEW_YORK)
    except ValueError:
        return None
    return (moment + (_END_OF_MINUTE if found[4] else timedelta())).astimezone(UTC)
