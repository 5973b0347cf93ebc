"""Forgets what has expired, in steps so small that no alert waits for them.

Kept for RETENTION_DAYS: alerts, their messages and conflicts, rejections and the jobs
of posts, since such a row is the record against a second post. Other ended jobs stay
for JOB_DAYS, and items with their names for ITEM_DAYS after the last sight, those of an
alert with it.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from time import perf_counter

from sqlalchemy import (
    ColumnElement,
    Delete,
    Table,
    and_,
    column,
    delete,
    or_,
    select,
)

from catalyst_bot.storage.checkpoints import checkpoint
from catalyst_bot.storage.database import Database
from catalyst_bot.storage.schema import (
    DONE,
    GIVEN_UP,
    alerts,
    aliases,
    conflicts,
    items,
    jobs,
    messages,
    rejections,
)

ITEM_DAYS = 30  # after the last sight: a halt may stay listed for years
JOB_DAYS = 7
STEP = 0.005  # seconds that a transaction aims at, on whatever disk there is
_FEWEST, _FIRST, _MOST = 5, 20, 500  # rows of a transaction
_LOOK = 2000  # rows that one query finds
_DAY = 86_400.0
_ROW: ColumnElement[int] = column("rowid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What one pruning did."""

    rows: int
    longest: float  # seconds for which its slowest transaction held the writer


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """Rows of a table that have expired."""

    table: Table
    expired: ColumnElement[bool]


async def prune(database: Database, *, unix: float, retention_days: float) -> Pruned:
    """Delete what has expired at `unix`.

    A reader, which holds up nobody, finds the rows. The writer is then held for a step
    of so many rows as take STEP seconds, and left to others for at least as long.

    Raises:
        StorageError: the database failed; the steps before are kept.
    """
    deleted, longest, size = 0, 0.0, _FIRST
    await checkpoint(
        database.path
    )  # what came before is not for the first step to move
    for rule in _rules(unix=unix, retention_days=retention_days):
        async for found in _expired(database, rule):
            left = found
            while left:
                step, left = left[:size], left[size:]
                rows, taken = await _delete(database, rule, step)
                deleted, longest = deleted + rows, max(longest, taken)
                size = min(max(_FEWEST, int(size * STEP / taken)), 2 * size, _MOST)
                await checkpoint(database.path)
                await asyncio.sleep(taken)
    return Pruned(rows=deleted, longest=longest)


def _rules(*, unix: float, retention_days: float) -> tuple[_Rule, ...]:
    old = unix - retention_days * _DAY
    ended = jobs.c.state.in_((DONE, GIVEN_UP))
    posts = jobs.c.queue.startswith("post")
    finished = and_(ended, posts, jobs.c.created < old)
    others = and_(ended, ~posts, jobs.c.created < unix - JOB_DAYS * _DAY)
    unseen = items.c.last_seen < unix - ITEM_DAYS * _DAY
    # An alert is found by its item: see storage.fulltext.
    untold = or_(items.c.alert_key.is_(None), items.c.last_seen < old)
    return (
        _Rule(table=items, expired=and_(unseen, untold)),
        _Rule(table=rejections, expired=rejections.c.at < old),
        _Rule(table=conflicts, expired=conflicts.c.at < old),
        _Rule(table=messages, expired=messages.c.posted < old),
        _Rule(table=alerts, expired=alerts.c.raised < old),
        _Rule(table=jobs, expired=finished | others),
    )


async def _expired(database: Database, rule: _Rule) -> AsyncIterator[Sequence[int]]:
    """Yield the row numbers of what has expired, at most _LOOK at a time."""
    query = select(_ROW).select_from(rule.table).where(rule.expired).limit(_LOOK)
    is_more = True
    while is_more:
        async with database.read() as connection:
            found = (await connection.execute(query)).scalars().all()
        is_more = len(found) == _LOOK
        yield found


async def _delete(
    database: Database, rule: _Rule, step: Sequence[int]
) -> tuple[int, float]:
    """Delete these rows; return how many, and for how long the writer was held."""
    deleted = 0
    async with database.write() as connection:
        began = perf_counter()
        for statement in _deletions(rule, step):
            deleted += (await connection.execute(statement)).rowcount
    return deleted, perf_counter() - began


def _deletions(rule: _Rule, found: Sequence[int]) -> tuple[Delete, ...]:
    """Return what deletes these rows, unless they were touched since they were found.

    The names of an item go with it: without one of them it could come again as news.
    """
    chosen = and_(_ROW.in_(found), rule.expired)
    deletion = delete(rule.table).where(chosen)
    if rule.table is not items:
        return (deletion,)
    keys = select(items.c.key).where(chosen)
    return (delete(aliases).where(aliases.c.item_key.in_(keys)), deletion)
