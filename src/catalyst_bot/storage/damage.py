"""A database that SQLite cannot read: moved aside, so that the daemon can go on.

Nothing is salvaged from it: what came of half a memory would be old news posted as new.
The new file knows no source yet, so each is primed in silence first.
"""

import logging
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from catalyst_bot.storage.faults import DiskFault, fault_of

CHECKED_WHOLE = 32 << 20  # bytes; a larger file is looked at where it is used
_KEPT = 2  # damaged files
_MARK = "damaged"
_WHEN = "%Y%m%dT%H%M%SZ"

logger = logging.getLogger(__name__)


def check(path: Path) -> None:
    """Move the database aside if it is damaged; it blocks.

    Raises:
        sqlite3.Error: it cannot be looked at.
    """
    if path.exists() and (fault := _fault(path)):
        aside = set_aside(path)
        extra = {"file": str(path), "aside": str(aside), "reason": fault}
        logger.critical("database was damaged, begun anew", extra=extra)


def set_aside(path: Path) -> Path:
    """Rename the database with its logs; return its new name.

    Only the newest two such files are kept.
    """
    when = time.strftime(_WHEN, time.gmtime())
    aside = path.with_name(f"{path.name}.{_MARK}-{when}")
    for suffix in ("-wal", "-shm", ""):
        file = path.with_name(path.name + suffix)
        if file.exists():
            file.replace(aside.with_name(aside.name + suffix))
    for old in damaged_files(path)[_KEPT:]:
        for suffix in ("-wal", "-shm", ""):
            old.with_name(old.name + suffix).unlink(missing_ok=True)
    return aside


def damaged_files(path: Path) -> tuple[Path, ...]:
    """Return what was moved aside and not yet deleted by an operator, newest first."""
    found = path.parent.glob(f"{path.name}.{_MARK}-*Z")
    return tuple(sorted(found, reverse=True))


def damage_notice(path: Path) -> str:
    """Return what an operator must know and do, "" when no database was damaged."""
    files = damaged_files(path)
    if not files:
        return ""
    return (
        f"the database was damaged and begun anew; it is kept as {files[0].name}: "
        "check the disk, put a copy back with `catalyst-bot restore` if you miss it, "
        "then delete that file"
    )


def _fault(path: Path) -> str:
    """Return what is wrong with the file, "" when it is sound."""
    size = path.stat().st_size
    if not size:
        return "the file is empty"
    query = "PRAGMA quick_check(1)" if size <= CHECKED_WHOLE else "PRAGMA user_version"
    try:
        with closing(sqlite3.connect(path)) as connection:
            (verdict,) = connection.execute(query).fetchone()
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        if fault_of(error) is DiskFault.DAMAGED:
            return str(error)
        raise
    return "" if verdict == "ok" or size > CHECKED_WHOLE else str(verdict)
