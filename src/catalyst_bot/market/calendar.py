"""Knows when US equities trade: a frozen table and zoneinfo, 2 ms instead of 289.

A table instead of a calendar package: such a package costs 100 MB in the daemon.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from catalyst_bot.model import Session

CALENDAR_END = date(2028, 12, 31)  # the last day that the table knows
WARNING_DAYS = 90
_NEW_YORK = ZoneInfo("America/New_York")
_SATURDAY = 5
_PRE, _OPEN, _EARLY_CLOSE = time(4), time(9, 30), time(13)
_CLOSE, _END = time(16), time(20)
_DAY = timedelta(days=1)

# NYSE, "Holidays & Trading Hours".
_HOLIDAYS = frozenset(
    {
        date(2026, 1, 1),
        date(2026, 1, 19),
        date(2026, 2, 16),
        date(2026, 4, 3),
        date(2026, 5, 25),
        date(2026, 6, 19),
        date(2026, 7, 3),
        date(2026, 9, 7),
        date(2026, 11, 26),
        date(2026, 12, 25),
        date(2027, 1, 1),
        date(2027, 1, 18),
        date(2027, 2, 15),
        date(2027, 3, 26),
        date(2027, 5, 31),
        date(2027, 6, 18),
        date(2027, 7, 5),
        date(2027, 9, 6),
        date(2027, 11, 25),
        date(2027, 12, 24),
        date(2028, 1, 17),  # New Year's Day 2028 is a Saturday: no day off for it
        date(2028, 2, 21),
        date(2028, 4, 14),
        date(2028, 5, 29),
        date(2028, 6, 19),
        date(2028, 7, 4),
        date(2028, 9, 4),
        date(2028, 11, 23),
        date(2028, 12, 25),
    }
)
_EARLY_CLOSES = frozenset(
    {
        date(2026, 11, 27),
        date(2026, 12, 24),
        date(2027, 11, 26),
        date(2028, 7, 3),
        date(2028, 11, 24),
    }
)


def session_at(moment: datetime) -> Session:
    """Return the US equity session that `moment` falls into.

    Args:
        moment: an aware datetime in any zone.
    Returns:
        PRE 04:00-09:30, REGULAR 09:30-16:00 (13:00 on early closes), POST until 20:00,
        else CLOSED; New York time, the start of a session belongs to it. CLOSED on
        weekends and holidays; after CALENDAR_END every weekday counts as open.
    Raises:
        ValueError: `moment` is naive.
    Source: NYSE "Holidays & Trading Hours" for 2026 to 2028.
    """
    if moment.tzinfo is None:
        raise ValueError("session_at needs an aware datetime")
    local = moment.astimezone(_NEW_YORK)
    day, hour = local.date(), local.time()
    if not _is_trading_day(day) or not _PRE <= hour < _END:
        return Session.CLOSED
    if hour < _OPEN:
        return Session.PRE
    close = _EARLY_CLOSE if day in _EARLY_CLOSES else _CLOSE
    return Session.REGULAR if hour < close else Session.POST


def hour_of(moment: datetime) -> str:
    """Return the hour of New York and the kind of its day: "full 09", "off 23".

    A day is full, short (it closes early) or off: a weekend or a holiday. News comes by
    all three: what a Saturday is silent about is no wonder.
    """
    local = moment.astimezone(_NEW_YORK)
    kind = "short" if local.date() in _EARLY_CLOSES else "full"
    if not _is_trading_day(local.date()):
        kind = "off"
    return f"{kind} {local.hour:02d}"


def last_session_began(now: datetime) -> datetime:
    """Return 04:00 New York of the newest trading day that had ended at `now`.

    A trading day ends at 20:00. What was traded before that moment is no price of
    today, nor of the session before.
    """
    local = now.astimezone(_NEW_YORK)
    day = local.date() if local.time() >= _END else local.date() - _DAY
    while not _is_trading_day(day):
        day -= _DAY
    return datetime.combine(day, _PRE, tzinfo=_NEW_YORK)


def calendar_warning(now: datetime) -> str:
    """Return what an operator should know of the table's end, "" while it is far.

    The warning starts 90 days before CALENDAR_END; `now` is an aware datetime.
    """
    left = CALENDAR_END - now.astimezone(_NEW_YORK).date()
    if left > timedelta(days=WARNING_DAYS):
        return ""
    when = f"ends on {CALENDAR_END}" if left.days >= 0 else f"ended on {CALENDAR_END}"
    return (
        f"the trading calendar {when}: update catalyst-bot, or holidays count as open"
    )


def _is_trading_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in _HOLIDAYS
