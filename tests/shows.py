"""Opens a demo for a test: its daemon is a real child process."""

import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from catalyst_bot.simulation.opening import open_show
from catalyst_bot.simulation.scenarios.programme import SCENARIOS
from catalyst_bot.simulation.show import Show


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@asynccontextmanager
async def showing(name: str, **settings: str) -> AsyncIterator[Show]:
    """Open a scenario with its daemon ready; nothing is played yet.

    `settings` go before those of the scenario.
    """
    scenario = SCENARIOS[name]
    scenario = replace(scenario, overrides={**scenario.overrides, **settings})
    with tempfile.TemporaryDirectory() as folder:
        async with open_show(scenario, folder=Path(folder), port=free_port()) as show:
            yield show
