"""What the archive gives back: alerts with all that is known of them; rejections."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from operator import attrgetter

from sqlalchemy import Row

from catalyst_bot.card_state import (
    Analysis,
    CardState,
    Change,
    Counterpart,
    KeyFact,
    MessageRef,
    Phase,
    Quote,
    retraction_of,
)
from catalyst_bot.conflict import Dispute, State, Strength
from catalyst_bot.model import Alert, Interest, Reason, Routed
from catalyst_bot.storage import records, waiting_posts
from catalyst_bot.storage.left_out import LeftOut, moment, words
from catalyst_bot.storage.records import (
    ALERT,
    ANALYSIS,
    CHANGES,
    QUOTE,
    REF,
    ROUTES,
    STATEMENTS,
    TEXTS,
    Write,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A posted card."""

    ref: MessageRef
    posted: float  # unix seconds
    posted_after: float
    is_resent: bool
    is_plain: bool
    edits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAlert:
    """An alert with all that is known of it: enough to render its card again.

    `said` is the JSON of all statements of its document: few readers want them.
    """

    alert: Alert
    raised: float  # unix seconds
    analysis: Analysis
    also: tuple[str, ...]
    changes: tuple[Change, ...]
    messages: tuple[Message, ...]
    quote: Quote | None = None
    routes: tuple[Routed, ...] = ()
    counterparts: tuple[Counterpart, ...] = ()  # of its conflicts, the newest first
    key_facts: tuple[str, ...] = ()
    said: str = "[]"

    @property
    def statements(self) -> tuple[KeyFact, ...]:
        """Return all that its document states, as far as it was read."""
        try:
            return STATEMENTS.validate_json(self.said)
        except ValueError:  # what nobody can read is not shown
            logger.exception("statements not read", extra={"id": self.alert.id})
            return ()

    @property
    def channels(self) -> tuple[str, ...]:
        """Return the channels in which its card stands or is to stand."""
        standing = [message.ref.channel for message in self.messages]
        taking = [route.channel for route in self.routes if route.held is None]
        return tuple(dict.fromkeys((*standing, *taking)))

    @property
    def watches(self) -> tuple[tuple[str, Interest], ...]:
        """Return the watches that took it, each after its channel."""
        return tuple((one.channel, each) for one in self.routes for each in one.watches)

    def message(self, channel: str) -> Message | None:
        """Return the card in `channel`, or None while it is not posted there."""
        return next((m for m in self.messages if m.ref.channel == channel), None)

    @property
    def retraction(self) -> Change | None:
        """Return what took the alert back, None while it stands."""
        return retraction_of(self.changes)

    def position(self, channel: str) -> int:
        """Return the card's place in its message in `channel`; 0 without one."""
        message = self.message(channel)
        return message.ref.position if message else 0

    @property
    def is_read(self) -> bool:
        """Tell whether there is a verdict on the headline as it now is."""
        is_current = self.analysis.headline in ("", self.alert.item.title)
        return self.analysis.verdict is not None and is_current

    @property
    def is_settled(self) -> bool:
        """Tell whether no reading of it is wanted any more."""
        return self.is_read or self.retraction is not None

    def outdoes(self, analysis: Analysis) -> bool:
        """Tell whether a reading says less than what is stored.

        It happens when the headline changed while the model read the earlier one: a
        verdict never goes away.
        """
        if self.analysis.verdict is None:
            return False
        is_older = analysis.headline not in ("", self.alert.item.title)
        return analysis.verdict is None or (is_older and self.is_read)

    @property
    def waiting(self) -> tuple[Counterpart, ...]:
        """Return the earlier alerts that it contradicts, while no verdict is known."""
        return tuple(
            each
            for each in self.counterparts
            if each.dispute.later == self.alert.key
            and each.dispute.state is State.WAITING
        )

    @property
    def conflicts_with(self) -> tuple[Counterpart, ...]:
        """Return the earlier alerts that its card names, the surest first."""
        told = [
            each
            for each in self.counterparts
            if each.dispute.later == self.alert.key and each.dispute.is_told_by_later
        ]
        return tuple(sorted(told, key=lambda each: _doubt(each.dispute)))

    @property
    def disputed_by(self) -> tuple[Counterpart, ...]:
        """Return the later alerts that its card names, the newest first.

        What was taken back disputes nothing any more.
        """
        return tuple(
            each
            for each in self.counterparts
            if each.dispute.earlier == self.alert.key
            and each.dispute.is_told_by_earlier
            and not each.is_retracted
        )

    @property
    def disputes(self) -> tuple[str, ...]:
        """Return the keys of the earlier alerts whose cards name it."""
        return tuple(
            each.dispute.earlier
            for each in self.counterparts
            if each.dispute.later == self.alert.key and each.dispute.is_told_by_earlier
        )

    def card_state(self, channel: str) -> CardState:
        """Return what the card in `channel` shows now."""
        message = self.message(channel)
        state = CardState(
            analysis=self.analysis,
            also=self.also,
            changes=self.changes,
            quote=self.quote,
            conflicts_with=_seen_from(channel, self.conflicts_with),
            disputed_by=_seen_from(channel, self.disputed_by),
            watches=tuple(
                interest
                for route in self.routes
                for interest in route.watches
                if route.channel == channel and not interest.is_apart
            ),
            key_facts=self.key_facts,
        )
        if message is None:
            return state
        return replace(
            state,
            posted_after=message.posted_after,
            is_resent=message.is_resent,
            is_plain=message.is_plain,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRejection:
    """A decision against an alert, as `why` shows it; `number` grows with time."""

    number: int
    source: str
    title: str
    tickers: tuple[str, ...]
    reason: Reason
    detail: str
    sentiment: float | None
    at: datetime


def retract(stored: StoredAlert, change: Change) -> list[Write]:
    """Return what takes an alert back: its change, and the end of posts not begun."""
    key = stored.alert.key
    writes = [records.add_change(key, change), waiting_posts.cancel_posts(key)]
    if not stored.messages:  # nobody will read it
        off = Analysis(phase=Phase.OFF)
        writes.append(records.save_analysis(key, off))
    return writes


def read_alert(
    row: Row[tuple[object, ...]],
    cards: Sequence[Row[tuple[object, ...]]],
    counterparts: Sequence[Counterpart] = (),
    *,
    left_out: LeftOut,
) -> StoredAlert | None:
    """Return a row of `alerts` with its rows of `messages`, None if it is broken."""
    read = partial(_alert, row, cards, counterparts, left_out=left_out)
    return left_out.read("alerts", row.key, read)


def _alert(
    row: Row[tuple[object, ...]],
    cards: Sequence[Row[tuple[object, ...]]],
    counterparts: Sequence[Counterpart],
    *,
    left_out: LeftOut,
) -> StoredAlert:
    key = attrgetter("alert_key", "channel")
    return StoredAlert(
        alert=ALERT.validate_json(row.alert),
        raised=moment(row.raised),
        analysis=ANALYSIS.validate_json(row.analysis),
        also=TEXTS.validate_json(row.also),
        changes=CHANGES.validate_json(row.changes),
        quote=QUOTE.validate_json(row.quote) if row.quote else None,
        routes=ROUTES.validate_json(row.routes),
        counterparts=tuple(counterparts),
        key_facts=TEXTS.validate_json(row.key_facts),
        said=words(row.statements),
        messages=left_out.each("messages", cards, _message, key=key),
    )


def _message(card: Row[tuple[object, ...]]) -> Message:
    return Message(
        ref=REF.validate_json(card.ref),
        posted=moment(card.posted),
        posted_after=float(card.posted_after),
        is_resent=card.is_resent,
        is_plain=card.is_plain,
        edits=int(card.edits),
    )


def read_rejection(row: Row[tuple[object, ...]]) -> StoredRejection:
    """Return a row of `rejections` as a value."""
    return StoredRejection(
        number=row.id,
        source=words(row.source),
        title=words(row.title),
        tickers=tuple(words(row.tickers).split()),
        reason=Reason(row.reason),
        detail=words(row.detail),
        sentiment=None if row.sentiment is None else float(row.sentiment),
        at=datetime.fromtimestamp(moment(row.at), UTC),
    )


def _seen_from(
    channel: str, counterparts: Sequence[Counterpart]
) -> tuple[Counterpart, ...]:
    return tuple(each.seen_from(channel) for each in counterparts)


def _doubt(dispute: Dispute) -> tuple[bool, bool]:
    """Sort what a model confirmed first, then what the rules are sure of."""
    is_strong = dispute.strength is Strength.STRONG
    return dispute.state is not State.CONFIRMED, not is_strong
