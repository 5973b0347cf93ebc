"""How fast alerts are posted while documents are read, against when none is.

`python -m benchmarks.alerts_while_reading`. The daemon works between loopback servers;
the model is a process of its own, with 1 s for an answer and no limit. Quiet rounds
and busy ones come in turns. In a busy one two questions to a document of 2 MB are asked
of the daemon, and `ask` and `extract` run beside it and ask the same model: all of them
from before the alerts until after. Each turn gives its own ratio, and the median is
held against the bar: what keeps the machine busy for a while meets both of a turn.
"""

import asyncio
import logging
import re
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from rich.console import Console
from rich.table import Table

from benchmarks.alert_latency import ITEMS, LATENCY, burst, middle, p95, releases, told
from catalyst_bot.app import open_app
from catalyst_bot.configuration import Configuration
from catalyst_bot.settings import load_settings
from catalyst_bot.simulation.beside import beside
from catalyst_bot.simulation.feed_shapes import WireItem, prnewswire
from catalyst_bot.simulation.llm import FakeLLM
from catalyst_bot.simulation.world import Listed, World, open_world
from catalyst_bot.sources.catalogue import load_sources

SERVICE = 1.0  # seconds of the model for an answer
TURNS = 8  # of each kind
PAUSE = 2.0  # seconds between rounds, for the edits of the last one
SETTLED = 1.0  # seconds from the first question of the commands to the alerts
NAMES = re.compile(r"(?:Report|Paper) \d+")  # of what a turn has read
MODEL = "--model"  # this module is the model, then


@dataclass(slots=True, kw_only=True)
class Stage:
    """The daemon, its world, and where the commands work."""

    world: World
    folder: Path
    client: aiohttp.ClientSession
    alert_id: str
    environment: dict[str, str]
    asked: "Asked"

    @asynccontextmanager
    async def reading(self, turn: int) -> AsyncIterator[None]:
        """Have documents read for the block, none of which was read before."""
        report = self.folder / f"report-{turn}.txt"
        report.write_text(text(f"Report {turn}", 4_000_000), encoding="utf-8")
        shelf = self.folder / f"shelf-{turn}"
        shelf.mkdir()
        for number in range(40):
            paper = text(f"Paper {turn}.{number}", 60_000)
            (shelf / f"{number}.txt").write_text(paper, encoding="utf-8")
        question = f"Which fleet of report {turn} was sold?"
        async with AsyncExitStack() as stack:
            for number in range(2):
                asked = self._ask(f"{question} {number}")
                await stack.enter_async_context(beside(asked, name="ask"))
            commands = [
                await stack.enter_async_context(self._command(*words))
                for words in (
                    ("ask", str(report), question),
                    ("extract", str(shelf), "--out", f"out-{turn}"),
                )
            ]
            await self.asked.until({f"Report {turn}", f"Paper {turn}"})
            await asyncio.sleep(SETTLED)
            yield
            assert all(one.returncode is None for one in commands), "ended too soon"

    async def _ask(self, question: str) -> None:
        order = {"alert_id": self.alert_id, "question": question, "timeout_s": 60}
        while True:  # again with other words, should the document be through
            async with self.client.post("/api/ask", json=order) as answer:
                assert answer.status == 200, await answer.text()
            order["question"] = f"{order['question']}?"

    @asynccontextmanager
    async def _command(self, *words: str) -> AsyncIterator[asyncio.subprocess.Process]:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "catalyst_bot", *words),
            cwd=self.folder,
            env=self.environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            yield child
        finally:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()


