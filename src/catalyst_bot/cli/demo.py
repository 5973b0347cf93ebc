"""`demo`: the real daemon against simulated servers on this machine, and its page.

No key, no Discord, no Ollama, no other machine. What is told, and the table at the end,
is read from what the simulated Discord received.
"""

import asyncio
import os
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from catalyst_bot.errors import SettingsError
from catalyst_bot.ops.logs import LogFormat, configure
from catalyst_bot.ops.redact import Redactor
from catalyst_bot.simulation.beside import beside
from catalyst_bot.simulation.discord_records import Message, Write
from catalyst_bot.simulation.loopback import HOST
from catalyst_bot.simulation.opening import open_show
from catalyst_bot.simulation.scenarios.programme import SCENARIOS, go_on
from catalyst_bot.simulation.scenarios.scenario import Scenario
from catalyst_bot.simulation.show import Show
from catalyst_bot.simulation.stage import FIELD
from catalyst_bot.simulation.world import World
from catalyst_bot.text import counted

SLOWEST, FASTEST = 1.0, 1000.0  # event seconds in a real second
PORT, LAST_PORT = 8787, 65535
INTERRUPTED, TERMINATED = 130, 143


def demo(
    scenario: Annotated[
        str, typer.Option(help=f"What happens: {', '.join(SCENARIOS)}.")
    ] = "day",
    speed: Annotated[
        float | None,
        typer.Option(help=f"Event seconds in a real one, {SLOWEST:g} to {FASTEST:g}."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the simulated servers' chances.")] = 1,
    port: Annotated[
        int, typer.Option(help="Of the live page; 0 takes a free one.")
    ] = PORT,
    once: Annotated[
        bool, typer.Option("--once", help="End with a table; else wait for Ctrl-C.")
    ] = False,
) -> None:
    """Show the real daemon at work on simulated news, with its live page."""
    chosen = _scenario(scenario)
    if speed is not None and not SLOWEST <= speed <= FASTEST:  # nan too
        limits = f"a number from {SLOWEST:g} to {FASTEST:g}"
        raise typer.BadParameter(f"{speed:g}: expected {limits}", param_hint="--speed")
    port = _free(port)
    configure(
        level="WARNING", form=LogFormat.AUTO, redact=Redactor(), stream=sys.stderr
    )
    try:
        with tempfile.TemporaryDirectory(prefix="catalyst-demo-") as folder:
            asyncio.run(
                _run(chosen, Path(folder), port=port, speed=speed, seed=seed, once=once)
            )
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except asyncio.CancelledError:
        raise typer.Exit(TERMINATED) from None


def _scenario(name: str) -> Scenario:
    if name not in SCENARIOS:
        known = ", ".join(SCENARIOS)
        raise typer.BadParameter(
            f"{name!r}: expected one of {known}", param_hint="--scenario"
        )
    return SCENARIOS[name]


def _free(port: int) -> int:
    """Return `port`, or a free one for 0; the daemon keeps it when it is restarted."""
    if not 0 <= port <= LAST_PORT:
        limits = f"a whole number from 0 to {LAST_PORT}"
        raise typer.BadParameter(f"{port}: expected {limits}", param_hint="--port")
    try:
        with socket.create_server((HOST, port)) as listener:
            return int(listener.getsockname()[1])
    except OSError as error:
        if port == 0:
            raise
        reason = os.strerror(error.errno or 0)  # strerror has the call and address too
        fault = f"--port: {port} cannot be used on {HOST} ({reason})"
        raise SettingsError([f"{fault}; {_free(0)} is free"]) from error


async def _run(
    scenario: Scenario,
    folder: Path,
    *,
    port: int,
    speed: float | None,
    seed: int,
    once: bool,
) -> None:
    console = Console(highlight=False, markup=False)
    current = asyncio.current_task()
    assert current is not None  # noqa: S101 - a coroutine always runs in one
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):  # SIGHUP: the terminal is gone
        loop.add_signal_handler(number, current.cancel)
    async with open_show(
        scenario, folder=folder, port=port, speed=speed, seed=seed
    ) as show:
        _introduce(console, show)
        async with beside(_tell(console, show.stage.world), name="telling"):
            await show.play()
            if not once:
                console.print("That was all; now and then news goes on. Ctrl-C ends.")
                await go_on(show.stage, seed=seed)
        _conclude(console, show)


def _introduce(console: Console, show: Show) -> None:
    console.print(Panel(f"  {show.page}  ", title="open this page", expand=False))
    console.print(f"Scenario {show.scenario.name}: {show.scenario.about}.")
    console.print("The daemon is real, its world is simulated, all issuers invented.")
    console.print("What to look for:")
    for line in show.scenario.look_for:
        console.print(f"  - {line}")


async def _tell(console: Console, world: World) -> None:
    """Print a line for each message and edit as Discord gets it."""
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
    """Tell of each card of a message; of an edit what is not waiting still."""
    is_post = write.version.method == "POST"
    for number, embed in enumerate(write.version.payload["embeds"]):
        state = write.version.field(FIELD, embed=number).partition(" — ")[0]
        if is_post or not state.startswith("⏳"):
            _tell_card(console, str(embed["title"]), state, is_post=is_post)


def _tell_card(console: Console, title: str, state: str, *, is_post: bool) -> None:
    console.print(
        f"posted  {title}" if is_post else f"edited    [{state or 'card'}]  {title}",
        style=None if is_post else "dim",
        no_wrap=True,
        overflow="ellipsis",
    )


def _conclude(console: Console, show: Show) -> None:
    console.print(_table(show.cards))
    missing = show.missing()
    if missing:
        console.print(f"Not seen this time: {', '.join(missing)}.")


def _table(cards: list[Message]) -> Table:
    title = f"{counted(len(cards), 'alert')}, as Discord received them"
    table = Table(title=title, title_justify="left")
    for name in ("alert", "posted after", "edited after", "analysis, step by step"):
        table.add_column(name, justify="right" if "after" in name else "left")
    for card in cards:
        table.add_row(
            card.title,
            _posted_after(card),
            _edited_after(card),
            _steps(card),
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
