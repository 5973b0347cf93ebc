"""Statements over the table of jobs; only `Ledger` runs them, in its transactions."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy import Row, and_, bindparam, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalyst_bot.storage.jobs import Job, NewJob
from catalyst_bot.storage.left_out import LeftOut, moment, words
from catalyst_bot.storage.records import Write
from catalyst_bot.storage.row_time import RowTime
from catalyst_bot.storage.schema import GIVEN_UP, OPEN, jobs, messages

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

# Built once: building a statement costs the event loop more than running it.
_IS_WANTED = and_(
    jobs.c.queue == bindparam("q"),
    jobs.c.state == OPEN,
    jobs.c.priority >= bindparam("floor"),
)
_LEASE = (
    update(jobs)
    .values(
        due=bindparam("until"),
        leased=True,
        attempt=jobs.c.attempt + 1,
        unfinished=jobs.c.unfinished + 1,
        doubt=jobs.c.doubt + 1,
        doubt_since=func.iif(jobs.c.doubt == 0, bindparam("now"), jobs.c.doubt_since),
        fence=jobs.c.fence + 1,
    )
    .returning(*jobs.c)
)
# With q, floor, most, now and until: when the lease ends.
LEASE_FIRST = _LEASE.where(
    tuple_(jobs.c.queue, jobs.c.key).in_(
        select(jobs.c.queue, jobs.c.key)
        .where(_IS_WANTED, jobs.c.due <= bindparam("now"))
        .order_by(jobs.c.priority.desc(), jobs.c.due)
        .limit(bindparam("most"))
    )
)
# With q and floor.
NEXT_DUE = select(func.min(jobs.c.due)).where(_IS_WANTED)
# With q, place, message, now and until: the jobs about the cards of a message.
LEASE_ALONG = _LEASE.where(
    jobs.c.queue == bindparam("q"),
    jobs.c.state == OPEN,
    ~jobs.c.leased,
    jobs.c.body.in_(
        select(messages.c.alert_key).where(
            messages.c.channel == bindparam("place"),
            messages.c.message_id == bindparam("message"),
        )
    ),
)


async def end_jobs(
    connection: AsyncConnection, held: Sequence[Job], **values: object
) -> bool:
    """End jobs, or give them back; False when the lease of one of them was lost."""
    if not held:
        return True
    parameters = [{"q": job.queue, "k": job.key, "f": job.fence} for job in held]
    result = await connection.execute(_HELD.values(**values), parameters)
    return result.rowcount == len(held)


def leased_row(job: Job, *, until: float) -> dict[str, object]:
    """Return the row of a job that its maker holds from the start."""
    return {
        "queue": job.queue,
        "key": job.key,
        "body": job.body,
        "created": job.created,
        "due": until,
        "leased": True,
        "attempt": job.attempt,
        "unfinished": 1,
        "doubt": 1,
        "doubt_since": job.doubt_since,
        "fence": job.fence,
        "priority": job.priority,
    }


def new_row(job: NewJob, *, now: float) -> dict[str, object]:
    """Return the row of a job that waits; times are unix seconds."""
    return {
        "queue": job.queue,
        "key": job.key,
        "body": job.body,
        "created": now,
        "due": now + job.delay,
        "priority": job.priority,
    }


async def add_jobs(
    connection: AsyncConnection, then: Sequence[NewJob], *, now: float
) -> None:
    """Add jobs that wait; of a known key the row is left as it is."""
    rows = [new_row(job, now=now) for job in then]
    if rows:
        await connection.execute(insert(jobs).prefix_with("OR IGNORE"), rows)


async def record_writes(connection: AsyncConnection, writes: Sequence[Write]) -> None:
    """Run equal statements together: one trip to the database thread for each kind."""
    kinds: dict[int, list[Write]] = {}
    for write in writes:
        kinds.setdefault(id(write.statement), []).append(write)
    for group in kinds.values():
        await connection.execute(group[0].statement, [write.row for write in group])


def job_of(row: Row[tuple[object, ...]], *, offset: float = 0.0) -> Job:
    """Return a leased row as its holder's handle; `offset` is that of `RowTime`.

    Raises:
        ValueError, TypeError: the row cannot be read.
    """
    job = Job(
        queue=row.queue,
        key=words(row.key),
        body=words(row.body),
        created=moment(row.created),
        attempt=row.attempt,
        unfinished=row.unfinished - 1,
        in_doubt=row.doubt > 1,
        doubt_since=moment(row.doubt_since),
        fence=row.fence,
        priority=float(row.priority),
        began=row.created - offset,
    )
    _ = job.bodies  # of a job that stands for others they may be cut
    return job


async def held_jobs(
    connection: AsyncConnection,
    rows: Sequence[Row[tuple[object, ...]]],
    time: RowTime,
    left_out: LeftOut,
) -> list[Job]:
    """Return leased rows as jobs; one that cannot be read ends."""
    held = []
    for row in rows:
        read = partial(job_of, row, offset=time.offset)
        job = left_out.read("jobs", (row.queue, row.key), read)
        if job is None:
            await _end_unread(connection, row)
        else:
            held.append(job)
    return held


async def _end_unread(
    connection: AsyncConnection, row: Row[tuple[object, ...]]
) -> None:
    """End a job; what its row holds stays for whoever looks."""
    ended = update(jobs).where(jobs.c.queue == row.queue, jobs.c.key == row.key)
    error = "cannot be read"
    await connection.execute(ended.values(state=GIVEN_UP, leased=False, error=error))
