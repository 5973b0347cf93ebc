"""Reads each headline once: first for its story, then for its alert."""

import logging
from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from catalyst_bot.model import NewsItem, ScoredItem, Side, SourceKind, side_of

MOST_READINGS = 1_000  # of headlines that wait to be judged; the oldest make room
_NO_TIME = datetime.fromtimestamp(0, UTC)

logger = logging.getLogger(__name__)


class Scorer(Protocol):
    """Reads a headline: which way it points, and what it reports."""

    def read(self, item: NewsItem) -> ScoredItem: ...


class ReadOnce:
    """A scorer that keeps what it read of a headline until it is asked again.

    What is read of a feed's item depends on its title alone.
    """

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._kept: OrderedDict[str, ScoredItem] = OrderedDict()

    def kinds(self, title: str) -> frozenset[str]:
        """Return the kinds of event that the headline of a feed's item reports.

        None where the scorer breaks off: it will again when the item is judged.
        """
        try:
            scored = self._scorer.read(_headline(title))
        except Exception:  # the edge of one item: its story is told by words alone
            logger.debug("no kinds for a headline", exc_info=True)
            return frozenset()
        self._kept[title] = scored
        if len(self._kept) > MOST_READINGS:
            self._kept.popitem(last=False)
        return kinds_of(scored)

    def read(self, item: NewsItem) -> ScoredItem:
        """Return the item with its reading."""
        kept = self._kept.pop(item.title, None)
        if kept is None or item.kind is not SourceKind.FEED:
            return self._scorer.read(item)
        return replace(kept, item=item)


def kinds_of(scored: ScoredItem) -> frozenset[str]:
    """Return the categories of a headline, and its side if it points anywhere."""
    side = side_of(scored.sentiment or 0.0)
    sides = () if side is Side.NEUTRAL else (side.value,)
    return frozenset((*scored.signal.catalysts, *sides))


def _headline(title: str) -> NewsItem:
    """Return an item of which nothing but the title is known."""
    return NewsItem(
        source="",
        kind=SourceKind.FEED,
        title=title,
        published_at=_NO_TIME,
        received_at=_NO_TIME,
        received=0.0,
    )
