"""Keeps the prices of the last minutes, and which symbols nobody knows."""

from collections import OrderedDict
from dataclasses import dataclass

from catalyst_bot.card_state import Quote

MOST = 2_000  # symbols; the one that was told longest ago leaves first
UNKNOWN_FOR = 60.0  # seconds for which an unknown symbol is asked of nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    quote: Quote | None  # None: nobody knows the symbol
    told: float  # monotonic seconds


class QuoteCache:
    """What was told of each symbol last; times are monotonic seconds."""

    def __init__(self) -> None:
        self._entries: OrderedDict[str, _Entry] = OrderedDict()

    def put(self, symbol: str, quote: Quote | None, *, now: float) -> None:
        """Keep a quote, or with None that nobody knows the symbol."""
        self._entries[symbol] = _Entry(quote=quote, told=now)
        self._entries.move_to_end(symbol)
        if len(self._entries) > MOST:
            self._entries.popitem(last=False)

    def fresh(self, symbol: str, *, within: float, now: float) -> Quote | None:
        """Return the quote that was told at most `within` seconds ago, or None."""
        entry = self._entries.get(symbol)
        if entry is None or now - entry.told > within:
            return None
        return entry.quote

    def age(self, symbol: str, *, now: float) -> float:
        """Return the seconds since the symbol was told of; infinite if never."""
        entry = self._entries.get(symbol)
        return float("inf") if entry is None else now - entry.told

    def is_unknown(self, symbol: str, *, now: float) -> bool:
        """Tell whether nobody knew the symbol a moment ago."""
        entry = self._entries.get(symbol)
        if entry is None or entry.quote is not None:
            return False
        return now - entry.told <= UNKNOWN_FOR
