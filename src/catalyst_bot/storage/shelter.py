"""A database in memory, in which alerts go on while the disk takes nothing.

It begins with what an alert needs of the file: open jobs, facts, and the newest items,
so that nothing is news twice. When the disk is back, every row that changed is written
to it in one transaction: message ids and seen items are then known after a restart too.
"""

import logging
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Table, delete, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.schema import CreateIndex, CreateTable

from catalyst_bot.storage.engines import BUSY, open_memory
from catalyst_bot.storage.schema import (
    OPEN,
    alerts,
    aliases,
    conflicts,
    facts,
    items,
    jobs,
    messages,
    metadata,
    rejections,
)

MOST_ITEMS = 10_000  # with their names: some 15 MB
MOST_ALERTS = 2_000
MOST_REJECTIONS = 1_000
MOST_JOBS = 10_000  # of those that have ended
_RECENT = 3600.0  # seconds; ended jobs that are newer are known too
_DIALECT = sqlite.dialect()
_numbers = count(1)

logger = logging.getLogger(__name__)

# In this order: what is taken from a table may depend on those before it.
_TAKEN: Mapping[Table, str] = {
    facts: "",
    jobs: f"WHERE state = {OPEN} OR created > (SELECT max(created) FROM disk.jobs) "  # noqa: S608 - our own numbers
    f"- {_RECENT}",
    items: f"ORDER BY last_seen DESC LIMIT {MOST_ITEMS}",
    aliases: "WHERE item_key IN (SELECT key FROM main.items)",
    alerts: "WHERE key IN (SELECT body FROM main.jobs) OR key IN "  # noqa: S608
    f"(SELECT key FROM disk.alerts ORDER BY raised DESC LIMIT {MOST_ALERTS})",
    messages: "WHERE alert_key IN (SELECT key FROM main.alerts)",
    conflicts: "WHERE earlier IN (SELECT key FROM main.alerts) "
    "OR later IN (SELECT key FROM main.alerts)",
    rejections: f"ORDER BY id DESC LIMIT {MOST_REJECTIONS}",
}


@dataclass(frozen=True, slots=True)
class Shelter:
    """The memory, its engine, and the file whose place it takes."""

    path: Path
    uri: str
    engine: AsyncEngine
    anchor: sqlite3.Connection  # keeps the memory when no other connection does

    async def trim(self) -> None:
        """Forget what is beyond the bounds, however long the disk stays away."""
        newest = (
            (items, items.c.key, items.c.last_seen, MOST_ITEMS),
            (alerts, alerts.c.key, alerts.c.raised, MOST_ALERTS),
            (rejections, rejections.c.id, rejections.c.id, MOST_REJECTIONS),
        )
        async with self.engine.begin() as connection:
            for table, key, age, most in newest:
                kept = select(key).order_by(age.desc()).limit(most)
                await connection.execute(delete(table).where(key.not_in(kept)))
            known, told = select(items.c.key), select(alerts.c.key)
            for orphans in (
                delete(aliases).where(aliases.c.item_key.not_in(known)),
                delete(messages).where(messages.c.alert_key.not_in(told)),
                delete(conflicts).where(conflicts.c.later.not_in(told)),
            ):
                await connection.execute(orphans)
            ended = select(jobs.c.created).where(jobs.c.state != OPEN)
            oldest = ended.order_by(jobs.c.created.desc()).offset(MOST_JOBS).limit(1)
            old = jobs.c.created <= oldest.scalar_subquery()
            await connection.execute(delete(jobs).where(jobs.c.state != OPEN, old))

    def write_back(self) -> None:
        """Write what changed to the file, all or nothing; it blocks.

        Raises:
            sqlite3.Error: the disk still takes nothing.
        """
        with closing(sqlite3.connect(_uri(self.path, "rw"), uri=True)) as disk:
            disk.isolation_level = None
            disk.execute(f"PRAGMA {BUSY}")
            disk.execute("PRAGMA synchronous=FULL")
            # Or a row that is replaced stays in the index of items by its old words.
            disk.execute("PRAGMA recursive_triggers=ON")
            disk.execute("ATTACH ? AS shelter", (self.uri,))
            disk.execute("BEGIN IMMEDIATE")
            for table in _TAKEN:
                disk.execute(_writing_back(table))
            disk.execute("COMMIT")

    async def close(self) -> None:
        """Forget everything."""
        await self.engine.dispose()
        self.anchor.close()


def open_shelter(path: Path) -> Shelter:
    """Take from the file what an alert needs; what cannot be read is absent. Blocks."""
    uri = f"file:/shelter-{next(_numbers)}?vfs=memdb"
    anchor = sqlite3.connect(uri, uri=True, check_same_thread=False)
    anchor.isolation_level = None
    for table in metadata.sorted_tables:
        anchor.execute(str(CreateTable(table).compile(dialect=_DIALECT)))
        for index in table.indexes:
            anchor.execute(str(CreateIndex(index).compile(dialect=_DIALECT)))
    try:
        _fill(anchor, path)
    except sqlite3.Error:  # better an alert twice than none
        logger.exception("database cannot be read")
        anchor.rollback()
    return Shelter(path=path, uri=uri, engine=open_memory(uri), anchor=anchor)


def _fill(anchor: sqlite3.Connection, path: Path) -> None:
    anchor.execute("ATTACH ? AS disk", (_uri(path, "ro"),))
    anchor.execute("BEGIN")
    for table, which in _TAKEN.items():
        columns = _columns(table)
        anchor.execute(
            f"INSERT INTO main.{table.name} ({columns}) "  # noqa: S608 - our own names
            f"SELECT {columns} FROM disk.{table.name} {which}"
        )
    anchor.execute("COMMIT")
    anchor.execute("DETACH disk")


def _writing_back(table: Table) -> str:
    """Return the statement that writes the rows in which memory and disk differ."""
    columns = _columns(table)
    same = " AND ".join(
        f"kept.{column.name} {'=' if column.primary_key else 'IS'} new.{column.name}"
        for column in table.columns
    )
    return (
        f"INSERT OR REPLACE INTO main.{table.name} ({columns}) "  # noqa: S608
        f"SELECT {columns} FROM shelter.{table.name} AS new WHERE NOT EXISTS "
        f"(SELECT 1 FROM main.{table.name} AS kept WHERE {same})"
    )


def _columns(table: Table) -> str:
    return ", ".join(column.name for column in table.columns)


def _uri(path: Path, mode: str) -> str:
    # Attached to a memory, a file would be looked for in memory too.
    return f"file:{quote(str(path.absolute()))}?mode={mode}&vfs=unix"
