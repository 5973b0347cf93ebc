"""Prices of Finnhub: a key, one symbol a request, regular hours only."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import aiohttp
from yarl import URL

from catalyst_bot.card_state import Quote
from catalyst_bot.errors import QuoteError
from catalyst_bot.market.http import fetch_json, number
from catalyst_bot.market.quote_rules import change_of
from catalyst_bot.ops.secret import Secret

_LATEST = 4_102_444_800  # unix seconds of the year 2100: what is beyond is no time


class Finnhub:
    """Reads /quote."""

    name, most = "finnhub", 1
    per_minute = 50  # of the 60 that a free key allows

    def __init__(
        self, session: aiohttp.ClientSession, *, base_url: str, key: Secret
    ) -> None:
        self._session, self._base, self._key = session, base_url.rstrip("/"), key

    async def fetch(self, symbols: Sequence[str]) -> Mapping[str, Quote]:
        """Return the quote of the one symbol; see `Provider.fetch`."""
        (symbol,) = symbols
        url = URL(f"{self._base}/quote") % {"symbol": symbol.replace("-", ".")}
        headers = {"X-Finnhub-Token": self._key.reveal()}
        quote = quote_of(await fetch_json(self._session, url, headers=headers))
        return {} if quote is None else {symbol: quote}


def quote_of(answer: object) -> Quote | None:
    """Return the quote of an answer; an unknown symbol has zeros everywhere.

    Raises:
        QuoteError: the answer has another form.
    """
    if not isinstance(answer, dict) or "c" not in answer:
        raise QuoteError("the answer has no price")
    price, moment = number(answer["c"]), number(answer.get("t"))
    if not price:
        return None
    is_told = moment is not None and 0 < moment < _LATEST
    return Quote(
        price=price,
        change=change_of(price, number(answer.get("pc"))),
        at=datetime.fromtimestamp(moment, UTC) if moment and is_told else None,
    )
