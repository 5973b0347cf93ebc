"""Each night what has expired is forgotten, and a copy of the rest is made."""

import logging

from catalyst_bot.assembly.parts import Base
from catalyst_bot.errors import BackupError
from catalyst_bot.ops.schedule import Job, backup_job, prune_job
from catalyst_bot.storage.backup import back_up, backup_folder, copies
from catalyst_bot.storage.database import Database
from catalyst_bot.storage.retention import prune

logger = logging.getLogger(__name__)


def build_nightly(base: Base, database: Database) -> tuple[Job, ...]:
    """Return the jobs of the night, and tell when the last copy was made."""
    settings, clock = base.settings.storage, base.parts.clock

    async def forget() -> None:
        done = await prune(
            database, unix=clock.unix(), retention_days=settings.retention_days
        )
        extra = {"rows": done.rows, "longest_ms": round(1000 * done.longest, 1)}
        logger.info("pruned", extra=extra)

    if not settings.backup_keep:
        return (prune_job(forget),)
    _tell_newest(base)
    return (prune_job(forget), backup_job(lambda: _copy(base)))


async def _copy(base: Base) -> None:
    settings = base.settings.storage
    try:
        copy = await back_up(
            settings.database_url,
            folder=backup_folder(settings.database_url, settings.backup_dir),
            keep=settings.backup_keep,
            unix=base.parts.clock.unix(),
        )
    except BackupError as error:
        base.health.notice("backup", str(error))
        logger.warning("no copy of the database", extra={"reason": str(error)})
        return
    base.health.notice("backup", "")
    base.metrics.backup_last_success.set(copy.made)
    extra = {"file": str(copy.path), "bytes": copy.size}
    logger.info("copied the database", extra=extra)


def _tell_newest(base: Base) -> None:
    settings = base.settings.storage
    folder = backup_folder(settings.database_url, settings.backup_dir)
    try:
        newest = copies(settings.database_url, folder)[:1]
    except BackupError as error:
        base.health.notice("backup", str(error))
        return
    for copy in newest:
        base.metrics.backup_last_success.set(copy.made)
