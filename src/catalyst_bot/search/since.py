"""Reads since when news is wanted, as a person writes it."""

import re
from datetime import UTC, datetime, timedelta

FORM = 'an ISO 8601 date or time, or an age such as "90m", "24h" or "7d"'
_AGE = re.compile(r"(\d{1,5})([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def parse_since(text: str, *, now: datetime) -> datetime:
    """Return the moment in UTC; a time without a zone is UTC.

    Raises:
        ValueError: it is neither an age nor ISO 8601; the text says what is.
    """
    age = _AGE.fullmatch(text.strip().lower())
    if age:
        return now - int(age[1]) * _UNITS[age[2]]
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is None:
            return moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"expected {FORM}") from error
