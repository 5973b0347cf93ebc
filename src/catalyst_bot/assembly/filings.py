"""Fetches what a person names: a filing by its number, or the page of an address."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalyst_bot.filings import is_accession
from catalyst_bot.search.edgar import find_parties
from catalyst_bot.settings import Settings
from catalyst_bot.sources.outside import Outside
from catalyst_bot.sources.papers import Papers, fetch_filing, fetch_papers


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The way to papers whose name or address somebody gave."""

    outside: Outside
    archive: str  # EDGAR_BASE_URL
    search: str  # EDGAR_SEARCH_BASE_URL

    async def papers(self, name: str) -> Papers:
        """Return the papers behind a filing's number or an address.

        Raises:
            SourceError: see `fetch_filing` and `fetch_papers`.
        """
        if not is_accession(name):
            return await fetch_papers(self.outside, name)
        return await fetch_filing(
            self.outside, name, archive=self.archive, parties=self._parties
        )

    async def _parties(self, accession: str) -> Sequence[str]:
        return await find_parties(self.search, accession, fetch=self._body)

    async def _body(self, url: str, *, within: float) -> bytes:
        return (await self.outside.get(url, deadline=within)).body


def build_named(settings: Settings, outside: Outside) -> Named:
    """Return the way that these settings name."""
    reading = settings.reading
    return Named(
        outside=outside, archive=reading.edgar_url, search=reading.edgar_search_url
    )
