"""A guarded client before a simulated model, for the tests that ask it."""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from catalyst_bot.clock import Clock, SystemClock
from catalyst_bot.llm.client import LLMClient, open_llm
from catalyst_bot.llm.model import Completion, CompletionRequest, LLMError
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.simulation.llm import FakeLLM

PLENTY = 30.0  # seconds; only a broken product needs them
QUESTION = CompletionRequest(prompt="What is new?")
_numbers = itertools.count()


def question() -> CompletionRequest:
    """Return a question that nobody has asked before: equal ones are asked once."""
    return CompletionRequest(prompt=f"What is new? [#{next(_numbers)}]")


class LongestPause(random.Random):
    """Jitter that always gives the upper end."""

    def uniform(self, a: float, b: float) -> float:
        return max(a, b)


@asynccontextmanager
async def client_of(
    fake: FakeLLM,
    *,
    clock: Clock | None = None,
    metrics: Metrics | None = None,
    max_concurrent: int = 5,
    max_attempts: int = 3,
    retry_delay: float = 0.0,
    fail_max: int = 5,
    rate_per_minute: int = 0,
) -> AsyncIterator[LLMClient]:
    async with open_llm(
        endpoint_url=fake.endpoint_url,
        model="mistral",
        max_concurrent=max_concurrent,
        max_attempts=max_attempts,
        retry_delay=retry_delay,
        fail_max=fail_max,
        reset=60.0,
        clock=clock or SystemClock(),
        rng=LongestPause(),
        metrics=metrics or Metrics(),
        rate_per_minute=rate_per_minute,
    ) as client:
        yield client


async def ask(
    client: LLMClient, *, within: float = PLENTY, value: float = 0.0
) -> Completion | LLMError:
    """Return what a question ends with, the error as a value."""
    try:
        return await client.complete(question(), within=within, value=value)
    except LLMError as error:
        return error


async def ends_of(
    client: LLMClient, count: int, *, within: float = PLENTY
) -> Sequence[str]:
    """Ask `count` questions at once; "ok" or the error's kind for each."""
    ends = await asyncio.gather(*(ask(client, within=within) for _ in range(count)))
    return [end.kind.value if isinstance(end, LLMError) else "ok" for end in ends]
