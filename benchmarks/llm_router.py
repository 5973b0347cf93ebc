"""Measures what a sick provider costs when another stands behind it.

Rows of `benchmarks.llm_core`.
"""

import asyncio
import random
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from benchmarks.llm_stage import PLENTY, Row, question
from catalyst_bot.clock import SystemClock
from catalyst_bot.llm.chain import Guards, Listed, open_chain
from catalyst_bot.llm.model import LLMError, LLMErrorKind
from catalyst_bot.llm.providers.offers import Cloud, Local
from catalyst_bot.llm.router import Router
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.secret import Secret
from catalyst_bot.simulation.llm import FakeLLM
from catalyst_bot.simulation.llm_anthropic import FakeAnthropic
from catalyst_bot.simulation.llm_cloud import KEY
from catalyst_bot.simulation.llm_gemini import FakeGemini
from catalyst_bot.simulation.llm_records import Mode

SPEED = 20  # ten minutes take half a minute
REQUESTS = 1200  # two a second, for ten minutes
SHARE_REFUSED = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A server of our own, two clouds behind it, and who asks them."""

    local: FakeLLM
    gemini: FakeGemini
    anthropic: FakeAnthropic
    router: Router


@asynccontextmanager
async def open_three(*, reset: float) -> AsyncIterator[Chain]:
    """Open the three, each with room for ten at a time."""
    async with (
        FakeLLM().open() as local,
        FakeGemini().open() as gemini,
        FakeAnthropic().open() as anthropic,
    ):
        key = Secret(KEY)
        offers = (
            Local(endpoint_url=local.endpoint_url, model="mistral"),
            Cloud(name="gemini", key=key, base=gemini.base_url, model=gemini.models[0]),
            Cloud(
                name="anthropic",
                key=key,
                base=anthropic.base_url,
                model=anthropic.models[0],
            ),
        )
        guards = Guards(
            max_concurrent=10,
            max_attempts=3,
            retry_delay=0.1,
            fail_max=5,
            reset=reset,
            longest=PLENTY,
        )
        clock = SystemClock()
        async with open_chain(
            [Listed(offer=offer) for offer in offers],
            guards=guards,
            clock=clock,
            now=clock.now,
            rng=random.Random(1),
            metrics=Metrics(),
        ) as router:
            yield Chain(local=local, gemini=gemini, anthropic=anthropic, router=router)


async def failover() -> Row:
    """The first of two providers is down, and its circuit open."""
    async with open_three(reset=60.0) as chain:
        chain.gemini.latency = 0.02
        await chain.local.stop_listening()
        for number in range(5):
            await seconds_of(chain.router, number)
        opened = [await seconds_of(chain.router, 100 + n) for n in range(200)]
        spent = chain.gemini.latency
    added = [1000 * (seconds - spent) for seconds in opened]
    return Row(
        what="primary down, two providers, circuit open, 200 calls",
        ours=f"+{statistics.median(added):.1f} ms, +{max(added):.1f} ms at most",
        others="+5 to 6 s",
        bar="<= +50 ms",
        is_met=max(added) <= 50,
    )


async def seconds_of(router: Router, number: int) -> float:
    """Return the seconds that one answer takes."""
    began = time.perf_counter()
    await router.complete(question(number), within=PLENTY)
    return time.perf_counter() - began


async def third() -> Row:
    """Ten minutes, in the second third of which our own server is down."""
    async with open_three(reset=60.0 / SPEED) as chain:
        rng = random.Random(1)
        modes = (Mode.HTTP_429, Mode.OK)
        weights = (SHARE_REFUSED, 1 - SHARE_REFUSED)
        chain.gemini.script = rng.choices(modes, weights, k=REQUESTS)
        chain.local.latency, chain.gemini.latency = 0.02, 0.04
        asking = []
        for number in range(REQUESTS):
            if number == REQUESTS // 3:
                await chain.local.stop_listening()
            if number == 2 * REQUESTS // 3:
                await chain.local.start_listening()
            asking.append(asyncio.ensure_future(end_of(chain.router, number)))
            await asyncio.sleep(1 / (2 * SPEED))
        ends = await asyncio.gather(*asking)
    admitted = [end for end in ends if end != LLMErrorKind.BUSY.value]
    answered = [end for end in admitted if end in ("ollama", "gemini", "anthropic")]
    share = len(answered) / len(admitted)
    by = ", ".join(f"{name} {ends.count(name)}" for name in sorted(set(ends)))
    return Row(
        what="local down for a third of ten minutes, first cloud 5 % 429",
        ours=f"{share:.2%} of {len(admitted)} ({by})",
        others="none",
        bar=">= 99 %",
        is_met=share >= 0.99,
    )


async def end_of(router: Router, number: int) -> str:
    """Return who answered, or the kind of the error."""
    try:
        return (await router.complete(question(number), within=10.0)).provider
    except LLMError as error:
        return error.kind.value
