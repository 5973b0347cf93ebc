"""What is well and what is not, in memory: each part reports, HTTP and doctor read.

Times given by callers are unix seconds and only shown; what may end the process (the
watchdog) or takes it out of service (readiness) is judged on the monotonic clock, so
that a step of the wall clock never looks like a hang.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

LEDGER_FRESH = 10.0  # seconds; an idle ledger makes a probe write each 5 s
SOURCE_FRESH = 3.0  # intervals without a good poll until a source counts as stale
SHORTEST_TICK = 60.0  # seconds; a poll may itself take several of a short interval


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """One source as its loop saw it after its last poll; unix seconds, 0.0 = never."""

    name: str
    last_success: float = 0.0
    last_item: float = 0.0
    next_poll: float = 0.0
    failures: int = 0  # in a row
    reason: str = ""  # why the last poll failed; "" = well
    tier: str = ""  # the parser tier that read the last page
    items: int = 0  # on the last page
    interval: float = 0.0  # seconds, the one in force


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One condition of readiness; `detail` is for a person."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether the daemon does its job now, and each condition of it."""

    is_ready: bool
    checks: tuple[Check, ...]


class Health:
    """The state of the process's parts; one per process, changed on the loop only."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.draining = False
        self.paused_since = 0.0  # unix seconds, 0.0: posts go out
        self.caught_up = ""  # the summary of the last outage
        self.last_news = 0.0  # unix seconds of the newest item of any source, 0.0: none
        self._monotonic = monotonic
        self._sources: dict[str, SourceHealth] = {}
        self._ticks: dict[str, float] = {}
        self._successes: dict[str, float] = {}
        self._destinations: dict[str, str] = {}
        self._unanswered: dict[str, float] = {}
        self._notices: dict[str, str] = {}
        self.ledger_fault = ""  # why it lives in memory
        self._has_written = False
        self._ledger_tick = monotonic()

    def source(self, health: SourceHealth) -> None:
        """Replace what is known of a source; call it after each poll, good or bad."""
        before = self._sources.get(health.name)
        self._sources[health.name] = health
        now = self._ticks[health.name] = self._monotonic()
        known = before.last_success if before else 0.0
        if health.last_success and health.last_success != known:
            self._successes[health.name] = now

    @property
    def sources(self) -> tuple[SourceHealth, ...]:
        """Return all sources that have reported, by name."""
        return tuple(self._sources[name] for name in sorted(self._sources))

    def forget_source(self, name: str) -> None:
        """Take a source out of sight that is polled no more."""
        self._sources.pop(name, None)
        self._ticks.pop(name, None)
        self._successes.pop(name, None)
        self.notice(f"source {name}", "")

    def destination(self, name: str, *, fault: str) -> None:
        """Say that a destination works (`fault` "") or why it does not."""
        self._destinations[name] = fault

    def forget_destination(self, name: str) -> None:
        """Drop a destination that was closed."""
        self._destinations.pop(name, None)
        self._unanswered.pop(name, None)

    @property
    def destinations(self) -> Mapping[str, str]:
        """Return the fault of each destination; "" is a well one."""
        return MappingProxyType(self._destinations)

    def answered(self, name: str, *, is_well: bool, unix: float) -> None:
        """Note how a request to a destination ended: in an answer, or in none.

        Of one that was closed meanwhile nothing is kept: nobody would ask it again.
        """
        if is_well:
            self._unanswered.pop(name, None)
        elif name in self._destinations:
            self._unanswered.setdefault(name, unix)

    @property
    def unanswered(self) -> Mapping[str, float]:
        """Return since when destinations do not answer, in unix seconds."""
        return MappingProxyType(self._unanswered)

    def notice(self, name: str, text: str) -> None:
        """Tell the operator of something degraded; "" takes the notice back."""
        if text:
            self._notices[name] = text
        else:
            self._notices.pop(name, None)

    @property
    def notices(self) -> Mapping[str, str]:
        """Return what an operator must see now, by name."""
        return MappingProxyType(self._notices)

    def ledger_wrote(self) -> None:
        """Note a commit that succeeded."""
        self._has_written = True
        self._ledger_tick = self._monotonic()

    def ledger_lost(self, fault: str) -> None:
        """Say why the ledger lives in memory; "" when it is on the disk."""
        self.ledger_fault = fault
        lost = f"{fault}: alerts go on from memory, a restart would forget them"
        self.notice("ledger", lost if fault else "")

    def ledger_age(self) -> float:
        """Return the seconds since the last commit, or since the start."""
        return self._monotonic() - self._ledger_tick

    def silent_sources(self) -> tuple[str, ...]:
        """Return the sources whose loop did not tick within three of its intervals.

        A failing source still ticks: this finds loops that hang. At least 60 s must
        have passed: with an interval of 1 s the poll itself may take longer than three.
        """
        now = self._monotonic()
        return tuple(
            name
            for name, tick in sorted(self._ticks.items())
            if now - tick > _allowed(self._sources[name].interval)
        )

    def ready(self) -> Readiness:
        """Return whether alerts can be seen, kept and posted now."""
        checks = (
            self._ledger_check(),
            self._destination_check(),
            self._sources_check(),
            Check(
                name="draining",
                ok=not self.draining,
                detail="shutting down" if self.draining else "no",
            ),
        )
        return Readiness(is_ready=all(check.ok for check in checks), checks=checks)

    def _ledger_check(self) -> Check:
        if self.ledger_fault:
            detail = f"in memory: {self.ledger_fault}"
            return Check(name="ledger", ok=False, detail=detail)
        age = self.ledger_age()
        wrote = f"wrote {age:.0f} s ago" if self._has_written else "never wrote"
        is_fresh = self._has_written and age <= LEDGER_FRESH
        return Check(name="ledger", ok=is_fresh, detail=wrote)

    def _destination_check(self) -> Check:
        faults = [f"{name}: {why}" for name, why in self._destinations.items() if why]
        total = len(self._destinations)
        detail = "; ".join(faults) or f"{total} of {total} well"
        if held := self._notices.get("pause"):  # as wanted, so it is no fault
            detail = f"{detail}; {held}"
        return Check(name="destination", ok=len(faults) < total, detail=detail)

    def is_fresh(self, name: str) -> bool:
        """Tell whether a source was read within three of its intervals."""
        success, source = self._successes.get(name), self._sources.get(name)
        if success is None or source is None:
            return False
        return self._monotonic() - success <= SOURCE_FRESH * source.interval

    def _sources_check(self) -> Check:
        fresh = sum(map(self.is_fresh, self._sources))
        detail = f"{fresh} of {len(self._sources)} fresh"
        return Check(name="sources", ok=fresh > 0, detail=detail)


def _allowed(interval: float) -> float:
    return max(SOURCE_FRESH * interval, SHORTEST_TICK)
