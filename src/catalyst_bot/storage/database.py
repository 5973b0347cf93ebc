"""Opens the SQLite file: one process, one writer, readers beside it, schema up to date.

While the disk takes nothing, a memory stands in for the file, and nobody who reads or
writes here needs to know.
"""

import asyncio
import fcntl
import functools
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from sqlite3 import Error as SQLiteError
from typing import ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from catalyst_bot.errors import DatabaseInUse, DiskLost, NewerSchema, StorageError
from catalyst_bot.storage.ballast import Ballast
from catalyst_bot.storage.damage import check, set_aside
from catalyst_bot.storage.engines import open_reader, open_writer
from catalyst_bot.storage.faults import DiskFault, fault_of
from catalyst_bot.storage.left_out import LeftOut
from catalyst_bot.storage.revisions import known_revisions, revision_of
from catalyst_bot.storage.shelter import Shelter, open_shelter

RETRY = 5.0  # seconds between two tries to return to the disk
_TRIES = 3  # of a transaction: on the disk, without the ballast, in memory
_PREFIX = "sqlite:///"

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class Database:
    """Transactions through `write`, queries through `read`.

    `lost` is told why the disk takes nothing, and "" once it does again. `left_out`
    reads what may be broken.
    """

    def __init__(
        self,
        path: Path,
        *,
        writer: AsyncEngine,
        reader: AsyncEngine,
        lost: Callable[[str], None],
        left_out: LeftOut | None = None,
    ) -> None:
        self.path, self.writer, self.reader = path, writer, reader
        self.left_out = left_out or LeftOut()
        self.is_damaged = False
        self._lost, self._ballast = lost, Ballast(path)
        self._turn = asyncio.Lock()
        self._shelter: Shelter | None = None

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection inside one transaction; it commits at the end.

        Raises:
            DiskLost: nothing was kept, and the same transaction may succeed now.
            StorageError: the commit failed; nothing of it was kept.
        """
        async with self._turn:  # nobody writes while the place changes
            engine = self._shelter.engine if self._shelter else self.writer
            try:
                async with engine.begin() as connection:
                    yield connection
            except (SQLAlchemyError, OSError) as error:
                raise await self._failed(error) from error

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Give a read-only connection that never waits for the writer.

        Raises:
            StorageError: the query failed.
        """
        engine = self._shelter.engine if self._shelter else self.reader
        try:
            async with engine.connect() as connection:
                yield connection
        except (SQLAlchemyError, OSError) as error:
            raise self._told(error) from error

    async def watch(self) -> None:
        """Return to the disk as soon as it takes what changed; keep the ballast."""
        while True:
            if self._shelter is None:
                await asyncio.to_thread(self._ballast.take_in)
            else:
                await self._return(self._shelter)
            await asyncio.sleep(RETRY)

    async def close(self) -> None:
        """Close everything; what the disk did not take is lost."""
        if self._shelter is not None:
            await self._return(self._shelter)
        for engine in (self.reader, self.writer):
            await engine.dispose()
        if self._shelter is not None:
            logger.error("what was done without the disk is lost")
            await self._shelter.close()

    async def _failed(self, error: BaseException) -> StorageError:
        fault = fault_of(error)
        if fault in (None, DiskFault.DAMAGED) or self._shelter is not None:
            return self._told(error)
        if fault is DiskFault.FULL and await asyncio.to_thread(self._ballast.drop):
            logger.error("disk full, ballast dropped", extra={"file": str(self.path)})
        else:
            self._shelter = await asyncio.to_thread(open_shelter, self.path)
            self._lost(str(fault))
        return DiskLost(f"database: {fault}")

    def _told(self, error: BaseException) -> StorageError:
        """Return the error as callers know it, and note a damaged file."""
        self.is_damaged |= fault_of(error) is DiskFault.DAMAGED
        return StorageError(f"database: {getattr(error, 'orig', None) or error}")

    async def _return(self, shelter: Shelter) -> None:
        """Write to the disk what happened without it, and go on there."""
        async with self._turn:
            try:
                await asyncio.to_thread(shelter.write_back)
            except SQLiteError as error:
                told = self._told(error)
                self._lost(str(fault_of(error) or told))
                await shelter.trim()
                return
            self._shelter = None
        self._lost("")
        await shelter.close()


def outlives_the_disk(
    transaction: Callable[P, Awaitable[T]],
) -> Callable[P, Awaitable[T]]:
    """Repeat what is one transaction when the disk was lost in it."""

    @functools.wraps(transaction)
    async def repeated(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(_TRIES - 1):
            with suppress(DiskLost):
                return await transaction(*args, **kwargs)
        return await transaction(*args, **kwargs)

    return repeated


@asynccontextmanager
async def open_database(
    url: str, *, lost: Callable[[str], None], left_out: LeftOut | None = None
) -> AsyncIterator[Database]:
    """Take the lock, migrate, and open the database at `url` ("sqlite:///path").

    A damaged file is moved aside and a new one begun; one that turns out to be damaged
    later is moved aside at the end, for the next start.

    Raises:
        DatabaseInUse: another process holds it.
        NewerSchema: a newer version of the program wrote it.
        StorageError: the file cannot be opened or migrated.
    """
    path = database_path(url)
    with _translated():
        path.parent.mkdir(parents=True, exist_ok=True)
    with exclusive(path):
        with _translated():
            await asyncio.to_thread(Ballast(path).make_room)
            await asyncio.to_thread(check, path)
        database = Database(
            path,
            writer=open_writer(path),
            reader=open_reader(path),
            lost=lost,
            left_out=left_out,
        )
        try:
            async with database.write() as connection:
                await connection.run_sync(_migrate)
            yield database
        finally:
            await database.close()
            if database.is_damaged:
                set_aside(path)


@asynccontextmanager
async def open_for_reading(url: str) -> AsyncIterator[Database]:
    """Open the database beside a running daemon; writing through it fails.

    Raises:
        StorageError: there is no database yet.
    """
    path = database_path(url)
    if not path.exists():
        raise StorageError(f"no database at {path}: run the daemon first")
    reader = open_reader(path)
    try:
        yield Database(path, writer=reader, reader=reader, lost=lambda _: None)
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
        with suppress(OSError):  # a full disk: the lock holds, who holds it is unknown
            os.truncate(lock.fileno(), 0)
            os.write(lock.fileno(), str(os.getpid()).encode())
        yield


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, SQLiteError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        raise StorageError(f"database: {cause}") from error


def _migrate(connection: Connection) -> None:
    known, found = known_revisions(), revision_of(connection)
    if found == max(known):
        return
    if found and found not in known:
        path = connection.engine.url.database
        raise NewerSchema(f"{path} is of a newer version (schema {found})")
    # Loaded for a step only: it weighs 10 MB, and most starts have none to make.
    from catalyst_bot.storage.stepping import step_up  # noqa: PLC0415

    step_up(connection)
