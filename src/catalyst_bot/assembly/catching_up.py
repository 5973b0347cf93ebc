"""What brings the daemon back after an outage, and where its summary is told."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from catalyst_bot.assembly.outlet import Outlet, places
from catalyst_bot.assembly.parts import Base, Helper
from catalyst_bot.delivery.notices import Notices
from catalyst_bot.errors import DeliveryError
from catalyst_bot.lifecycle.catching_up import CatchUp
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.storage.database import Database
from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.storage.notes import Notes
from catalyst_bot.storage.told import Told

SAID_WITHIN = 300.0  # seconds; a summary that finds no place by then is in the log
MOST_UNSAID = 10  # summaries; more are in the log only

logger = logging.getLogger(__name__)


async def open_catch_up(
    base: Base,
    database: Database,
    ledger: Ledger,
    outlets: Callable[[], Sequence[Outlet]],
) -> tuple[CatchUp, Helper]:
    """Return what knows of outages, also of the one before this start, and who tells.

    A summary waits until no alert would miss its token; the look-out goes on meanwhile.
    """
    alerts, clock = base.settings.alerts, base.parts.clock
    unsaid: asyncio.Queue[tuple[str, str]] = asyncio.Queue(MOST_UNSAID)

    def say(text: str, name: str) -> None:
        if not unsaid.full():
            unsaid.put_nowait((text, name))

    async def tell() -> None:
        while True:
            text, name = await unsaid.get()
            async with asyncio.TaskGroup() as group:
                for notices in places(outlets()):
                    group.create_task(_say(notices, text, name, base.metrics))

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
    return catch_up, tell


async def _say(notices: Notices, text: str, name: str, metrics: Metrics) -> None:
    try:
        async with asyncio.timeout(SAID_WITHIN):
            await notices.say(text, kind="summary", key=name)
    except (DeliveryError, TimeoutError) as error:
        logger.warning("summary not posted", extra={"why": type(error).__name__})
    except Exception:  # the edge of one place
        logger.exception("summary broke off")
        metrics.unexpected_errors.labels("catch_up").inc()
