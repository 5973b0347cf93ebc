"""Measures the cache, batches and reading of the LLM core against their bars.

Run as `python -m benchmarks.llm_cache`. The server is simulated and in this process;
Redis is a real one when `redis-server` is installed. Memory is of this process alone.
"""

import asyncio
import contextlib
import gc
import random
import shutil
import signal
import tempfile
import time
import tracemalloc
from array import array
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from catalyst_bot.enrichment.facts import facts_of
from catalyst_bot.enrichment.prompt import NEEDED, SCHEMA
from catalyst_bot.llm.cache_memory import MemoryTier
from catalyst_bot.llm.cache_redis import open_redis_tier
from catalyst_bot.llm.embeddings import Vector
from catalyst_bot.llm.ladder import Unreadable, read_answer, read_cut_answer
from catalyst_bot.llm.model import Completion, CompletionRequest, Story
from catalyst_bot.llm.schema import schema_of
from catalyst_bot.llm.semantic import SemanticLLM
from catalyst_bot.llm_async import AsyncLLMClient, LLMClientConfig
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.simulation.llm import FakeLLM
from tests.completing import ScriptedLLM
from tests.damage import a_verdict, damaged, written

MIB = 1 << 20
DISTINCT, PROMPTS = 5, 20
ENTRIES, ENTRY_SIZE = 10_000, 2_048
BATCH = 10_000
VERDICTS = 10_000
TIER_BAR, ANSWER = 0.05, 0.01  # seconds; the simulated model takes a few ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table; `is_met` None: there is nothing to measure it with."""

    what: str
    bar: str
    measured: str
    is_met: bool | None


async def asked_again() -> Row:
    """Ask 20 prompts, 5 of them distinct, twice."""
    prompts = [f"Item [#{n % DISTINCT}]" for n in range(PROMPTS)]
    async with FakeLLM().open() as model:
        model.latency = 0.2
        async with AsyncLLMClient(LLMClientConfig(model.endpoint_url)) as client:
            cold = await _timed(lambda: client.batch(prompts))
            first = len(model.prompts)
            warm = await _timed(lambda: client.batch(prompts))
            again = len(model.prompts) - first
    faster = cold / warm
    return Row(
        what="20 prompts, 5 distinct: cold / again",
        bar="5 / 0 requests, >= 50 x faster",
        measured=f"{first} / {again}, {faster:.0f} x",
        is_met=(first, again) == (DISTINCT, 0) and faster >= 50,
    )


async def from_redis() -> Row:
    """Ask in a second client what a first has asked; then stop and freeze Redis."""
    what = "Redis: second process / Redis frozen, slowest of 20"
    bar = "0 requests / a miss, <= 50 ms"
    if shutil.which("redis-server") is None:
        return Row(what=what, bar=bar, measured="no redis-server", is_met=None)
    prompts = [f"Item [#{n}]" for n in range(20)]
    slowest = 0.0
    async with FakeLLM().open() as model, _redis() as (url, process):
        config = LLMClientConfig(model.endpoint_url, cache_url=url)
        async with AsyncLLMClient(config) as client:
            await client.batch(prompts)
        asked = len(model.prompts)
        async with AsyncLLMClient(config) as client:
            await client.batch(prompts)
            second = len(model.prompts) - asked
            process.send_signal(signal.SIGSTOP)
            for number in range(20):
                took = await _timed(partial(client.query, f"New [#{number}]"))
                slowest = max(slowest, took)
    return Row(
        what=what,
        bar=bar,
        measured=f"{second} / {slowest * 1000:.1f} ms with the model's answer",
        is_met=second == 0 and slowest <= TIER_BAR + ANSWER,
    )


async def memory_of_entries() -> Row:
    """Fill the memory tier with 10,000 answers of 2 KB."""
    tier = MemoryTier(max_entries=ENTRIES)
    gc.collect()
    tracemalloc.start()
    for number in range(ENTRIES):
        packed = bytes(ENTRY_SIZE)
        await tier.put(number.to_bytes(32, "big"), packed, ttl=60)
    gc.collect()
    used = tracemalloc.get_traced_memory()[0] / MIB
    tracemalloc.stop()
    return Row(
        what=f"memory tier, {len(tier)} answers of 2 KB",
        bar="<= 40 MB",
        measured=f"{used:.1f} MB",
        is_met=used <= 40 and len(tier) == ENTRIES,
    )


async def batch_of_ten_thousand() -> Row:
    """Ask 10,000 different prompts in one batch, without a cache to fill."""
    prompts = [f"Item [#{n}]" for n in range(BATCH)]
    async with FakeLLM().open() as model:
        config = LLMClientConfig(
            model.endpoint_url, cache_enabled=False, max_concurrent=50
        )
        async with AsyncLLMClient(config) as client:
            await client.batch(prompts[:200], max_concurrent=50)
            peak = await _resident_peak(
                model, lambda: client.batch(prompts, max_concurrent=50)
            )
    return Row(
        what="10,000 prompts in one batch",
        bar="<= +30 MB",
        measured=f"+{peak:.1f} MB",
        is_met=peak <= 30,
    )