def text(name: str, size: int) -> str:
    """Return a text of about `size` characters that is like no other."""
    line = f"{name}, item {{:06d}}: revenue rose to ${{}} million, as planned.\n"
    return "".join(line.format(n, n % 97) for n in range(size // len(line)))


class Asked:
    """What the model says that it was asked about, a line for each name."""

    def __init__(self, lines: asyncio.StreamReader) -> None:
        self._lines = lines

    async def line(self) -> str:
        return (await self._lines.readline()).decode().strip()

    async def until(self, names: set[str]) -> None:
        async with asyncio.timeout(60):
            while names:
                names.discard(await self.line())


@asynccontextmanager
async def model() -> AsyncIterator[Asked]:
    """Run the model beside; its first line is LLM_ENDPOINT_URL."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.alerts_while_reading", MODEL),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert child.stdout is not None
        yield Asked(child.stdout)
    finally:
        child.kill()
        await child.wait()


async def be_the_model() -> None:
    known: set[str] = set()

    def tell(prompt: str, _: str) -> None:
        for name in set(NAMES.findall(prompt)) - known:
            known.add(name)
            print(name, flush=True)

    async with FakeLLM().open() as fake:
        fake.latency, fake.on_request = SERVICE, tell
        print(fake.endpoint_url, flush=True)
        await asyncio.Event().wait()


def configuration(world: World, folder: Path, endpoint: str) -> Configuration:
    world.write_sources(folder, [Listed(name="wire")])
    environment = world.environment(folder) | {
        "LLM_ENDPOINT_URL": endpoint,
        "LLM_LATE_SECS": "0",
        "DISCORD_CHANNEL_POSTS_PER_MINUTE": "0",  # its rounds come faster
    }
    path = folder / "sources.toml"
    return Configuration(
        settings=load_settings(environment),
        sources=load_sources(path),
        sources_file=path,
    )


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with AsyncExitStack() as stack:
            asked = await stack.enter_async_context(model())
            endpoint = await asked.line()
            world = await stack.enter_async_context(open_world())
            world.feeds.publish("wire", prnewswire(releases("old", 1)))
            page = text("Annual report", 2_000_000).replace("\n", "<br>\n")
            page = f"<html><body><p>{page}</p></body></html>"
            world.feeds.publish("report", page.encode())
            app = await stack.enter_async_context(
                open_app(configuration(world, folder, endpoint))
            )
            stop = asyncio.Event()
            group = await stack.enter_async_context(asyncio.TaskGroup())
            group.create_task(app.run(stop))
            stack.callback(stop.set)
            client = await stack.enter_async_context(aiohttp.ClientSession(app.url))
            wire = world.feeds["wire"]
            await world.feeds.wait_for(lambda: wire.not_modified > 0, 20)
            world.discord.latency = LATENCY
            alert_id = await first_alert(world, client)
            yield Stage(
                world=world,
                folder=folder,
                client=client,
                alert_id=alert_id,
                asked=asked,
                environment={
                    "PATH": "/usr/bin:/bin",
                    "PYTHONPATH": ":".join(sys.path),
                    "LLM_ENDPOINT_URL": endpoint,
                },
            )


async def first_alert(world: World, client: aiohttp.ClientSession) -> str:
    """Post an alert with a long document behind it; return its id."""
    (release,) = releases("first", 1)
    link = world.feeds.url("report")
    item = WireItem(
        title=release.title,
        link=link,
        published_at=release.published_at,
        tickers=release.tickers,
    )
    world.feeds.publish("wire", prnewswire([item]))
    await world.discord.wait_for(lambda: len(world.discord.cards) == 1, timeout=30)
    async with client.get("/api/alerts") as answer:
        return str((await answer.json())["alerts"][0]["id"])


async def main() -> None:
    logging.disable(logging.WARNING)
    quiet: list[float] = []
    busy: list[float] = []
    ratios: list[float] = []
    async with stage() as played:
        for turn in range(TURNS):
            await asyncio.sleep(PAUSE)
            alone = (await burst(played.world, f"quiet-{turn}", ITEMS)).started
            async with played.reading(turn):
                amid = (await burst(played.world, f"busy-{turn}", ITEMS)).started
            ratios.append(p95(amid) / p95(alone))
            quiet += alone
            busy += amid
    table = Table("", "p50", "p95", title=f"{len(quiet)} alerts, {ITEMS} at a time")
    for name, found in (("nothing is read", quiet), ("documents are read", busy)):
        table.add_row(name, told(found), told([p95(found)]))
    verdict = "met" if statistics.median(ratios) <= 1.2 else "MISSED"
    table.caption = f"p95 of a turn: {middle(ratios)}, bar ≤ 1.2 ×: {verdict}"
    Console().print(table)


if __name__ == "__main__":
    asyncio.run(be_the_model() if MODEL in sys.argv else main())
