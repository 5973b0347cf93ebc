"""Searches everywhere at once: each source has its own time, and none holds up another.

query -> sources, side by side -> hits with their relevance -> stories -> results
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from heapq import nlargest
from operator import attrgetter
from typing import Protocol

from catalyst_bot.clock import Clock
from catalyst_bot.errors import NoSuchSource
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.search.asked import Answer, Asked
from catalyst_bot.search.merging import Found, Story, merge, result_of
from catalyst_bot.search.model import (
    MOST_HITS,
    Hit,
    Rank,
    Ranker,
    Result,
    SearchReply,
    Source,
    Wanted,
)

TIMEOUT = 3.0  # seconds for a source
MOST_RESULTS = 50
RANKED = 20  # of the results, the best: the model is asked about them
RANKING = 5.0  # seconds that it has for all of them
MOST_MERGED = 100  # hits that are compared with each other, 4 ms; the most relevant
_SLICE = 20  # hits that are compared with the query in one go, about 1 ms


class Relevance(Protocol):
    """Tells how much of a query a hit has, 0.0 to 1.0; at once and by its words."""

    def __call__(self, query: str, hit: Hit) -> float: ...


class Search:
    """Finds news in whatever there is, by names that the asker may choose from.

    `ranker` None: nobody but the words can order what was found.
    """

    def __init__(
        self,
        sources: Mapping[str, Source],
        *,
        relevance: Relevance,
        clock: Clock,
        metrics: Metrics,
        ranker: Ranker | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self._asked = {
            name: Asked(name, source, timeout=timeout, clock=clock, metrics=metrics)
            for name, source in sources.items()
        }
        self._relevance, self._ranker, self._clock = relevance, ranker, clock

    async def search(
        self,
        query: str,
        *,
        sources: Collection[str] | None = None,
        limit: int = 20,
        since: datetime | None = None,
        rank: Rank = Rank.LOCAL,
    ) -> SearchReply:
        """Return what all of the sources, or these, have on `query`.

        What one did not answer in its time is missing, and its state says so.

        Raises:
            NoSuchSource: one of `sources` is unknown; nobody was asked.
        """
        chosen = self._chosen(sources)
        began = self._clock.monotonic()
        wanted = Wanted(text=query, since=since)
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(asked.ask(wanted), name=f"search {asked.name}")
                for asked in chosen
            ]
        answers = [task.result() for task in tasks]
        stories = merge(await self._weighed(query, answers))
        results = await self._ordered(query, stories, rank, limit)
        return SearchReply(
            results=results,
            sources=tuple(answer.state for answer in answers),
            took_ms=round(1000 * (self._clock.monotonic() - began)),
        )

    def _chosen(self, names: Collection[str] | None) -> Sequence[Asked]:
        if names is None:
            return tuple(self._asked.values())
        for name in names:
            if name not in self._asked:
                raise NoSuchSource(name, known=self._asked)
        return [asked for name, asked in self._asked.items() if name in names]

    async def _weighed(self, query: str, answers: Sequence[Answer]) -> list[Found]:
        found: list[Found] = []
        for answer in answers:
            for start in range(0, min(len(answer.hits), MOST_HITS), _SLICE):
                found += [
                    Found(
                        place=answer.state.name,
                        hit=hit,
                        score=max(hit.least, self._relevance(query, hit)),
                    )
                    for hit in answer.hits[start : start + _SLICE]
                ]
                await asyncio.sleep(0)  # an alert goes first
        return nlargest(MOST_MERGED, found, key=attrgetter("score"))

    async def _ordered(
        self, query: str, stories: Sequence[Story], rank: Rank, limit: int
    ) -> tuple[Result, ...]:
        best = stories[:RANKED]
        if rank is Rank.LOCAL or self._ranker is None or not best:
            return tuple(result_of(story) for story in stories[:limit])
        hits = [story.first.hit for story in best]
        scores = await self._ranker.scores(query, hits, within=RANKING)
        ranked = [
            result_of(story, score=score)
            for story, score in zip(best, scores, strict=True)
        ]
        ranked.sort(key=lambda one: (one.score, one.published), reverse=True)
        others = [result_of(story) for story in stories[RANKED:limit]]
        return (*ranked, *others)[:limit]
