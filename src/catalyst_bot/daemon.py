"""Runs everything until it is told to stop, then stops it in the right order."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from catalyst_bot.errors import DeliveryError, StorageError
from catalyst_bot.lifecycle.stages import Stages
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.notify import Notifier
from catalyst_bot.storage.ledger import Ledger

LOOK = 2.0  # seconds between two looks at the backlog
FAREWELL = 2.0  # seconds in which the status messages say that the bot stops
QUIET = 4.0  # seconds without a commit after which a probe proves the disk

logger = logging.getLogger(__name__)


class Poller(Protocol):
    """One source's endless loop."""

    async def run(self) -> None: ...


class Daemon:
    """The running process.

    Pollers stop first, then the stages in their order; jobs that are cut off stay in
    the ledger for the next start; then comes `farewell`. `helpers` (watchdog, warm-up)
    may end at any time and are cancelled last.
    """

    def __init__(
        self,
        *,
        pollers: Sequence[Poller],
        stages: Stages,
        helpers: Sequence[Callable[[], Awaitable[None]]],
        ledger: Ledger,
        health: Health,
        metrics: Metrics,
        notifier: Notifier,
        status: Callable[[], str],
        farewell: Callable[[], Awaitable[None]],
    ) -> None:
        self._pollers, self._stages, self._helpers = pollers, stages, helpers
        self._ledger, self._health, self._metrics = ledger, health, metrics
        self._notifier, self._status, self._farewell = notifier, status, farewell

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; whatever ends the process is raised."""
        open_jobs = await self._ledger.recover()
        async with asyncio.TaskGroup() as group:
            helpers = [group.create_task(_run(helper)) for helper in self._helpers]
            helpers.append(group.create_task(self._watch_backlog(), name="backlog"))
            for stage in self._stages:
                group.create_task(stage.run())
            pollers = [group.create_task(poller.run()) for poller in self._pollers]
            self._notifier.ready(self._status())
            logger.info("ready", extra={"jobs_resumed": open_jobs})
            await stop.wait()
            await self._wind_down(pollers)
            for helper in helpers:
                helper.cancel()

    async def _wind_down(self, pollers: Sequence[asyncio.Task[None]]) -> None:
        self._health.draining = True
        self._notifier.stopping()
        logger.info("stopping")
        for poller in pollers:
            poller.cancel()
        for stage in self._stages:
            await stage.drain()
        await self._say_farewell()

    async def _say_farewell(self) -> None:
        try:
            async with asyncio.timeout(FAREWELL):
                await self._farewell()
        except (DeliveryError, StorageError, TimeoutError) as error:
            logger.warning("no word of the stop", extra={"why": type(error).__name__})
        except Exception:  # the edge: nothing holds up a stop
            logger.exception("word of the stop broke off")
            self._metrics.unexpected_errors.labels("farewell").inc()

    async def _watch_backlog(self) -> None:
        """Keep the gauges and systemd's status line true; write when nobody else does.

        An idle ledger would look like a hanging one: see ops.watchdog and /readyz.
        """
        shown: set[str] = set()
        while True:
            if self._health.ledger_age() > QUIET:
                await self._ledger.probe()
            waiting = {entry.queue: entry for entry in await self._ledger.backlog()}
            for queue in shown | set(waiting):
                entry = waiting.get(queue)
                pending = entry.pending if entry else 0
                age = entry.oldest_age if entry else 0.0
                self._metrics.jobs_pending.labels(queue).set(pending)
                self._metrics.job_oldest_age_seconds.labels(queue).set(age)
            shown |= set(waiting)
            self._notifier.status(self._status())
            await asyncio.sleep(LOOK)


async def _run(helper: Callable[[], Awaitable[None]]) -> None:
    await helper()
