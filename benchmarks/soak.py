"""Does it leak, does it slow down: `python -m benchmarks.soak [MINUTES]`.

Twenty items a second for three minutes, or as many as are named, one in fifty an alert
that is posted, read and edited. The daemon is a process of its own (`soak_daemon`); the
slope of its memory is a least-squares line through what it held every ten seconds. The
baseline of the posts is the first quarter of the same run.
"""

import asyncio
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.alert_latency import COMPANIES, release
from catalyst_bot.simulation.discord_records import Recorded
from catalyst_bot.simulation.feed_shapes import WireItem, prnewswire
from catalyst_bot.simulation.world import Listed, World, open_world

RATE, ONE_IN = 20, 50  # items a second; one in so many is an alert
LISTED = 100  # items on the wire's page: five seconds of news
NO_YEAR = 10_000  # a number such as 2050 would be read as one, and two as one story
WARM_UP = 0.25  # of the run: caches fill, the allocator finds its size
LATENCY, READING = 0.08, 1.0  # seconds: Discord's, the model's

# What a wire carries beside news: nothing of it alerts.
IDLE = cycle(
    (
        "{} to present at the {} annual investor conference",
        "{} publishes its sustainability report, edition {}",
        "{} opens customer centre number {}",
        "{} names its {} regional sales partner",
        "{} schedules call number {} with shareholders",
    )
)
NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Sample:
    """What the daemon held: seconds since the start, MB, counts, processor seconds."""

    at: float
    megabytes: float
    descriptors: float
    tasks: float
    cpu: float


@dataclass(slots=True)
class Soak:
    """One run: the world, what was published, what the daemon weighed."""

    world: World
    began: float = field(default_factory=time.monotonic)
    page: list[WireItem] = field(default_factory=list)
    alerts: dict[str, float] = field(default_factory=dict)  # title to publication
    samples: list[Sample] = field(default_factory=list)

    async def feed(self, seconds: float) -> None:
        """Publish a second's items each second."""
        for second in range(int(seconds)):
            await asyncio.sleep(max(0.0, self.began + second - time.monotonic()))
            new = [self._item() for _ in range(RATE)]
            self.page = [*new, *self.page][:LISTED]
            self.world.feeds.publish("wire", prnewswire(self.page))

    def _item(self) -> WireItem:
        number, (company, ticker) = next(NUMBERS), next(COMPANIES)
        if number % ONE_IN == 0:
            item = release("soak", company, ticker, NO_YEAR + number)
            self.alerts[item.title] = time.monotonic()
            return item
        return WireItem(
            title=next(IDLE).format(company, number),
            link=f"https://wire.example/soak/{number}",
            published_at=datetime.now(UTC) - timedelta(seconds=1),
            summary="The company said so.",
            tickers=(f"Nasdaq:{ticker}",),
            company=company,
        )

    async def weigh(self, lines: asyncio.StreamReader) -> None:
        """Note what the daemon prints of itself."""
        while line := await lines.readline():
            self.samples.append(Sample(**json.loads(line)))

    def latencies(self) -> dict[str, float]:
        """Return by title the seconds from the feed's last byte to the request."""
        sent = self.world.feeds["wire"].sent
        posts = [each for each in self.world.discord.requests if each.method == "POST"]
        took: dict[str, float] = {}
        for title, published in self.alerts.items():
            byte = next((at for at in sent if at >= published), published)
            post = next((each for each in posts if _names(each, title)), None)
            if post is not None:
                took[title] = post.arrived - byte
        return took

    def is_over(self) -> bool:
        """Tell whether each alert has its card, and none waits for the model."""
        cards = self.world.discord.cards
        is_final = not any("Pending" in str(card.embeds) for card in cards)
        return is_final and len(cards) >= len(self.alerts)


def _names(request: Recorded, title: str) -> bool:
    return any(title in embed["title"] for embed in request.payload["embeds"])


@asynccontextmanager
async def open_soak(folder: Path) -> AsyncIterator[Soak]:
    """Start the world and the daemon; stop both at the end."""
    async with open_world() as world, asyncio.TaskGroup() as group:
        world.discord.latency, world.llm.latency = LATENCY, READING
        world.feeds.publish("wire", prnewswire([]))
        world.write_sources(folder, [Listed(name="wire")])
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.soak_daemon", str(folder)),
            env=os.environ | world.environment(folder),
            stdout=asyncio.subprocess.PIPE,
        )
        assert child.stdout is not None
        soak = Soak(world)
        group.create_task(soak.weigh(child.stdout))
        await world.feeds.wait_for(lambda: world.feeds["wire"].not_modified > 0, 60)
        soak.began = time.monotonic()
        yield soak
        child.send_signal(signal.SIGTERM)
        await child.wait()


async def run(minutes: float) -> Soak:
    with tempfile.TemporaryDirectory() as name:
        async with open_soak(Path(name)) as soak:
            await soak.feed(60.0 * minutes)
            with suppress(TimeoutError):  # the table tells what is missing
                await soak.world.discord.wait_for(soak.is_over, timeout=60)
        return soak


def slope(samples: Sequence[Sample], of: str) -> float:
    """Return the least-squares slope of a quantity per hour."""
    if len(samples) < 2:
        return float("nan")
    times = [sample.at / 3600 for sample in samples]
    values = [getattr(sample, of) for sample in samples]
    return statistics.linear_regression(times, values).slope


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[max(0, round(share * len(values)) - 1)]


def show(soak: Soak, minutes: float) -> None:
    """Print the figures beside their bars, and the curve of the memory."""
    warm = soak.began + WARM_UP * 60 * minutes
    steady = [sample for sample in soak.samples if sample.at >= warm]
    took = soak.latencies()
    first = [took[t] for t, at in soak.alerts.items() if t in took and at < warm]
    later = [took[t] for t, at in soak.alerts.items() if t in took and at >= warm]
    ratio = percentile(later, 0.5) / percentile(first, 0.5)
    last = steady[-1]
    table = Table("what", "measured", "bar", title=f"{minutes:g} minutes")
    table.add_row("alerts, posted", f"{len(soak.alerts)}, {len(took)}", "all")
    table.add_row("memory, slope", f"{slope(steady, 'megabytes'):+.2f} MB/h", "≤ 1")
    table.add_row("memory at the end", f"{last.megabytes:.0f} MB", "≤ 180")
    for name in ("descriptors", "tasks"):
        line = f"{getattr(last, name):.0f}, {slope(steady, name):+.1f}/h"
        table.add_row(name, line, "flat")
    table.add_row("post p99", f"{1000 * percentile(later, 0.99):.0f} ms", "≤ 250 ms")
    table.add_row("post p50 against the first quarter", f"{ratio:.2f} ×", "1")
    busy = (last.cpu - steady[0].cpu) / (last.at - steady[0].at)
    table.add_row("processor", f"{100 * busy:.0f} % of one", "–")
    console = Console()
    console.print(table)
    step = max(1, len(soak.samples) // 18)
    curve = [
        f"{(each.at - soak.began) / 60:.1f} min {each.megabytes:.1f} MB"
        for each in soak.samples[::step]
    ]
    console.print("memory: " + ", ".join(curve))


async def main(minutes: float) -> None:
    show(await run(minutes), minutes)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 3.0))
