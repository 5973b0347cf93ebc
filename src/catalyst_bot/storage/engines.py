"""How SQLite is spoken to: one writer, readers beside it, or a memory all its own.

The pragmas and the two engines are measured choices: synchronous=FULL survives a power
loss at 0.8 ms a commit, and BEGIN IMMEDIATE waits for a writer where a deferred
transaction that reads first would fail at once.
"""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

BUSY = "busy_timeout=5000"  # milliseconds
_ON_DISK = ("journal_mode=WAL", "synchronous=FULL", BUSY, "foreign_keys=ON")
_IN_MEMORY = (BUSY, "foreign_keys=ON")


def open_writer(path: Path) -> AsyncEngine:
    """Return the only engine that writes to the file; it has one connection."""
    return _writer(f"sqlite+aiosqlite:///{path}", _ON_DISK)


def open_memory(uri: str) -> AsyncEngine:
    """Return an engine on a shared memory of this process ("file:/name?vfs=memdb").

    It reads and writes through one connection; the memory lives as long as any
    connection to it.
    """
    return _writer(f"sqlite+aiosqlite:///{uri}&uri=true", _IN_MEMORY)


def open_reader(path: Path) -> AsyncEngine:
    """Return an engine that only reads, and never waits for the writer."""
    return create_async_engine(
        f"sqlite+aiosqlite:///file:{path}?mode=ro&uri=true",
        pool_size=4,
        max_overflow=0,
        isolation_level="AUTOCOMMIT",  # reads need no transaction, nor its end
        skip_autocommit_rollback=True,
    )


def _writer(url: str, pragmas: Sequence[str]) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=1, max_overflow=0)

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # BEGIN is ours
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine.sync_engine, "invalidate")
    def roll_back(connection: DBAPIConnection, *_: object) -> None:
        # Who is cancelled between a statement and its rows leaves a cursor behind, and
        # a connection that is closed over a cursor keeps its locks until that is freed.
        connection.rollback()

    return engine
