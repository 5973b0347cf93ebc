"""What the running feeds list just now, as it came, whatever became of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from catalyst_bot.model import NewsItem, Page, SourceState
from catalyst_bot.search.model import MOST_HITS, Findings, Hit, Wanted
from catalyst_bot.text import fold_title
from catalyst_bot.words.canon import canonical, stem

MOST_ITEMS = 300  # of a feed, about 0.3 MB; the oldest sight is forgotten first


class Sink(Protocol):
    """Keeps what a source lists."""

    async def state_of(self, source: str) -> SourceState: ...

    async def accept(self, page: Page) -> None: ...


@dataclass(frozen=True, slots=True)
class _Noted:
    item: NewsItem
    words: frozenset[str]


class LiveNews:
    """Remembers the newest items of each feed, in memory."""

    def __init__(self) -> None:
        self._noted: defaultdict[str, dict[str, _Noted]] = defaultdict(dict)

    def note(self, source: str, items: Sequence[NewsItem]) -> None:
        """Remember items, newest first as a page has them; known ones stay."""
        noted = self._noted[source]
        for item in reversed(items):
            name = f"{item.identity or item.link} {item.state or item.title}"
            if name not in noted:
                noted[name] = _Noted(item, _words(item))
        for name in list(noted)[: len(noted) - MOST_ITEMS]:
            del noted[name]

    async def find(self, wanted: Wanted) -> Findings:
        """Return items with most of the words first, then the newest."""
        words = _forms(wanted.text)
        if not words:
            return Findings(hits=())
        found = [
            (len(words & noted.words), noted.item)
            for kept in self._noted.values()
            for noted in kept.values()
            if not words.isdisjoint(noted.words)
        ]
        if wanted.since is not None:
            found = [one for one in found if one[1].published_at >= wanted.since]
        found.sort(key=lambda one: (one[0], one[1].published_at), reverse=True)
        return Findings(hits=tuple(hit_of(item) for _, item in found[:MOST_HITS]))


class Overheard:
    """Passes each page on, and notes for searches what was kept of it."""

    def __init__(self, sink: Sink, live: LiveNews) -> None:
        self._sink, self._live = sink, live

    async def state_of(self, source: str) -> SourceState:
        """Return what is remembered of a source."""
        return await self._sink.state_of(source)

    async def accept(self, page: Page) -> None:
        """Keep a page; it can be found as soon as it is committed."""
        await self._sink.accept(page)
        self._live.note(page.source, page.items)


def _words(item: NewsItem) -> frozenset[str]:
    return _forms(" ".join((item.title, item.company, *item.tickers, item.summary)))


def _forms(text: str) -> frozenset[str]:
    """Return the words of a text, those that mean the same alike."""
    words = fold_title(text).split()
    return frozenset(canonical(word) or stem(word) for word in words)


def hit_of(item: NewsItem) -> Hit:
    """Return an item as a search shows it."""
    return Hit(
        origin=item.source,
        title=item.title,
        text=f"{item.company} {item.summary}".strip(),
        link=item.link,
        tickers=item.tickers,
        published_at=item.published_at,
    )
