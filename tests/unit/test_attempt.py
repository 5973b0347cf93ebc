"""How the end of one attempt is judged, on given moments."""

import asyncio
import random
from collections.abc import AsyncGenerator

import pytest

from catalyst_bot.llm.attempt import Attempts
from catalyst_bot.llm.breaker import Breaker
from catalyst_bot.llm.gate import MARGIN
from catalyst_bot.llm.limit import Limit
from catalyst_bot.llm.model import (
    Answer,
    CompletionRequest,
    Lane,
    LLMError,
    LLMErrorKind,
)
from catalyst_bot.llm.pace import Pace
from catalyst_bot.llm.retry import Tries
from catalyst_bot.llm.terms import Terms
from tests.clocks import ManualClock


class Hanging:
    """A server that never answers."""

    name = "ollama"

    async def attempt(
        self, request: CompletionRequest, *, timeout: float | None
    ) -> Answer:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    async def stream(
        self, request: CompletionRequest, *, timeout: float | None
    ) -> AsyncGenerator[str | Answer, None]:
        await asyncio.Event().wait()
        yield ""


@pytest.mark.parametrize(
    ("given", "detail", "state"),
    [(0.002, "no time left", "closed"), (0.06, "no answer in 0.06 s", "open")],
)
async def test_a_wait_too_short_for_any_server_is_not_the_servers_fault(
    given: float, detail: str, state: str
) -> None:
    clock = ManualClock()
    breaker = Breaker(
        fail_max=1, reset=60.0, monotonic=clock.monotonic, rng=random.Random(1)
    )
    attempts = Attempts(
        Hanging(),
        breaker=breaker,
        limit=Limit(1, monotonic=clock.monotonic),
        pace=Pace(monotonic=clock.monotonic),
        longest=10.0,
        max_attempts=3,
    )
    began = clock.monotonic()
    ends = began + MARGIN + given
    terms = Terms(began=began, deadline=ends, lane=Lane.ALERT, value=0.0)
    with pytest.raises(LLMError) as caught:
        await attempts.send(CompletionRequest(prompt="?"), terms, Tries(), began)
    assert (caught.value.kind, caught.value.detail) == (LLMErrorKind.TIMEOUT, detail)
    assert breaker.state == state
