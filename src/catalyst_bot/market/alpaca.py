"""Prices of Alpaca: a key and a secret, a hundred symbols a request."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import aiohttp
from yarl import URL

from catalyst_bot.card_state import Quote
from catalyst_bot.errors import QuoteError
from catalyst_bot.market.calendar import session_at
from catalyst_bot.market.http import fetch_json, number, table
from catalyst_bot.market.quote_rules import change_of
from catalyst_bot.model import Session
from catalyst_bot.ops.secret import Secret

_NEW_YORK = ZoneInfo("America/New_York")
# The closing auction is printed in the first minutes after the close: it is the close.
_AUCTION = timedelta(minutes=5)


class Alpaca:
    """Reads /v2/stocks/snapshots."""

    name, most = "alpaca", 100
    per_minute = 180  # of the 200 that a free key allows

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        base_url: str,
        key_id: Secret,
        secret: Secret,
    ) -> None:
        self._session, self._base = session, base_url.rstrip("/")
        self._key_id, self._secret = key_id, secret

    async def fetch(self, symbols: Sequence[str]) -> Mapping[str, Quote]:
        """Return quotes by symbol; see `Provider.fetch`."""
        named = {symbol.replace("-", "."): symbol for symbol in symbols}
        url = URL(f"{self._base}/v2/stocks/snapshots") % {"symbols": ",".join(named)}
        headers = {
            "APCA-API-KEY-ID": self._key_id.reveal(),
            "APCA-API-SECRET-KEY": self._secret.reveal(),
        }
        found = quotes_of(await fetch_json(self._session, url, headers=headers))
        return {named[name]: found[name] for name in named.keys() & found.keys()}


def quotes_of(answer: object) -> Mapping[str, Quote]:
    """Return the quotes of an answer by Alpaca's symbols; what has no trade is absent.

    Raises:
        QuoteError: the answer has another form.
    """
    if not isinstance(answer, dict):
        raise QuoteError("the answer is no table of snapshots")
    found = answer.get("snapshots", answer)
    quotes = {name: _quote(table(entry)) for name, entry in table(found).items()}
    return {name: quote for name, quote in quotes.items() if quote is not None}


def _quote(snapshot: Mapping[str, object]) -> Quote | None:
    trade = table(snapshot.get("latestTrade"))
    price, at = number(trade.get("p")), _moment(trade.get("t"))
    if price is None:
        return None
    close = _last_close(snapshot, at)
    return Quote(price=price, change=change_of(price, close), at=at)


def _last_close(snapshot: Mapping[str, object], at: datetime | None) -> float | None:
    """Return the close before the trade.

    Until the first bar of a day is made, and after its close, that is the close of
    `dailyBar`: the bar before it would give the change of two days.
    """
    newest = table(snapshot.get("dailyBar"))
    began = _moment(newest.get("t"))
    if at is not None and began is not None:
        is_over = session_at(at - _AUCTION) in (Session.POST, Session.CLOSED)
        if is_over or _day(began) < _day(at):
            return number(newest.get("c"))
    return number(table(snapshot.get("prevDailyBar")).get("c"))


def _day(moment: datetime) -> str:
    return moment.astimezone(_NEW_YORK).date().isoformat()


def _moment(text: object) -> datetime | None:
    """Return a time such as "2026-11-20T15:30:00.123456789Z" in UTC."""
    if not isinstance(text, str) or len(text) > 40:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
