"""Runs the jobs of one queue: takes what may start now, survives one broken job."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from catalyst_bot.errors import StorageError
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.storage.ledger import Job, Ledger

MAX_UNFINISHED = 3  # a job whose take broke off so often is set aside

logger = logging.getLogger(__name__)

Handler = Callable[[Job], Awaitable[None]]


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
        room: Callable[[], Awaitable[int]] | None = None,
    ) -> None:
        self._ledger, self.queue = ledger, queue
        self._handle, self._set_aside = handle, set_aside
        self._lease, self._slots, self._room = lease, Slots(concurrency), room
        self._metrics = metrics
        self._running: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._patience: asyncio.Timeout | None = None

    async def run(self) -> None:
        """Work until `drain` is called or the task is cancelled."""
        async with asyncio.TaskGroup() as group:
            while (limit := await self._limit()) > 0:
                jobs = await self._ledger.take(self.queue, limit, lease=self._lease)
                for job in jobs:
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

    async def _limit(self) -> int:
        """Return how many jobs may start now, waiting for room; 0 when stopping."""
        if self._stopping.is_set():
            return 0
        try:
            async with asyncio.timeout(None) as self._patience:
                limit = await self._wait_for_room()
        except TimeoutError:  # drain ended our patience
            return 0
        finally:
            self._patience = None
        return 0 if self._stopping.is_set() else limit

    async def _wait_for_room(self) -> int:
        limit = await self._slots.room()
        return limit if self._room is None else min(limit, await self._room())

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
        except Exception as error:  # the edge of one job
            logger.exception(
                "job broke off", extra={"queue": job.queue, "key": job.key}
            )
            self._metrics.unexpected_errors.labels(job.queue.partition(":")[0]).inc()
            await self._ledger.retry(
                job,
                delay=0.5 * job.attempt,
                error=f"{type(error).__name__}: {error}",
                not_sent=False,
                is_unfinished=True,
            )
