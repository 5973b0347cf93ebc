"""Catches up after an outage: newest first, in time with the limits, told in one line.

    trouble -> outage -> over: what waits goes newest first -> all is sent: one summary

The outage is a fact in the ledger until its summary is sent: a restart in between ends
with one summary all the same, and never with two.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from pydantic import TypeAdapter

from catalyst_bot.clock import Clock
from catalyst_bot.errors import StorageError
from catalyst_bot.lifecycle.outage import DOWN, Outage, follow, newest_first, troubles
from catalyst_bot.model import Alert
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.readings import counts_of
from catalyst_bot.ops.spans import span
from catalyst_bot.storage.left_out import moment
from catalyst_bot.storage.notes import Notes

LOOK = 1.0  # seconds between two looks
ALIVE_EVERY = 10.0  # seconds between two notes that the process lives
SETTLE = 6.0  # seconds after the end of an outage in which each source is asked
SHOWN = 3600.0  # seconds for which the page tells of the last outage
NOTICE = "catch-up"
_KEPT: TypeAdapter[Outage | None] = TypeAdapter(Outage | None)

logger = logging.getLogger(__name__)


class Told(Protocol):
    """What became of alerts; storage.told tells what each does."""

    async def posted_since(self, unix: float) -> int: ...

    async def stale_since(self, unix: float) -> int: ...

    async def waiting(self) -> int: ...

    async def let_go_newest_first(self, *, unix: float) -> None: ...


class CatchUp:
    """Knows whether an outage is being caught up; `load` it before anything starts.

    `longest`: seconds of trouble that are no outage yet, 0.0 = never one; `max_age`:
    seconds after which news is not posted; `say` gets the summary and the outage's
    name, and does not wait.
    """

    def __init__(
        self,
        *,
        notes: Notes,
        told: Told,
        health: Health,
        clock: Clock,
        metrics: Metrics,
        longest: float,
        max_age: float,
        say: Callable[[str, str], None],
    ) -> None:
        self._notes, self._told, self._health = notes, told, health
        self._clock, self._metrics = clock, metrics
        self._longest, self._max_age, self._say = longest, max_age, say
        self._started = clock.unix()
        self._noted_alive = self._finished = 0.0
        self._outage: Outage | None = None
        self._expired = 0  # before the outage

    def priority(self, alert: Alert) -> float:
        """Return what orders a new post."""
        if self._outage is None:
            return alert.priority
        return newest_first(alert, unix=self._clock.now().timestamp())

    async def load(self) -> None:
        """See whether the process was away, or ended in the middle of an outage."""
        if not self._longest:
            return
        left = await self._notes.read("outage", _KEPT.validate_json)
        alive = await self._notes.read("alive", _moment) or self._started
        if self._started - alive > self._longest:
            away = Outage(began=alive, causes=(DOWN,), counted=self._started)
            left = left.also(away) if left else away
        if left is not None:
            await self._set(replace(left, ended=self._started))

    async def run(self) -> None:
        """Look at how the process fares, until cancelled."""
        while self._longest:
            try:
                await self.look()
            except StorageError:
                raise
            except Exception:  # the edge of this loop
                logger.exception("catch-up broke off")
                self._metrics.unexpected_errors.labels("catch_up").inc()
            await asyncio.sleep(LOOK)

    async def look(self) -> None:
        """Notice what has changed since the last look, and act on it."""
        now = self._clock.unix()
        if abs(now - self._noted_alive) >= ALIVE_EVERY:
            self._noted_alive = now
            await self._notes.write({"alive": str(now)})
        found = troubles(self._health, started=self._started)
        outage = follow(self._outage, found, now=now, longest=self._longest)
        if outage is not None and outage != self._outage:
            await self._set(outage)
        elif outage is not None and await self._is_through(outage, now):
            await self._finish(outage)
        if now - self._finished > SHOWN:
            self._health.caught_up = ""

    async def _set(self, outage: Outage) -> None:
        """Take note of an outage that began, got worse or ended."""
        if self._outage is None:
            self._expired = self._count_expired()
            for cause in outage.causes:
                self._metrics.outages.labels(cause).inc()
        self._outage = outage
        await self._notes.write({"outage": _KEPT.dump_json(outage).decode()})
        extra = {"why": outage.words, "seconds": round(self._age(outage))}
        if outage.ended:
            await self._told.let_go_newest_first(unix=self._clock.unix())
            logger.warning("outage over, catching up", extra=extra)
            text = f"catching up after {span(self._age(outage))} ({outage.words})"
        else:
            logger.warning("outage", extra=extra)
            text = f"{outage.words} for {span(self._age(outage))}"
        self._health.notice(NOTICE, text)

    async def _is_through(self, outage: Outage, now: float) -> bool:
        """Tell whether all sources were asked since, and nothing waits any more."""
        since = now - outage.ended
        if not outage.ended or since < SETTLE:
            return False
        if since > self._max_age:
            return True
        asked = all(
            source.failures or source.last_success > outage.ended
            for source in self._health.sources
        )
        return asked and not await self._told.waiting()

    async def _finish(self, outage: Outage) -> None:
        posted = await self._told.posted_since(outage.counted)
        expired = self._count_expired() - self._expired
        missed = expired + await self._told.stale_since(outage.counted)
        text = summary(outage, posted=posted, missed=missed, max_age=self._max_age)
        await self._notes.write({"outage": ""})  # first: never two summaries
        self._outage = None
        self._health.notice(NOTICE, "")
        self._health.caught_up, self._finished = text, self._clock.unix()
        self._metrics.catch_up_alerts.labels("posted").inc(posted)
        self._metrics.catch_up_alerts.labels("missed").inc(missed)
        logger.warning("caught up", extra={"summary": text})
        if posted or missed:
            self._say(text, f"{outage.began:.0f}")

    def _age(self, outage: Outage) -> float:
        return (outage.ended or self._clock.unix()) - outage.began

    def _count_expired(self) -> int:
        ends = counts_of(self._metrics.alerts, label="result")
        return ends.get("expired", 0) + ends.get("expired_paused", 0)


def summary(outage: Outage, *, posted: int, missed: int, max_age: float) -> str:
    """Return the one line that is told of an outage."""
    alerts = "1 alert" if posted == 1 else f"{posted} alerts"
    lost = f", {missed} older than {span(max_age)} not posted: `alerts --rejected`"
    away = span(outage.ended - outage.began)
    tail = lost if missed else ""
    return f"Caught up after {away} ({outage.words}): {alerts} posted{tail}"


def _moment(text: str) -> float:
    return moment(float(text))
