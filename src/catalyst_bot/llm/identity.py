"""Which weights answer now: a name that is pulled again is another model."""

import asyncio
from collections.abc import Awaitable, Callable

from catalyst_bot.llm.model import LLMError

FRESH = 60.0  # seconds
PATIENCE = 0.3  # seconds; a server that hangs must not delay what the cache knows


class Identity:
    """What a server said of its model, asked again after FRESH seconds.

    `ask` returns texts that differ when answers may differ: provider, model, digest,
    context size. Where it fails, what was known stays, and before that `unknown`.
    """

    def __init__(
        self,
        ask: Callable[[], Awaitable[tuple[str, ...]]],
        *,
        unknown: tuple[str, ...],
        monotonic: Callable[[], float],
    ) -> None:
        self._ask, self._monotonic = ask, monotonic
        self._known, self._due = unknown, 0.0
        self._asking = asyncio.Lock()

    async def __call__(self) -> tuple[str, ...]:
        """Return who answers; who comes while that is being asked waits with it."""
        if self._monotonic() < self._due:
            return self._known
        async with self._asking:
            if self._monotonic() >= self._due:
                await self._refresh()
        return self._known

    async def _refresh(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                self._known = await self._ask()
        except (LLMError, TimeoutError):
            pass  # its own requests will tell
        self._due = self._monotonic() + FRESH
