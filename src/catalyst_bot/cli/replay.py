"""`replay`: a recording through the whole bot, onto the terminal or into Discord."""

import asyncio
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from catalyst_bot.app import App, Parts, open_app
from catalyst_bot.cli.run import told_errors
from catalyst_bot.configuration import Configuration, read_settings, symbol_store
from catalyst_bot.errors import SettingsError
from catalyst_bot.intake.symbol_store import SymbolStore
from catalyst_bot.ops.logs import configure
from catalyst_bot.ops.redact import Redactor
from catalyst_bot.settings import Settings
from catalyst_bot.simulation.feeds import FakeFeeds
from catalyst_bot.simulation.replay import Player, Survey, survey

SHOWN = 20  # damaged lines that are named one by one
SLOWEST, FASTEST = 0.01, 100_000.0  # seconds of the recording in a real one
NEEDS_WEBHOOK = "DISCORD_WEBHOOK_URL: required because of --webhook"


def replay(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="What `record` has written."),
    ],
    speed: Annotated[
        float, typer.Option(help="1 = as it came; 0 = as fast as it goes.")
    ] = 1.0,
    webhook: Annotated[
        bool, typer.Option("--webhook", help="Post to DISCORD_WEBHOOK_URL.")
    ] = False,
    env_file: Annotated[
        Path | None, typer.Option(help="Settings file; default: .env beside you.")
    ] = None,
) -> None:
    """Play a recording through the real bot, with a database of its own."""
    if speed and not SLOWEST <= speed <= FASTEST:  # nan too
        limits = f"0, or from {SLOWEST:g} to {FASTEST:g}"
        raise typer.BadParameter(f"--speed {speed:g}: expected {limits}")
    settings = read_settings(env_file)
    if webhook and settings.discord.webhook_url is None:
        raise SettingsError([NEEDS_WEBHOOK])
    configure(
        level="WARNING",
        form=settings.log.format,
        redact=Redactor(settings.secrets),
        stream=sys.stderr,
    )
    found = _survey(file)
    with tempfile.TemporaryDirectory(prefix="catalyst-replay-") as folder:
        chosen = _for_replay(settings, Path(folder), webhook=webhook)
        symbols = symbol_store(settings)  # the daemon's
        symbols.load()
        with told_errors():
            played = asyncio.run(_run(chosen, file, found, speed, symbols))
    if not played:
        raise typer.Exit(1)


def _survey(file: Path) -> Survey:
    """Tell what is in the file, on stderr: stdout is for the cards."""
    try:
        found = survey(file)
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}") from error
    if not found.is_recording:
        raise typer.BadParameter(f"{file} is no recording")
    problems = Console(stderr=True, highlight=False, soft_wrap=True)
    if found.damage:
        numbers = ", ".join(str(d.line) for d in found.damage[:SHOWN])
        more = " …" if len(found.damage) > SHOWN else ""
        problems.print(
            f"{len(found.damage)} damaged, left out: line {numbers}{more}", markup=False
        )
        for damage in found.damage[:SHOWN]:
            problems.print(f"  line {damage.line}: {damage.reason}", markup=False)
    if not found.pages:
        problems.print("Nothing in it can be played.")
        raise typer.Exit(1)
    return found


def _for_replay(settings: Settings, folder: Path, *, webhook: bool) -> Settings:
    """Return the settings with what must not meet the daemon of this machine."""
    database = {"database_url": f"sqlite:///{folder}/replay.db"}
    discord = settings.discord
    if not webhook:
        discord = discord.model_copy(update={"webhook_url": None})
    return replace(
        settings,
        discord=discord,
        storage=settings.storage.model_copy(update=database),
        # Nor are the prices of today those of the recording.
        features=settings.features.model_copy(
            update={"web": False, "market_data": False}
        ),
        feeds=settings.feeds.model_copy(update={"allow_private_hosts": True}),
    )


async def _run(
    settings: Settings, file: Path, found: Survey, speed: float, symbols: SymbolStore
) -> int:
    """Play the file; return how many pages were."""
    start = found.first
    assert start is not None  # noqa: S101 - something can be played
    telling = Console(stderr=True, highlight=False, soft_wrap=True)
    telling.print(
        f"{found.pages} pages of {len(found.sources)} sources, "
        f"{start:%Y-%m-%d %H:%M:%S} to {found.last:%Y-%m-%d %H:%M:%S} UTC",
        markup=False,
    )
    async with FakeFeeds().open() as feeds:
        player = Player(file, found, start=start, feeds=feeds, speed=speed)
        configuration = Configuration(
            settings=settings, sources=player.sources(), sources_file=file
        )
        parts = Parts(
            clock=player.clock,
            story_clock=player.story_clock,
            source_clock=player.source_clock,
            parser=player.parser,
            observer=player,
            symbols=symbols,
            reads_documents=False,
        )
        stop = asyncio.Event()
        async with (
            open_app(configuration, parts) as app,
            asyncio.TaskGroup() as group,
        ):
            group.create_task(app.run(stop))
            await player.play(lambda: _is_done(app, "post:"))
            ends = ("post:", "enrich", "edit:")
            while not await _is_done(app, *ends):  # noqa: ASYNC110 - as in Player
                await asyncio.sleep(0.05)
            stop.set()
    telling.print(f"{player.played} pages played.")
    if player.unread:
        numbers = ", ".join(map(str, player.unread[:SHOWN]))
        telling.print(f"Not read by any parser: line {numbers}.", markup=False)
    return player.played


async def _is_done(app: App, *queues: str) -> bool:
    """Tell whether nothing waits in the queues whose names begin so."""
    return not any(
        waiting.queue.startswith(queues) for waiting in await app.ledger.backlog()
    )
