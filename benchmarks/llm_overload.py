"""The two worst hours of an LLM server: two hundred headlines at once, and silence."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass

from benchmarks.llm_stage import Row, end_of, ends_of, question, stage
from catalyst_bot.llm.client import LLMClient
from catalyst_bot.llm.model import LLMError, LLMErrorKind
from catalyst_bot.simulation.llm import FakeLLM
from catalyst_bot.simulation.llm_records import Mode

HEADLINES, DEADLINE, BEST = 200, 10.0, 20
SECONDS = 0.5  # for one headline: a local GPU
ALPHA = 1.2  # of the Pareto law of the headlines' values
SEED = 5
LIMIT, WAVE = 5, 60
RESET = 0.4  # seconds between two probes, at the longest


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One headline of the flood; it comes after `at` seconds."""

    number: int
    at: float
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of it, how many seconds after it came."""

    news: News
    end: str
    after: float


async def flood() -> Row:
    """Two hundred headlines in one second where two a second are read."""
    news = headlines()
    async with stage(limit=LIMIT) as (server, client):
        server.latency, server.slots = SECONDS, 1
        await client.warm_up()
        began = time.monotonic()
        fates = await asyncio.gather(*(fate_of(client, one) for one in news))
        await server.wait_for(lambda: not server.in_flight, timeout=DEADLINE)
        idle = max(asked.answered for asked in server.requests) - began
    read = {fate.news.number for fate in fates if fate.end == "ok"}
    best = sorted(news, key=lambda one: -one.value)[:BEST]
    share = sum(one.value for one in news if one.number in read)
    share /= sum(one.value for one in news)
    top = sum(one.number in read for one in best)
    slowest = max(fate.after for fate in fates if fate.end == "busy")
    ends = Counter(fate.end for fate in fates)
    return Row(
        what=f"{HEADLINES} headlines in 1 s, 2/s, {DEADLINE:g} s each ({dict(ends)})",
        ours=f"{share:.0%} of the value, {top} of the best {BEST}, "
        f"busy within {slowest:.2f} s, idle at {idle:.1f} s",
        others="8 %, 1.7, 10 s, 101 s",
        bar=">= 50 %, >= 18, <= 1.5 s, 12 s",
        is_met=share >= 0.5 and top >= 18 and slowest <= 1.5 and idle <= 12.0,
    )


def headlines() -> list[News]:
    """Return the flood, by time."""
    rng = random.Random(SEED)
    values = [rng.paretovariate(ALPHA) for _ in range(HEADLINES)]
    times = sorted(rng.random() for _ in range(HEADLINES))
    return [
        News(number=number, at=at, value=value / max(values))
        for number, (at, value) in enumerate(zip(times, values, strict=True))
    ]


async def fate_of(client: LLMClient, news: News) -> Fate:
    """Let a headline come, and be read."""
    await asyncio.sleep(news.at)
    began = time.monotonic()
    request = question(news.number)
    end = await end_of(client, request, within=DEADLINE, value=news.value)
    kind = end.kind.value if isinstance(end, LLMError) else "ok"
    return Fate(news=news, end=kind, after=time.monotonic() - began)


async def hanging() -> Row:
    """A server that takes everything and answers nothing."""
    async with stage(limit=LIMIT, reset=RESET) as (server, client):
        server.mode = Mode.HANG
        ends, _ = await ends_of(client, range(WAVE), within=1.0)
        most = server.max_in_flight
        is_opened = not client.is_available
        probes = [await probes_in_a_wait(server, client) for _ in range(3)]
        await server.wait_for(lambda: not server.in_flight)
        orphans = len(server.prompts) - server.aborted
    lies = WAVE - sum(ends[kind] for kind in ("timeout", "busy", "circuit_open"))
    return Row(
        what=f"a hanging server, {WAVE} at once, limit {LIMIT} ({dict(ends)})",
        ours=f"{most} in flight, {orphans} orphans, probes a wait: {probes}",
        others="12 in flight",
        bar="<= 5, 0, opens, 1 each",
        is_met=most <= LIMIT
        and not orphans
        and is_opened
        and probes == [1, 1, 1]
        and not lies
        and ends[LLMErrorKind.TIMEOUT.value] <= LIMIT,
    )


async def probes_in_a_wait(server: FakeLLM, client: LLMClient) -> int:
    """Ask fifty at once when a probe is due; return how many were sent."""
    await asyncio.sleep(client.retry_in())
    before = len(server.prompts)
    first = before * 1000  # questions of their own
    await ends_of(client, range(first, first + 50), within=0.3)
    return len(server.prompts) - before
