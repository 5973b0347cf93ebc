"""How the session slows each kind of source."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from catalyst_bot.model import Session, SourceKind
from catalyst_bot.sources.pace import build_pace

NOON = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("America/New_York"))


@pytest.mark.parametrize(
    ("kind", "interval", "seconds"),
    [
        (SourceKind.HALTS, 15, [60, 15, 60, 300]),
        (SourceKind.FEED, 15, [15, 15, 15, 60]),
    ],
)
def test_a_source_keeps_the_interval_of_each_session(
    kind: SourceKind, interval: float, seconds: list[float]
) -> None:
    found = []
    for session in (Session.PRE, Session.REGULAR, Session.POST, Session.CLOSED):
        pace = build_pace({NOON: session}.__getitem__)
        found.append(interval * pace(kind, interval, NOON))
    assert found == seconds


@pytest.mark.parametrize(
    ("moment", "seconds"),
    [
        ("2026-11-20T05:59", 60),
        ("2026-11-20T06:00", 5),
        ("2026-11-20T21:59", 5),  # filings are taken until 22:00
        ("2026-11-20T22:00", 60),
        ("2026-11-21T12:00", 60),  # a Saturday
    ],
)
def test_edgar_has_a_day_of_its_own(moment: str, seconds: float) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=NOON.tzinfo)
    pace = build_pace(lambda _: Session.CLOSED)
    assert 5 * pace(SourceKind.EDGAR, 5, at) == seconds


@pytest.mark.parametrize("kind", list(SourceKind))
def test_an_interval_below_five_seconds_holds_in_every_session(
    kind: SourceKind,
) -> None:
    midnight = NOON.replace(hour=0)
    pace = build_pace(lambda _: Session.CLOSED)
    assert pace(kind, 4.9, midnight) == 1.0
