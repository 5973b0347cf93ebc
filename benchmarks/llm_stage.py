"""What the benchmarks of the LLM core stand on: a server, a client, questions."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from catalyst_bot.clock import SystemClock
from catalyst_bot.llm.client import LLMClient, open_llm
from catalyst_bot.llm.model import Completion, CompletionRequest, LLMError
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.simulation.llm import FakeLLM

PLENTY = 60.0
SERVICE = 0.2  # seconds of the server for one answer, where a row does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table."""

    what: str
    ours: str
    others: str
    bar: str
    is_met: bool


def question(number: int) -> CompletionRequest:
    """Return a question of its own for each number."""
    return CompletionRequest(prompt=f"What is new? [#{number}]", max_tokens=64)


@asynccontextmanager
async def stage(
    *, limit: int = 10, retry_delay: float = 0.1, reset: float = 60.0, rate: int = 0
) -> AsyncIterator[tuple[FakeLLM, LLMClient]]:
    """Open a server that takes SERVICE for an answer, and a client of it."""
    async with (
        FakeLLM().open() as server,
        open_llm(
            endpoint_url=server.endpoint_url,
            model="mistral",
            max_concurrent=limit,
            max_attempts=3,
            retry_delay=retry_delay,
            fail_max=5,
            reset=reset,
            clock=SystemClock(),
            rng=random.Random(1),
            metrics=Metrics(),
            rate_per_minute=rate,
        ) as client,
    ):
        server.latency = SERVICE
        yield server, client


async def end_of(
    client: LLMClient, request: CompletionRequest, *, within: float, value: float = 0.0
) -> Completion | LLMError:
    """Return what a question ends with, the error as a value."""
    try:
        return await client.complete(request, within=within, value=value)
    except LLMError as error:
        return error


async def ends_of(
    client: LLMClient, numbers: Iterable[int], *, within: float = PLENTY
) -> tuple[Counter[str], float]:
    """Ask all at once; return how many ended how, and the seconds it took."""
    began = time.perf_counter()
    ends = await asyncio.gather(
        *(end_of(client, question(number), within=within) for number in numbers)
    )
    took = time.perf_counter() - began
    return Counter(
        end.kind.value if isinstance(end, LLMError) else "ok" for end in ends
    ), took
