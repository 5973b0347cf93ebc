"""One broken job costs nothing but itself; stopping loses nothing."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from catalyst_bot.clock import SystemClock
from catalyst_bot.errors import StorageError
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.storage.database import open_database
from catalyst_bot.storage.jobs import Job, NewJob
from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.storage.worker import Gather, Handler, Room, Worker
from tests.house import ignore


class Bench:
    """A ledger with one queue, and what was done with its jobs."""

    def __init__(self, ledger: Ledger, metrics: Metrics) -> None:
        self.ledger, self.metrics = ledger, metrics
        self.done: list[str] = []
        self.set_aside: list[str] = []
        self.changed = asyncio.Event()

    async def put(self, *keys: str) -> None:
        await self.ledger.done(then=[NewJob(queue="q", key=key) for key in keys])

    async def handle(self, job: Job) -> None:
        if job.key.startswith("broken"):
            raise RuntimeError("this job always breaks")
        await self.finish(job)

    async def finish(self, job: Job) -> None:
        await self.ledger.done([job])
        self.done.append(job.key)
        self.changed.set()

    async def put_aside(self, job: Job) -> None:
        await self.ledger.give_up(job, error="set aside")
        self.set_aside.append(job.key)
        self.changed.set()

    async def until(self, done: int = 0, set_aside: int = 0) -> None:
        async with asyncio.timeout(20):
            while len(self.done) < done or len(self.set_aside) < set_aside:
                self.changed.clear()
                await self.changed.wait()

    def worker(
        self,
        handle: Handler | None = None,
        concurrency: int = 5,
        gather: Gather | None = None,
    ) -> Worker:
        return Worker(
            self.ledger,
            "q",
            handle or self.handle,
            set_aside=self.put_aside,
            lease=15,
            concurrency=concurrency,
            metrics=self.metrics,
            gather=gather,
        )


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with open_database(
        f"sqlite:///{tmp_path}/catalyst.db", lost=ignore
    ) as database:
        metrics = Metrics()
        ledger = Ledger(database, clock=SystemClock(), metrics=metrics, health=Health())
        yield Bench(ledger, metrics)


@asynccontextmanager
async def working(worker: Worker) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        group.create_task(worker.run())
        yield
        await worker.drain(5)


async def test_every_job_is_done(bench: Bench) -> None:
    async with working(bench.worker()):
        await bench.put(*(str(n) for n in range(30)))
        await bench.until(done=30)
    assert sorted(bench.done, key=int) == [str(n) for n in range(30)]


async def test_a_job_that_always_breaks_is_set_aside_and_harms_no_other(
    bench: Bench,
) -> None:
    await bench.put("broken", "well")
    async with working(bench.worker()):
        await bench.until(done=1, set_aside=1)
    assert bench.done == ["well"]
    assert bench.set_aside == ["broken"]
    text = bench.metrics.render().decode()
    assert 'catalyst_unexpected_errors_total{where="q"} 3.0' in text


async def test_a_job_that_breaks_what_gathers_it_is_set_aside_and_harms_no_other(
    bench: Bench,
) -> None:
    async def gather(jobs: Sequence[Job]) -> Sequence[Job]:
        if any(job.key == "broken" for job in jobs):
            raise TypeError("cannot be gathered")
        return jobs

    await bench.put("broken", "well")
    async with working(bench.worker(gather=gather)):
        await bench.until(done=1, set_aside=1)
    assert bench.done == ["well"]
    assert bench.set_aside == ["broken"]


async def test_no_more_jobs_run_at_once_than_there_are_slots(bench: Bench) -> None:
    running, most = 0, 0

    async def slow(job: Job) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        await bench.finish(job)

    await bench.put(*(str(n) for n in range(12)))
    async with working(bench.worker(slow, concurrency=3)):
        await bench.until(done=12)
    assert most == 3


async def test_draining_waits_for_running_jobs_and_takes_no_new_ones(
    bench: Bench,
) -> None:
    started, release = asyncio.Event(), asyncio.Event()

    async def held(job: Job) -> None:
        started.set()
        await release.wait()
        await bench.finish(job)

    worker = bench.worker(held, concurrency=1)
    await bench.put("first", "second")
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(worker.run())
        await started.wait()
        draining = group.create_task(worker.drain(10))
        await asyncio.sleep(0)
        release.set()
        assert await draining == 0
    assert bench.done == ["first"]
    assert await bench.ledger.is_open("q", "second")


async def test_a_job_cut_off_at_the_end_is_taken_up_at_the_next_start(
    bench: Bench,
) -> None:
    started = asyncio.Event()

    async def endless(_: Job) -> None:
        started.set()
        await asyncio.Event().wait()

    worker = bench.worker(endless)
    await bench.put("slow")
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(worker.run())
        await started.wait()
        assert await worker.drain(0.01) == 1
    assert await bench.ledger.recover() == 1
    async with working(bench.worker()):
        await bench.until(done=1)
    assert bench.done == ["slow"]


async def test_draining_ends_a_worker_that_will_have_no_room(bench: Bench) -> None:
    asked = asyncio.Event()

    async def no_room() -> Room:
        if not asked.is_set():
            asked.set()
            return Room(jobs=1)
        await asyncio.Event().wait()
        return Room(jobs=0)

    worker = Worker(
        bench.ledger,
        "q",
        bench.handle,
        set_aside=bench.put_aside,
        lease=15,
        concurrency=5,
        metrics=bench.metrics,
        room=no_room,
    )
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(worker.run())
        await asked.wait()
        await asyncio.sleep(0)  # it is inside `take` now
        assert await worker.drain(1) == 0


async def test_a_storage_error_ends_the_process(bench: Bench) -> None:
    async def fails(_: Job) -> None:
        raise StorageError("disk full")

    await bench.put("any")
    with pytest.raises(ExceptionGroup) as caught:
        await bench.worker(fails).run()
    assert caught.group_contains(StorageError)
