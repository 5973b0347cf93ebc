"""What the operator is told when the disk takes nothing, and when it does again."""

import logging
from collections.abc import Callable

from catalyst_bot.assembly.parts import Base
from catalyst_bot.storage.damage import damage_notice
from catalyst_bot.storage.database import database_path

NOTICE_EVERY = 600.0  # seconds between two lines about the same outage

logger = logging.getLogger(__name__)


def disk_reporter(base: Base) -> Callable[[str], None]:
    """Return what takes the reason why the disk is lost, "" once it is back."""
    clock, since, told = base.parts.clock, 0.0, 0.0

    def report(fault: str) -> None:
        nonlocal since, told
        now = clock.monotonic()
        is_new = not base.health.ledger_fault
        base.health.ledger_lost(fault)
        base.metrics.ledger_degraded.set(bool(fault))
        if not fault:
            logger.warning("disk is back", extra={"seconds": round(now - since)})
            return
        since = now if is_new else since
        if is_new or now - told >= NOTICE_EVERY:
            told = now
            extra = {"reason": fault, "seconds": round(now - since)}
            logger.error("disk lost, alerts go on from memory", extra=extra)

    return report


def note_damage(base: Base) -> None:
    """Say it for as long as a damaged database lies beside the one in use."""
    path = database_path(base.settings.storage.database_url)
    base.health.notice("database", damage_notice(path))
