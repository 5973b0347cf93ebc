"""How soon the daemon is ready, what it weighs: `python -m benchmarks.start_and_size`.

The daemon runs as a process of its own with everything on; 2,000 items pass through it,
every fourth of them an alert that is posted, read by the model and edited. On a machine
with other work the processor time of the start is the figure to trust, and all of it
takes minutes: each page waits for its posts.
"""

import asyncio
import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from catalyst_bot.simulation.feed_shapes import WireItem, prnewswire
from catalyst_bot.simulation.world import Listed, World, open_world

PAGES, PAGE = 20, 100
ALERTS = 4  # one item in so many
PATIENCE = 300  # seconds for the start, and for each page: a busy machine may take them


def page(number: int) -> list[WireItem]:
    return [
        WireItem(
            title=f"Alderbrook gets FDA approval for drug number {number * PAGE + n}"
            if n % ALERTS == 0
            else f"Alderbrook meets investors in room {number}-{n}",
            link=f"https://wire.example/{number}/{n}",
            published_at=datetime.now(UTC) - timedelta(seconds=1),
            summary="The company said so. " * 10,
            tickers=("Nasdaq:ALDB",),
            company="Alderbrook",
        )
        for n in range(PAGE)
    ]


def resident(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def worked(pid: int) -> float:
    """Return the processor time of a process in seconds, its own and the system's."""
    spent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, spent)) / os.sysconf("SC_CLK_TCK")


async def start(world: World, folder: Path) -> tuple[asyncio.subprocess.Process, float]:
    """Start the daemon; return it and the seconds until it said that it is ready."""
    world.write_sources(folder, [Listed(name="wire")])
    environment = world.environment(folder) | {"LOG_FORMAT": "logfmt"}
    began = time.monotonic()
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "catalyst_bot", "run", "--config-dir", str(folder)),
        env=os.environ | environment,
        stderr=asyncio.subprocess.PIPE,
    )
    assert child.stderr is not None
    async with asyncio.timeout(PATIENCE):
        while b"msg=ready" not in (line := await child.stderr.readline()):
            if not line:
                raise RuntimeError("the daemon ended before it was ready")
    return child, time.monotonic() - began


async def swallow(stream: asyncio.StreamReader) -> None:
    while await stream.readline():
        pass


async def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        async with open_world() as world:
            world.feeds.publish("wire", prnewswire(page(-1)))
            first, migrated = await start(world, Path(name))
            first.terminate()
            await first.communicate()
            child, ready = await start(world, Path(name))
            assert child.stderr is not None
            spent, imported = worked(child.pid), resident(child.pid)
            async with asyncio.TaskGroup() as group:
                group.create_task(swallow(child.stderr))
                try:
                    sizes = await feed(world, child.pid)
                finally:
                    child.terminate()
                await child.wait()
    half = sizes[len(sizes) // 2 :]
    table = Table("what", "measured", "bar")
    table.add_row("first start, with the schema made", f"{migrated:.2f} s", "–")
    table.add_row("start to ready", f"{ready:.2f} s", "≤ 3 s")
    table.add_row("… processor time of it", f"{spent:.2f} s", "–")
    table.add_row("resident when ready", f"{imported:.0f} MB", "–")
    table.add_row("resident after 2,000 items", f"{sizes[-1]:.0f} MB", "≤ 180 MB")
    table.add_row(
        "growth over the second thousand",
        f"{half[-1] - half[0]:+.1f} MB ({half[0]:.0f} → {half[-1]:.0f})",
        "flat",
    )
    Console().print(table)


async def feed(world: World, pid: int) -> list[float]:
    """Publish page after page; return the resident memory after each."""
    wire, discord = world.feeds["wire"], world.discord
    await world.feeds.wait_for(lambda: wire.not_modified > 0, PATIENCE)
    sizes: list[float] = []

    def has_posted(count: int) -> bool:
        return len(discord.cards) >= count

    for number in range(PAGES):
        wanted = (number + 1) * PAGE // ALERTS
        world.feeds.publish("wire", prnewswire(page(number)))
        await discord.wait_for(partial(has_posted, wanted), PATIENCE)
        sizes.append(resident(pid))
    return sizes


if __name__ == "__main__":
    asyncio.run(main())
