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
    ("given", "detail", "sent"),
    [(0.04, "no time left", 0), (0.06, "no answer in 0.06 s", 1)],
)
async def test_what_no_server_could_answer_in_time_is_not_sent(
    given: float, detail: str, sent: int
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
    assert terms.sent == sent
    assert breaker.state == ("open" if sent else "closed")
