"""Runs everything until it is told to stop, then stops it in the right order."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from catalyst_bot.lifecycle.editing import EDIT_LEASE
from catalyst_bot.lifecycle.lifecycle import Lifecycle
from catalyst_bot.lifecycle.office import Channel
from catalyst_bot.lifecycle.posting import POST_LEASE
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.notify import Notifier
from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.storage.worker import Worker

LEASE_MARGIN = 10.0  # seconds by which a reading's lease outlives its deadline
POSTS, EDITS = 20, 20  # jobs held at once: Discord gets 20 requests in flight
READINGS = 100  # the model's own queue holds as many; the rest waits in the ledger
LOOK = 2.0  # seconds between two looks at the backlog
FAREWELL = 2.0  # seconds in which the status messages say that the bot stops
QUIET = 4.0  # seconds without a commit after which a probe proves the disk

logger = logging.getLogger(__name__)


class Poller(Protocol):
    """One source's endless loop."""

    async def run(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A worker, and how many seconds its running jobs get at the end."""

    worker: Worker
    patience: float


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
        stages: Sequence[Stage],
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
                group.create_task(stage.worker.run())
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
            cut_off = await stage.worker.drain(stage.patience)
            if cut_off:
                extra = {"queue": stage.worker.queue, "jobs": cut_off}
                logger.warning("jobs left for the next start", extra=extra)
        await self._say_farewell()

    async def _say_farewell(self) -> None:
        try:
            async with asyncio.timeout(FAREWELL):
                await self._farewell()
        except Exception as error:  # noqa: BLE001 - the edge: nothing holds up a stop
            logger.warning("no word of the stop", extra={"why": type(error).__name__})

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


def build_stages(
    lifecycle: Lifecycle,
    channel: Channel,
    *,
    ledger: Ledger,
    metrics: Metrics,
    deadline: float,
    late: float,
) -> tuple[Stage, ...]:
    """Return a worker for each queue, in the order in which they stop.

    Posts under way get 5 s and edits 2 s; readings are left to the next start at once.
    A reading ends within `deadline` seconds of its post, a late one within `late`.
    """
    build = partial(Worker, ledger, metrics=metrics)
    posts, readings, edits = lifecycle.posts, lifecycle.readings, lifecycle.edits
    return (
        Stage(
            worker=build(
                f"post:{channel.name}",
                partial(posts.post, channel),
                set_aside=partial(posts.post_plain, channel),
                lease=POST_LEASE,
                concurrency=POSTS,
                room=partial(posts.room, channel),
                gather=partial(posts.gather, channel),
            ),
            patience=5.0,
        ),
        Stage(
            worker=build(
                "enrich",
                readings.enrich,
                set_aside=readings.enrich_failed,
                lease=deadline + LEASE_MARGIN,
                concurrency=READINGS,
            ),
            patience=0.0,
        ),
        Stage(
            worker=build(
                "late",
                readings.enrich_late,
                set_aside=readings.drop,
                lease=late + LEASE_MARGIN,
                concurrency=READINGS,
                room=readings.late_room,
            ),
            patience=0.0,
        ),
        Stage(
            worker=build(
                f"edit:{channel.name}",
                partial(edits.edit, channel),
                set_aside=readings.drop,
                lease=EDIT_LEASE,
                concurrency=EDITS,
                room=partial(edits.room, channel),
                gather=partial(edits.gather, channel),
            ),
            patience=2.0,
        ),
    )


async def _run(helper: Callable[[], Awaitable[None]]) -> None:
    await helper()
