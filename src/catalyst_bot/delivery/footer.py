"""The footer of a card: what was measured of its way, and by which id it is known."""

from datetime import datetime
from zoneinfo import ZoneInfo

from catalyst_bot.card_state import CardState, Phase
from catalyst_bot.delivery.analysis_field import number_of
from catalyst_bot.delivery.clean import clean_footer
from catalyst_bot.model import Alert, NewsItem, Precision

NEW_YORK = ZoneInfo("America/New_York")
DISCLAIMER_LIMIT = 300
SEVERAL = 120  # seconds from which a lag is told in minutes


def card_footer(alert: Alert, state: CardState, disclaimer: str) -> str:
    """Return what was measured; plain text, Discord shows no markdown there."""
    analysis = state.analysis
    timing = [*_seen(alert.item)]
    if state.posted_after > 0:
        timing.append(f"+{_duration(state.posted_after)} to posted")
    if analysis.phase is Phase.ANALYSED and analysis.seconds > 0:
        timing.append(f"+{_duration(analysis.seconds)} model")
    parts = (
        ", ".join(timing),
        clean_footer(disclaimer, limit=DISCLAIMER_LIMIT),
        "resent" if state.is_resent else "",
        f"id:{alert.id}",
    )
    return " • ".join(part for part in parts if part)


def _seen(item: NewsItem) -> tuple[str, ...]:
    """Return when it was published, and the lag where the source gave seconds."""
    published, received = item.published_at, item.received_at
    if item.precision is Precision.SECOND:
        lag = max(0.0, (received - published).total_seconds())
        return (f"published {_time(published)}", f"+{_whole(lag)} to seen")
    seen = f"seen {_time(received)}"
    if item.precision is Precision.MINUTE:
        return (f"published {_time(published, '%H:%M')}", seen)
    if item.precision is Precision.DAY:
        return (f"published {_time(published, '%b %d')}", seen)
    return (seen,)


def _time(moment: datetime, form: str = "%H:%M:%S") -> str:
    return moment.astimezone(NEW_YORK).strftime(form) if is_shown(moment) else "?"


def is_shown(moment: datetime) -> bool:
    """Tell whether a time can be converted at all; feeds have dates in the year 1."""
    return 1970 < moment.year < 9999


def _duration(seconds: float) -> str:
    return f"{number_of(seconds)} s" if seconds < SEVERAL else _whole(seconds)


def _whole(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < SEVERAL else f"{seconds / 60:.0f} min"
