"""What hostile code gets out of, and costs: `python -m benchmarks.sandbox`.

Each attempt runs under the limits of the product. Then another process, as `ask` is
one, attacks without end beside a daemon: bursts of alerts with and without it take
turns, so that the machine's mood must not pass for a result.
"""

import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.alert_latency import LATENCY, burst, configuration, p95, releases
from catalyst_bot.app import open_app
from catalyst_bot.reading.code.host import PRELUDE
from catalyst_bot.reading.code.sandbox import Limits, open_sandbox
from catalyst_bot.simulation.feed_shapes import prnewswire
from catalyst_bot.simulation.world import World, open_world
from tests.hostile_code import ENDLESS, ESCAPES, GREEDY

ATTACK = "attack"
LIMITS = Limits()
CONTEXT = {"context": "A line of a long filing.\n" * 120_000}  # 3 MB
STEP = 0.005  # seconds between two looks at the loop
TURNS = 6
ROUNDS = 3
ITEMS = 10
PAUSE = 1.0  # seconds between bursts


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One block of hostile code: what it was told, and what it took in seconds."""

    code: str
    told: str
    is_held: bool  # told what it should be, and no file made
    took: float
    late: float  # the worst of the event loop meanwhile


async def llm_query(prompt: object) -> object:
    return prompt


async def attempt(code: str, told: str) -> Attempt:
    """Run a block on a worker of its own."""
    lags = [0.0]
    async with open_sandbox(prelude=PRELUDE, variables=CONTEXT) as sandbox:
        await sandbox.run("len(context)", {})
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(watch(lags))
            began = time.monotonic()
            ran = await sandbox.run(code, {"llm_query": llm_query})
            took = time.monotonic() - began
            watching.cancel()
    owned = Path("owned").exists()  # noqa: ASYNC240
    return Attempt(
        code=code,
        told=ran.error.splitlines()[-1] if ran.error else "nothing",
        is_held=told in ran.error and not owned,
        took=took,
        late=max(lags),
    )


async def watch(lags: list[float]) -> None:
    while True:
        began = time.monotonic()
        await asyncio.sleep(STEP)
        lags.append(time.monotonic() - began - STEP)


async def attack() -> None:
    """Run what takes the most, again and again."""
    print(flush=True)
    while True:
        for code, told in {**ENDLESS, **GREEDY}.items():
            await attempt(code, told)


@asynccontextmanager
async def attacked() -> AsyncIterator[None]:
    """Run attacks in another process for the block."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.sandbox", ATTACK),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert child.stdout is not None
        await child.stdout.readline()
        yield
    finally:
        child.kill()
        await child.wait()


@asynccontextmanager
async def daemon() -> AsyncIterator[World]:
    """Run a daemon that knows its channel's bucket."""
    with tempfile.TemporaryDirectory() as name:
        async with open_world() as world:
            world.feeds.publish("wire", prnewswire(releases("old", 1)))
            async with open_app(configuration(world, Path(name))) as app:
                stop = asyncio.Event()
                async with asyncio.TaskGroup() as group:
                    group.create_task(app.run(stop))
                    wire = world.feeds["wire"]
                    await world.feeds.wait_for(lambda: wire.not_modified > 0, 20)
                    world.discord.latency = LATENCY
                    await burst(world, "first", 1)
                    yield world
                    stop.set()


async def bursts(world: World, label: str) -> list[float]:
    """Return the seconds from the feed's last byte to each request at Discord."""
    found: list[float] = []
    for number in range(ROUNDS):
        await asyncio.sleep(PAUSE)
        found += (await burst(world, f"{label}-{number}", ITEMS)).started
    return found


async def alerts() -> tuple[float, float]:
    """Return the p95 of alerts left alone, and of those under attack."""
    alone: list[float] = []
    beside: list[float] = []
    async with daemon() as world:
        for turn in range(TURNS):
            alone += await bursts(world, f"alone-{turn}")
            async with attacked():
                beside += await bursts(world, f"attacked-{turn}")
    return p95(alone), p95(beside)


async def main() -> None:
    logging.disable(logging.WARNING)
    attempts = [
        await attempt(code, told)
        for code, told in {**ESCAPES, **ENDLESS, **GREEDY}.items()
    ]
    table = Table("code", "it was told", "took", "loop late", "", title="Hostile code")
    for one in attempts:
        table.add_row(
            " ".join(one.code.split())[:60],
            one.told[:50],
            f"{one.took:.2f} s",
            f"{1000 * one.late:.0f} ms",
            "held" if one.is_held else "OUT",
        )
    console = Console(width=160)
    console.print(table)
    out = sum(not one.is_held for one in attempts)
    longest = max(one.took for one in attempts)
    console.print(f"escapes: {out} of {len(attempts)}; bar: 0")
    console.print(f"the longest: {longest:.2f} s; bar: {LIMITS.seconds + 2:.0f} s")
    alone, beside = await alerts()
    console.print(
        f"alerts, p95 to the request at Discord, under attack: "
        f"{1000 * beside:.0f} ms / {1000 * alone:.0f} ms = {beside / alone:.2f} ×"
        "; bar: 1.2 ×"
    )


if __name__ == "__main__":
    asyncio.run(attack() if sys.argv[1:] == [ATTACK] else main())
