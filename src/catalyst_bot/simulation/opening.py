"""Opens a demo: the simulated world, the page's buttons, and the daemon in it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from catalyst_bot.clock import FastClock
from catalyst_bot.simulation.beside import beside
from catalyst_bot.simulation.bot import Bot
from catalyst_bot.simulation.controls import Controls
from catalyst_bot.simulation.loopback import HOST
from catalyst_bot.simulation.network import Network
from catalyst_bot.simulation.newsroom import (
    BANK,
    FILINGS,
    HALTS,
    STREAM,
    WIRE_ONE,
    WIRE_TWO,
    Newsroom,
)
from catalyst_bot.simulation.quote_shapes import opening_prices
from catalyst_bot.simulation.scenarios.scenario import Scenario
from catalyst_bot.simulation.show import Show
from catalyst_bot.simulation.stage import Stage
from catalyst_bot.simulation.world import Listed, World, open_world

POLL = 0.2  # real seconds between two polls of a source, where the speed allows it
LEAD = 2.0  # real seconds until event time begins: the daemon starts meanwhile
_FRESH = 15.0  # real seconds for which news is fresh at least, whatever the speed
_USUALLY_FRESH, _LONGEST_FRESH = 900.0, 86_400.0  # event seconds


@asynccontextmanager
async def open_show(
    scenario: Scenario,
    *,
    folder: Path,
    port: int,
    speed: float | None = None,
    seed: int = 1,
) -> AsyncIterator[Show]:
    """Open everything; the daemon works and its page answers when this is entered.

    `port` is that of the live page; `speed` None is the scenario's own; `folder` gets
    the daemon's database and log.

    Raises:
        BotEnded: the daemon ended by itself, at any time until this is left.
        Stuck: it does not read its sources.
    """
    speed = speed or scenario.speed
    async with open_world(seed) as world, Network(world).open() as network:
        began = FastClock(start=scenario.start, speed=speed).monotonic() + LEAD
        clock = FastClock(
            start=scenario.start, until=scenario.until, speed=speed, began=began
        )
        room = Newsroom(world, clock)
        stage = Stage(world=world, clock=clock, room=room, network=network)
        stage.room.open()
        world.quotes.now = clock.now
        world.quotes.prices = opening_prices(seed)
        world.write_sources(folder, _sources(speed))
        (folder / "channels.toml").write_text(scenario.channels, encoding="utf-8")
        controls = Controls(page_port=port)
        async with controls.open():
            words = _words(scenario, controls.origin, speed=speed, began=began)
            settings = _settings(scenario, world, folder, port=port, speed=speed)
            bot = Bot(words, settings, folder=folder)
            page = f"http://{HOST}:{port}"
            show = Show(scenario=scenario, stage=stage, bot=bot, page=page)
            controls.show = show
            async with beside(bot.run(), name="bot"):
                await bot.ready()
                await stage.primed()
                yield show


def _words(
    scenario: Scenario, controls: str, *, speed: float, began: float
) -> tuple[str, ...]:
    return (
        "demo-bot",
        *("--controls", controls),
        *("--start", scenario.start.isoformat()),
        *("--until", scenario.until.isoformat()),
        *("--speed", repr(speed)),
        *("--began", repr(began)),
    )


def _settings(
    scenario: Scenario, world: World, folder: Path, *, port: int, speed: float
) -> Mapping[str, str]:
    # Event time runs on while the machine works: at 1,000 times its speed an item
    # would be 900 s old before it is read.
    fresh = min(_LONGEST_FRESH, max(_USUALLY_FRESH, _FRESH * speed))
    return {
        **world.environment(folder),
        "HTTP_PORT": str(port),
        "FEEDS_USER_AGENT": "catalyst-bot demo (nobody, demo@demo.example)",
        "ALERT_MAX_AGE_SECS": f"{fresh:g}",
        **scenario.settings,
    }


def _sources(speed: float) -> tuple[Listed, ...]:
    interval = max(1.0, POLL * speed)
    return (
        Listed(name=WIRE_ONE, interval=interval),
        Listed(name=WIRE_TWO, interval=interval),
        Listed(name=FILINGS, kind="edgar", interval=interval),
        Listed(name=HALTS, kind="halts", interval=interval),
        Listed(name=BANK, interval=interval, is_market=True),
        Listed(name=STREAM, kind="alpaca", interval=interval),
    )
