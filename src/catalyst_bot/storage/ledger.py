"""The durable twin of the pipeline: what is accepted here survives `kill -9`.

A job waits in a queue, is taken under a lease, and ends by `done`, which in one
transaction finishes it, adds the jobs that follow and records the facts learnt. Due
times are the real wall clock; when that clock jumps, all open jobs move with it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from time import perf_counter

from sqlalchemy import Row, bindparam, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalyst_bot.clock import Clock
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.storage.database import Database
from catalyst_bot.storage.records import Write, save_fact
from catalyst_bot.storage.schema import DONE, GIVEN_UP, OPEN, facts, jobs

CLOCK_JUMP = 5.0  # seconds that wall and monotonic clock may drift between two takes
FURTHEST_DUE = 3600.0  # at start no job waits longer: its clock may have been wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A job to add; a known (queue, key), open or finished, is left as it is."""

    queue: str
    key: str
    body: str = ""
    delay: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job held under a lease by whoever took it.

    `in_doubt`: an earlier take ended without saying whether its side effect happened.
    `unfinished` counts the takes before this one that ended in a crash.
    `fence` grows with every take and end: a handle works once, for its holder only.
    """

    queue: str
    key: str
    body: str
    created: float  # unix seconds
    attempt: int  # 1 on the first take
    unfinished: int
    in_doubt: bool
    doubt_since: float
    fence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How much waits in one queue, and for how long the oldest has been due."""

    queue: str
    pending: int
    oldest_age: float


