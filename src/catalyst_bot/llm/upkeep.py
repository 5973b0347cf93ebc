"""Keeps the server's memory: the model is there before it is needed, and not after.

The model lives in the LLM server, so that is told to load and to drop it. The three
moments: before the session opens, when the circuit opens, and when nobody asks.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from catalyst_bot.llm.limit import Limit
from catalyst_bot.llm.model import Answer, CompletionRequest, LLMError

LOADING = 300.0  # seconds; a large model from a slow disk
DROPPING = 2.0  # seconds; a sick server is not waited for
_TOUCHING = 5.0
_TRYING = 60.0
_TRIAL = CompletionRequest(prompt="Say yes.", max_tokens=16)

logger = logging.getLogger(__name__)


class Resident(Protocol):
    """A server that holds a model in its memory."""

    async def attempt(
        self, request: CompletionRequest, *, timeout: float | None
    ) -> Answer: ...

    async def load(self, *, timeout: float) -> None: ...

    async def loaded(self, *, timeout: float) -> tuple[str, ...]: ...

    async def unload(self, *, timeout: float) -> None: ...


class Upkeep:
    """Loads and drops the model of one server; a failure is one log line.

    `run` drops it once for each opening of the circuit, which `opened` reports.
    """

    def __init__(
        self, server: Resident, *, limit: Limit, monotonic: Callable[[], float]
    ) -> None:
        self._server, self._limit, self._monotonic = server, limit, monotonic
        self._opened = asyncio.Event()
        self._used = monotonic()
        self._is_dropped = False

    def opened(self) -> None:
        """Note that the circuit has opened."""
        self._opened.set()

    def used(self, now: float) -> None:
        """Note that the model has answered: it is in memory, and needed."""
        self._used, self._is_dropped = now, False

    async def run(self) -> None:
        """Drop the model each time the circuit opens; never return."""
        while True:
            await self._opened.wait()
            self._opened.clear()
            await self.drop("the circuit has opened")

    async def drop_if_idle(self, seconds: float) -> None:
        """Drop the model, once, when nobody has used it for so long."""
        if not self._is_dropped and self._monotonic() - self._used >= seconds:
            await self.drop("idle")

    async def drop(self, why: str) -> None:
        """Have the server give the memory of the model back, within two seconds."""
        self._is_dropped = True
        try:
            await self._server.unload(timeout=DROPPING)
        except LLMError as error:
            extra = {"why": why, "reason": error.detail}
            logger.warning("model not unloaded", extra=extra)
        else:
            logger.info("model unloaded", extra={"why": why})

    async def warm_up(self, *, learns: bool) -> str:
        """Load the model and open the pool; `learns`: and see if it serves two at once.

        Returns:
            Why that failed, or "".
        """
        try:
            await self._server.load(timeout=LOADING)
            is_resident = bool(await self._server.loaded(timeout=_TOUCHING))
        except LLMError as error:
            logger.warning("model not loaded", extra={"reason": error.detail})
            return error.detail
        slots = self._limit.slots
        async with asyncio.TaskGroup() as group:
            for _ in range(slots):
                group.create_task(self._touch())
        if learns and is_resident:  # else it is a cloud, where a trial costs money
            async with asyncio.TaskGroup() as group:
                for ahead in range(min(slots, 2)):
                    group.create_task(self._try(ahead))
        self.used(self._monotonic())
        logger.info("model loaded", extra={"at_a_time": self._limit.slots})
        return ""

    async def _touch(self) -> None:
        try:
            await self._server.loaded(timeout=_TOUCHING)
        except LLMError as error:  # a connection fewer is open; nothing else is lost
            logger.debug("pool not opened", extra={"reason": error.detail})

    async def _try(self, ahead: int) -> None:
        """Have a short answer: the first is slow, and a wait shows a queue."""
        try:
            answer = await self._server.attempt(_TRIAL, timeout=_TRYING)
        except LLMError as error:  # the alerts will tell
            logger.debug("no answer to a trial", extra={"reason": error.detail})
        else:
            self._limit.tried(answer.times, ahead=ahead)
