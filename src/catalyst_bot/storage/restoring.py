"""Puts a copy of the database in place of the one that was lost.

The copy itself stays where it is. What stood in its place is moved aside, never
deleted: a wrong choice can be taken back.
"""

import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from catalyst_bot.errors import BackupError
from catalyst_bot.storage.backup import belongs_like, read_only, sync, translated
from catalyst_bot.storage.database import database_path, exclusive
from catalyst_bot.storage.fulltext import HAS_INDEX, REBUILD
from catalyst_bot.storage.revisions import known_revisions
from catalyst_bot.storage.schema import OPEN

_LOGS = ("-wal", "-shm")  # they belong to the file beside them, and to no other
_ASIDE = "%Y%m%dT%H%M%SZ"
# A post that waited when the copy was made may have been sent since: whoever takes it
# must look for it, or mark it as resent.
_DOUBT = (
    "UPDATE jobs SET doubt = 1, doubt_since = created "
    "WHERE queue LIKE 'post%' AND state = ? AND doubt = 0"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was put in place of what."""

    path: Path
    aside: Path | None  # the database that was there; None: there was none
    alerts: int
    in_doubt: int  # posts that waited, and may have been sent since


def restore(url: str, copy: Path, *, unix: float) -> Restored:
    """Put `copy` in place of the database; the daemon must not run.

    Raises:
        DatabaseInUse: it does.
        BackupError: the copy is of no use; nothing was changed.
    """
    path = database_path(url)
    if not copy.is_file():
        raise BackupError(f"no copy at {copy}: see the folder for those that there are")
    with translated(f"{copy} was not restored"):
        path.parent.mkdir(parents=True, exist_ok=True)
    with exclusive(path), translated(f"{copy} was not restored"):
        belongs_like(path.with_name(f"{path.name}.lock"), path.parent)
        part = path.with_name(f"{path.name}.restoring")
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        try:
            alerts, in_doubt = _prepare(copy, part)
            belongs_like(part, path.parent)
            sync(part)
            aside = _move_aside(path, unix)
            part.replace(path)
            sync(path.parent)
        finally:
            part.unlink(missing_ok=True)
    return Restored(path=path, aside=aside, alerts=alerts, in_doubt=in_doubt)


def _prepare(copy: Path, part: Path) -> tuple[int, int]:
    """Copy into `part`, check that, and mark what is in doubt; return the numbers."""
    with (
        closing(sqlite3.connect(read_only(copy), uri=True)) as source,
        closing(sqlite3.connect(part)) as target,
    ):
        source.backup(target)
        (verdict,) = target.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            raise BackupError(f"{copy} is damaged ({verdict}): take an older one")
        _check_revision(copy, target)
        with target:
            in_doubt = target.execute(_DOUBT, (OPEN,)).rowcount
            if target.execute(HAS_INDEX).fetchone():  # else the migration makes it
                target.execute(REBUILD)
        (alerts,) = target.execute("SELECT count(*) FROM alerts").fetchone()
    return int(alerts), in_doubt


def _check_revision(copy: Path, target: sqlite3.Connection) -> None:
    try:
        row = target.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as error:
        raise BackupError(f"{copy} is no database of catalyst-bot") from error
    if row is None or row[0] not in known_revisions():
        raise BackupError(f"{copy} is of a newer version: install that one first")


def _move_aside(path: Path, unix: float) -> Path | None:
    """Move the database with its logs; a log left behind would spoil the new one."""
    when = time.strftime(_ASIDE, time.gmtime(unix))
    aside = path.with_name(f"{path.name}.before-{when}")
    was_there = path.exists()
    for suffix in ("", *_LOGS):
        log = path.with_name(path.name + suffix)
        if log.exists():
            log.replace(aside.with_name(aside.name + suffix))
    return aside if was_there else None
