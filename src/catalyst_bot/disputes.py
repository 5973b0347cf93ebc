"""Which alerts a headline contradicts, before anything else is decided of it.

A denial is neutral news and a correction repeats a story: both would be lost to the
policy and to the look for duplicates.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from catalyst_bot.conflict import Dispute, State, Strength
from catalyst_bot.model import (
    STORY_KINDS,
    Alert,
    Event,
    NewsItem,
    Reason,
    Rejection,
)
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.reading.standing import Found, StandingAlerts
from catalyst_bot.storage.disputes import save_dispute
from catalyst_bot.storage.records import Write
from catalyst_bot.storage.seen import Seen
from catalyst_bot.storage.stored import StoredAlert

logger = logging.getLogger(__name__)

_DULL = frozenset((Reason.LOW_SCORE, Reason.ROUTINE))
MOST_TOLD = 3  # conflicts of one alert: each costs a question, and a line of its card


class Disputes:
    """Knows the alerts that stand, and records what contradicts them."""

    def __init__(self, standing: StandingAlerts, *, metrics: Metrics) -> None:
        self._standing, self._metrics = standing, metrics

    async def prepare(self) -> None:
        """Make ready to compare with the alerts of earlier starts, bit by bit."""
        await self._standing.prepare()

    def find(self, item: NewsItem, *, unix: float) -> tuple[Found, ...]:
        """Return the alerts that an item contradicts, what is sure first."""
        if not _is_compared(item):
            return ()
        try:
            return self._standing.contradicted_by(item.title, item.tickers, unix=unix)
        except Exception:  # the edge of one item: it contradicts nothing
            logger.exception("look for conflicts broke off", extra={"key": item.key})
            self._metrics.unexpected_errors.labels("conflict").inc()
            return ()

    def stands(self, key: str, item: NewsItem, *, unix: float) -> None:
        """Compare what comes with this alert, or with what it says from now on."""
        if _is_compared(item):
            self._standing.add(key, item.title, item.tickers, unix=unix)

    def record(
        self, alert: Alert, against: "Contradicted", *, unix: float, is_posted: bool
    ) -> list[Write]:
        """Return what is to be kept of an alert that contradicts others.

        What comes is compared with it, too. Unless it `is_posted` anywhere no model
        will read it: what is sure is unconfirmed for good, and the rest nothing.
        """
        self.stands(alert.key, alert.item, unix=unix)
        disputes = [
            Dispute(
                earlier=one.key,
                later=alert.key,
                kind=one.conflict.kind,
                strength=one.conflict.strength,
                reason=one.conflict.reason,
                at=unix,
                state=State.WAITING if is_posted else State.UNCONFIRMED,
            )
            for one in (against.found if is_posted else against.sure)
        ]
        for one in disputes:
            self._metrics.conflicts.labels(one.kind.value, one.state.value).inc()
        return [save_dispute(one) for one in disputes]


class NoDisputes:
    """Stands in where nobody looks for conflicts."""

    async def prepare(self) -> None:
        """Do nothing."""

    def find(self, item: NewsItem, *, unix: float) -> tuple[Found, ...]:  # noqa: ARG002
        """Return that an item contradicts nothing."""
        return ()

    def stands(self, key: str, item: NewsItem, *, unix: float) -> None:
        """Remember nothing."""

    def record(
        self,
        alert: Alert,  # noqa: ARG002
        against: "Contradicted",  # noqa: ARG002
        *,
        unix: float,  # noqa: ARG002
        is_posted: bool,  # noqa: ARG002
    ) -> list[Write]:
        """Return that there is nothing to keep."""
        return []


@dataclass(frozen=True, slots=True)
class Contradicted:
    """The alerts whose cards stand, and which one item contradicts.

    `denied` are those that it surely contradicts.
    """

    found: tuple[Found, ...] = ()
    denied: tuple[StoredAlert, ...] = ()

    @property
    def sure(self) -> tuple[Found, ...]:
        """Return what makes the item news by that alone."""
        return tuple(one for one in self.found if _is_sure(one))

    @property
    def channels(self) -> tuple[str, ...]:
        """Return who was told what it surely contradicts, or is about to be."""
        named = (name for stored in self.denied for name in stored.channels)
        return tuple(dict.fromkeys(named))

    def denies(self, first: Seen | None) -> bool:
        """Tell whether it contradicts the very alert whose story it seems to repeat.

        A second wire with a denial tells the story of the first denial, and joins it.
        """
        keys = {one.key for one in self.sure}
        return first is not None and first.alert_key in keys

    def overrules(self, decision: Alert | Rejection) -> bool:
        """Tell whether an item is an alert for all though the policy does not take it.

        A denial is dull in its words, a dividend put right is routine. What is stale,
        a round-up, a promotion or a notice of a law firm stays what it is.
        """
        if not self.sure:
            return False
        if isinstance(decision, Alert):
            return decision.is_wanted
        return decision.reason in _DULL


NOTHING = Contradicted()


async def those_standing(
    found: Sequence[Found], standing: Callable[[str], Awaitable[StoredAlert | None]]
) -> Contradicted:
    """Return the first MOST_TOLD whose cards stand; `standing` has them by key."""
    told: list[Found] = []
    denied: list[StoredAlert] = []
    for one in found:
        stored = await standing(one.key) if len(told) < MOST_TOLD else None
        if stored is not None:
            told.append(one)
            denied += [stored] if _is_sure(one) else []
    return Contradicted(found=tuple(told), denied=tuple(denied))


def _is_sure(found: Found) -> bool:
    return found.conflict.strength is Strength.STRONG


def _is_compared(item: NewsItem) -> bool:
    """Tell whether an item is news of a company; halts and filings have no headline."""
    return item.kind in STORY_KINDS and item.event is Event.NEWS and bool(item.tickers)
