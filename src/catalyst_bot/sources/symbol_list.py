"""Downloads the SEC's table of listed companies once a week."""

import asyncio
import logging
from typing import Protocol

import aiohttp

from catalyst_bot.clock import Clock
from catalyst_bot.errors import SourceError, SymbolsError
from catalyst_bot.sources.fetch import fetch

# SEC, "Accessing EDGAR Data": company tickers with exchange; the agent names a contact.
SYMBOLS_URL = "https://www.sec.gov/files/company_tickers_exchange.json"
WEEK = 7 * 86_400.0
DEADLINE = 60.0  # seconds; nothing waits for it

logger = logging.getLogger(__name__)


class Store(Protocol):
    """Where the table is kept."""

    def age(self) -> float | None: ...

    def replace(self, body: bytes) -> None: ...


class SymbolDownload:
    """Replaces a table that is a week old; a failure leaves it as it is."""

    def __init__(
        self,
        store: Store,
        *,
        session: aiohttp.ClientSession,
        clock: Clock,
        url: str = SYMBOLS_URL,
    ) -> None:
        self._store, self._session, self._clock, self._url = store, session, clock, url

    async def run(self) -> None:
        """Download the table if there is none of this week; called each day."""
        age = self._store.age()
        if age is not None and age < WEEK:
            return
        try:
            page = await fetch(
                self._session,
                self._url,
                headers={},
                clock=self._clock,
                deadline=DEADLINE,
            )
            # 0.3 s of work: in a thread, alerts go on between two steps of it
            await asyncio.to_thread(self._store.replace, page.body)
        except (SourceError, SymbolsError) as error:
            extra = {"why": str(error)}
            logger.warning("table of symbols not replaced", extra=extra)
            return
        logger.info("table of symbols replaced")
