"""Moves what was committed from SQLite's log into the database, beside the writer.

Left to itself SQLite does it inside some commit: an alert would wait for thousands of
pages. A passive checkpoint from another connection holds up nobody.
"""

import asyncio
import logging
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

LOOK = 1.0  # seconds between two looks at the log; SQLite acts at 1,000 pages itself

logger = logging.getLogger(__name__)


async def keep_log_short(path: Path) -> None:
    """Empty the log of the database at `path` whenever it has grown, until cancelled.

    A disk that fails is for the next commit to report: it knows what was lost.
    """
    seen = 0
    while True:
        await asyncio.sleep(LOOK)
        written = _written(path)
        if written != seen:
            await checkpoint(path)
            seen = written


async def checkpoint(path: Path) -> None:
    """Move what no reader holds back; errors are logged, a later try makes up."""
    await asyncio.to_thread(_checkpoint, path)


def _checkpoint(path: Path) -> None:
    uri = f"{path.absolute().as_uri()}?mode=rw"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=0)) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
    except sqlite3.Error as error:
        logger.debug("no checkpoint", extra={"reason": str(error)})


def _written(path: Path) -> int:
    """Return when the log was last written, 0 without one."""
    with suppress(FileNotFoundError):
        return path.with_name(f"{path.name}-wal").stat().st_mtime_ns
    return 0
