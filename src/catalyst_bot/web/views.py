"""What the API shows of alerts and rejections; the page draws nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from catalyst_bot.card_state import (
    Analysis,
    CardState,
    Change,
    Counterpart,
    Direction,
    KeyFact,
    Phase,
)
from catalyst_bot.conflict import Kind, State, Strength
from catalyst_bot.delivery.cards import Cards
from catalyst_bot.model import Event, Held, Reason, Side
from catalyst_bot.reading.relevance import ScoredBy
from catalyst_bot.scoring.explanation import Explanation
from catalyst_bot.scoring.policy import Check
from catalyst_bot.storage.stored import Message, StoredAlert, StoredRejection

CARD = "The message as Discord gets it: content, embeds, components."


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionView:
    """A decision against an alert; `number` grows with time."""

    number: int
    at: datetime
    source: str
    title: str
    tickers: tuple[str, ...]
    reason: Reason
    detail: str
    score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A channel whose rules take the alert.

    `message_id` is "" and `posted` (unix seconds) 0.0 where the card does not stand;
    `held` tells why it does not come there.
    """

    channel: str
    message_id: str = ""
    posted: float = 0.0
    held: Held | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """How an alert came about, and what else was said of it.

    `score` is by the rules that are in force now.
    """

    score: Explanation
    gates: tuple[Check, ...]
    route: tuple[Stop, ...]
    related: tuple[RejectionView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictView:
    """The other alert of a conflict; `confidence` and `reasoning` are the model's.

    `state` is waiting for the model, confirmed by it, or unconfirmed: it did not tell.
    """

    id: str
    title: str
    raised_at: datetime
    kind: Kind
    strength: Strength
    state: State
    reason: str
    confidence: float | None
    reasoning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchView:
    """A watch that took an alert, and how relevant it found it, 0 to 1."""

    query: str
    channel: str
    score: float
    source: ScoredBy


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    """One alert with its card as it is now.

    `posted_ms` runs from the last byte of the feed to the start of the post,
    `verdict_ms` on to the verdict or to what stands in its place. `posted` (unix
    seconds) and both are null before that. `provider` gave the verdict, `related` are
    earlier headlines near to this one; `read` is what the verdict is drawn from;
    `channels` have its card. `conflicts_with` are earlier alerts that it contradicts,
    `disputed_by` later ones that contradict it; `watches` took it. `why`, and the
    `statements` of the document behind it, are given for a single alert.
    """

    id: str
    raised_at: datetime
    tickers: tuple[str, ...]
    company: str
    title: str
    source: str
    also: tuple[str, ...]
    event: Event
    link: str
    score: float | None
    side: Side
    value: float
    catalysts: tuple[str, ...]
    breaking: bool
    card: Annotated[dict[str, Any], Field(description=CARD)]
    phase: Phase
    direction: Direction | None
    confidence: float | None
    model: str
    provider: str
    related: tuple[str, ...]
    read: str
    posted_ms: int | None
    verdict_ms: int | None
    posted: float | None
    edits: int
    changes: tuple[Change, ...]
    channels: tuple[str, ...]
    conflicts_with: tuple[ConflictView, ...] = ()
    disputed_by: tuple[ConflictView, ...] = ()
    watches: tuple[WatchView, ...] = ()
    statements: tuple[KeyFact, ...] = ()
    why: Why | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPage:
    """Alerts, newest first; `next` leads to those before them."""

    alerts: tuple[AlertView, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionPage:
    """Rejections, newest first; `next` leads to those before them."""

    rejections: tuple[RejectionView, ...]
    next: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalystList:
    """Names of categories that alerts may have, by priority, the highest first."""

    catalysts: tuple[str, ...]


class Viewer:
    """Shows alerts as they stand in the channel that had them first.

    `shows_analysis` False: the card is without the field, as it was posted.
    """

    def __init__(self, *, cards: Cards, shows_analysis: bool) -> None:
        self._cards, self._shows_analysis = cards, shows_analysis

    def alert(self, stored: StoredAlert) -> AlertView:
        """Return an alert without `why`."""
        alert, analysis = stored.alert, stored.analysis
        item, verdict = alert.item, analysis.verdict
        message = min(stored.messages, key=lambda one: one.posted, default=None)
        state = self._visible(stored.card_state(message.ref.channel if message else ""))
        return AlertView(
            id=alert.id,
            raised_at=alert.raised_at,
            tickers=item.tickers,
            company=item.company,
            title=item.title,
            source=item.source,
            also=stored.also,
            event=item.event,
            link=item.link,
            score=alert.sentiment,
            side=alert.side,
            value=alert.value,
            catalysts=alert.catalysts,
            breaking=alert.breaking,
            card=self._cards.card(alert, state).payload(),
            phase=analysis.phase,
            direction=verdict.direction if verdict else None,
            confidence=verdict.confidence if verdict else None,
            model=analysis.model,
            provider=analysis.provider,
            related=analysis.related,
            read=analysis.read,
            posted_ms=round(message.posted_after * 1000) if message else None,
            verdict_ms=_verdict_ms(message, analysis),
            posted=message.posted if message else None,
            edits=message.edits if message else 0,
            changes=stored.changes,
            channels=tuple(one.ref.channel for one in stored.messages),
            conflicts_with=conflict_views(stored.conflicts_with),
            disputed_by=conflict_views(stored.disputed_by),
            watches=_watch_views(stored),
        )

    def _visible(self, state: CardState) -> CardState:
        if self._shows_analysis:
            return state
        return replace(state, analysis=Analysis(phase=Phase.OFF), key_facts=())


def conflict_views(counterparts: Sequence[Counterpart]) -> tuple[ConflictView, ...]:
    """Return the other alerts of conflicts as the API shows them."""
    return tuple(
        ConflictView(
            id=one.id,
            title=one.title,
            raised_at=one.raised_at,
            kind=one.dispute.kind,
            strength=one.dispute.strength,
            state=one.dispute.state,
            reason=one.dispute.reason,
            confidence=one.dispute.confidence,
            reasoning=one.dispute.reasoning,
        )
        for one in counterparts
    )


def rejection_views(found: Sequence[StoredRejection]) -> tuple[RejectionView, ...]:
    """Return rejections as the API shows them."""
    return tuple(
        RejectionView(
            number=entry.number,
            at=entry.at,
            source=entry.source,
            title=entry.title,
            tickers=entry.tickers,
            reason=entry.reason,
            detail=entry.detail,
            score=entry.sentiment,
        )
        for entry in found
    )


def _watch_views(stored: StoredAlert) -> tuple[WatchView, ...]:
    return tuple(
        WatchView(
            query=one.watch.query,
            channel=channel,
            score=one.score,
            source=ScoredBy.LLM if one.is_read else ScoredBy.LOCAL,
        )
        for channel, one in stored.watches
    )


def route_of(stored: StoredAlert) -> tuple[Stop, ...]:
    """Return where an alert stands, is to stand, and was held back."""
    stops = [
        Stop(
            channel=message.ref.channel,
            message_id=message.ref.message_id,
            posted=message.posted,
        )
        for message in stored.messages
    ]
    standing = {stop.channel for stop in stops}
    meant = {route.channel: route.held for route in stored.routes}
    stops += [
        Stop(channel=channel, held=held)
        for channel, held in meant.items()
        if channel not in standing
    ]
    return tuple(stops)


def _verdict_ms(message: Message | None, analysis: Analysis) -> int | None:
    if message is None or not analysis.after:  # 0.0 also: stored by an earlier version
        return None
    return round((message.posted_after + analysis.after) * 1000)
