"""Carries the books to a file, and learns from it what another process cleared."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from catalyst_bot.errors import StorageError
from catalyst_bot.llm.stats import Count

EVERY = 10.0  # seconds
PRUNE_EVERY = 3600.0
_LAST = 1.0  # seconds for what is left at the end

logger = logging.getLogger(__name__)


class Books(Protocol):
    """What was counted since the last time; `llm.usage` is one."""

    def take_new(self) -> tuple[Count, ...]: ...

    def give_back(self, counts: Sequence[Count]) -> None: ...


class File(Protocol):
    """Where it is kept; `storage.answers` is one."""

    async def add_counts(self, counts: Sequence[Count]) -> None: ...

    async def times_cleared(self) -> int: ...

    async def prune(self) -> int: ...


class Keeper:
    """Looks after the file of answers as long as `run` runs.

    `forget` is called when somebody cleared the file: `catalyst-bot cache clear`.
    """

    def __init__(
        self,
        books: Books,
        file: File,
        *,
        forget: Callable[[], None],
        monotonic: Callable[[], float],
    ) -> None:
        self._books, self._file, self._forget = books, file, forget
        self._monotonic = monotonic
        self._cleared: int | None = None
        self._pruned = monotonic()

    async def run(self) -> None:
        """Work until cancelled; what was counted by then is still written."""
        try:
            while True:
                await self.tend()
                await asyncio.sleep(EVERY)
        finally:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAST):
                    await self._write()

    async def tend(self) -> None:
        """Write, look and prune once; a fault is for the next time."""
        await self._write()
        try:
            cleared = await self._file.times_cleared()
            if self._monotonic() - self._pruned >= PRUNE_EVERY:
                self._pruned = self._monotonic()
                await self._file.prune()
        except StorageError as error:
            logger.debug("cache file not read", extra={"reason": str(error)})
            return
        if self._cleared is not None and cleared != self._cleared:
            self._forget()
            logger.info("cache cleared by an operator")
        self._cleared = cleared

    async def _write(self) -> None:
        counts = self._books.take_new()
        if not counts:
            return
        try:
            await self._file.add_counts(counts)
        except StorageError as error:
            self._books.give_back(counts)
            logger.debug("usage not written", extra={"reason": str(error)})
