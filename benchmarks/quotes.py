"""What prices cost an alert: `python -m benchmarks.quotes`.

Everything runs in one process over loopback sockets: feeds, Discords and three daemons,
whose provider of prices is switched off, quick, or hangs. A page of new items about
different stocks is published for one daemon after the other, and the seconds from its
last byte to each request at Discord are compared. So all three meet the machine in the
same moods.
"""

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from catalyst_bot.app import open_app
from catalyst_bot.configuration import Configuration
from catalyst_bot.settings import load_settings
from catalyst_bot.simulation.discord_records import Recorded
from catalyst_bot.simulation.feed_shapes import WireItem, prnewswire
from catalyst_bot.simulation.quote_shapes import Price
from catalyst_bot.simulation.world import Listed, World, open_world
from catalyst_bot.sources.catalogue import load_sources

ITEMS = 2  # in a page: few enough for the provider's 60 a minute
PAGES = 40  # of each daemon in each lap
LAPS = 3
PAUSE = 0.3  # seconds between pages: what follows one must not meet the next
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
OFF = {"FEATURE_MARKET_DATA": "0"}
KINDS = ("off", "quick", "hanging")


@dataclass(slots=True)
class Measured:
    """Seconds from the feed's last byte to the posts; how many had a price."""

    first: list[float] = field(default_factory=list)  # nothing is known of the provider
    later: list[float] = field(default_factory=list)
    priced: int = 0


def symbol_of(number: int) -> str:
    return "Q" + LETTERS[number // 26 % 26] + LETTERS[number % 26]


def releases(page: int) -> list[WireItem]:
    """Return news of stocks that no page before it was about."""
    found = []
    for number in range(page * ITEMS, (page + 1) * ITEMS):
        symbol = symbol_of(number)
        item = WireItem(
            title=f"Company {symbol} wins record award, profit is excellent {number}",
            link=f"https://wire.example/{number}",
            published_at=datetime.now(UTC) - timedelta(seconds=1),
            summary="The company said so.",
            tickers=(f"Nasdaq:{symbol}",),
            company=f"Company {symbol}",
        )
        found.append(item)
    return found


def configuration(world: World, folder: Path, kind: str) -> Configuration:
    world.write_sources(folder, [Listed(name="wire")])
    environment = world.environment(folder) | {
        "FEATURE_LLM": "0",
        "DISCORD_CHANNEL_POSTS_PER_MINUTE": "0",  # each alert is a message of its own
    }
    path = folder / "sources.toml"
    return Configuration(
        settings=load_settings(environment | (OFF if kind == "off" else {})),
        sources=load_sources(path),
        sources_file=path,
    )


def posts(world: World) -> list[Recorded]:
    return [request for request in world.discord.requests if request.method == "POST"]


async def publish(world: World, page: int) -> list[float]:
    """Publish a page; return the seconds from its last byte to each post."""
    wire, before = world.feeds["wire"], len(posts(world))
    sent_before = len(wire.sent)
    world.feeds.publish("wire", prnewswire(releases(page)))
    await world.discord.wait_for(lambda: len(posts(world)) >= before + ITEMS, 30)
    last_byte = wire.sent[sent_before]
    return [request.arrived - last_byte for request in posts(world)[before:]]


@asynccontextmanager
async def running(kind: str) -> AsyncIterator[World]:
    """Run a daemon in a world of its own."""
    with tempfile.TemporaryDirectory() as name:
        async with open_world() as world:
            for number in range((PAGES + 1) * ITEMS):
                price = Price(last=11.0, previous_close=10.0)
                world.quotes.prices[symbol_of(number)] = price
            world.quotes["nasdaq"].is_hanging = kind == "hanging"
            world.feeds.publish("wire", prnewswire(releases(PAGES)))
            async with open_app(configuration(world, Path(name), kind)) as app:
                stop = asyncio.Event()
                async with asyncio.TaskGroup() as group:
                    group.create_task(app.run(stop))
                    wire = world.feeds["wire"]
                    await world.feeds.wait_for(lambda: wire.not_modified > 0, 20)
                    yield world
                    stop.set()


async def lap(measured: Mapping[str, Measured]) -> None:
    async with AsyncExitStack() as stack:
        worlds = {k: await stack.enter_async_context(running(k)) for k in KINDS}
        for page in range(PAGES):
            turn = page % len(KINDS)
            for kind in (*KINDS[turn:], *KINDS[:turn]):
                world = worlds[kind]
                found = measured[kind].later if page else measured[kind].first
                found += await publish(world, page)
                await asyncio.sleep(PAUSE)
        for kind, world in worlds.items():
            cards = world.discord.cards
            with_price = ("Price" in str(card.history[0].payload) for card in cards)
            measured[kind].priced += sum(with_price)


def quantile(values: Sequence[float], share: float) -> float:
    """Return a quantile in milliseconds."""
    return 1000 * sorted(values)[max(0, round(share * len(values)) - 1)]


async def main() -> None:
    logging.disable(logging.WARNING)
    measured = {kind: Measured() for kind in KINDS}
    for _ in range(LAPS):
        await lap(measured)
    off = measured["off"]
    title = f"feed's last byte → post, {LAPS * PAGES * ITEMS} alerts of each kind"
    names = ("provider", "p50", "p90", "p99", "p99 of the first", "on the first card")
    table = Table(*names, title=title)
    for kind, found in measured.items():
        row = [
            f"{quantile(found.later, share):.0f} ms, "
            f"{quantile(found.later, share) - quantile(off.later, share):+.1f}"
            for share in (0.5, 0.9, 0.99)
        ]
        first = quantile(found.first, 0.99)
        grown = first - quantile(off.first, 0.99)
        priced = 100 * found.priced / (LAPS * PAGES * ITEMS)
        table.add_row(kind, *row, f"{first:.0f} ms, {grown:+.0f}", f"{priced:.0f} %")
    table.add_row("bar for hanging", "", "", "+5 ms", "+80 ms", "")
    Console().print(table)


if __name__ == "__main__":
    asyncio.run(main())
