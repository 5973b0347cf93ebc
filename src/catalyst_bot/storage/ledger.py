"""The durable twin of the pipeline: what is accepted here survives `kill -9`.

A job waits in a queue, is taken under a lease, and ends by `done`, which in one
transaction finishes it, adds the jobs that follow and records the facts learnt. Due
times are the real wall clock; when that clock jumps, all open jobs move with it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import TypeVar

from sqlalchemy import func, insert, or_, select, update

from catalyst_bot.card_state import MessageRef
from catalyst_bot.clock import Clock
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.storage.commits import Committer, Entry
from catalyst_bot.storage.database import Database, outlives_the_disk
from catalyst_bot.storage.job_rows import (
    LEASE_ALONG,
    LEASE_FIRST,
    NEXT_DUE,
    add_jobs,
    end_jobs,
    held_jobs,
    leased_row,
    record_writes,
)
from catalyst_bot.storage.jobs import Backlog, Job, NewJob, first_first, joined
from catalyst_bot.storage.records import Write
from catalyst_bot.storage.remembered import save_fact
from catalyst_bot.storage.row_time import RowTime
from catalyst_bot.storage.schema import DONE, GIVEN_UP, OPEN, facts, jobs

T = TypeVar("T")

FURTHEST_DUE = 3600.0  # at start no job waits longer: its clock may have been wrong


class Ledger:
    """The queues of one process over one database."""

    def __init__(
        self, database: Database, *, clock: Clock, metrics: Metrics, health: Health
    ) -> None:
        self._database, self._clock = database, clock
        self._left_out = database.left_out
        self._metrics, self._health = metrics, health
        self._wake: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._time = RowTime(clock)
        self._commits = Committer(database, now=self._time.now)

    @outlives_the_disk
    async def recover(self) -> int:
        """Take back every lease of a dead process; return how many jobs are open.

        The lock file proves that nobody else is alive.
        """
        now = self._time.now()
        async with self._database.write() as connection:
            await connection.execute(
                update(jobs)
                .where(jobs.c.state == OPEN, jobs.c.leased)
                .values(leased=False, due=now)
            )
            await connection.execute(
                update(jobs)
                .where(jobs.c.state == OPEN, jobs.c.due > now + FURTHEST_DUE)
                .values(due=now + FURTHEST_DUE)
            )
            count = select(func.count()).where(jobs.c.state == OPEN)
            return int((await connection.execute(count)).scalar_one())

    async def take(
        self,
        queue: str,
        limit: int,
        *,
        lease: float,
        wait: float = 1.0,
        floor: float = 0.0,
    ) -> list[Job]:
        """Return up to `limit` due jobs, the first first, leased for `lease` seconds.

        Waits up to `wait` seconds for one; an empty list then. Those of a priority
        below `floor` stay. An expired lease makes a job due again, in doubt.
        """
        wake = self._wake[queue]
        wake.clear()  # before the query, or a put in between is missed
        taken, next_due = await self._take(queue, limit, lease, floor)
        if taken or wait <= 0:
            return taken
        pause = min(wait, max(0.0, next_due - self._time.now()))
        try:
            async with asyncio.timeout(pause):
                await wake.wait()
        except TimeoutError:
            pass
        return (await self._take(queue, limit, lease, floor))[0]

    @outlives_the_disk
    async def take_along(
        self, queue: str, ref: MessageRef, *, lease: float
    ) -> list[Job]:
        """Lease all open jobs about the cards of a message that nobody holds."""
        async with self._database.write() as connection:
            now = self._time.now()
            lent = {"q": queue, "now": now, "until": now + lease}
            about = {"place": ref.channel, "message": ref.message_id}
            held = await connection.execute(LEASE_ALONG, lent | about)
            rows = held.all()
            return await held_jobs(connection, rows, self._time, self._left_out)

    @outlives_the_disk
    async def join(self, groups: Sequence[Sequence[Job]], *, lease: float) -> list[Job]:
        """Let one new job, leased to the caller, stand for the jobs of each group.

        One transaction. Whatever happens after it, these belong together for good:
        their message has one name by which a repetition is recognised. An empty list
        when a lease was lost meanwhile: then nothing was written.
        """
        began = perf_counter()
        async with self._database.write() as connection:
            now = self._time.now()
            heirs = [joined(group, now=now) for group in groups]
            for group, heir in zip(groups, heirs, strict=True):
                ended = {"state": DONE, "doubt": 0, "heir": heir.key}
                if not await end_jobs(connection, group, **ended):
                    await connection.rollback()
                    return []
            rows = [leased_row(job, until=now + lease) for job in heirs]
            await connection.execute(insert(jobs), rows)
        self._committed(began)
        return heirs

    @outlives_the_disk
    async def part(self, heir: Job, keys: Sequence[str]) -> bool:
        """Let the jobs that `heir` stands for go each by itself; False: lease lost.

        Only while it is not in doubt: what was sent together stays together.
        """
        began = perf_counter()
        async with self._database.write() as connection:
            if not await end_jobs(connection, [heir], state=DONE, doubt=0, body=""):
                return False
            members = update(jobs).where(
                jobs.c.queue == heir.queue,
                jobs.c.key.in_(keys),
                jobs.c.heir == heir.key,
            )
            again = {"state": OPEN, "heir": None, "unfinished": 0}
            await connection.execute(members.values(due=self._time.now(), **again))
        self._committed(began)
        return True

    def wake(self, queue: str) -> None:
        """End a waiting `take` of this queue now."""
        self._wake[queue].set()

    async def done(
        self,
        finished: Sequence[Job] = (),
        *,
        then: Sequence[NewJob] = (),
        facts: Sequence[Write] = (),
    ) -> bool:
        """Finish jobs, add jobs and record facts in one transaction.

        Returns:
            False when a lease was lost meanwhile: then nothing was written.
        """
        began = perf_counter()
        entry = Entry(finished=finished, then=then, facts=facts)
        if not await self._commits.commit(entry):
            self._metrics.lease_lost.labels(finished[0].queue).inc()
            return False
        self._committed(began, then)
        return True

    @outlives_the_disk
    async def retry(
        self,
        job: Job,
        *,
        delay: float,
        error: str,
        not_sent: bool,
        is_unfinished: bool = False,
    ) -> bool:
        """Give a job back, due in `delay` seconds; False when the lease was lost.

        `not_sent`: its side effect provably did not happen, so this take adds no doubt.
        `is_unfinished`: the take broke off by a fault of ours and counts as a crash.
        """
        values: dict[str, object] = {"error": error}
        if not_sent:  # this take; an earlier one may still be in doubt
            values["doubt"] = jobs.c.doubt - 1
        if not is_unfinished:
            values["unfinished"] = 0
        began = perf_counter()
        async with self._database.write() as connection:
            due = self._time.now() + delay
            is_ours = await end_jobs(connection, [job], due=due, **values)
        self._committed(began)
        if not is_ours:
            self._metrics.lease_lost.labels(job.queue).inc()
        self._wake[job.queue].set()
        return is_ours

    @outlives_the_disk
    async def give_back(self, held: Sequence[Job], *, delay: float, error: str) -> None:
        """Give back jobs that were not begun, due in `delay` seconds; lost ones too."""
        values = {"error": error, "doubt": jobs.c.doubt - 1, "unfinished": 0}
        async with self._database.write() as connection:
            await end_jobs(connection, held, due=self._time.now() + delay, **values)

    @outlives_the_disk
    async def give_up(
        self,
        job: Job,
        *,
        error: str,
        then: Sequence[NewJob] = (),
        facts: Sequence[Write] = (),
    ) -> bool:
        """End a job that cannot succeed, with its reason; False: the lease was lost."""
        began = perf_counter()
        async with self._database.write() as connection:
            ended = {"state": GIVEN_UP, "error": error, "body": ""}
            is_ours = await end_jobs(connection, [job], **ended)
            if is_ours:
                await add_jobs(connection, then, now=self._time.now())
                await record_writes(connection, facts)
        self._committed(began, then if is_ours else ())
        return is_ours

    async def fact(self, key: str) -> str | None:
        """Return a recorded fact, or None."""
        query = select(facts.c.value).where(facts.c.key == key)
        async with self._database.read() as connection:
            return (await connection.execute(query)).scalar_one_or_none()

    async def recall(self, key: str, parse: Callable[[str], T]) -> T | None:
        """Return what `parse` makes of a fact, None without one that can be read."""
        value = await self.fact(key)
        if value is None:
            return None
        return self._left_out.read("facts", key, lambda: parse(value))

    async def is_open(self, queue: str, key: str) -> bool:
        """Return whether this job, or the one that stands for it, is to be done yet."""
        heir = select(jobs.c.heir).where(jobs.c.queue == queue, jobs.c.key == key)
        query = select(jobs.c.key).where(
            jobs.c.queue == queue,
            or_(jobs.c.key == key, jobs.c.key == heir.scalar_subquery()),
            jobs.c.state == OPEN,
        )
        async with self._database.read() as connection:
            return (await connection.execute(query)).first() is not None

    async def backlog(self) -> tuple[Backlog, ...]:
        """Return what waits, by queue; queues with nothing open are absent."""
        query = (
            select(jobs.c.queue, func.count(), func.min(jobs.c.due))
            .where(jobs.c.state == OPEN)
            .group_by(jobs.c.queue)
        )
        now = self._time.now()
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            Backlog(queue=queue, pending=count, oldest_age=max(0.0, now - due))
            for queue, count, due in rows
        )

    async def probe(self) -> None:
        """Write one row, so that a quiet night still proves the disk works."""
        await self.done(facts=(save_fact("probe", str(self._clock.unix())),))

    def _committed(self, began: float, then: Sequence[NewJob] = ()) -> None:
        self._metrics.ledger_commit.observe(perf_counter() - began)
        self._health.ledger_wrote()
        for queue in {job.queue for job in then}:
            self._wake[queue].set()

    @outlives_the_disk
    async def _take(
        self, queue: str, limit: int, lease: float, floor: float
    ) -> tuple[list[Job], float]:
        wanted = {"q": queue, "floor": floor}
        async with self._database.write() as connection:
            await self._time.follow(connection)
            now = self._time.now()
            lent = {"most": limit, "now": now, "until": now + lease}
            rows = (await connection.execute(LEASE_FIRST, wanted | lent)).all()
            if rows:
                held = await held_jobs(connection, rows, self._time, self._left_out)
                return sorted(held, key=first_first), now
            next_due = (await connection.execute(NEXT_DUE, wanted)).scalar_one_or_none()
        return [], now + FURTHEST_DUE if next_due is None else float(next_due)
