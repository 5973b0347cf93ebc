"""Which symbols have a price here, and which prices are no prices; no I/O."""

import math
import re
from datetime import datetime

from catalyst_bot.card_state import Quote
from catalyst_bot.market.calendar import last_session_began

WILDEST_CHANGE = 500.0  # percent; beyond it a split was not adjusted, or worse
_US_SYMBOL = re.compile(r"[A-Z]{1,6}(?:-[A-Z]{1,3})?", re.ASCII)


def has_quotes(symbol: str) -> bool:
    """Tell whether a symbol is one of a US listing; TSXV:CUU is not, nor is ""."""
    return bool(_US_SYMBOL.fullmatch(symbol))


def fault_of(quote: Quote, *, now: datetime) -> str:
    """Return why a quote must not be shown, "" for a sound one."""
    if not math.isfinite(quote.price) or quote.price <= 0:
        return "the price is no number above 0"
    if quote.change is not None and not abs(quote.change) <= WILDEST_CHANGE:
        return f"it changed by more than {WILDEST_CHANGE:.0f} %"
    if quote.at is not None and quote.at < last_session_began(now):
        return "the last trade is older than the last session"
    return ""


def change_of(price: float, previous_close: float | None) -> float | None:
    """Return the change in percent; None when the close is no number above 0."""
    if previous_close is None or not math.isfinite(previous_close):
        return None
    if previous_close <= 0:
        return None
    return 100 * (price - previous_close) / previous_close
