"""The alerts that stand, by ticker, to find those that a headline contradicts."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from catalyst_bot.reading.conflicts.features import Features, features_of
from catalyst_bot.reading.conflicts.model import Conflict, Strength
from catalyst_bot.reading.conflicts.rules import find_conflict

MOST_ALERTS = 3_000  # some 9 kB each once compared; the oldest make room
MOST_CANDIDATES = 100  # of one ticker, the newest
MANY = 8  # alerts of a ticker whose features take a millisecond or more
_TICKERS = 4  # of an alert by which it is found

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An alert that a headline contradicts."""

    key: str
    conflict: Conflict


class _Told:
    """A headline; its features are made when it is first compared.

    `is_broken`: none can be made of it, and it is compared with nothing.
    """

    __slots__ = ("features", "is_broken", "places", "title", "unix")

    def __init__(self, title: str, places: tuple[str, ...], unix: float) -> None:
        self.title, self.places, self.unix = title, places, unix
        self.features: Features | None = None
        self.is_broken = False


class StandingAlerts:
    """Remembers the headlines of alerts for `window` seconds, MOST_ALERTS at most.

    A headline on which `read` breaks off costs its own comparisons, and each pair that
    breaks off costs itself; `broke` is called then.
    """

    def __init__(
        self,
        *,
        window: float,
        read: Callable[[str], Features] = features_of,
        broke: Callable[[], None] = lambda: None,
    ) -> None:
        self._window, self._read, self._broke = window, read, broke
        self._told: OrderedDict[str, _Told] = OrderedDict()
        self._places: dict[str, list[str]] = {}

    def add(self, key: str, title: str, tickers: Sequence[str], *, unix: float) -> None:
        """Remember an alert; of a known one the headline as it now is."""
        before = self._told.get(key)
        if before is not None:
            self._told[key] = _Told(title, before.places, before.unix)
            return
        places = tuple(tickers[:_TICKERS])
        self._told[key] = _Told(title, places, unix)
        for place in places:
            keys = self._places.setdefault(place, [])
            keys.append(key)
            del keys[:-MOST_CANDIDATES]
        self._prune(unix)

    async def prepare(self) -> None:
        """Make the features of all alerts of which a ticker has MANY; then return.

        Else the first headline after a start would wait for those of a hundred others.
        """
        for keys in tuple(self._places.values()):
            for key in tuple(keys) if len(keys) >= MANY else ():
                if key in self._told:
                    self._features(key, self._told[key])
                    await asyncio.sleep(0)  # a post may be waiting

    def contradicted_by(
        self, title: str, tickers: Sequence[str], *, unix: float
    ) -> tuple[Found, ...]:
        """Return the alerts that a headline contradicts, what is sure first.

        Of two that are equally sure the newer goes first.
        """
        candidates = self._candidates(tickers, unix)
        if not candidates:
            return ()
        later = self._read(title)
        found = [
            Found(key=key, conflict=conflict)
            for key, told in candidates
            if (conflict := self._compare(key, told, later)) is not None
        ]
        return tuple(sorted(found, key=_is_weak))

    def _compare(self, key: str, told: _Told, later: Features) -> Conflict | None:
        earlier = self._features(key, told)
        if earlier is None:
            return None
        try:
            return find_conflict(earlier, later)
        except Exception:  # the edge of one pair: the others are compared
            logger.exception("comparison broke off", extra={"key": key})
            self._broke()
            return None

    def _features(self, key: str, told: _Told) -> Features | None:
        """Return what is compared of an alert, None when its headline is broken."""
        if told.features is None and not told.is_broken:
            try:
                told.features = self._read(told.title)
            except Exception:  # the edge of one headline: it contradicts nothing
                told.is_broken = True
                logger.exception("headline not compared", extra={"key": key})
                self._broke()
        return told.features

    def _candidates(
        self, tickers: Sequence[str], unix: float
    ) -> list[tuple[str, _Told]]:
        keys = {
            key for ticker in tickers[:_TICKERS] for key in self._places.get(ticker, ())
        }
        known = ((key, self._told[key]) for key in keys)
        young = [each for each in known if each[1].unix >= unix - self._window]
        young.sort(key=lambda each: each[1].unix, reverse=True)
        return young[:MOST_CANDIDATES]

    def _prune(self, unix: float) -> None:
        while self._told:
            key, told = next(iter(self._told.items()))
            if len(self._told) <= MOST_ALERTS and told.unix >= unix - self._window:
                return
            del self._told[key]
            for place in told.places:
                keys = self._places.get(place, [])
                if key in keys:
                    keys.remove(key)
                if not keys:
                    self._places.pop(place, None)


def _is_weak(found: Found) -> bool:
    return found.conflict.strength is Strength.WEAK
