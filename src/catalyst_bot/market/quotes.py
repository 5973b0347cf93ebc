"""What stocks trade at: warm in the cache, within 80 ms, or later; never waited for.

The chain asks its providers in their order, the next one 40 ms after the one before, or
at once when that is known to be slow. One flight for a symbol at a time; whatever comes
of it fills the cache, also when nobody waits for it any more.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from catalyst_bot.card_state import Quote
from catalyst_bot.clock import Clock
from catalyst_bot.market.provider import Asker
from catalyst_bot.market.quote_cache import QuoteCache
from catalyst_bot.market.quote_rules import fault_of, has_quotes
from catalyst_bot.model import Session
from catalyst_bot.ops.metrics import Metrics

BUDGET = 0.080  # seconds from the receipt of the news for which a post may wait
HEDGE = 0.040  # seconds until the next provider is asked as well
FRESH, FRESH_CLOSED = 15.0, 600.0  # seconds for which a quote counts as warm
WATCH = 12.0  # seconds between looks at the watch list; under FRESH: no gap between
MOST_FLIGHTS = 200

logger = logging.getLogger(__name__)


class Miss(Enum):
    """Why one provider gave no quote."""

    UNKNOWN = "unknown"
    SILENT = "silent"


class Quotes:
    """The chain; without providers it knows nothing and never waits.

    `run` owns the flights: before it and after it none starts. `watchlist` is kept
    warm in the trading session, as far as the providers' limits go.
    """

    def __init__(
        self,
        askers: Sequence[Asker],
        *,
        watchlist: Iterable[str] = (),
        session_at: Callable[[datetime], Session],
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._askers = tuple(askers)
        self.watch(watchlist)
        self._session_at, self._clock, self._metrics = session_at, clock, metrics
        for asker in self._askers:
            metrics.quotes_refused.labels(asker.name)
        self._cache = QuoteCache()
        self._flights: dict[str, _Flight] = {}
        self._group: asyncio.TaskGroup | None = None

    async def run(self) -> None:
        """Own the flights and keep the watch list warm, until cancelled."""
        if not self._askers:
            return
        async with asyncio.TaskGroup() as group:
            self._group = group
            try:
                while True:
                    await self._refresh()
                    await asyncio.sleep(WATCH)
            finally:
                self._group = None

    def watch(self, symbols: Iterable[str]) -> None:
        """Keep these warm from now on, and no others."""
        self._watchlist = tuple(filter(has_quotes, symbols))

    def start(self, symbol: str) -> None:
        """Ask for a symbol whose alert is about to be posted.

        Only if an answer may come in time: a slow provider must not take processor
        time from posts, `late` asks it when they are out.
        """
        is_quick = any(asker.may_ask and asker.is_quick for asker in self._askers)
        if is_quick and self._known(symbol) is None:
            self._depart(symbol)

    async def soon(self, symbol: str, *, until: float) -> Quote | None:
        """Return a warm quote, or the one that comes before `until` (monotonic).

        It never waits longer than BUDGET, and not at all when nothing is likely to
        come: no flight is under way, or those it asked are known to be slow.
        """
        flight, known = self._flights.get(symbol), self._known(symbol)
        left = min(until - self._clock.monotonic(), BUDGET)
        if known or flight is None or left <= 0 or not flight.is_quick:
            return known
        await asyncio.wait({flight.task}, timeout=left)  # which cancels nothing
        return self._known(symbol)

    async def late(self, symbol: str) -> Quote | None:
        """Return a quote whenever it comes; None when no provider gives one now."""
        if known := self._known(symbol):
            return known
        flight = self._flights.get(symbol) or self._depart(symbol)
        if flight is None:
            return None
        await asyncio.wait({flight.task})
        return self._known(symbol)

    def may_come(self, symbol: str) -> bool:
        """Tell whether asking (again) for a symbol makes sense."""
        if not self._askers or not has_quotes(symbol):
            return False
        return not self._cache.is_unknown(symbol, now=self._clock.monotonic())

    def _known(self, symbol: str) -> Quote | None:
        now = self._clock.monotonic()
        return self._cache.fresh(symbol, within=self._fresh_for(), now=now)

    def _fresh_for(self) -> float:
        session = self._session_at(self._clock.now())
        return FRESH_CLOSED if session is Session.CLOSED else FRESH

    def _depart(self, symbol: str) -> "_Flight | None":
        if self._group is None or not self.may_come(symbol):
            return None
        if len(self._flights) >= MOST_FLIGHTS:
            return None
        asked = [asker for asker in self._askers if asker.may_ask][:1]
        if not asked:
            return None
        task = self._group.create_task(self._fly(symbol, asked), name=f"quote {symbol}")
        flight = self._flights[symbol] = _Flight(task=task, asked=asked)
        task.add_done_callback(lambda _: self._flights.pop(symbol, None))
        return flight

    async def _fly(self, symbol: str, asked: list[Asker]) -> None:
        """Ask one provider after the other until one gives a quote.

        `asked` begins with the first and tells others how far the flight is.
        """
        group = self._group
        assert group is not None  # noqa: S101 - a flight is a task of it
        answers = []
        for asker in self._askers[self._askers.index(asked[0]) :]:
            if not asker.may_ask:
                continue
            if asker not in asked:
                asked.append(asker)
            patience = HEDGE if asker.is_quick else 0.0
            answer = self._answer(symbol, asker, asker.ask([symbol]))
            answers.append(group.create_task(answer))
            if await _any_quote(answers, within=patience):
                return
        if await _any_quote(answers, within=None):
            return
        if answers and all(answer.result() is Miss.UNKNOWN for answer in answers):
            self._cache.put(symbol, None, now=self._clock.monotonic())

    async def _answer(
        self, symbol: str, asker: Asker, asking: Awaitable[Mapping[str, Quote] | None]
    ) -> Quote | Miss:
        quotes = await asking
        if quotes is None:
            return Miss.SILENT
        return self._keep(symbol, quotes.get(symbol), asker)

    def _keep(self, symbol: str, quote: Quote | None, asker: Asker) -> Quote | Miss:
        """Put a sound quote into the cache, unless a newer trade is known."""
        now = self._clock.now()
        fault = "unknown symbol" if quote is None else fault_of(quote, now=now)
        if quote is None or fault:
            self._metrics.quotes_refused.labels(asker.name).inc()
            extra = {"symbol": symbol, "provider": asker.name, "why": fault}
            logger.debug("no quote", extra=extra)
            return Miss.UNKNOWN
        at = min(quote.at, now) if quote.at else None
        quote = replace(
            quote,
            at=at,
            seen_at=now,
            session=self._session_at(at or now),
            source=asker.name,
        )
        known = self._known(symbol)
        if known and known.at and at and known.at > at:
            return known
        self._cache.put(symbol, quote, now=self._clock.monotonic())
        return quote

    async def _refresh(self) -> None:
        """Bring what is about to grow old on the watch list up to date, in bulk."""
        now, oldest = self._clock.monotonic(), self._fresh_for() - WATCH
        ages = {symbol: self._cache.age(symbol, now=now) for symbol in self._watchlist}
        due = sorted(
            (symbol for symbol, age in ages.items() if age >= oldest),
            key=lambda symbol: -ages[symbol],
        )
        while due:
            asker = next((asker for asker in self._askers if asker.has_spare), None)
            if asker is None:
                return
            symbols, due = due[: asker.most], due[asker.most :]
            quotes = await asker.ask(symbols)
            for symbol in symbols if quotes is not None else ():
                self._keep(symbol, (quotes or {}).get(symbol), asker)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flight:
    """One symbol being asked for; `asked` grows while it goes on."""

    task: asyncio.Task[None]
    asked: list[Asker]

    @property
    def is_quick(self) -> bool:
        return any(asker.is_quick for asker in self.asked)


async def _any_quote(
    answers: Sequence[asyncio.Task[Quote | Miss]], *, within: float | None
) -> bool:
    """Wait for the first quote among the answers, at most `within` seconds."""
    pending = set(answers)
    loop = asyncio.get_running_loop()
    end = None if within is None else loop.time() + within
    while pending:
        left = None if end is None else max(0.0, end - loop.time())
        done, pending = await asyncio.wait(
            pending, timeout=left, return_when=asyncio.FIRST_COMPLETED
        )
        if any(isinstance(answer.result(), Quote) for answer in done):
            return True
        if not done:
            return False
    return False
