"""Scores each alert against the standing queries: by its words at once, in doubt by a
model."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from catalyst_bot.llm.structured import Asker
from catalyst_bot.model import Interest, NewsItem, Watch
from catalyst_bot.reading.likeness import (
    Candidate,
    Query,
    likeness,
    prepared_query,
    words_of,
)
from catalyst_bot.reading.relevance import ScoredBy, score_document

LEAST = 0.2  # the relevance from which a model is worth asking
MOST_ASKED = 3  # watches of one alert: a model answers some two questions in a second


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    watch: Watch
    query: Query


class Watching:
    """Knows the standing queries; without any it finds nothing."""

    def __init__(self, watches: Sequence[Watch] = ()) -> None:
        self._prepared: tuple[_Prepared, ...] = ()
        self.put_in_force(watches)

    def put_in_force(self, watches: Sequence[Watch]) -> None:
        """Watch for these from now on; call it between two pages of news."""
        self._prepared = tuple(
            _Prepared(watch=watch, query=_query_of(watch)) for watch in watches
        )

    @property
    def watches(self) -> tuple[Watch, ...]:
        """Return the watches in force, in the order of their file."""
        return tuple(one.watch for one in self._prepared)

    def score(self, item: NewsItem) -> tuple[Interest, ...]:
        """Return how relevant an item is to each of the watches, in their order."""
        if not self._prepared:
            return ()
        words = words_of(candidate_of(item))
        return tuple(
            Interest(watch=one.watch, score=likeness(one.query, words))
            for one in self._prepared
        )

    def matches(self, item: NewsItem) -> tuple[Interest, ...]:
        """Return the watches that take an item: it reaches their thresholds."""
        return tuple(one for one in self.score(item) if is_match(one))

    def doubtful(self, item: NewsItem) -> tuple[Watch, ...]:
        """Return the watches that a model is to be asked about, the likeliest first."""
        near = [
            one for one in self.score(item) if LEAST <= one.score < one.watch.threshold
        ]
        near.sort(key=lambda one: -one.score)
        return tuple(one.watch for one in near[:MOST_ASKED])


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchReader:
    """Asks a model about the watches in doubt; `llm` None: there is none."""

    watching: Watching
    llm: Asker | None

    def is_wanted(self, item: NewsItem) -> bool:
        """Tell whether a model is to read an item for some watch."""
        return self.llm is not None and bool(self.watching.doubtful(item))

    async def hits(self, item: NewsItem, *, within: float) -> tuple[Interest, ...]:
        """Return the watches for which the model finds an item relevant enough.

        One that it says no to, and one that it cannot be asked about, are not there.
        """
        watches = self.watching.doubtful(item)
        text = candidate_of(item)
        async with asyncio.TaskGroup() as group:
            asked = [
                group.create_task(
                    score_document(self.llm, one.query, text, within=within)
                )
                for one in watches
            ]
        read = [
            Interest(watch=watch, score=task.result().score or 0.0, is_read=True)
            for watch, task in zip(watches, asked, strict=True)
            if task.result().source is ScoredBy.LLM
        ]
        return tuple(one for one in read if is_match(one))


def is_match(interest: Interest) -> bool:
    """Tell whether a watch takes what it found so relevant."""
    return interest.score > 0 and interest.score >= interest.watch.threshold


def candidate_of(item: NewsItem) -> Candidate:
    """Return an item as it is scored."""
    return Candidate(title=item.title, text=item.summary, tickers=item.tickers)


def _query_of(watch: Watch) -> Query:
    query = prepared_query(watch.query)
    if not watch.ticker:
        return query
    return replace(query, tickers=query.tickers | {watch.ticker})
