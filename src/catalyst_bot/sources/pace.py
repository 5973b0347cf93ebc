"""How the hour of the day slows a source: its interval is meant for active trading."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from catalyst_bot.model import Session, SourceKind

Pace = Callable[[SourceKind, float, datetime], float]

_EVERY_HOUR = 5.0  # seconds; a shorter interval was asked for and holds at all hours
_NEW_YORK = ZoneInfo("America/New_York")
# From 15/60/300 s for halts and 15/15/60 s for wires; PRE and POST are alike.
_QUIET: Mapping[SourceKind, float] = MappingProxyType(
    {SourceKind.HALTS: 4.0, SourceKind.FEED: 1.0, SourceKind.ALPACA: 1.0}
)
_CLOSED: Mapping[SourceKind, float] = MappingProxyType(
    {
        SourceKind.HALTS: 20.0,
        SourceKind.FEED: 4.0,
        SourceKind.EDGAR: 12.0,
        SourceKind.ALPACA: 1.0,
    }
)


def build_pace(session_at: Callable[[datetime], Session]) -> Pace:
    """Return the factor (>= 1) on a source's interval, given the trading calendar.

    The result takes the kind, the configured interval in seconds and an aware moment.
    """

    def pace(kind: SourceKind, interval: float, moment: datetime) -> float:
        if interval < _EVERY_HOUR:
            return 1.0
        if kind is SourceKind.EDGAR:
            return 1.0 if _edgar_is_open(moment) else _CLOSED[kind]
        session = session_at(moment)
        if session is Session.REGULAR:
            return 1.0
        return (_CLOSED if session is Session.CLOSED else _QUIET)[kind]

    return pace


def _edgar_is_open(moment: datetime) -> bool:
    """EDGAR takes filings on weekdays, 06:00 to 22:00 New York; its own calendar."""
    local = moment.astimezone(_NEW_YORK)
    return local.weekday() < 5 and 6 <= local.hour < 22
