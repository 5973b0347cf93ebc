"""Reads the dates that feeds print, and keeps how exact they are.

A date decides whether news is fresh, so one that cannot be true is never believed.
"""

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from catalyst_bot.model import Precision

# A clock ahead of ours by less is drift; a date further ahead is no date of publishing.
FUTURE_TOLERANCE = timedelta(seconds=120)
MAX_TEXT = 80  # characters of a date, the longest of which have about 40

_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:?\d\d)?")
_COMPACT_TIME = re.compile(r"T\d{4}(\d\d)?(?!\d)")
_SPOKEN_ZONES = {
    " ET": ZoneInfo("America/New_York"),
    " CT": ZoneInfo("America/Chicago"),
    " MT": ZoneInfo("America/Denver"),
    " PT": ZoneInfo("America/Los_Angeles"),
}


def published(
    text: str, *, zone: tzinfo, received_at: datetime
) -> tuple[datetime, Precision]:
    """Return when an item was published, in UTC, and how exactly that is known.

    Args:
        text: ISO 8601 or RFC 2822, also without seconds, zone or time of day.
        zone: of dates that name none; "ET" and the like name one, "-0000" is UTC.
        received_at: stands in for a date that is absent, unreadable or more than
            FUTURE_TOLERANCE ahead (Precision.NONE).
    A day without a time (or at 00:00:00 in `zone`) is DAY: the receipt when it is today
    there, so that it is fresh, else its midnight, so that it is too old.
    """
    text = text.strip()[:MAX_TEXT]
    moment = _moment(text, zone)
    if moment is None:
        return received_at, Precision.NONE
    precision = _precision(text, moment, zone)
    if precision is Precision.DAY and moment.date() == _today(moment, received_at):
        return received_at, Precision.DAY
    return settled(moment, precision, received_at=received_at)


def settled(
    moment: datetime, precision: Precision, *, received_at: datetime
) -> tuple[datetime, Precision]:
    """Return an aware `moment` in UTC, unless it lies in the future: then the receipt.

    Within FUTURE_TOLERANCE the precision stands; beyond it is NONE.
    """
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:  # year 1 or 9999, pushed over the edge by its zone
        return received_at, Precision.NONE
    if moment <= received_at:
        return moment, precision
    is_drift = moment - received_at <= FUTURE_TOLERANCE
    return received_at, precision if is_drift else Precision.NONE


def _moment(text: str, zone: tzinfo) -> datetime | None:
    """Return the aware moment a text names, its zone kept; None when it names none."""
    if text[-3:] in _SPOKEN_ZONES:
        zone, text = _SPOKEN_ZONES[text[-3:]], text[:-3]
    elif text.endswith("-0000"):  # RFC 5322, 3.3: UTC from a clock of unknown place
        zone = UTC
    try:
        moment = _read(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None  # the standard library's own ways to say "no date"
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment


def _read(text: str) -> datetime:
    if not text[:4].isdecimal():
        return parsedate_to_datetime(text if ":" in text else f"{text} 00:00:00")
    day = _DAY.fullmatch(text)
    return datetime.fromisoformat(day[1] if day else text)


def _precision(text: str, moment: datetime, zone: tzinfo) -> Precision:
    if ":" in text and not _DAY.fullmatch(text):
        has_seconds = text.partition(":")[2][2:3] == ":"
    else:
        compact = _COMPACT_TIME.search(text)
        if compact is None:
            return Precision.DAY
        has_seconds = compact[1] is not None
    if not has_seconds:
        return Precision.MINUTE
    if moment.hour or moment.minute or moment.second:
        return Precision.SECOND
    is_own_zone = moment.utcoffset() == moment.replace(tzinfo=zone).utcoffset()
    return Precision.DAY if is_own_zone else Precision.SECOND


def _today(moment: datetime, received_at: datetime) -> date:
    return received_at.astimezone(moment.tzinfo).date()
