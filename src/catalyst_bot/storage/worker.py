"""Runs the jobs of one queue: takes what may start now, survives one broken job."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from catalyst_bot.errors import StorageError
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.storage.jobs import Job
from catalyst_bot.storage.ledger import Ledger

MAX_UNFINISHED = 3  # a job whose take broke off so often is set aside

logger = logging.getLogger(__name__)

Handler = Callable[[Job], Awaitable[None]]
Gather = Callable[[Sequence[Job]], Awaitable[Sequence[Job]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How many jobs may be taken now, of at least which priority.

    `wait`: for how long, in seconds, to wait for one before asking for room again.
    """

    jobs: int
    floor: float = 0.0
    wait: float = 1.0


class Slots:
    """Room for a fixed number of jobs at once."""

    def __init__(self, count: int) -> None:
        self._free, self._freed = count, asyncio.Event()

    async def room(self) -> int:
        """Wait until at least one slot is free; return how many are."""
        while self._free <= 0:
            self._freed.clear()
            await self._freed.wait()
        return self._free

    def occupy(self) -> None:
        """Note that a job has started."""
        self._free -= 1

    def release(self) -> None:
        """Note that a job has ended."""
        self._free += 1
        self._freed.set()


class Worker:
    """One queue's loop.

    `handle` ends its job itself (done, retry, give_up). An unexpected exception in it
    costs that job one of three tries, then `set_aside` ends it with what can still be
    said to the subscriber. A StorageError ends the process: nothing can be recorded.
    `gather` makes of the jobs that were taken those that are run; it minds the slots.
    Where it breaks off it is asked about each of them alone.
    """

    def __init__(
        self,
        ledger: Ledger,
        queue: str,
        handle: Handler,
        *,
        set_aside: Handler,
        lease: float,
        concurrency: int,
        metrics: Metrics,
        room: Callable[[], Awaitable[Room]] | None = None,
        gather: Gather | None = None,
    ) -> None:
        self._ledger, self.queue = ledger, queue
        self._handle, self._set_aside = handle, set_aside
        self._lease, self._slots, self._room = lease, Slots(concurrency), room
        self._gather = gather
        self._metrics = metrics
        for gauge in (metrics.jobs_pending, metrics.job_oldest_age_seconds):
            gauge.labels(queue)  # shown from the start, with nothing in it
        metrics.lease_lost.labels(queue)
        metrics.unexpected_errors.labels(queue.partition(":")[0])
        self._running: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._patience: asyncio.Timeout | None = None

    async def run(self) -> None:
        """Work until `drain` is called or the task is cancelled."""
        async with asyncio.TaskGroup() as group:
            while (room := await self._next_room()) is not None:
                taken: Sequence[Job] = await self._ledger.take(
                    self.queue,
                    room.jobs,
                    lease=self._lease,
                    wait=room.wait,
                    floor=room.floor,
                )
                if taken and self._gather and not self._stopping.is_set():
                    taken = await self._gathered(self._gather, taken)
                for job in taken:
                    await self._start(job, group)

    async def drain(self, seconds: float) -> int:
        """Take nothing more, give running jobs `seconds`; return how many still ran.

        What is cut off keeps its lease and is taken up again at the next start.
        """
        self._stopping.set()
        self._ledger.wake(self.queue)
        if self._patience is not None:
            self._patience.reschedule(asyncio.get_running_loop().time())
        if not self._running:
            return 0
        _, pending = await asyncio.wait(self._running, timeout=seconds)
        for task in pending:
            task.cancel()
        return len(pending)

    async def _next_room(self) -> Room | None:
        """Wait until a job may start; None when stopping."""
        if self._stopping.is_set():
            return None
        try:
            async with asyncio.timeout(None) as self._patience:
                room = await self._wait_for_room()
        except TimeoutError:  # drain ended our patience
            return None
        finally:
            self._patience = None
        return None if self._stopping.is_set() else room

    async def _wait_for_room(self) -> Room:
        slots = await self._slots.room()
        if self._room is None:
            return Room(jobs=slots)
        room = await self._room()
        return room if self._gather else replace(room, jobs=min(slots, room.jobs))

    async def _gathered(self, gather: Gather, taken: Sequence[Job]) -> Sequence[Job]:
        try:
            return await gather(taken)
        except StorageError:
            raise
        except Exception as error:  # the edge of one round
            if len(taken) == 1 and taken[0].unfinished >= MAX_UNFINISHED:
                return taken  # to be set aside
            if len(taken) == 1:
                await self._broke_off(taken[0], error)
                return ()
            logger.exception("round of jobs broke off", extra={"queue": self.queue})
        return [job for one in taken for job in await self._gathered(gather, [one])]

    async def _start(self, job: Job, group: asyncio.TaskGroup) -> None:
        if self._stopping.is_set():
            await self._ledger.retry(job, delay=0.0, error="stopping", not_sent=True)
            return
        self._slots.occupy()
        task = group.create_task(self._run_one(job), name=f"{job.queue} {job.key}")
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._slots.release()

    async def _run_one(self, job: Job) -> None:
        try:
            if job.unfinished >= MAX_UNFINISHED:
                logger.error(
                    "job set aside", extra={"queue": job.queue, "key": job.key}
                )
                await self._set_aside(job)
            else:
                await self._handle(job)
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001 - the edge of one job; it is logged there
            await self._broke_off(job, error)

    async def _broke_off(self, job: Job, error: Exception) -> None:
        """Give a job back that an unexpected error has ended."""
        extra = {"queue": job.queue, "key": job.key}
        logger.error("job broke off", exc_info=error, extra=extra)
        self._metrics.unexpected_errors.labels(job.queue.partition(":")[0]).inc()
        await self._ledger.retry(
            job,
            delay=0.5 * job.attempt,
            error=f"{type(error).__name__}: {error}",
            not_sent=False,
            is_unfinished=True,
        )
