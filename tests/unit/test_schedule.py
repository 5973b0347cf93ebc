"""Wall-clock jobs fire at New York's time of day, over clock changes too."""

import asyncio
from datetime import date, datetime, timedelta

import pytest
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.date import DateTrigger

from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.schedule import (
    NEW_YORK,
    Job,
    backup_job,
    idle_job,
    open_schedule,
    prune_job,
    session_job,
    warm_up_job,
)
from tests.waiting import until


async def nothing() -> None:
    """Stand for a job where only its trigger matters."""


def times_on(trigger: BaseTrigger, day: date) -> list[str]:
    """Return the New York times at which `trigger` fires on `day`."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=NEW_YORK)
    found, last, now = [], None, midnight
    while (last := trigger.get_next_fire_time(last, now)) and last.date() == day:
        found.append(last.strftime("%H:%M"))
        now = last + timedelta(microseconds=1)
    return found


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 3, 6),  # the Friday before summer time
        date(2026, 3, 9),  # the Monday after
        date(2026, 10, 30),
        date(2026, 11, 2),
        date(2026, 11, 27),  # closes at 13:00
    ],
)
def test_each_change_of_session_wakes_the_loops(day: date) -> None:
    trigger = session_job(nothing).at
    assert times_on(trigger, day) == ["04:00", "09:30", "13:00", "16:00", "20:00"]


@pytest.mark.parametrize("day", [date(2026, 3, 7), date(2026, 11, 1)])
def test_no_session_changes_on_a_weekend(day: date) -> None:
    assert times_on(session_job(nothing).at, day) == []


@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1), date(2026, 6, 1)])
def test_pruning_happens_once_a_day_when_clocks_change_too(day: date) -> None:
    assert times_on(prune_job(nothing).at, day) == ["03:30"]


@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1), date(2026, 6, 6)])
def test_a_copy_is_made_once_a_night_after_the_pruning(day: date) -> None:
    assert times_on(backup_job(nothing).at, day) == ["03:50"]


def test_the_model_is_warmed_up_before_the_sessions_that_bring_news() -> None:
    trigger = warm_up_job(nothing).at
    assert times_on(trigger, date(2026, 6, 1)) == ["03:55", "09:25"]
    assert times_on(trigger, date(2026, 6, 6)) == []


def test_an_idle_model_is_looked_for_each_quarter_of_an_hour() -> None:
    found = times_on(idle_job(nothing).at, date(2026, 6, 6))
    assert (len(found), found[:2]) == (96, ["00:00", "00:15"])


async def test_a_job_that_fails_is_counted_and_the_next_one_runs() -> None:
    metrics, ran = Metrics(), asyncio.Event()

    async def fail() -> None:
        raise RuntimeError("disk on fire")

    async def run() -> None:
        ran.set()

    now = datetime.now(NEW_YORK)
    jobs = [
        Job(name="bad", at=DateTrigger(now), run=fail),
        Job(name="good", at=DateTrigger(now + timedelta(milliseconds=1)), run=run),
    ]
    async with asyncio.timeout(10), open_schedule(jobs, metrics=metrics):
        await ran.wait()
        await until(lambda: b'where="schedule.bad"} 1.0' in metrics.render())


async def test_a_job_still_running_at_the_end_is_cancelled() -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)  # as long as closing something takes
            ended.set()

    job = Job(name="hang", at=DateTrigger(datetime.now(NEW_YORK)), run=hang)
    async with asyncio.timeout(10):
        async with open_schedule([job], metrics=Metrics()):
            await began.wait()
        assert ended.is_set()
