"""A date is read with the exactness it has, and never believed when it cannot be."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.model import Precision
from catalyst_bot.sources.dates import FUTURE_TOLERANCE, published

NEW_YORK = ZoneInfo("America/New_York")
RECEIVED = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)  # Friday, 15:00 in New York
SECOND, MINUTE, DAY, NONE = (
    Precision.SECOND,
    Precision.MINUTE,
    Precision.DAY,
    Precision.NONE,
)


def read(text: str, zone: str = "America/New_York") -> tuple[str, Precision]:
    moment, precision = published(text, zone=ZoneInfo(zone), received_at=RECEIVED)
    assert moment.utcoffset() == timedelta(0)
    return moment.strftime("%m-%d %H:%M:%S"), precision


@pytest.mark.parametrize(
    ("text", "moment", "precision"),
    [
        ("Fri, 20 Nov 2026 18:06:09 GMT", "11-20 18:06:09", SECOND),
        ("Fri, 20 Nov 2026 18:06 GMT", "11-20 18:06:00", MINUTE),
        ("Fri, 20 Nov 2026 13:06:09 -0500", "11-20 18:06:09", SECOND),
        ("Fri, 20 Nov 2026 13:06:09 EST", "11-20 18:06:09", SECOND),
        ("Wed, 08 Jul 2026 13:06:09 EDT", "07-08 17:06:09", SECOND),
        ("20 Nov 2026 13:06:09", "11-20 18:06:09", SECOND),
        ("2026-11-20T18:06:09Z", "11-20 18:06:09", SECOND),
        ("2026-11-20T18:06:09.123Z", "11-20 18:06:09", SECOND),
        ("2026-11-20T13:06:09-05:00", "11-20 18:06:09", SECOND),
        ("2026-11-20 13:06:09", "11-20 18:06:09", SECOND),
        ("2026-11-20T13:06", "11-20 18:06:00", MINUTE),
        ("2026-11-20T13:06-05:00", "11-20 18:06:00", MINUTE),
        ("20261120T180609Z", "11-20 18:06:09", SECOND),
        ("20261120T1806Z", "11-20 18:06:00", MINUTE),
        ("  Fri, 20 Nov 2026 18:06:09 GMT\n", "11-20 18:06:09", SECOND),
    ],
)
def test_a_date_is_read_in_every_form(
    text: str, moment: str, precision: Precision
) -> None:
    read_as, known_to = read(text)
    assert (read_as.partition(".")[0], known_to) == (moment, precision)


def test_et_is_new_york_in_summer_and_in_winter_whatever_the_sources_zone() -> None:
    assert read("Fri, 20 Nov 2026 13:06:09 ET", "UTC") == ("11-20 18:06:09", SECOND)
    assert read("Wed, 08 Jul 2026 13:06 ET", "UTC") == ("07-08 17:06:00", MINUTE)
    assert read("2026-11-20 12:06:09 CT", "UTC") == ("11-20 18:06:09", SECOND)


def test_minus_zero_is_utc_whatever_the_sources_zone() -> None:
    assert read("Fri, 20 Nov 2026 18:06:09 -0000") == ("11-20 18:06:09", SECOND)


def test_a_date_without_a_zone_is_in_the_sources_own() -> None:
    assert read("2026-11-20T13:06:09") == ("11-20 18:06:09", SECOND)
    assert read("2026-11-20T13:06:09", "UTC") == ("11-20 13:06:09", SECOND)


@pytest.mark.parametrize(
    "text", ["2026-11-20", "20 Nov 2026", "2026-11-20-05:00", "20261120"]
)
def test_a_day_is_fresh_when_it_is_today_there(text: str) -> None:
    assert read(text) == ("11-20 20:00:00", DAY)


def test_a_day_before_today_is_its_midnight_there() -> None:
    assert read("2026-11-19") == ("11-19 05:00:00", DAY)


def test_today_is_what_the_sources_zone_says() -> None:
    late = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)  # still the 20th in New York
    assert published("2026-11-20", zone=NEW_YORK, received_at=late) == (late, DAY)
    midnight = datetime(2026, 11, 20, tzinfo=UTC)
    zone = ZoneInfo("UTC")
    assert published("2026-11-20", zone=zone, received_at=late) == (midnight, DAY)


def test_midnight_in_the_sources_zone_is_a_day_without_a_time() -> None:
    assert read("Fri, 20 Nov 2026 00:00:00 EST") == ("11-20 20:00:00", DAY)
    assert read("Fri, 20 Nov 2026 00:00:00 GMT") == ("11-20 00:00:00", SECOND)
    assert read("Fri, 20 Nov 2026 00:00 EST") == ("11-20 05:00:00", MINUTE)


@pytest.mark.parametrize(
    "text",
    ["", "   ", "yesterday", "0000-00-00", "2026-13-01", "2026-11-20T25:00", "12 0 0",
     "Fri, 31 Feb 2026 10:00:00 GMT", "1 Jan 99999 00:00:00 +9999", ":", "x" * 5000,
     "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "²0²6-11-20"],
)  # fmt: skip
def test_what_is_no_date_is_the_receipt(text: str) -> None:
    assert published(text, zone=NEW_YORK, received_at=RECEIVED) == (RECEIVED, NONE)


def test_a_future_date_is_the_receipt_and_drift_is_now() -> None:
    for ahead, precision in ((FUTURE_TOLERANCE, SECOND), (timedelta(hours=1), NONE)):
        text = (RECEIVED + ahead).isoformat()
        assert read(text) == ("11-20 20:00:00", precision)
    assert read("2026-11-21") == ("11-20 20:00:00", NONE)


@given(st.text(max_size=90) | st.from_regex(r"[0-9T:+\-Z. ]{4,40}", fullmatch=True))
def test_any_text_gives_a_moment_that_is_not_in_the_future(text: str) -> None:
    moment, _ = published(text, zone=NEW_YORK, received_at=RECEIVED)
    assert moment <= RECEIVED
    assert moment.tzinfo is not None