async def damaged_verdicts() -> Row:
    """Read 10,000 known verdicts that were damaged."""
    rng, schema = random.Random(2026), schema_of(SCHEMA)
    read = wrong = 0
    began = time.perf_counter()
    for _ in range(VERDICTS):
        known = a_verdict(rng)
        text, is_cut = damaged(written(known, rng), rng)
        with contextlib.suppress(Unreadable):
            try:
                found = read_answer(text, schema)
            except Unreadable:
                if not is_cut:
                    raise
                found = read_cut_answer(text, schema, needed=NEEDED)
            read += 1
            wrong += any(known[name] != value for name, value in found.value.items())
    took = (time.perf_counter() - began) / VERDICTS * 1e6
    return Row(
        what="10,000 known verdicts, damaged",
        bar="0 crashes, 0 wrong",
        measured=f"0 crashes, {wrong} wrong, {read} read, {took:.0f} us each",
        is_met=wrong == 0,
    )


async def other_words() -> Row:
    """Ask hard pairs, and 20 paraphrases, of an embedder that finds all near."""
    false = dict.fromkeys(("one in twenty", "always"), 0)
    pairs = _pairs()
    hard = sum(label == "different" for label, *_ in pairs)
    saved = served = 0
    for name in false:
        rng = random.Random(2026)
        for label, one, other in pairs:
            is_same = label == "same"
            says_yes = is_same or name == "always" or rng.random() < 0.05
            hit = await _served("yes" if says_yes else "no", one, other)
            false[name] += hit is not None and not is_same
            if is_same and hit is not None and name == "always":
                served, saved = served + 1, saved + hit
    shares = " / ".join(f"{count / hard:.1%}" for count in false.values())
    return Row(
        what=f"semantic tier, {hard} hard pairs; judge says yes to 1 in 20 / to all",
        bar="<= 1 % false",
        measured=f"{shares} false; {served} of {len(pairs) - hard} paraphrases served, "
        f"{saved} of {(len(pairs) - hard) * 520} tokens saved",
        is_met=false["one in twenty"] <= hard * 0.01,
    )


def main() -> None:
    """Print one line for each row, and whether its bar is met."""
    table = Table("what", "bar", "measured", "met")
    for measure in (
        asked_again,
        from_redis,
        memory_of_entries,
        batch_of_ten_thousand,
        damaged_verdicts,
        other_words,
    ):
        row = asyncio.run(measure())
        verdict = {True: "yes", False: "MISSED", None: "-"}[row.is_met]
        table.add_row(row.what, row.bar, row.measured, verdict)
    Console(width=120).print(table)


def _pairs() -> list[list[str]]:
    path = Path(__file__).parents[1] / "tests/data/same_story_pairs.tsv"
    return [line.split("\t") for line in path.read_text().splitlines()]


class _Near:
    async def embed(self, text: str) -> Vector:  # noqa: ARG002
        return array("f", [1.0])


async def _served(judges: str, one: str, other: str) -> int | None:
    """Return the tokens that a second telling saved, None when it was asked."""

    def answer(request: CompletionRequest) -> str:
        return judges if request.purpose == "same_facts" else "a verdict"

    llm = SemanticLLM(
        _Counting(answer),
        embedder=_Near(),
        ttl=60.0,
        monotonic=time.monotonic,
        metrics=Metrics(),
    )
    for text in (one, other):
        story = Story(title=text, text=text, facts=facts_of(text))
        request = CompletionRequest(prompt=text, purpose="verdict", story=story)
        found = await llm.complete(request, within=5.0)
    return found.prompt_tokens + found.completion_tokens if found.cached else None


class _Counting(ScriptedLLM):
    """A verdict takes 400 + 120 tokens here, a judgement 120 + 2."""

    async def complete(self, request: CompletionRequest, **more: Any) -> Completion:
        found = await super().complete(request, **more)
        is_judge = request.purpose == "same_facts"
        prompt, said = (120, 2) if is_judge else (400, 120)
        return replace(found, prompt_tokens=prompt, completion_tokens=said)


async def _timed(call: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await call()
    return time.perf_counter() - began


async def _resident_peak(
    model: FakeLLM, call: Callable[[], Awaitable[object]]
) -> float:
    """Return the MB that a call adds at its peak; what the simulation keeps, is not."""
    peak = 0

    async def sample() -> None:
        nonlocal peak
        while True:
            model.requests.clear()
            peak = max(peak, tracemalloc.get_traced_memory()[0])
            await asyncio.sleep(0.05)

    gc.collect()
    tracemalloc.start()
    sampler = asyncio.create_task(sample())
    kept = await call()
    gc.collect()
    peak = max(peak, tracemalloc.get_traced_memory()[0])
    sampler.cancel()
    tracemalloc.stop()
    del kept
    return peak / MIB


@contextlib.asynccontextmanager
async def _redis() -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    with tempfile.TemporaryDirectory() as folder:
        socket = Path(folder) / "redis.sock"
        process = await asyncio.create_subprocess_exec(
            *("redis-server", "--port", "0", "--unixsocket", str(socket)),
            *("--save", ""),
            cwd=folder,
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            while not socket.exists():  # noqa: ASYNC110 - nothing sets an event
                await asyncio.sleep(0.01)
            url = f"unix://{socket}"
            async with open_redis_tier(url) as tier:
                await tier.get(b"ready")
            yield url, process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


if __name__ == "__main__":
    main()
