"""How fast an alert is posted: `python -m benchmarks.alert_latency`.

Everything runs in one process over loopback sockets: the feed, the daemon, a Discord
that takes 80 ms, and a bare aiohttp client that posts the same number of messages. The
bare client and the product, with a sound model and with one that hangs, go in turns.
Each turn gives its own ratios, and their median is told: what keeps the machine busy
for a while slows down all three of a turn.
"""

import asyncio
import logging
import statistics
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count as count_from
from itertools import cycle
from pathlib import Path

import aiohttp
from rich.console import Console
from rich.table import Table

from catalyst_bot.app import open_app
from catalyst_bot.configuration import Configuration
from catalyst_bot.settings import load_settings
from catalyst_bot.simulation.discord_records import Recorded
from catalyst_bot.simulation.feed_shapes import WireItem, prnewswire
from catalyst_bot.simulation.llm_records import Mode
from catalyst_bot.simulation.world import Listed, World, open_world
from catalyst_bot.sources.catalogue import load_sources

ITEMS = 20
WAVE = 60
ROUNDS = 4
TURNS = 7  # of all three: the machine's mood must not pass for a result
LATENCY = 0.08  # seconds that the simulated Discord takes for a post
PAUSE = 2.0  # seconds between rounds: edits share the process's 25 requests a second
AGENT = {"User-Agent": "DiscordBot (https://bench.example, 1)"}


@dataclass(frozen=True, slots=True)
class Burst:
    """One page of new items: seconds from the feed's last byte."""

    started: tuple[float, ...]  # to each request at Discord
    answered: float  # to the last answer


# A wave is of many companies; 240 of them, each with news of its own.
COMPANIES = cycle(
    (f"{first}{last}", f"{first[:2]}{last[:2]}".upper())
    for first in (
        *("Alder", "Birch", "Cinder", "Dun", "Elver", "Fern", "Glass", "Hart"),
        *("Inver", "Juniper", "Kings", "Lark", "Moss", "North", "Oaken", "Pebble"),
        *("Quarry", "Raven", "Silver", "Thorn", "Under", "Vesper", "Wester", "Yarrow"),
    )
    for last in (
        *("brook", "field", "gate", "haven", "lock", "moor", "ridge", "stone"),
        *("vale", "water"),
    )
)
NUMBERS = count_from(1)


def releases(label: str, count: int) -> list[WireItem]:
    return [release(label, *next(COMPANIES), next(NUMBERS)) for _ in range(count)]


def release(label: str, company: str, ticker: str, number: int) -> WireItem:
    return WireItem(
        title=f"{company} receives FDA approval for drug number {number}",
        link=f"https://wire.example/{label}/{number}",
        published_at=datetime.now(UTC) - timedelta(seconds=1),
        summary="The company said so.",
        tickers=(f"Nasdaq:{ticker}",),
        company=company,
    )


def configuration(world: World, folder: Path) -> Configuration:
    world.write_sources(folder, [Listed(name="wire")])
    environment = world.environment(folder) | {
        "LLM_ENRICH_DEADLINE_SECS": "8",
        "LLM_LATE_SECS": "0",
        "DISCORD_CHANNEL_POSTS_PER_MINUTE": "0",  # its rounds come faster
    }
    path = folder / "sources.toml"
    return Configuration(
        settings=load_settings(environment),
        sources=load_sources(path),
        sources_file=path,
    )


async def burst(world: World, label: str, count: int) -> Burst:
    """Publish new items in one page and wait until Discord answered all posts."""
    discord, wire = world.discord, world.feeds["wire"]
    before = len(posts(world))
    sent_before = len(wire.sent)
    world.feeds.publish("wire", prnewswire(releases(label, count)))
    await discord.wait_for(
        lambda: sum(cards(r) for r in posts(world)[before:] if r.answered > 0) == count,
        timeout=30,
    )
    last_byte = wire.sent[sent_before]
    mine = posts(world)[before:]
    return Burst(
        started=tuple(
            request.arrived - last_byte
            for request in mine
            for _ in range(cards(request))
        ),
        answered=max(request.answered for request in mine) - last_byte,
    )


def posts(world: World) -> list[Recorded]:
    return [request for request in world.discord.requests if request.method == "POST"]


