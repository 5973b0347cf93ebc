"""Keeps the model's answers, and what they cost, in a SQLite file of their own.

Losing it costs some questions, so it is written without waiting for the disk, and a
damaged file is moved aside: the ledger beside it is never touched.
"""

import asyncio
import logging
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiosqlite
import orjson

from catalyst_bot.errors import StorageError
from catalyst_bot.storage.database import database_path

PATIENCE = 0.25  # seconds; a disk that takes longer is slower than it is worth
_KEEPS_USAGE = 400  # days
_PRUNES_EACH = 100  # puts, so that the file stays near its bound
_FORM = 1  # of the tables; a file of another form is begun anew
_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL")
_BUSY_SHARE = 0.8  # of the patience: another process may hold the file for so long
_TABLES = """
    CREATE TABLE answers (
        key BLOB PRIMARY KEY, packed BLOB NOT NULL, expires REAL NOT NULL);
    CREATE INDEX answers_expire ON answers (expires);
    CREATE TABLE usage (
        day TEXT, provider TEXT, purpose TEXT, name TEXT, amount REAL NOT NULL,
        PRIMARY KEY (day, provider, purpose, name));
    CREATE TABLE cleared (times INTEGER NOT NULL);
    INSERT INTO cleared VALUES (0)"""
_MORE = (  # one statement, so that all of it is added or nothing
    "INSERT INTO usage SELECT json_extract(value, '$[0]'), "
    "json_extract(value, '$[1]'), json_extract(value, '$[2]'), "
    "json_extract(value, '$[3]'), json_extract(value, '$[4]') "
    "FROM json_each(?) WHERE true "
    "ON CONFLICT DO UPDATE SET amount = amount + excluded.amount"
)
_BEYOND = (
    "DELETE FROM answers WHERE key IN "
    "(SELECT key FROM answers ORDER BY expires DESC LIMIT -1 OFFSET ?)"
)

