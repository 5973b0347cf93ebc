"""When the silence of a source is odd: by its own habit, never by night or holiday."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from catalyst_bot.market.calendar import hour_of
from catalyst_bot.sources.rhythm import KEPT, Hour, Rhythm

FIRST = datetime(2026, 10, 5, 4, 0, tzinfo=UTC)  # a Monday, midnight in New York
THANKSGIVING = date(2026, 11, 26)
NEW_YORK = ZoneInfo("America/New_York")
TEN_MINUTES = timedelta(minutes=10)
Habit = Callable[[datetime], float]


def slots(start: datetime, *, days: int) -> Iterator[datetime]:
    for number in range(days * 144):
        yield start + number * TEN_MINUTES


def wire(moment: datetime) -> float:
    """Return the chance of news of a wire that sleeps at night and on days off."""
    local = moment.astimezone(NEW_YORK)
    is_off = local.weekday() >= 5 or local.date() == THANKSGIVING
    if is_off or not 6 <= local.hour < 20:
        return 0.01
    return 0.98 if 7 <= local.hour < 17 else 0.4


def lived(
    habit: Habit, *, days: int, rhythm: Rhythm | None = None, seed: int = 1
) -> Rhythm:
    """Return what is known of a source after some weeks."""
    chance, known = random.Random(seed), rhythm or Rhythm()
    for moment in slots(FIRST, days=days):
        is_lively = chance.random() < habit(moment)
        known = known.after(hour_of(moment), is_lively=is_lively)
        assert not known.is_silent, f"a false alarm at {moment}"
    return known


@pytest.mark.parametrize("seed", range(5))
def test_no_night_weekend_holiday_or_clock_change_is_odd(seed: int) -> None:
    """Ten weeks, over the end of summer time and Thanksgiving."""
    lived(wire, days=70, seed=seed)


def test_an_hour_of_silence_in_its_busiest_hours_is_odd_and_less_is_not() -> None:
    rhythm = Rhythm()
    for _ in range(100):
        rhythm = rhythm.after("full 10", is_lively=True)
    for _ in range(5):
        rhythm = rhythm.after("full 10", is_lively=False)
        assert not rhythm.is_silent
    for _ in range(3):
        rhythm = rhythm.after("full 10", is_lively=False)
    assert rhythm.is_silent
    assert not rhythm.after("full 11", is_lively=True).is_silent


def test_a_source_that_speaks_once_a_week_may_be_silent_for_days() -> None:
    rhythm = lived(lambda _: 1 / 1008, days=60)
    for moment in slots(FIRST, days=4):
        rhythm = rhythm.after(hour_of(moment), is_lively=False)
    assert not rhythm.is_silent


def test_nothing_is_odd_before_three_days_are_known() -> None:
    rhythm, hours = Rhythm(), [f"full {hour:02d}" for hour in range(24)]
    for hour in hours * 17:
        rhythm = rhythm.after(hour, is_lively=True)
    for hour in hours:
        rhythm = rhythm.after(hour, is_lively=False)
    assert rhythm.oddness == 0.0


def test_what_is_old_fades_so_that_a_new_habit_is_learnt() -> None:
    hour = Hour()
    for _ in range(400):
        hour = hour.after(is_lively=True)
    assert hour.slots == pytest.approx(KEPT)
    for _ in range(400):
        hour = hour.after(is_lively=False)
    assert hour.share < 0.05
