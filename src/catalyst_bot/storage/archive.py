"""What has been seen and sent, read back: for intake, delivery and the commands."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Row, delete, or_, select

from catalyst_bot.model import (
    Alert,
    Analysis,
    CardState,
    Change,
    MessageRef,
    Reason,
)
from catalyst_bot.storage.database import Database
from catalyst_bot.storage.records import ALERT, ANALYSIS, REF
from catalyst_bot.storage.schema import (
    DONE,
    GIVEN_UP,
    alerts,
    aliases,
    items,
    jobs,
    messages,
    rejections,
)

ITEM_DAYS = 30  # after the last sight: a halt may stay listed for years
JOB_DAYS = 7  # finished jobs but posts, which are the record against a second post
_CHANGES = TypeAdapter(tuple[Change, ...])
_SOURCES = TypeAdapter(tuple[str, ...])
_DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An item that carried a name before."""

    item_key: str
    source: str
    title: str
    alert_key: str | None
    seen_at: float  # unix seconds when the name was recorded
    last_seen: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An item as the comparison of stories needs it."""

    key: str
    title: str
    tickers: tuple[str, ...]
    first_seen: float  # unix seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A posted card."""

    ref: MessageRef
    posted: float  # unix seconds
    posted_after: float
    is_resent: bool
    is_plain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAlert:
    """An alert with all that is known of it: enough to render its card again."""

    alert: Alert
    raised: float  # unix seconds
    analysis: Analysis
    also: tuple[str, ...]
    changes: tuple[Change, ...]
    messages: tuple[Message, ...]

    def message(self, channel: str) -> Message | None:
        """Return the card in `channel`, or None while it is not posted there."""
        return next((m for m in self.messages if m.ref.channel == channel), None)

    def card_state(self, channel: str) -> CardState:
        """Return what the card in `channel` shows now."""
        message = self.message(channel)
        state = CardState(analysis=self.analysis, also=self.also, changes=self.changes)
        if message is None:
            return state
        return CardState(
            analysis=self.analysis,
            also=self.also,
            changes=self.changes,
            posted_after=message.posted_after,
            is_resent=message.is_resent,
            is_plain=message.is_plain,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRejection:
    """A decision against an alert, as `why` shows it."""

    source: str
    title: str
    reason: Reason
    detail: str
    sentiment: float | None
    at: datetime


@dataclass(slots=True)
class _Batch:
    """Keys that are asked for in one query, and what it found."""

    keys: set[str] = field(default_factory=set)
    found: dict[str, StoredAlert] | None = None


class Archive:
    """Queries over what the ledger has recorded."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = asyncio.Lock()
        self._next = _Batch()

    async def recall(self, names: Collection[str]) -> dict[str, Seen]:
        """Return who carried these names, by name; unknown names are absent."""
        query = select(aliases, items).join(items, items.c.key == aliases.c.item_key)
        found: dict[str, Seen] = {}
        wanted = sorted(names)
        async with self._database.read() as connection:
            for start in range(0, len(wanted), 500):  # SQLite caps bound parameters
                part = query.where(aliases.c.alias.in_(wanted[start : start + 500]))
                for row in (await connection.execute(part)).all():
                    found[row.alias] = Seen(
                        item_key=row.item_key,
                        source=row.source,
                        title=row.title,
                        alert_key=row.alert_key,
                        seen_at=row.seen_at,
                        last_seen=row.last_seen,
                    )
        return found

    async def told_since(self, unix: float, *, limit: int) -> tuple[Told, ...]:
        """Return the newest items that were first seen after `unix`, oldest first."""
        query = (
            select(items.c.key, items.c.title, items.c.tickers, items.c.first_seen)
            .where(items.c.last_seen >= unix, items.c.first_seen >= unix)
            .order_by(items.c.first_seen.desc())
            .limit(limit)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            Told(
                key=row.key,
                title=row.title,
                tickers=tuple(row.tickers.split()),
                first_seen=row.first_seen,
            )
            for row in reversed(rows)
        )

    async def alert(self, key: str) -> StoredAlert | None:
        """Return the alert with this key as it now is, or None.

        Whoever gets the turn asks for all who wait: a wave of sixty alerts is read in
        two queries, where sixty would hold up the posts.
        """
        batch = self._next
        batch.keys.add(key)
        async with self._turn:
            if batch.found is None:  # also after a leader that failed or was cancelled
                self._next = _Batch()
                stored = await self.alerts_by_key(batch.keys)
                batch.found = {alert.alert.key: alert for alert in stored}
        return batch.found.get(key)

    async def alerts_by_key(self, keys: Collection[str]) -> tuple[StoredAlert, ...]:
        """Return the alerts with these keys; unknown keys are absent."""
        return await self._alerts(alerts.c.key.in_(list(keys)), limit=len(keys))

    async def latest(self, limit: int) -> tuple[StoredAlert, ...]:
        """Return the newest alerts, newest first."""
        return await self._alerts(None, limit=limit)

    async def find(self, wanted: str, limit: int = 50) -> tuple[StoredAlert, ...]:
        """Return alerts by ticker or by the id of their card, newest first."""
        matches = or_(
            alerts.c.id == wanted.lower(),
            alerts.c.tickers.contains(f" {wanted.upper()} ", autoescape=True),
        )
        return await self._alerts(matches, limit=limit)

    async def rejected(
        self, wanted: str, limit: int = 50
    ) -> tuple[StoredRejection, ...]:
        """Return decisions against an alert, newest first.

        By ticker, or by the id of the alert that the items belong to: its duplicates
        and revisions.
        """
        belonging = (
            select(items.c.key)
            .join(alerts, alerts.c.key == items.c.alert_key)
            .where(alerts.c.id == wanted.lower())
        )
        matches = or_(
            rejections.c.item_key.in_(belonging),
            rejections.c.tickers.contains(f" {wanted.upper()} ", autoescape=True),
        )
        query = select(rejections).where(matches).order_by(rejections.c.id.desc())
        async with self._database.read() as connection:
            rows = (await connection.execute(query.limit(limit))).all()
        return tuple(_rejection(row) for row in rows)

    async def prune(self, *, unix: float, retention_days: float) -> int:
        """Delete what has expired; return the number of rows."""
        old = unix - retention_days * _DAY
        stale = select(items.c.key).where(items.c.last_seen < unix - ITEM_DAYS * _DAY)
        ended = jobs.c.state.in_((DONE, GIVEN_UP))
        posts = jobs.c.queue.like("post%")
        statements = (
            delete(aliases).where(aliases.c.item_key.in_(stale)),
            delete(items).where(items.c.last_seen < unix - ITEM_DAYS * _DAY),
            delete(rejections).where(rejections.c.at < old),
            delete(messages).where(messages.c.posted < old),
            delete(alerts).where(alerts.c.raised < old),
            delete(jobs).where(ended, posts, jobs.c.created < old),
            delete(jobs).where(ended, ~posts, jobs.c.created < unix - JOB_DAYS * _DAY),
        )
        deleted = 0
        for statement in statements:  # one transaction each: an alert waits for none
            async with self._database.write() as connection:
                deleted += (await connection.execute(statement)).rowcount
        return deleted

    async def _alerts(
        self, condition: ColumnElement[bool] | None, *, limit: int
    ) -> tuple[StoredAlert, ...]:
        query = select(alerts).order_by(alerts.c.raised.desc()).limit(limit)
        if condition is not None:
            query = query.where(condition)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
            keys = [row.key for row in rows]
            sent = select(messages).where(messages.c.alert_key.in_(keys))
            cards = (await connection.execute(sent)).all() if keys else ()
        return tuple(
            _alert(row, [card for card in cards if card.alert_key == row.key])
            for row in rows
        )


def _alert(
    row: Row[tuple[object, ...]], cards: Sequence[Row[tuple[object, ...]]]
) -> StoredAlert:
    return StoredAlert(
        alert=ALERT.validate_json(row.alert),
        raised=row.raised,
        analysis=ANALYSIS.validate_json(row.analysis),
        also=_SOURCES.validate_json(row.also),
        changes=_CHANGES.validate_json(row.changes),
        messages=tuple(
            Message(
                ref=REF.validate_json(card.ref),
                posted=card.posted,
                posted_after=card.posted_after,
                is_resent=card.is_resent,
                is_plain=card.is_plain,
            )
            for card in cards
        ),
    )


def _rejection(row: Row[tuple[object, ...]]) -> StoredRejection:
    return StoredRejection(
        source=row.source,
        title=row.title,
        reason=Reason(row.reason),
        detail=row.detail,
        sentiment=row.sentiment,
        at=datetime.fromtimestamp(row.at, UTC),
    )
