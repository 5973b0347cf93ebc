"""Whole copies of the database, made beside a running daemon.

A copy is one file, `catalyst-20261121T084000Z.db`: it gets this name only once it is
written, checked and on the disk. What is in it: all that the ledger knows. The kept
answers of the model are not: losing them costs some questions.
"""

import asyncio
import calendar
import os
import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiosqlite

from catalyst_bot.errors import BackupError
from catalyst_bot.storage.database import database_path

RESERVE = 64 << 20  # bytes that a copy leaves free: the daemon writes to the same disk
_STALE = 3600.0  # seconds after which an unfinished copy is nobody's
_PART = ".part"
_MADE = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A finished copy."""

    path: Path
    made: float  # unix seconds
    size: int  # bytes


def backup_folder(url: str, folder: str = "") -> Path:
    """Return where the copies of a database are: `folder`, or `backups` beside it."""
    return Path(folder) if folder else database_path(url).with_name("backups")


def copies(url: str, folder: Path) -> tuple[Copy, ...]:
    """Return the finished copies of a database, newest first.

    Raises:
        BackupError: the folder cannot be read.
    """
    name = re.compile(rf"{re.escape(database_path(url).stem)}-\d{{8}}T\d{{6}}Z\.db")
    if not folder.exists():
        return ()
    with translated(f"{folder} cannot be read"):
        found = [path for path in folder.iterdir() if name.fullmatch(path.name)]
        newest_first = sorted(found, key=lambda path: path.name, reverse=True)
        return tuple(_copy(path) for path in newest_first)


def free_space(folder: Path) -> int:
    """Return how many bytes may still be written there."""
    return shutil.disk_usage(folder).free


async def back_up(
    url: str,
    *,
    folder: Path,
    keep: int,
    unix: float,
    free: Callable[[Path], int] = free_space,
) -> Copy:
    """Copy the database as it is at this moment, and delete all but `keep` copies.

    Readers and the writer go on meanwhile. The copy is readable for its owner alone.
    With `keep` 0 none is deleted.

    Raises:
        BackupError: no copy was made, older ones were kept.
    """
    source = database_path(url)
    if not source.exists():
        raise BackupError(f"no database at {source}: run the daemon first")
    made = time.strftime(_MADE, time.gmtime(unix))
    final = folder / f"{source.stem}-{made}.db"
    with translated("no copy was made"), _part(final) as part:
        await _write(source, part, free)
        await asyncio.to_thread(sync, part)
    if keep:
        _forget(copies(url, folder)[keep:])
    return _copy(final)


def read_only(path: Path) -> str:
    """Return the URI by which SQLite opens a file without changing it."""
    return f"{path.absolute().as_uri()}?mode=ro"


def belongs_like(path: Path, model: Path) -> None:
    """Give a file that root made to the owner of `model`: the daemon must open it."""
    if os.geteuid() == 0:
        owner = model.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def sync(path: Path) -> None:
    """Have a file or a folder on the disk when this returns."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Raise what SQLite or the disk say as a BackupError that begins with `what`."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise BackupError(f"{what}: {error}") from error


@contextmanager
def _part(final: Path) -> Iterator[Path]:
    """Give a file for its owner alone, that gets its final name when all went well."""
    folder = final.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.glob(f"*{_PART}"):
        if time.time() - old.stat().st_mtime > _STALE:
            old.unlink(missing_ok=True)
    part = final.with_name(final.name + _PART)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield part
        belongs_like(part, folder)
        part.replace(final)
        sync(folder)
    finally:
        for suffix in ("", "-journal"):
            part.with_name(part.name + suffix).unlink(missing_ok=True)


async def _write(source: Path, part: Path, free: Callable[[Path], int]) -> None:
    async with aiosqlite.connect(read_only(source), uri=True) as connection:
        try:
            _check_room(part.parent, await _size(connection), free(part.parent))
            await connection.execute("VACUUM INTO ?", (str(part),))
        except asyncio.CancelledError:
            await connection.interrupt()  # the daemon stops: it waits for this thread
            raise
    async with aiosqlite.connect(read_only(part), uri=True) as connection:
        faults = list(await connection.execute_fetchall("PRAGMA quick_check(1)"))
    if faults != [("ok",)]:
        raise BackupError(f"no copy was made: {source} is damaged: {faults[0][0]}")


async def _size(connection: aiosqlite.Connection) -> int:
    """Return the bytes of a copy."""
    pages, unused, size = [
        int(next(iter(await connection.execute_fetchall(f"PRAGMA {name}")))[0])
        for name in ("page_count", "freelist_count", "page_size")
    ]
    return (pages - unused) * size


def _check_room(folder: Path, needed: int, free: int) -> None:
    if free < needed + RESERVE:
        raise BackupError(
            f"no copy was made: it takes {needed >> 20} MiB and {RESERVE >> 20} MiB "
            f"must stay free, {folder} has {free >> 20} MiB: free some space, or set "
            "BACKUP_DIR to a folder on another disk"
        )


def _forget(old: tuple[Copy, ...]) -> None:
    for copy in old:
        with translated("an old copy could not be deleted"):
            copy.path.unlink(missing_ok=True)


def _copy(path: Path) -> Copy:
    made = path.stem.rpartition("-")[2]
    moment = time.strptime(made, _MADE)
    return Copy(
        path=path, made=float(calendar.timegm(moment)), size=path.stat().st_size
    )