class Ledger:
    """The queues of one process over one database."""

    def __init__(
        self, database: Database, *, clock: Clock, metrics: Metrics, health: Health
    ) -> None:
        self._database, self._clock = database, clock
        self._metrics, self._health = metrics, health
        self._wake: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._offset = clock.unix() - clock.monotonic()

    async def recover(self) -> int:
        """Take back every lease of a dead process; return how many jobs are open.

        The lock file proves that nobody else is alive.
        """
        now = self._clock.unix()
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
        self, queue: str, limit: int, *, lease: float, wait: float = 1.0
    ) -> list[Job]:
        """Return up to `limit` due jobs, oldest first, leased for `lease` seconds.

        Waits up to `wait` seconds for one; an empty list then. An expired lease makes a
        job due again, in doubt.
        """
        wake = self._wake[queue]
        wake.clear()  # before the query, or a put in between is missed
        taken, next_due = await self._take(queue, limit, lease)
        if taken or wait <= 0:
            return taken
        pause = min(wait, max(0.0, next_due - self._clock.unix()))
        try:
            async with asyncio.timeout(pause):
                await wake.wait()
        except TimeoutError:
            pass
        return (await self._take(queue, limit, lease))[0]

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
        async with self._database.write() as connection:
            for job in finished:
                if not await _end(connection, job, state=DONE, doubt=0, body=""):
                    self._metrics.lease_lost.labels(job.queue).inc()
                    await connection.rollback()
                    return False
            await self._insert(connection, then)
            await _record(connection, facts)
        self._committed(began)
        for queue in {job.queue for job in then}:
            self._wake[queue].set()
        return True

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
        values: dict[str, object] = {"due": self._clock.unix() + delay, "error": error}
        if not_sent:  # this take; an earlier one may still be in doubt
            values["doubt"] = jobs.c.doubt - 1
        if not is_unfinished:
            values["unfinished"] = 0
        began = perf_counter()
        async with self._database.write() as connection:
            is_ours = await _end(connection, job, **values)
        self._committed(began)
        if not is_ours:
            self._metrics.lease_lost.labels(job.queue).inc()
        self._wake[job.queue].set()
        return is_ours

    async def give_up(
        self, job: Job, *, error: str, facts: Sequence[Write] = ()
    ) -> bool:
        """End a job that cannot succeed, with its reason; False: the lease was lost."""
        began = perf_counter()
        async with self._database.write() as connection:
            is_ours = await _end(connection, job, state=GIVEN_UP, error=error, body="")
            if is_ours:
                await _record(connection, facts)
        self._committed(began)
        return is_ours

    async def fact(self, key: str) -> str | None:
        """Return a recorded fact, or None."""
        query = select(facts.c.value).where(facts.c.key == key)
        async with self._database.read() as connection:
            return (await connection.execute(query)).scalar_one_or_none()

    async def is_open(self, queue: str, key: str) -> bool:
        """Return whether this job is still to be done."""
        query = select(jobs.c.state).where(jobs.c.queue == queue, jobs.c.key == key)
        async with self._database.read() as connection:
            return (await connection.execute(query)).scalar_one_or_none() == OPEN

    async def backlog(self) -> tuple[Backlog, ...]:
        """Return what waits, by queue; queues with nothing open are absent."""
        query = (
            select(jobs.c.queue, func.count(), func.min(jobs.c.due))
            .where(jobs.c.state == OPEN)
            .group_by(jobs.c.queue)
        )
        now = self._clock.unix()
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(
            Backlog(queue=queue, pending=count, oldest_age=max(0.0, now - due))
            for queue, count, due in rows
        )

    async def probe(self) -> None:
        """Write one row, so that a quiet night still proves the disk works."""
        await self.done(facts=(save_fact("probe", str(self._clock.unix())),))

    def _committed(self, began: float) -> None:
        self._metrics.ledger_commit.observe(perf_counter() - began)
        self._health.ledger_wrote(self._clock.unix())

    async def _take(
        self, queue: str, limit: int, lease: float
    ) -> tuple[list[Job], float]:
        now = self._clock.unix()
        due = (
            select(jobs.c.queue, jobs.c.key)
            .where(jobs.c.queue == queue, jobs.c.state == OPEN, jobs.c.due <= now)
            .order_by(jobs.c.due)
            .limit(limit)
        )
        taking = (
            update(jobs)
            .where(tuple_(jobs.c.queue, jobs.c.key).in_(due))
            .values(
                due=now + lease,
                leased=True,
                attempt=jobs.c.attempt + 1,
                unfinished=jobs.c.unfinished + 1,
                doubt=jobs.c.doubt + 1,
                doubt_since=func.iif(jobs.c.doubt == 0, now, jobs.c.doubt_since),
                fence=jobs.c.fence + 1,
            )
            .returning(*jobs.c)
        )
        coming = select(func.min(jobs.c.due)).where(
            jobs.c.queue == queue, jobs.c.state == OPEN
        )
        async with self._database.write() as connection:
            await self._follow_clock(connection)
            rows = (await connection.execute(taking)).all()
            if rows:
                return sorted(map(_job, rows), key=lambda job: job.created), now
            next_due = (await connection.execute(coming)).scalar_one_or_none()
        return [], now + FURTHEST_DUE if next_due is None else float(next_due)

    async def _follow_clock(self, connection: AsyncConnection) -> None:
        """Move open jobs with a wall clock that was set, so that none waits an hour."""
        offset = self._clock.unix() - self._clock.monotonic()
        jump, self._offset = offset - self._offset, offset
        if abs(jump) > CLOCK_JUMP:
            await connection.execute(
                update(jobs)
                .where(jobs.c.state == OPEN)
                .values(due=jobs.c.due + jump, created=jobs.c.created + jump)
            )

    async def _insert(
        self, connection: AsyncConnection, added: Collection[NewJob]
    ) -> None:
        if not added:
            return
        now = self._clock.unix()
        rows = [
            {
                "queue": job.queue,
                "key": job.key,
                "body": job.body,
                "created": now,
                "due": now + job.delay,
            }
            for job in added
        ]
        await connection.execute(insert(jobs).prefix_with("OR IGNORE"), rows)


_HELD = (
    update(jobs)
    .where(
        jobs.c.queue == bindparam("q"),
        jobs.c.key == bindparam("k"),
        jobs.c.fence == bindparam("f"),
        jobs.c.state == OPEN,
    )
    .values(fence=jobs.c.fence + 1, leased=False)
)


async def _end(connection: AsyncConnection, job: Job, **values: object) -> bool:
    parameters = {"q": job.queue, "k": job.key, "f": job.fence}
    result = await connection.execute(_HELD.values(**values), parameters)
    return result.rowcount == 1


async def _record(connection: AsyncConnection, writes: Sequence[Write]) -> None:
    """Run equal statements together: one trip to the database thread for each kind."""
    kinds: dict[int, list[Write]] = {}
    for write in writes:
        kinds.setdefault(id(write.statement), []).append(write)
    for group in kinds.values():
        await connection.execute(group[0].statement, [write.row for write in group])


def _job(row: Row[tuple[object, ...]]) -> Job:
    return Job(
        queue=row.queue,
        key=row.key,
        body=row.body,
        created=row.created,
        attempt=row.attempt,
        unfinished=row.unfinished - 1,
        in_doubt=row.doubt > 1,
        doubt_since=row.doubt_since,
        fence=row.fence,
    )
