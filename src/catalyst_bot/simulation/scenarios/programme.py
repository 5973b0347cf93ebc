"""All scenarios, by name, and the quiet hours after each."""

import asyncio
import random
from collections.abc import Mapping
from types import MappingProxyType

from catalyst_bot.simulation.issuers import SYMBOLS, issuer
from catalyst_bot.simulation.newsroom import WIRE_ONE, WIRE_TWO
from catalyst_bot.simulation.scenarios import (
    day,
    flood,
    halt,
    llm_down,
    network_away,
    slow_llm,
)
from catalyst_bot.simulation.scenarios.scenario import Scenario
from catalyst_bot.simulation.stage import Stage

PAUSE = 20.0  # real seconds between two headlines after the show
_NEWS = (
    "{name} wins ${number} million contract, sees strong growth",
    "{name} prices ${number} million public offering of common stock",
    "{name} to hold investor meeting number {number}",
    "{name} profit beats estimates by ${number} million on great demand",
    "{name} hit by ${number} million fraud lawsuit",
    "{name} raises full-year guidance by ${number} million",
    "{name} warns of weak quarter, cuts guidance by ${number} million",
)

SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        module.SCENARIO.name: module.SCENARIO
        for module in (day, slow_llm, llm_down, network_away, flood, halt)
    }
)


async def go_on(stage: Stage, *, seed: int) -> None:
    """Publish a further headline now and then, for ever: the page stays alive."""
    rng = random.Random(seed)
    while True:
        symbol, wire = rng.choice(SYMBOLS), rng.choice((WIRE_ONE, WIRE_TWO))
        number, name = rng.randrange(20, 900), issuer(symbol).name
        title = rng.choice(_NEWS).format(name=name, number=number)
        stage.room.release(wire, symbol, title)
        await asyncio.sleep(PAUSE)
