"""What is put into the ledger is done exactly once, or known to be in doubt."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from catalyst_bot.errors import DatabaseInUse, StorageError
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.storage.database import open_database, open_for_reading
from catalyst_bot.storage.jobs import Job, NewJob
from catalyst_bot.storage.ledger import FURTHEST_DUE, Ledger
from catalyst_bot.storage.remembered import save_fact
from tests.clocks import ManualClock
from tests.house import ignore

LEASE = 15.0


@asynccontextmanager
async def opened(path: Path, clock: ManualClock) -> AsyncIterator[Ledger]:
    async with open_database(f"sqlite:///{path}/catalyst.db", lost=ignore) as database:
        yield Ledger(database, clock=clock, metrics=Metrics(), health=Health())


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def ledger(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Ledger]:
    async with opened(tmp_path, clock) as ledger:
        yield ledger


async def put(
    ledger: Ledger, key: str, queue: str = "post", delay: float = 0.0
) -> None:
    await ledger.done(then=[NewJob(queue=queue, key=key, body=key, delay=delay)])


async def take(ledger: Ledger, limit: int = 10, queue: str = "post") -> list[Job]:
    return await ledger.take(queue, limit, lease=LEASE, wait=0.0)


async def test_a_job_is_taken_once_and_oldest_first(
    ledger: Ledger, clock: ManualClock
) -> None:
    for key in ("a", "b", "c"):
        await put(ledger, key)
        clock.advance(1)
    assert [job.key for job in await take(ledger, limit=2)] == ["a", "b"]
    assert [job.key for job in await take(ledger)] == ["c"]
    assert await take(ledger) == []


async def test_a_take_that_is_cut_off_at_any_moment_leaves_the_disk_to_the_next(
    ledger: Ledger,
) -> None:
    for moment in range(100):  # a tenth of a millisecond each; a take needs some five
        await put(ledger, f"{moment}")
        taking = asyncio.create_task(take(ledger))
        await asyncio.wait({taking}, timeout=moment / 10_000)
        taking.cancel()
        await asyncio.wait({taking})
    await put(ledger, "last")
    assert "last" in [job.key for job in await take(ledger, limit=200)]


async def test_a_finished_job_is_still_known_and_never_comes_again(
    ledger: Ledger,
) -> None:
    await put(ledger, "a")
    (job,) = await take(ledger)
    assert await ledger.done([job])
    await put(ledger, "a")
    assert await take(ledger) == []


async def test_an_expired_lease_makes_the_job_due_again_and_in_doubt(
    ledger: Ledger, clock: ManualClock
) -> None:
    await put(ledger, "a")
    (first,) = await take(ledger)
    assert not first.in_doubt
    clock.advance(LEASE + 1)
    (second,) = await take(ledger)
    assert second.in_doubt
    assert second.unfinished == 1
    assert second.doubt_since == first.doubt_since


async def test_a_lost_lease_writes_nothing(ledger: Ledger, clock: ManualClock) -> None:
    await put(ledger, "a")
    (stale,) = await take(ledger)
    clock.advance(LEASE + 1)
    (mine,) = await take(ledger)
    then = [NewJob(queue="enrich", key="a")]
    assert not await ledger.done([stale], then=then, facts=[save_fact("m", "stale")])
    assert await ledger.fact("m") is None
    assert await take(ledger, queue="enrich") == []
    assert await ledger.done([mine], then=then, facts=[save_fact("m", "42")])
    assert await ledger.fact("m") == "42"
    assert len(await take(ledger, queue="enrich")) == 1


async def test_a_retry_that_was_surely_not_sent_leaves_no_doubt(
    ledger: Ledger,
) -> None:
    await put(ledger, "a")
    (job,) = await take(ledger)
    await ledger.retry(job, delay=0, error="429", not_sent=True)
    (job,) = await take(ledger)
    assert (job.attempt, job.in_doubt, job.unfinished) == (2, False, 0)
    await ledger.retry(job, delay=0, error="time-out", not_sent=False)
    (job,) = await take(ledger)
    assert (job.attempt, job.in_doubt, job.unfinished) == (3, True, 0)


async def test_an_earlier_doubt_survives_a_later_429(ledger: Ledger) -> None:
    await put(ledger, "a")
    (job,) = await take(ledger)
    await ledger.retry(job, delay=0, error="time-out", not_sent=False)
    (job,) = await take(ledger)
    await ledger.retry(job, delay=0, error="429", not_sent=True)
    (job,) = await take(ledger)
    assert job.in_doubt


async def test_takes_that_break_off_are_counted_until_one_ends_well(
    ledger: Ledger,
) -> None:
    await put(ledger, "a")
    for broken in range(3):
        (job,) = await take(ledger)
        assert job.unfinished == broken
        await ledger.retry(
            job, delay=0, error="bug", not_sent=False, is_unfinished=True
        )
    (job,) = await take(ledger)
    assert job.unfinished == 3


async def test_a_restart_takes_back_the_leases_of_the_dead_process(
    tmp_path: Path, clock: ManualClock
) -> None:
    async with opened(tmp_path, clock) as ledger:
        await put(ledger, "a")
        assert len(await take(ledger)) == 1
    async with opened(tmp_path, clock) as ledger:
        assert await ledger.recover() == 1
        (job,) = await take(ledger)
        assert job.in_doubt


async def test_at_start_no_job_waits_longer_than_an_hour(
    tmp_path: Path, clock: ManualClock
) -> None:
    async with opened(tmp_path, clock) as ledger:
        await put(ledger, "a", delay=86_400)
    async with opened(tmp_path, clock) as ledger:
        await ledger.recover()
        clock.advance(FURTHEST_DUE + 1)
        assert len(await take(ledger)) == 1


@pytest.mark.parametrize("jump", [3600.0, -3600.0])
async def test_a_wall_clock_that_is_set_ends_no_lease_and_delays_no_job(
    ledger: Ledger, clock: ManualClock, jump: float
) -> None:
    await put(ledger, "held")
    await take(ledger)
    await put(ledger, "failing")
    (failing,) = await take(ledger)
    clock.wall_offset += jump
    # Nobody has taken anything since: the rows do not know of the jump yet.
    await ledger.retry(failing, delay=5, error="503", not_sent=False)
    await put(ledger, "new")
    assert [job.key for job in await take(ledger)] == ["new"]
    clock.advance(6)
    (again,) = await take(ledger)
    assert again.key == "failing"
    assert clock.unix() - again.doubt_since == pytest.approx(6)
    clock.advance(LEASE)
    late = {job.key for job in await ledger.take("post", 9, lease=LEASE, wait=0)}
    assert late == {"held", "new", "failing"}


async def test_a_wall_clock_set_back_an_hour_delays_no_job(
    ledger: Ledger, clock: ManualClock
) -> None:
    await put(ledger, "a", delay=10)
    clock.wall_offset -= 3600
    await take(ledger)  # notices the jump
    clock.advance(11)
    (job,) = await take(ledger)
    assert clock.unix() - job.created == pytest.approx(11)


async def test_a_waiting_take_wakes_at_once_for_a_new_job(ledger: Ledger) -> None:
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        waiting = group.create_task(ledger.take("post", 1, lease=LEASE, wait=60))
        await asyncio.sleep(0)
        await put(ledger, "a")
    assert [job.key for job in waiting.result()] == ["a"]


async def test_a_wake_up_that_was_used_does_not_wake_the_next_take(
    ledger: Ledger,
) -> None:
    await put(ledger, "a")
    await take(ledger)
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        waiting = group.create_task(ledger.take("post", 1, lease=LEASE, wait=60))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        await put(ledger, "b")


async def test_a_transaction_that_fails_leaves_nothing_behind(ledger: Ledger) -> None:
    impossible = replace(save_fact("k", "v"), row={"key": "k", "value": None})
    with pytest.raises(StorageError):
        await ledger.done(then=[NewJob(queue="post", key="a")], facts=[impossible])
    assert await take(ledger) == []


async def test_eight_takers_at_once_get_every_job_exactly_once(ledger: Ledger) -> None:
    await ledger.done(then=[NewJob(queue="post", key=str(n)) for n in range(200)])
    async with asyncio.TaskGroup() as group:
        takes = [group.create_task(take(ledger, limit=50)) for _ in range(8)]
    keys = [job.key for task in takes for job in task.result()]
    assert len(keys) == len(set(keys)) == 200


async def test_giving_up_ends_a_job_with_its_reason(ledger: Ledger) -> None:
    await put(ledger, "a")
    (job,) = await take(ledger)
    assert await ledger.is_open("post", "a")
    assert await ledger.give_up(job, error="too old")
    assert not await ledger.is_open("post", "a")
    assert await ledger.backlog() == ()


async def test_the_backlog_tells_how_much_waits_and_how_long(
    ledger: Ledger, clock: ManualClock
) -> None:
    await put(ledger, "a")
    await put(ledger, "b", queue="enrich")
    clock.advance(7)
    waiting = {entry.queue: entry for entry in await ledger.backlog()}
    assert waiting["post"].pending == 1
    assert waiting["enrich"].oldest_age == pytest.approx(7)


async def test_a_second_process_is_refused_with_the_holders_pid(
    tmp_path: Path, clock: ManualClock
) -> None:
    async with opened(tmp_path, clock):
        with pytest.raises(DatabaseInUse, match=r"process \d+"):
            async with opened(tmp_path, clock):
                pass


async def test_a_folder_that_cannot_be_written_is_a_storage_error(
    tmp_path: Path, clock: ManualClock
) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("not a folder")
    with pytest.raises(StorageError):
        async with opened(blocker, clock):
            pass


async def test_reading_without_a_database_says_to_run_the_daemon(
    tmp_path: Path,
) -> None:
    with pytest.raises(StorageError, match="run the daemon first"):
        async with open_for_reading(f"sqlite:///{tmp_path}/none.db"):
            pass
