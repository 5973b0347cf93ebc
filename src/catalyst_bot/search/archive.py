"""What our own store has seen, alerts and what became none."""

import asyncio
from collections.abc import Awaitable, Callable

from catalyst_bot.search.model import MOST_HITS, Findings, Hit, Wanted
from catalyst_bot.storage.fulltext import FullText


async def _as_it_is() -> None:
    """Search what is in the index."""


class ArchiveNews:
    """Searches everything that was seen and is not pruned, for one asker at a time.

    The alerts read from the same database, through a few connections. `catch_up` brings
    the newest items into the index before each search, where somebody may write.
    """

    def __init__(
        self, text: FullText, catch_up: Callable[[], Awaitable[None]] = _as_it_is
    ) -> None:
        self._text, self._catch_up = text, catch_up
        self._turn = asyncio.Lock()

    async def find(self, wanted: Wanted) -> Findings:
        """Return items with all of the words first.

        Raises:
            StorageError: the database failed.
        """
        async with self._turn:
            await self._catch_up()
            found = await self._text.find(
                wanted.text, limit=MOST_HITS, since=wanted.since
            )
        hits = tuple(
            Hit(
                origin=item.source,
                title=item.title,
                link=item.link,
                tickers=item.tickers,
                published_at=item.published_at,
                key=item.key,
            )
            for item in found
        )
        return Findings(hits=hits)
