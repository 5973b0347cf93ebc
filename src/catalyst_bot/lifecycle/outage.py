"""What keeps news from coming in or alerts from going out, and since when; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from catalyst_bot.model import BREAKING, Alert
from catalyst_bot.ops.health import Health

DOWN, FEEDS, DISCORD, PAUSED = "down", "feeds", "discord", "paused"
WORDS = {
    DOWN: "the bot was not running",
    FEEDS: "no source answered",
    DISCORD: "Discord did not answer",
    PAUSED: "posts were paused",
}
# As `storage.waiting_posts.newest_first` orders what waited: below every value (0..1).
_SCALE, _DAY = 0.001, 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A time in which alerts could not be told; unix seconds.

    `counted`: what was posted or came too late from then on belongs to it. The first
    page after it is committed before anybody knows that it is over.
    """

    began: float
    causes: tuple[str, ...]  # of WORDS
    counted: float
    ended: float = 0.0  # 0.0: it goes on

    @property
    def words(self) -> str:
        """Return why, for a person."""
        return ", ".join(WORDS.get(cause, cause) for cause in self.causes)

    def also(self, other: "Outage") -> "Outage":
        """Return this outage with another one that touches it."""
        causes = tuple(dict.fromkeys((*self.causes, *other.causes)))
        began = min(self.began, other.began)
        counted = min(self.counted, other.counted)
        return Outage(began=began, causes=causes, counted=counted)


def troubles(health: Health, *, started: float) -> Mapping[str, float]:
    """Return what does not work now, and since when, in unix seconds.

    All sources have to fail: one that is asked rarely is no outage, nor is one that
    is sick while others are well.
    """
    found: dict[str, float] = {}
    sources = health.sources
    if sources and all(source.failures for source in sources):
        last = max(source.last_success for source in sources)
        found[FEEDS] = max(last, started)
    if health.unanswered:
        found[DISCORD] = min(health.unanswered.values())
    if health.paused_since:
        found[PAUSED] = health.paused_since
    return found


def follow(
    outage: Outage | None,
    found: Mapping[str, float],
    *,
    now: float,
    longest: float,
) -> Outage | None:
    """Return the outage as it is at `now`: begun, worse, ended, or None.

    Trouble becomes an outage after `longest` seconds; the outage ends when none of its
    causes is left.
    """
    long = {cause: since for cause, since in found.items() if now - since > longest}
    if long:
        began = min(long.values())
        new = Outage(began=began, causes=tuple(long), counted=began)
        return outage.also(new) if outage else new
    if outage and not outage.ended and not set(outage.causes) & set(found):
        return replace(outage, ended=now)
    return outage


def newest_first(alert: Alert, *, unix: float) -> float:
    """Return the priority of an alert while an outage is caught up.

    Breaking ones first, then by the age of the news; `unix` is event time.
    """
    age = unix - alert.item.published_at.timestamp()
    order = _SCALE * min(1.0, max(0.0, 1.0 - age / _DAY))
    return order + (BREAKING if alert.breaking else 0.0)
