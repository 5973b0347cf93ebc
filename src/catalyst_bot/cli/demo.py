"""`demo`: the real daemon against simulated servers on this machine, and what came out.

No key, no network, no Discord, no Ollama. The table is read from what the simulated
Discord received.
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from catalyst_bot.app import Parts, open_app
from catalyst_bot.clock import FastClock
from catalyst_bot.configuration import Configuration
from catalyst_bot.ops.logs import LogFormat, configure
from catalyst_bot.ops.redact import Redactor
from catalyst_bot.settings import load_settings
from catalyst_bot.simulation.day import SOURCES, SPEED, START, play
from catalyst_bot.simulation.discord_records import Message, Write
from catalyst_bot.simulation.world import World, open_world
from catalyst_bot.sources.catalogue import load_sources

SETTLE = 20.0  # seconds that late verdicts get after the day is over
FIELD = "AI analysis"
SETTINGS = {
    "LLM_ENRICH_DEADLINE_SECS": "3",
    "LLM_TIMEOUT_SECS": "4",
    "LLM_MAX_CONCURRENT": "2",
    "LLM_RETRY_DELAY": "0.2",
    "LLM_BREAKER_RESET_SECS": "2",
    "LLM_LATE_SECS": "60",
}


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="End after the day; else wait for Ctrl-C.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Other issuers, another order.")] = 1,
    speed: Annotated[
        float, typer.Option(min=1, max=1000, help="Event seconds in a real second.")
    ] = SPEED,
) -> None:
    """Run the real daemon on a short synthetic day and print what was posted."""
    configure(
        level="WARNING", form=LogFormat.AUTO, redact=Redactor(), stream=sys.stderr
    )
    console = Console(highlight=False)
    with tempfile.TemporaryDirectory(prefix="catalyst-demo-") as folder:
        asyncio.run(_run(console, Path(folder), once=once, seed=seed, speed=speed))


async def _run(
    console: Console, folder: Path, *, once: bool, seed: int, speed: float
) -> None:
    clock = FastClock(start=START, speed=speed)
    stop = asyncio.Event()
    async with open_world(seed) as world:
        world.write_sources(folder, SOURCES)
        sources_file = folder / "sources.toml"
        configuration = Configuration(
            settings=load_settings(world.environment(folder) | SETTINGS),
            sources=load_sources(sources_file),
            sources_file=sources_file,
        )
        async with open_app(configuration, Parts(clock=clock)) as app:
            console.print("A market day with invented issuers, through real sockets.")
            if app.url:
                console.print(
                    f"Health and metrics: {app.url}/healthz {app.url}/metrics"
                )
            async with asyncio.TaskGroup() as group:
                group.create_task(app.run(stop))
                telling = group.create_task(_tell(console, world))

                def ready() -> bool:
                    return len(app.health.sources) == len(SOURCES)

                await play(world, clock, seed=seed, ready=ready)
                await _settle(world)
                telling.cancel()
                console.print(_table(world))
                if not once:
                    console.print("The daemon keeps running; Ctrl-C ends it.")
                    await asyncio.Event().wait()
                stop.set()


async def _tell(console: Console, world: World) -> None:
    """Print a line for each message as Discord gets it."""
    writes = world.discord.writes
    told = 0

    def has_more() -> bool:
        return len(writes) > told

    while True:
        await world.discord.wait_for(has_more, timeout=3600)
        while has_more():
            _tell_one(console, writes[told])
            told += 1


def _tell_one(console: Console, write: Write) -> None:
    verb = "posted" if write.version.method == "POST" else "edited"
    title = str(write.version.payload["embeds"][0]["title"])
    console.print(f"{verb}  {title}", markup=False)
    field = write.version.field(FIELD)
    if field:
        console.print(f"        {field}", markup=False, style="dim")


async def _settle(world: World) -> None:
    """Wait until every card is final and the late verdicts had their time."""
    discord = world.discord
    try:
        await discord.wait_for(
            lambda: all(_is_read(message) for message in discord.messages.values()),
            timeout=SETTLE,
        )
    except TimeoutError:  # some model trouble stays visible: that is what it is for
        return


def _is_read(message: Message) -> bool:
    return message.field(FIELD)[:1] not in ("⏳", "⏱", "⏭") and not message.field(
        FIELD
    ).startswith("⚠ AI offline")


def _table(world: World) -> Table:
    messages = sorted(world.discord.messages.values(), key=lambda m: m.created)
    title = f"{len(messages)} alerts, as Discord received them"
    table = Table(title=title, title_justify="left")
    for name in ("alert", "posted after", "edited after", "analysis, step by step"):
        table.add_column(name, justify="right" if "after" in name else "left")
    for message in messages:
        table.add_row(
            message.title,
            _posted_after(message),
            _edited_after(message),
            _steps(message),
        )
    return table


def _posted_after(message: Message) -> str:
    """Return what the card itself says: seconds from seen to the start of the post."""
    head, found, _ = message.footer.partition(" s to posted")
    return f"{head.rpartition('+')[2]} s" if found else ""


def _edited_after(message: Message) -> str:
    return ", ".join(f"{v.at - message.created:.1f} s" for v in message.edits)


def _steps(message: Message) -> str:
    """Return the state of each version of a card, equal neighbours once."""
    steps: list[str] = []
    for version in message.history:
        state = version.field(FIELD).partition(" — ")[0]
        if not steps or steps[-1] != state:
            steps.append(state)
    return " → ".join(steps)
