"""Reports a source that answers and has no news, once, and once when it has some again.

A source that fails is reported by its poller; this finds the page that nobody fills any
more. What is usual is learnt from each source itself: see `rhythm`.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from pydantic import TypeAdapter

from catalyst_bot.clock import Clock
from catalyst_bot.errors import StorageError
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.spans import span
from catalyst_bot.sources.rhythm import SLOT, Rhythm

_KEPT = TypeAdapter(Rhythm)

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Notes(Protocol):
    """Small texts that outlive the process; storage.notes tells what each does."""

    async def read(self, name: str, parse: Callable[[str], T]) -> T | None: ...

    async def write(self, texts: Mapping[str, str]) -> None: ...


class Silence:
    """Listens to all sources; `hour_of` names the hour of a moment and its kind of day.

    Only slots in which a source answered count: what it said meanwhile is not known.
    """

    def __init__(
        self,
        notes: Notes,
        *,
        hour_of: Callable[[datetime], str],
        clock: Clock,
        metrics: Metrics,
        health: Health,
    ) -> None:
        self._notes, self._hour_of = notes, hour_of
        self._clock, self._metrics, self._health = clock, metrics, health
        self._rhythms: dict[str, Rhythm] = {}
        self._lively: set[str] = set()
        self._told: set[str] = set()

    def heard(self, source: str) -> None:
        """Note that a source has something new."""
        self._health.last_news = self._clock.unix()
        self._lively.add(source)
        if source in self._told:
            self._told.discard(source)
            self._show(source, "")
            logger.warning("source has news again", extra={"source": source})

    async def run(self) -> None:
        """Judge the sources at the end of each slot, until cancelled."""
        while True:
            began = self._clock.unix()
            await self._clock.sleep(SLOT)
            try:
                await self.end_slot(began=began)
            except StorageError:
                raise
            except Exception:  # the edge of this loop
                logger.exception("looking for silent sources broke off")
                self._metrics.unexpected_errors.labels("silence").inc()

    async def end_slot(self, *, began: float) -> None:
        """Learn from the slot that began at a unix time, and report what is odd."""
        lively, self._lively = self._lively, set()
        answered = [s.name for s in self._health.sources if s.last_success >= began]
        for name in self._told - {source.name for source in self._health.sources}:
            self._told.discard(name)  # it was taken out of the configuration
            self._show(name, "")
        hour = self._hour_of(self._clock.now() - timedelta(seconds=SLOT / 2))
        for name in answered:
            await self._learn(name, hour, is_lively=name in lively)
        kept = {n: _KEPT.dump_json(self._rhythms[n]).decode() for n in answered}
        if kept:
            await self._notes.write(kept)

    async def _learn(self, name: str, hour: str, *, is_lively: bool) -> None:
        if name not in self._rhythms:
            kept = await self._notes.read(name, _KEPT.validate_json)
            self._rhythms[name] = kept or Rhythm()
            if self._rhythms[name].is_silent:  # an earlier start has logged it
                self._tell(name, hour)
                if is_lively:
                    self.heard(name)
        was_silent = self._rhythms[name].is_silent
        rhythm = self._rhythms[name].after(hour, is_lively=is_lively)
        if is_lively:
            rhythm = rhythm.heard(unix=self._clock.now().timestamp())
        self._rhythms[name] = rhythm
        self._metrics.source_silent.labels(name).set(rhythm.is_silent)
        if rhythm.is_silent:
            text = self._tell(name, hour)
            if not was_silent:
                extra = {"source": name, "what": text}
                logger.warning("source silent", extra=extra)

    def _tell(self, name: str, hour: str) -> str:
        """Show a silence to the operator; return the text."""
        rhythm = self._rhythms[name]
        age = self._clock.now().timestamp() - rhythm.last_news
        since = f"for {span(age)}" if rhythm.last_news else "since it is watched"
        usual = f"{rhythm.share(hour):.0%} of all ten minutes of this hour have some"
        text = f"answers, but has had no news {since}; {usual}"
        self._told.add(name)
        self._show(name, text)
        return text

    def _show(self, name: str, text: str) -> None:
        self._metrics.source_silent.labels(name).set(bool(text))
        self._health.notice(f"silence of {name}", text)
