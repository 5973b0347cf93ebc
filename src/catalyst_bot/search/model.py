"""What is looked for, what a source found, and what the searcher gets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

MOST_HITS = 100  # that are taken of one source


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A query; `text` is data in every source, never syntax."""

    text: str
    since: datetime | None = None  # only what was published later; aware


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One piece of news as one source has it.

    `least` is how relevant it is at least, 0.0 to 1.0: the source may have found the
    words in a text that we do not have.
    """

    origin: str  # who told it: the name of a feed, or "edgar"
    title: str
    published_at: datetime
    link: str = ""
    text: str = ""  # what else may be compared with the query, never shown
    tickers: tuple[str, ...] = ()
    key: str = ""  # of the item in our own store, "" where it is not known
    least: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What one source found, the best first; `remark` says what part of it failed."""

    hits: tuple[Hit, ...]
    remark: str = ""


class Source(Protocol):
    """Somewhere news can be found."""

    async def find(self, wanted: Wanted) -> Findings:
        """Return what matches.

        Raises:
            SourceError: it did not answer, or not in a form that can be read.
            StorageError: our own store failed.
        """
        ...


class ScoredBy(StrEnum):
    """Who told how relevant a result is."""

    LLM = "llm"
    LOCAL = "local"  # by its words


class Rank(StrEnum):
    """Who is to order the results."""

    LLM = "llm"
    LOCAL = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One piece of news, whoever has it; `score` is 0.0 to 1.0.

    `also` names who else told it, `found_in` the sources that were searched and had it.
    """

    id: str  # 8 hex digits; that of the alert, where it became one
    title: str
    url: str
    source: str
    also: tuple[str, ...]
    tickers: tuple[str, ...]
    published: datetime
    score: float
    scored_by: ScoredBy
    found_in: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How one source did; `error` may also tell what of an answer is missing."""

    name: str
    ok: bool
    ms: int
    count: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchReply:
    """The results, the best first and the newest of equals; a state of each source."""

    results: tuple[Result, ...]
    sources: tuple[SourceState, ...]
    took_ms: int

    @property
    def has_failed(self) -> bool:
        """Tell whether no source at all answered."""
        return not any(source.ok for source in self.sources)


class Ranker(Protocol):
    """Tells how relevant hits are by what they mean; None: it cannot tell."""

    async def scores(
        self, query: str, hits: Sequence[Hit], *, within: float
    ) -> Sequence[float | None]: ...
