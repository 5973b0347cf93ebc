"""What has been seen and sent, read back: for intake, delivery and the commands."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter

from sqlalchemy import ColumnElement, String, and_, func, or_, select, true

from catalyst_bot.card_state import MessageRef
from catalyst_bot.model import Event, Hold
from catalyst_bot.storage.database import Database
from catalyst_bot.storage.disputes import ALERT_JSON, IS_DISPUTED, read_disputes
from catalyst_bot.storage.remembered import HOLD_FACT, load_hold
from catalyst_bot.storage.schema import (
    OPEN,
    alerts,
    aliases,
    facts,
    items,
    jobs,
    messages,
    rejections,
)
from catalyst_bot.storage.seen import Seen, Told, read_seen, read_told
from catalyst_bot.storage.stored import (
    StoredAlert,
    StoredRejection,
    read_alert,
    read_rejection,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page of alerts ended: the last one's time and id."""

    raised: float  # unix seconds
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many posts wait, the `old` ones among them."""

    posts: int
    old: int


@dataclass(slots=True)
class _Batch:
    """Keys that are asked for in one query, and what it found."""

    keys: set[str] = field(default_factory=set)
    found: dict[str, StoredAlert] | None = None


class Archive:
    """Queries over what the ledger has recorded."""

    def __init__(self, database: Database) -> None:
        self._database, self._left_out = database, database.left_out
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
                    read = partial(read_seen, row)
                    seen = self._left_out.read("items", row.item_key, read)
                    if seen is not None:
                        found[row.alias] = seen
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
        oldest_first, key = list(reversed(rows)), attrgetter("key")
        return self._left_out.each("items", oldest_first, read_told, key=key)

    async def alert(self, key: str) -> StoredAlert | None:
        """Return the alert with this key as it now is, or None.

        Whoever gets the turn asks for all who wait: a wave of sixty alerts is read in
        two queries, where sixty would hold up the posts.
        """
        return (await self._found([key])).get(key)

    async def alerts_by_key(self, keys: Collection[str]) -> tuple[StoredAlert, ...]:
        """Return the alerts with these keys; unknown keys are absent."""
        return await self._alerts(alerts.c.key.in_(list(keys)), limit=len(keys))

    async def alerts_of(self, keys: Sequence[str]) -> tuple[StoredAlert, ...]:
        """Return the alerts with these keys in this order; unknown ones are absent."""
        found = await self._found(keys)
        return tuple(found[key] for key in keys if key in found)

    async def sharing(self, ref: MessageRef) -> tuple[StoredAlert, ...]:
        """Return the alerts whose cards stand in this message, in their order there."""
        cards = select(messages.c.alert_key).where(
            messages.c.channel == ref.channel,
            messages.c.message_id == ref.message_id,
        )
        found = await self._alerts(alerts.c.key.in_(cards), limit=ref.cards)
        return tuple(sorted(found, key=lambda stored: stored.position(ref.channel)))

    async def latest(self, limit: int) -> tuple[StoredAlert, ...]:
        """Return the newest alerts, newest first."""
        return await self._alerts(None, limit=limit)

    async def find(self, wanted: str, limit: int = 50) -> tuple[StoredAlert, ...]:
        """Return alerts by ticker or by the id of their card, newest first."""
        matches = or_(
            alerts.c.id == wanted.lower(),
            _names(alerts.c.tickers, wanted),
        )
        return await self._alerts(matches, limit=limit)

    async def page(
        self,
        *,
        limit: int,
        before: Place | None = None,
        ticker: str = "",
        event: Event | None = None,
        catalyst: str = "",
        channel: str = "",
        watch: str = "",
    ) -> tuple[StoredAlert, ...]:
        """Return alerts past `before`, newest first.

        Only of a ticker, of an event, with a catalyst, with a card in a channel, taken
        by a watch of that query, where one is given.
        """
        conditions: list[ColumnElement[bool]] = [true()]
        if before is not None:
            tied = and_(alerts.c.raised == before.raised, alerts.c.id < before.id)
            conditions.append(or_(alerts.c.raised < before.raised, tied))
        if ticker:
            conditions.append(_names(alerts.c.tickers, ticker))
        if event is not None:
            reported = func.json_extract(ALERT_JSON, "$.item.event")
            conditions.append(reported == event.value)
        if catalyst:
            found = func.json_extract(ALERT_JSON, "$.catalysts", type_=String)
            conditions.append(found.contains(f'"{catalyst}"', autoescape=True))
        if channel:
            there = select(messages.c.alert_key).where(messages.c.channel == channel)
            conditions.append(alerts.c.key.in_(there))
        if watch:
            query = f'"query":{json.dumps(watch, ensure_ascii=False)}'
            conditions.append(alerts.c.routes.contains(query, autoescape=True))
        return await self._alerts(and_(*conditions), limit=limit)

    async def by_id(self, alert_id: str) -> StoredAlert | None:
        """Return the alert with this id on its card, or None."""
        found = await self._alerts(alerts.c.id == alert_id, limit=1)
        return found[0] if found else None

    async def beginning(self, digits: str, *, limit: int) -> tuple[StoredAlert, ...]:
        """Return alerts whose id begins with these digits, newest first."""
        matches = alerts.c.id.startswith(digits, autoescape=True)
        return await self._alerts(matches, limit=limit)

    async def hold(self) -> Hold | None:
        """Return the pause that was recorded last, which may be over by now."""
        query = select(facts.c.value).where(facts.c.key == HOLD_FACT)
        async with self._database.read() as connection:
            value = (await connection.execute(query)).scalar_one_or_none()
        read = partial(load_hold, value or "null")
        return self._left_out.read("facts", HOLD_FACT, read)

    async def waiting_posts(self, *, before: float) -> Waiting:
        """Return how many posts wait, and how many since before a unix time."""
        is_old = func.coalesce(func.sum(jobs.c.created < before), 0)
        query = select(func.count(), is_old).where(
            jobs.c.queue.startswith("post:"), jobs.c.state == OPEN
        )
        async with self._database.read() as connection:
            count, old = (await connection.execute(query)).one()
        return Waiting(posts=count, old=old)

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
            _names(rejections.c.tickers, wanted),
        )
        return await self._rejections(matches, limit=limit)

    async def rejections_page(
        self, *, limit: int, before: int | None = None, ticker: str = ""
    ) -> tuple[StoredRejection, ...]:
        """Return decisions with a number below `before`, newest first."""
        conditions: list[ColumnElement[bool]] = [true()]
        if before is not None:
            conditions.append(rejections.c.id < before)
        if ticker:
            conditions.append(_names(rejections.c.tickers, ticker))
        return await self._rejections(and_(*conditions), limit=limit)

    async def _found(self, keys: Collection[str]) -> dict[str, StoredAlert]:
        batch = self._next
        batch.keys.update(keys)
        async with self._turn:
            if batch.found is None:  # also after a leader that failed or was cancelled
                self._next = _Batch()
                stored = await self.alerts_by_key(batch.keys)
                batch.found = {alert.alert.key: alert for alert in stored}
        return batch.found

    async def _alerts(
        self, condition: ColumnElement[bool] | None, *, limit: int
    ) -> tuple[StoredAlert, ...]:
        newest_first = (alerts.c.raised.desc(), alerts.c.id.desc())
        query = select(alerts, IS_DISPUTED).order_by(*newest_first).limit(limit)
        if condition is not None:
            query = query.where(condition)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
            keys = [row.key for row in rows]
            sent = select(messages).where(messages.c.alert_key.in_(keys))
            cards = (await connection.execute(sent)).all() if keys else ()
            disputed = [row.key for row in rows if row.is_disputed]
            told = (
                await read_disputes(connection, disputed, left_out=self._left_out)
                if disputed
                else {}
            )
        cards_of = defaultdict(list)
        for card in cards:
            cards_of[card.alert_key].append(card)
        found = (
            read_alert(
                row,
                cards_of[row.key],
                told.get(row.key, ()),
                left_out=self._left_out,
            )
            for row in rows
        )
        return tuple(one for one in found if one is not None)

    async def _rejections(
        self, condition: ColumnElement[bool], *, limit: int
    ) -> tuple[StoredRejection, ...]:
        query = select(rejections).where(condition).order_by(rejections.c.id.desc())
        async with self._database.read() as connection:
            rows = (await connection.execute(query.limit(limit))).all()
        key = attrgetter("id")
        return self._left_out.each("rejections", rows, read_rejection, key=key)


def _names(column: ColumnElement[str], ticker: str) -> ColumnElement[bool]:
    """Tell whether a column of tickers has this one; see `records.ticker_column`."""
    return column.contains(f" {ticker.upper()} ", autoescape=True)