def cards(request: Recorded) -> int:
    """Return how many alerts share the message."""
    return len(request.payload["embeds"])


async def measure(mode: Mode, count: int, rounds: int) -> list[Burst]:
    with tempfile.TemporaryDirectory() as name:
        async with open_world() as world:
            world.feeds.publish("wire", prnewswire(releases("old", 1)))
            world.llm.mode = mode
            async with open_app(configuration(world, Path(name))) as app:
                stop = asyncio.Event()
                async with asyncio.TaskGroup() as group:
                    group.create_task(app.run(stop))
                    wire = world.feeds["wire"]
                    await world.feeds.wait_for(lambda: wire.not_modified > 0, 20)
                    world.discord.latency = LATENCY
                    await burst(world, "first", 1)  # the bucket is known after it
                    measured = []
                    for number in range(rounds):
                        await asyncio.sleep(PAUSE)
                        measured.append(await burst(world, f"round-{number}", count))
                    stop.set()
    return measured


async def bare(count: int, rounds: int) -> list[float]:
    """Post as many messages at once with aiohttp alone; seconds until all answered."""
    async with open_world() as world, aiohttp.ClientSession() as session:
        world.discord.latency = LATENCY
        body = {"embeds": [{"title": "x"}], "allowed_mentions": {"parse": []}}
        url = f"{world.discord.webhook_url}?wait=true"

        async def post() -> None:
            async with session.post(url, json=body, headers=AGENT) as response:
                await response.read()

        took = []
        await post()
        for _ in range(rounds):
            began = time.monotonic()
            async with asyncio.TaskGroup() as group:
                for _ in range(count):
                    group.create_task(post())
            took.append(time.monotonic() - began)
    return took


def p95(values: Sequence[float]) -> float:
    return sorted(values)[max(0, round(0.95 * len(values)) - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One session of each kind, soon after each other; all in seconds."""

    bare: float  # the median of its rounds
    answered: float  # to Discord's last answer, the median of the rounds
    healthy: float  # p95 to the request, while the model is well
    hanging: float  # the same while it hangs

    @property
    def over_bare(self) -> float:
        return self.answered / self.bare

    @property
    def over_healthy(self) -> float:
        return self.hanging / self.healthy


async def turn() -> Turn:
    baseline = await bare(ITEMS, ROUNDS)
    healthy = await measure(Mode.OK, ITEMS, ROUNDS)
    hanging = await measure(Mode.HANG, ITEMS, ROUNDS)
    return Turn(
        bare=statistics.median(baseline),
        answered=statistics.median(burst.answered for burst in healthy),
        healthy=p95([s for burst in healthy for s in burst.started]),
        hanging=p95([s for burst in hanging for s in burst.started]),
    )


def middle(values: Iterable[float]) -> str:
    """Return the median of ratios, with the least and the greatest of them."""
    known = sorted(values)
    return f"{statistics.median(known):.2f} × ({known[0]:.2f}–{known[-1]:.2f})"


def told(seconds: Iterable[float]) -> str:
    return f"{1000 * statistics.median(seconds):.0f} ms"


async def main() -> None:
    logging.disable(logging.WARNING)
    turns = [await turn() for _ in range(TURNS)]
    (wave,) = await measure(Mode.OK, WAVE, 1)
    table = Table("what", "measured", "bar", title=f"{ITEMS} new items in one poll")
    table.add_row(
        "feed's last byte → request at Discord, p95",
        told(one.healthy for one in turns),
        "≤ 150 ms",
    )
    table.add_row(
        "→ Discord's last answer, against bare aiohttp",
        f"{told(one.answered for one in turns)} / {told(one.bare for one in turns)}: "
        f"{middle(one.over_bare for one in turns)}",
        "≤ 1.5 ×",
    )
    table.add_row(
        "the same p95 with a hanging model",
        f"{told(one.hanging for one in turns)}: "
        f"{middle(one.over_healthy for one in turns)}",
        "≤ 1.2 ×",
    )
    table.add_row(
        f"the 08:00 wave: {WAVE} new items",
        f"{len(wave.started)} posted in {1000 * wave.answered:.0f} ms",
        "all",
    )
    Console().print(table)


if __name__ == "__main__":
    asyncio.run(main())
