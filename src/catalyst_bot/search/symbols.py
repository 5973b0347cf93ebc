"""Searches services that need a key and find news by the stock, not by words."""

from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime, timedelta
from operator import itemgetter

import orjson

from catalyst_bot.clock import Clock
from catalyst_bot.errors import AskedTooOften, SourceError
from catalyst_bot.ops.patience import Tokens
from catalyst_bot.search.model import MOST_HITS, Findings, Hit, Wanted
from catalyst_bot.text import plain_text

WINDOW = timedelta(days=7)  # that is asked for where nobody says since when
_TITLE, _SUMMARY = 512, 300  # characters

Ask = Callable[[str, datetime, datetime], Awaitable[tuple[Hit, ...]]]
"""Called as `ask(symbol, since, now)`; it raises SourceError."""


class SymbolNews:
    """Asks about the first stock that a query names, and nothing without one.

    `symbols` tells which a query names, `per_minute` how often the key may be used.
    """

    def __init__(
        self,
        ask: Ask,
        *,
        symbols: Callable[[str], Collection[str]],
        per_minute: int,
        clock: Clock,
    ) -> None:
        self._ask, self._symbols, self._clock = ask, symbols, clock
        self._per_minute, self._tokens = per_minute, Tokens(per_minute)

    async def find(self, wanted: Wanted) -> Findings:
        """Return the news of the stock, as the service orders it.

        Raises:
            SourceError: no answer, or asked too often.
        """
        named = min(self._symbols(wanted.text), default="")
        if not named:
            return Findings(hits=())
        moment = self._clock.monotonic()
        if self._tokens.left(moment) < 1:
            raise AskedTooOften(f"{self._per_minute} searches a minute are the most")
        self._tokens.take(moment)
        now = self._clock.now()
        hits = await self._ask(named, wanted.since or now - WINDOW, now)
        return Findings(hits=hits[:MOST_HITS])


def read_finnhub(body: bytes, symbol: str) -> tuple[Hit, ...]:
    """Return the news of Finnhub's /company-news, the newest first.

    Raises:
        SourceError: the answer has another form.
    """
    try:
        found = [
            Hit(
                origin="finnhub",
                title=plain_text(str(one["headline"]), limit=_TITLE),
                text=plain_text(str(one.get("summary") or ""), limit=_SUMMARY),
                link=str(one["url"]),
                tickers=(symbol,),
                published_at=datetime.fromtimestamp(one["datetime"], UTC),
            )
            for one in sorted(
                orjson.loads(body), key=itemgetter("datetime"), reverse=True
            )
        ]
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
        raise SourceError("the answer is none of Finnhub's") from error
    return tuple(hit for hit in found if hit.title)
