"""Keeps callers from stopping the alerts: one heavy reply in each round of the loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Spreads what costs processor time: 20 ms for a long text that is scored.

    Without turns a hundred callers of one moment would stop all else for two seconds.
    """

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def next(self) -> AsyncIterator[None]:
        """Wait for a turn; the one after it comes in a later round of the loop."""
        async with self._lock:
            yield
            await asyncio.sleep(0)
