"""When US equities trade, over changes of the clock, holidays and early closes."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from catalyst_bot.market.calendar import CALENDAR_END, calendar_warning, session_at
from catalyst_bot.model import Session

NEW_YORK = ZoneInfo("America/New_York")
PRE, REGULAR, POST, CLOSED = Session.PRE, Session.REGULAR, Session.POST, Session.CLOSED


def new_york(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("hour", "session"),
    [
        ("00:00", CLOSED),
        ("03:59:59.999", CLOSED),
        ("04:00", PRE),
        ("09:29:59", PRE),
        ("09:30", REGULAR),
        ("15:59:59", REGULAR),
        ("16:00", POST),
        ("19:59:59", POST),
        ("20:00", CLOSED),
    ],
)
def test_each_session_begins_on_its_minute(hour: str, session: Session) -> None:
    assert session_at(new_york(f"2026-11-20T{hour}")) is session


@pytest.mark.parametrize(
    ("moment", "session"),
    [
        ("2026-10-30T13:30", REGULAR),  # summer time: 09:30 is 13:30 UTC
        ("2026-11-02T13:30", PRE),  # the Monday after the clocks went back
        ("2026-11-02T14:30", REGULAR),
        ("2027-03-12T14:29", PRE),
        ("2027-03-15T13:30", REGULAR),  # the Monday after they went forward
        ("2027-03-15T07:59", CLOSED),
        ("2027-03-15T08:00", PRE),
    ],
)
def test_sessions_follow_new_york_over_changes_of_the_clock(
    moment: str, session: Session
) -> None:
    assert session_at(datetime.fromisoformat(moment).replace(tzinfo=UTC)) is session


@pytest.mark.parametrize("day", ["2026-11-01", "2027-03-14"])
def test_the_days_of_the_change_are_sundays_without_a_session(day: str) -> None:
    midnight = new_york(f"{day}T00:00").astimezone(UTC)
    hours = {session_at(midnight + timedelta(minutes=30 * n)) for n in range(46)}
    assert hours == {CLOSED}


@pytest.mark.parametrize(
    "day", ["2026-11-27", "2026-12-24", "2027-11-26", "2028-07-03", "2028-11-24"]
)
def test_an_early_close_ends_the_regular_session_at_one(day: str) -> None:
    assert session_at(new_york(f"{day}T12:59:59")) is REGULAR
    assert session_at(new_york(f"{day}T13:00")) is POST


@pytest.mark.parametrize(
    "day",
    ["2026-11-26", "2026-12-25", "2027-03-26", "2027-07-05", "2028-04-14"],
)
def test_holidays_have_no_session(day: str) -> None:
    assert session_at(new_york(f"{day}T10:00")) is CLOSED


def test_a_new_year_on_saturday_closes_no_friday() -> None:
    assert session_at(new_york("2027-12-31T10:00")) is REGULAR


def test_the_zone_of_the_moment_does_not_matter() -> None:
    tokyo = timezone(timedelta(hours=9))
    moment = new_york("2026-11-20T10:00")
    assert session_at(moment.astimezone(tokyo)) is session_at(moment) is REGULAR


def test_a_naive_moment_is_an_error() -> None:
    with pytest.raises(ValueError, match="aware"):
        session_at(datetime(2026, 11, 20, 12))  # noqa: DTZ001 - the point of the test


def test_weekdays_beyond_the_table_are_open() -> None:
    assert session_at(new_york("2029-12-25T10:00")) is REGULAR
    assert session_at(new_york("2029-12-29T10:00")) is CLOSED  # a Saturday


@pytest.mark.parametrize(
    ("days_left", "warns"), [(91, False), (90, True), (0, True), (-400, True)]
)
def test_the_end_of_the_table_is_announced_90_days_before(
    days_left: int, warns: bool
) -> None:
    day = CALENDAR_END - timedelta(days=days_left)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=NEW_YORK)
    assert bool(calendar_warning(noon)) is warns


def test_every_listed_day_is_a_weekday() -> None:
    """A mistyped date would most likely show as a weekend."""
    day, closed = date(2026, 1, 1), 0
    while day <= CALENDAR_END:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=NEW_YORK)
        closed += day.weekday() < 5 and session_at(noon) is CLOSED
        day += timedelta(days=1)
    assert closed == 29
