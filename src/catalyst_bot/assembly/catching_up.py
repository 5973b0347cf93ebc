"""What brings the daemon back after an outage, and where its summary is told."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from catalyst_bot.assembly.outlet import Outlet, places
from catalyst_bot.assembly.parts import Base
from catalyst_bot.delivery.notices import Notices
from catalyst_bot.errors import DeliveryError
from catalyst_bot.lifecycle.catching_up import CatchUp
from catalyst_bot.storage.database import Database
from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.storage.notes import Notes
from catalyst_bot.storage.told import Told

SAID_WITHIN = 300.0  # seconds; a summary that finds no place by then is in the log

logger = logging.getLogger(__name__)


async def open_catch_up(
    base: Base,
    database: Database,
    ledger: Ledger,
    outlets: Callable[[], Sequence[Outlet]],
) -> CatchUp:
    """Return what knows of outages, also of the one before this start."""
    alerts, clock = base.settings.alerts, base.parts.clock

    async def say(text: str, name: str) -> None:
        async with asyncio.TaskGroup() as group:
            for notices in places(outlets()):
                group.create_task(_say(notices, text, name))

    catch_up = CatchUp(
        notes=Notes(ledger, prefix="outages:"),
        told=Told(database, ledger),
        health=base.health,
        clock=clock,
        metrics=base.metrics,
        longest=alerts.catch_up_after,
        max_age=alerts.max_age,
        say=say,
    )
    await catch_up.load()
    return catch_up


async def _say(notices: Notices, text: str, name: str) -> None:
    try:
        async with asyncio.timeout(SAID_WITHIN):
            await notices.say(text, kind="summary", key=name)
    except (DeliveryError, TimeoutError) as error:
        logger.warning("summary not posted", extra={"why": type(error).__name__})