Count = tuple[str, str, str, str, float]  # UTC day, provider, purpose, name, amount

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much is kept."""

    entries: int
    size: int  # bytes of the answers


class AnswerFile:
    """The disk tier of the cache; `open_answers` makes it.

    At most `max_entries` answers, near enough: those that expire first go first.
    """

    name = "disk"

    def __init__(
        self,
        connection: aiosqlite.Connection,
        *,
        max_entries: int,
        unix: Callable[[], float],
        patience: float,
    ) -> None:
        self._connection, self._max_entries = connection, max_entries
        self.patience = patience
        self._unix, self._puts = unix, 0

    async def get(self, key: bytes) -> bytes | None:
        """Return an answer, expired or not.

        Raises:
            StorageError: the file cannot be read.
        """
        query = "SELECT packed FROM answers WHERE key = ?"
        rows = await self._run(query, (key,))
        return rows[0][0] if rows else None

    async def put(self, key: bytes, packed: bytes, *, ttl: float) -> None:
        """Keep an answer for `ttl` seconds.

        Raises:
            StorageError: it was not kept.
        """
        query = "INSERT OR REPLACE INTO answers VALUES (?, ?, ?)"
        await self._run(query, (key, packed, self._unix() + ttl))
        self._puts += 1
        if self._puts % _PRUNES_EACH == 0:
            await self.prune()

    async def prune(self) -> int:
        """Delete what has expired or is too much, old usage too; return the answers.

        Raises:
            StorageError: the file cannot be written.
        """
        now = self._unix()
        expired = "DELETE FROM answers WHERE expires <= ?"
        deleted = await self._delete(expired, (now,))
        deleted += await self._delete(_BEYOND, (self._max_entries,))
        old = "DELETE FROM usage WHERE day < date(?, 'unixepoch')"
        await self._delete(old, (now - _KEEPS_USAGE * 86_400,))
        return deleted

    async def clear(self) -> int:
        """Delete all answers; return how many. A daemon sees it in `times_cleared`.

        Raises:
            StorageError: the file cannot be written.
        """
        deleted = await self._delete("DELETE FROM answers")
        await self._run("UPDATE cleared SET times = times + 1")
        return deleted

    async def times_cleared(self) -> int:
        """Return a number that another process changes by clearing.

        Raises:
            StorageError: the file cannot be read.
        """
        return int((await self._run("SELECT times FROM cleared"))[0][0])

    async def extent(self) -> Extent:
        """Return how much is kept, expired answers too.

        Raises:
            StorageError: the file cannot be read.
        """
        query = "SELECT count(*), coalesce(sum(length(packed)), 0) FROM answers"
        entries, size = (await self._run(query))[0]
        return Extent(entries=entries, size=size)

    async def add_counts(self, counts: Sequence[Count]) -> None:
        """Add to the usage of each day.

        Raises:
            StorageError: none of it was added.
        """
        await self._run(_MORE, (orjson.dumps(counts).decode(),))

    async def counts(self, *, since: str) -> tuple[Count, ...]:
        """Return the usage from a UTC day ("2026-11-21") on, by day.

        Raises:
            StorageError: the file cannot be read.
        """
        query = "SELECT * FROM usage WHERE day >= ? ORDER BY 1, 2, 3, 4"
        return tuple(await self._run(query, (since,)))

    async def _run(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        with _translated():
            return list(await self._connection.execute_fetchall(query, values))

    async def _delete(self, query: str, values: Sequence[object] = ()) -> int:
        with _translated():
            async with self._connection.execute(query, values) as cursor:
                return cursor.rowcount


def answers_path(database_url: str) -> Path:
    """Return the file of answers that belongs to a database: catalyst-llm.db."""
    path = database_path(database_url)
    return path.with_name(f"{path.stem}-llm.db")


@asynccontextmanager
async def open_answers(
    path: Path,
    *,
    max_entries: int,
    unix: Callable[[], float] = time.time,
    patience: float = PATIENCE,
) -> AsyncIterator[AnswerFile]:
    """Open the file, a damaged one anew; several processes may have it open.

    `patience` is what the disk may take for one answer, in seconds.

    Raises:
        StorageError: neither the file nor a new one can be opened.
    """
    connection = await _connect(path, patience)
    try:
        yield AnswerFile(
            connection, max_entries=max_entries, unix=unix, patience=patience
        )
    finally:
        await connection.close()


async def _connect(path: Path, patience: float) -> aiosqlite.Connection:
    with _translated():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return await _open(path, patience)
        except sqlite3.OperationalError:
            raise  # locked, full, not ours to read: another file would not help
        except sqlite3.DatabaseError as error:
            aside = await asyncio.to_thread(_move_aside, path)
            extra = {"file": str(path), "aside": str(aside), "reason": str(error)}
            logger.warning("cache file was damaged, begun anew", extra=extra)
        return await _open(path, patience)


async def _open(path: Path, patience: float) -> aiosqlite.Connection:
    # A connection that fails to open leaves its thread behind, so a plain one tries.
    await asyncio.to_thread(lambda: sqlite3.connect(path).close())
    connection = await aiosqlite.connect(path, isolation_level=None)
    try:
        busy = f"busy_timeout={int(1000 * _BUSY_SHARE * patience)}"
        for pragma in (busy, *_PRAGMAS):
            await connection.execute(f"PRAGMA {pragma}")
        await connection.execute("BEGIN IMMEDIATE")
        (form,) = (await connection.execute_fetchall("PRAGMA user_version"))[0]  # type: ignore[index]
        if form != _FORM:
            await _begin_anew(connection)
        await connection.execute("COMMIT")
        await _check(connection)
    except BaseException:
        await connection.close()
        raise
    return connection


async def _begin_anew(connection: aiosqlite.Connection) -> None:
    query = "SELECT name FROM sqlite_master WHERE type = 'table'"
    for (name,) in await connection.execute_fetchall(query):
        await connection.execute(f'DROP TABLE "{name}"')
    for table in _TABLES.split(";"):
        await connection.execute(table)
    await connection.execute(f"PRAGMA user_version = {_FORM}")


async def _check(connection: aiosqlite.Connection) -> None:
    faults = list(await connection.execute_fetchall("PRAGMA quick_check(1)"))
    if faults != [("ok",)]:
        raise sqlite3.DatabaseError(str(faults[0][0]))


def _move_aside(path: Path) -> Path:
    """Keep one damaged file for whoever wants to look; its logs belong to it."""
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return path.replace(path.with_name(f"{path.name}.damaged"))


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, ValueError, OSError) as error:
        raise StorageError(f"cache file: {error}") from error
