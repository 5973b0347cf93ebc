"""`demo-bot`: the daemon of the demo, a process of its own so that it can be killed.

It is `run` with the demo's event time; nobody types it.
"""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from catalyst_bot.app import Parts
from catalyst_bot.cli.run import serve
from catalyst_bot.clock import FastClock
from catalyst_bot.configuration import load_configuration


def demo_bot(
    env_file: Annotated[Path, typer.Option()],
    config_dir: Annotated[Path, typer.Option()],
    controls: Annotated[str, typer.Option()],
    start: Annotated[str, typer.Option()],
    until: Annotated[str, typer.Option()],
    speed: Annotated[float, typer.Option()],
    began: Annotated[float, typer.Option()],
) -> None:
    """Run the daemon in the demo's event time; it ends when its parent does."""
    clock = FastClock(
        start=datetime.fromisoformat(start),
        until=datetime.fromisoformat(until),
        speed=speed,
        began=began,
    )
    serve(
        load_configuration(env_file, config_dir),
        Parts(clock=clock, controls=controls, environ=os.environ),
        lifeline=sys.stdin.fileno(),
    )
