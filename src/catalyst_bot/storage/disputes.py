"""Conflicts between alerts: recorded, settled once, and read with what a card tells."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from sqlalchemy import Row, and_, bindparam, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalyst_bot.card_state import Counterpart, MessageRef, retraction_of
from catalyst_bot.conflict import Dispute, Kind, State, Strength
from catalyst_bot.model import Alert
from catalyst_bot.storage.database import Database
from catalyst_bot.storage.left_out import LeftOut, moment, words
from catalyst_bot.storage.records import ALERT, CHANGES, REF, Write
from catalyst_bot.storage.schema import alerts, conflicts, messages

MOST_OF_AN_ALERT = 20  # conflicts that are read, the newest

# An alert as JSON functions may be asked about it: one broken row would end the query.
ALERT_JSON = func.iif(
    and_(func.typeof(alerts.c.alert) == "text", func.json_valid(alerts.c.alert)),
    alerts.c.alert,
    "{}",
)

IS_DISPUTED = (
    exists()
    .where(or_(conflicts.c.earlier == alerts.c.key, conflicts.c.later == alerts.c.key))
    .label("is_disputed")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An alert as the look for conflicts needs it."""

    key: str
    title: str
    tickers: tuple[str, ...]
    raised: float  # unix seconds


def save_dispute(dispute: Dispute) -> Write:
    """Record a conflict that a rule found; one of the same two is left as it is."""
    row = {
        "earlier": dispute.earlier,
        "later": dispute.later,
        "kind": dispute.kind.value,
        "strength": dispute.strength.value,
        "reason": dispute.reason,
        "at": dispute.at,
        "state": dispute.state.value,
    }
    return Write(_SAVE, row)


def settle_dispute(dispute: Dispute) -> Write:
    """Record what became of a conflict, unless that is known already."""
    row = {
        "one": dispute.earlier,
        "other": dispute.later,
        "ended": dispute.state.value,
        "sure": dispute.confidence,
        "why": dispute.reasoning,
    }
    return Write(_SETTLE, row)


async def standing_since(
    database: Database, *, unix: float, limit: int
) -> tuple[Standing, ...]:
    """Return the newest alerts of news raised after `unix`, oldest first."""
    query = (
        select(alerts.c.key, alerts.c.tickers, alerts.c.raised, _TITLE)
        .where(alerts.c.raised >= unix, _KIND.in_(("feed", "alpaca")), _EVENT == "news")
        .order_by(alerts.c.raised.desc())
        .limit(limit)
    )
    async with database.read() as connection:
        rows = (await connection.execute(query)).all()
    oldest_first = list(reversed(rows))
    key = attrgetter("key")
    return database.left_out.each("alerts", oldest_first, _standing, key=key)


async def read_disputes(
    connection: AsyncConnection, keys: Collection[str], *, left_out: LeftOut
) -> Mapping[str, Sequence[Counterpart]]:
    """Return the counterparts of alerts by the keys of these, the newest first."""
    among = or_(conflicts.c.earlier.in_(keys), conflicts.c.later.in_(keys))
    query = select(conflicts).where(among).order_by(conflicts.c.at.desc())
    rows = await connection.execute(query.limit(MOST_OF_AN_ALERT * len(keys)))
    disputes = left_out.each(
        "conflicts", rows.all(), _dispute, key=attrgetter("earlier", "later")
    )
    others = {key for one in disputes for key in (one.earlier, one.later)}
    told = await connection.execute(select(alerts).where(alerts.c.key.in_(others)))
    sent = select(messages).where(messages.c.alert_key.in_(others))
    refs: dict[str, list[MessageRef]] = defaultdict(list)
    cards = await connection.execute(sent.order_by(messages.c.posted))
    for key, ref in left_out.each(
        "messages", cards, _ref, key=attrgetter("alert_key", "channel")
    ):
        refs[key].append(ref)
    sides = left_out.each("alerts", told.all(), _side, key=attrgetter("key"))
    known = {side.alert.key: side for side in sides}
    found: dict[str, list[Counterpart]] = defaultdict(list)
    for dispute in disputes:
        pairs = (dispute.earlier, dispute.later), (dispute.later, dispute.earlier)
        for key, other in pairs:
            if key in keys and other in known:
                counterpart = Counterpart(
                    dispute=dispute,
                    id=known[other].alert.id,
                    title=known[other].alert.item.title,
                    raised_at=known[other].alert.raised_at,
                    refs=tuple(refs[other]),
                    is_retracted=known[other].is_retracted,
                )
                found[key].append(counterpart)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    alert: Alert
    is_retracted: bool


def _side(row: Row[tuple[object, ...]]) -> _Side:
    changes = CHANGES.validate_json(row.changes)
    return _Side(
        alert=ALERT.validate_json(row.alert),
        is_retracted=retraction_of(changes) is not None,
    )


def _ref(card: Row[tuple[object, ...]]) -> tuple[str, MessageRef]:
    return card.alert_key, REF.validate_json(card.ref)


def _standing(row: Row[tuple[object, ...]]) -> Standing:
    return Standing(
        key=words(row.key),
        title=words(row.title),
        tickers=tuple(words(row.tickers).split()),
        raised=moment(row.raised),
    )


def _dispute(row: Row[tuple[object, ...]]) -> Dispute:
    return Dispute(
        earlier=row.earlier,
        later=row.later,
        kind=Kind(row.kind),
        strength=Strength(row.strength),
        reason=words(row.reason),
        at=moment(row.at),
        state=State(row.state),
        confidence=None if row.confidence is None else float(row.confidence),
        reasoning=words(row.reasoning),
    )


_TITLE = func.json_extract(ALERT_JSON, "$.item.title").label("title")
_KIND = func.json_extract(ALERT_JSON, "$.item.kind")
_EVENT = func.json_extract(ALERT_JSON, "$.item.event")
_SAVE = insert(conflicts).prefix_with("OR IGNORE")
_SETTLE = (
    update(conflicts)
    .where(
        conflicts.c.earlier == bindparam("one"),
        conflicts.c.later == bindparam("other"),
        conflicts.c.state == State.WAITING.value,
    )
    .values(
        state=bindparam("ended"),
        confidence=bindparam("sure"),
        reasoning=bindparam("why"),
    )
)
