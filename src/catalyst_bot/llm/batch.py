"""Many questions at once: a sliding window, each with an outcome of its own.

Equal questions are asked once. Nothing is made for a question before its turn, so ten
thousand of them take the memory of their texts.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from itertools import islice

from catalyst_bot.llm.model import (
    Completion,
    CompletionRequest,
    Lane,
    LLMError,
    LLMErrorKind,
)
from catalyst_bot.llm.structured import Completer

Outcome = Completion | LLMError
OnProgress = Callable[[int, int, int, float], object]  # done, total, failed, ETA in s

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """How many questions are asked through `completer`.

    `within` is the time of each one in seconds, from its turn on; `deadline` that of
    the whole batch: what it leaves no time for ends as `timeout`, not sent.
    `on_progress` is called after each outcome with how many are done, of how many, how
    many failed, and the seconds left at the speed so far; what it raises is logged.

    Raises:
        ValueError: `max_concurrent` is below 1.
    """

    completer: Completer
    within: float
    max_concurrent: int = 10
    deadline: float | None = None
    lane: Lane = Lane.BATCH
    value: float = 0.0
    on_progress: OnProgress | None = None
    monotonic: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        if self.max_concurrent < 1:
            detail = f"max_concurrent must be at least 1, not {self.max_concurrent}"
            raise ValueError(detail)

    async def run(self, requests: Sequence[CompletionRequest]) -> list[Outcome]:
        """Return the outcomes in the order of the requests."""
        async with aclosing(self.stream(requests)) as stream:
            outcomes = {place: outcome async for place, outcome in stream}
        return [outcomes[place] for place in range(len(requests))]

    async def stream(
        self, requests: Sequence[CompletionRequest]
    ) -> AsyncGenerator[tuple[int, Outcome], None]:
        """Yield each request's place and outcome, as they come.

        Closing it cancels what is under way; who listens slowly slows it down.
        """
        places = _places(requests)
        left, tally = iter(places.values()), _Tally(self, total=len(requests))
        # A TaskGroup here would cancel whoever listens, at a `yield`; so the generator
        # is the parent of its tasks itself.
        running: dict[asyncio.Task[Outcome], list[int]] = {}
        try:
            while True:
                for those in islice(left, self.max_concurrent - len(running)):
                    asked = self._ask(requests[those[0]], tally.began)
                    running[asyncio.create_task(asked, name="batch")] = those
                if not running:
                    return
                ready, _ = await asyncio.wait(
                    running, return_when=asyncio.FIRST_COMPLETED
                )
                for task in ready:
                    for place in running.pop(task):
                        tally.note(task.result())
                        yield place, task.result()
        finally:
            for task in running:
                task.cancel()
            if running:
                await asyncio.wait(running)

    async def _ask(self, request: CompletionRequest, began: float) -> Outcome:
        within = self.within
        if self.deadline is not None:
            within = min(within, began + self.deadline - self.monotonic())
        if within <= 0:
            return LLMError(LLMErrorKind.TIMEOUT, "the time of the batch is over")
        try:
            return await self.completer.complete(
                request, within=within, value=self.value, lane=self.lane
            )
        except LLMError as error:
            return error


class _Tally:
    """Counts outcomes, and tells whoever wants to know."""

    def __init__(self, batch: Batch, *, total: int) -> None:
        self._batch, self._total = batch, total
        self._done = self._failed = 0
        self.began = batch.monotonic()

    def note(self, outcome: Outcome) -> None:
        self._done += 1
        self._failed += isinstance(outcome, LLMError)
        tell = self._batch.on_progress
        if tell is None:
            return
        spent = self._batch.monotonic() - self.began
        eta = spent / self._done * (self._total - self._done)
        try:
            tell(self._done, self._total, self._failed, eta)
        except Exception:  # the caller's own; it must not cost the answers
            logger.exception("progress was not shown")


def _places(requests: Sequence[CompletionRequest]) -> dict[object, list[int]]:
    """Return where each question stands, those first that stand first."""
    places: dict[object, list[int]] = {}
    for place, request in enumerate(requests):
        places.setdefault(request.question, []).append(place)
    return places
