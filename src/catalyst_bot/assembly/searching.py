"""What a search asks: feeds, EDGAR and our own store; and who orders the answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalyst_bot.assembly.keyed import keyed_sources
from catalyst_bot.assembly.parts import Base
from catalyst_bot.assembly.reader import Readers
from catalyst_bot.assembly.store import Store
from catalyst_bot.clock import Clock
from catalyst_bot.configuration import names_contact
from catalyst_bot.errors import StorageError
from catalyst_bot.llm.core import Core
from catalyst_bot.llm.model import Lane
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.reading.likeness import Candidate, local_relevance
from catalyst_bot.reading.relevance import ScoredBy, score_documents
from catalyst_bot.search.archive import ArchiveNews
from catalyst_bot.search.edgar import EdgarNews
from catalyst_bot.search.live import LiveNews
from catalyst_bot.search.model import Findings, Hit, Rank, Source, Wanted
from catalyst_bot.search.service import Search
from catalyst_bot.settings import Settings
from catalyst_bot.sources.outside import Outside
from catalyst_bot.storage.database import Database
from catalyst_bot.storage.fulltext import FullText

_OF_ITS_TIME = 0.95  # what EDGAR takes of a source's time: it says itself what was late


def search_beside(
    base: Base, store: Store, outside: Outside, live: LiveNews, readers: Readers
) -> Search:
    """Return the daemon's search: `live` is what its feeds list."""
    return build_search(
        base.settings,
        live=live,
        archive=ArchiveNews(FullText(store.database), store.index.catch_up),
        outside=outside,
        clock=base.parts.clock,
        metrics=base.metrics,
        core=readers.core,
    )


def build_search(
    settings: Settings,
    *,
    live: Source,
    archive: Source,
    outside: Outside,
    clock: Clock,
    metrics: Metrics,
    core: Core | None,
) -> Search:
    """Return what searches everything that these settings open."""
    timeout = settings.reading.source_timeout
    sources: dict[str, Source] = {"live": live, "archive": archive}
    if names_contact(settings.feeds.user_agent):  # else the SEC refuses us

        async def fetch(url: str, *, within: float) -> bytes:
            return (await outside.get(url, deadline=within)).body

        sources["edgar"] = EdgarNews(
            settings.reading.edgar_search_url,
            fetch=fetch,
            clock=clock,
            within=_OF_ITS_TIME * timeout,
        )
    sources |= keyed_sources(settings, outside=outside, timeout=timeout)
    return Search(
        sources,
        relevance=_relevance,
        ranker=ModelRanker(core) if core else None,
        clock=clock,
        metrics=metrics,
        timeout=timeout,
    )


def needs_model(settings: Settings, rank: Rank) -> bool:
    """Tell whether a search that is to be ordered so asks the model."""
    return rank is Rank.LLM and settings.features.llm


def archive_of(database: Database) -> ArchiveNews:
    """Return the search of a command, which only reads the database."""
    return ArchiveNews(FullText(database))


@dataclass(frozen=True, slots=True)
class NoArchive:
    """Stands for a store that cannot be opened."""

    reason: str

    async def find(self, wanted: Wanted) -> Findings:
        """Find nothing.

        Raises:
            StorageError: always, with the reason.
        """
        del wanted
        raise StorageError(self.reason)


@dataclass(frozen=True, slots=True)
class ModelRanker:
    """Lets the model tell how relevant hits are."""

    core: Core

    async def scores(
        self, query: str, hits: Sequence[Hit], *, within: float
    ) -> Sequence[float | None]:
        """Return the model's scores in the hits' order, None where it has none."""
        found = await score_documents(
            self.core.structured,
            query,
            [_candidate(hit) for hit in hits],
            within=within,
            lane=Lane.INTERACTIVE,
        )
        return [one.score if one.source is ScoredBy.LLM else None for one in found]


def _relevance(query: str, hit: Hit) -> float:
    return local_relevance(query, _candidate(hit))


def _candidate(hit: Hit) -> Candidate:
    return Candidate(title=hit.title, text=hit.text, tickers=hit.tickers)
