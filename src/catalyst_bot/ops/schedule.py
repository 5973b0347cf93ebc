"""Jobs that belong to a wall-clock time; polling loops keep their own time.

A missed job costs nothing: the loops compute the session themselves, and what was not
pruned today is pruned tomorrow. So the job store is memory.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobEvent,
)
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

from catalyst_bot.ops.metrics import Metrics

NEW_YORK = ZoneInfo("America/New_York")
# NYSE "Holidays & Trading Hours": pre-market, opening, early close, close, late close.
SESSION_CHANGES = ((4, 0), (9, 30), (13, 0), (16, 0), (20, 0))
WARM_UP_AT = ((3, 55), (9, 25))  # five minutes before the two that bring news
IDLE_LOOKS = "*/15"  # minutes of each hour
PRUNE_AT = (3, 30)  # no session, and never in the hour that a clock change repeats
SYMBOLS_AT = (3, 45)
BACKUP_AT = (3, 50)  # after the pruning, so that a copy has nothing to forget
LATEST_START = 3600  # seconds: a job that is later than this is missed
LONGEST_END = 2.0  # seconds for a job that is cancelled at the end

Run = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something to do at given moments; `name` is a label of `unexpected_errors`."""

    name: str
    at: BaseTrigger
    run: Run


def session_job(run: Run) -> Job:
    """Return a job for each change of the trading session."""
    return Job(name="session", at=session_trigger(), run=run)


def prune_job(run: Run) -> Job:
    """Return a job for each night."""
    return Job(name="prune", at=prune_trigger(), run=run)


def backup_job(run: Run) -> Job:
    """Return a job for each night, after the pruning."""
    return Job(name="backup", at=_daily(BACKUP_AT), run=run)


def warm_up_job(run: Run) -> Job:
    """Return a job for five minutes before each opening."""
    return Job(name="warm_up", at=_weekdays(WARM_UP_AT), run=run)


def idle_job(run: Run) -> Job:
    """Return a job for each quarter of an hour."""
    at = CronTrigger(minute=IDLE_LOOKS, timezone=NEW_YORK)
    return Job(name="idle", at=at, run=run)


def symbols_job(run: Run) -> Job:
    """Return a job for each night: what failed is tried again on the next."""
    return Job(name="symbols", at=_daily(SYMBOLS_AT), run=run)


@asynccontextmanager
async def open_schedule(
    jobs: Sequence[Job], *, metrics: Metrics
) -> AsyncIterator[None]:
    """Run the jobs at their times; a job still running at the end is cancelled.

    A job that raises is logged with its traceback by APScheduler and counted here as
    `unexpected_errors{where="schedule.<name>"}`, as is one that was missed.
    """
    scheduler = AsyncIOScheduler(
        timezone=NEW_YORK,
        job_defaults={"coalesce": True, "misfire_grace_time": LATEST_START},
    )
    running: set[asyncio.Task[object]] = set()

    def count(event: JobEvent) -> None:
        metrics.unexpected_errors.labels(where=f"schedule.{event.job_id}").inc()

    # A coroutine function of our own: APScheduler runs anything else in a thread.
    async def start(run: Run) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - APScheduler made one for us
        running.add(task)
        try:
            await run()
        finally:
            running.discard(task)

    scheduler.add_listener(
        count, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES
    )
    for job in jobs:
        scheduler.add_job(start, job.at, args=[job.run], id=job.name)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # the shutdown itself is a callback of the loop
        if running:  # it was cancelled: let it close what it opened
            await asyncio.wait(running, timeout=LONGEST_END)


def session_trigger() -> OrTrigger:
    """Return the moments of SESSION_CHANGES, Monday to Friday, New York time.

    13:00 fires on full days too: whoever is woken asks the calendar what it is now.
    """
    return _weekdays(SESSION_CHANGES)


def prune_trigger() -> CronTrigger:
    """Return the moment PRUNE_AT of every day, New York time."""
    return _daily(PRUNE_AT)


def _daily(at: tuple[int, int]) -> CronTrigger:
    hour, minute = at
    return CronTrigger(hour=hour, minute=minute, timezone=NEW_YORK)


def _weekdays(times: Sequence[tuple[int, int]]) -> OrTrigger:
    return OrTrigger(
        [
            CronTrigger(
                day_of_week="mon-fri", hour=hour, minute=minute, timezone=NEW_YORK
            )
            for hour, minute in times
        ]
    )
