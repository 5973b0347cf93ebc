"""What a channel takes: the rules of its entry in channels.toml, as values."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from catalyst_bot.delivery.pattern import Pattern
from catalyst_bot.model import Alert, Event, Session

NEW_YORK = ZoneInfo("America/New_York")
_UNSCORED = (Event.HALT, Event.RESUMPTION, Event.RETRACTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What rules look at beside the alert: when it came, and where its stocks trade."""

    session: Session
    exchanges: frozenset[str] = frozenset()  # in capitals


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRules:
    """Conditions that an alert must meet, all of them; an empty one lets all pass.

    Symbols are written as in NewsItem.tickers, exchanges in capitals; catalysts are
    names of catalysts.toml; `min_score` is of |sentiment|, 0..1.
    """

    tickers: frozenset[str] = frozenset()
    exchanges: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    catalysts: frozenset[str] = frozenset()
    min_score: float = 0.0
    sessions: frozenset[Session] = frozenset()
    pattern: Pattern | None = None

    def misses(self, alert: Alert, occasion: Occasion) -> Iterator[str]:
        """Yield each condition that is not met, for a person; nothing: it is taken."""
        item = alert.item
        if self.tickers and self.tickers.isdisjoint(item.tickers):
            yield "tickers: names none of them"
        if self.exchanges and self.exchanges.isdisjoint(occasion.exchanges):
            named = ", ".join(sorted(occasion.exchanges)) or "no known exchange"
            yield f"exchanges: {named}"
        if self.sources and item.source not in self.sources:
            yield f"sources: {item.source}"
        if self.catalysts and self.catalysts.isdisjoint(alert.catalysts):
            yield f"catalysts: {', '.join(alert.catalysts) or 'none'}"
        if self._is_weak(alert):
            yield f"min_score: |{alert.sentiment:+.2f}| is below {self.min_score:g}"
        if self.sessions and occasion.session not in self.sessions:
            yield f"sessions: it is {occasion.session.value}"
        if self.pattern and not self.pattern.is_in(item.title):
            yield "pattern: not in the headline"

    def _is_weak(self, alert: Alert) -> bool:
        """Halts and figures of the economy have no score; nor where the scorer failed.

        As in scoring.policy: what is not gated there is not gated here.
        """
        if alert.item.event in _UNSCORED or alert.item.is_market:
            return False
        return alert.sentiment is not None and abs(alert.sentiment) < self.min_score

    def described(self) -> str:
        """Return the conditions in one line, "everything" without any."""
        lists = {
            "tickers": self.tickers,
            "exchanges": self.exchanges,
            "sources": self.sources,
            "catalysts": self.catalysts,
            "sessions": {session.value for session in self.sessions},
        }
        parts = [f"{name} {', '.join(sorted(v))}" for name, v in lists.items() if v]
        if self.min_score:
            parts.append(f"min_score {self.min_score:g}")
        if self.pattern:
            parts.append(f"pattern {self.pattern.text}")
        return "; ".join(parts) or "everything"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """When a channel gets nothing, New York time; `start` after `end`: over midnight.

    `breaking_passes`: alerts that are breaking come all the same.
    """

    start: time
    end: time
    breaking_passes: bool = False

    def holds(self, alert: Alert, now: datetime) -> bool:
        """Tell whether an alert is kept away at `now`."""
        if alert.breaking and self.breaking_passes:
            return False
        local = now.astimezone(NEW_YORK).time()
        if self.start <= self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `count` alerts in any `seconds`."""

    count: int
    seconds: float

    def __str__(self) -> str:
        return f"{self.count} in {self.seconds:g} s"


@dataclass(slots=True)
class Quota:
    """What is left of a limit; times are event time, in unix seconds."""

    limit: Limit
    _taken: deque[float] = field(default_factory=deque)

    def is_left(self, now: float) -> bool:
        """Tell whether one more may pass; what a clock set back left ahead is void."""
        taken = self._taken
        while taken and not now - self.limit.seconds < taken[0] <= now:
            taken.popleft()
        return len(taken) < self.limit.count

    def take(self, now: float) -> None:
        """Count one that passes."""
        self._taken.append(now)
