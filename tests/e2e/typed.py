"""A command in this very process: a process of its own costs 2.5 s of the processor."""

import asyncio
import logging
from collections.abc import Mapping

from typer.testing import CliRunner, Result

from catalyst_bot.cli.main import cli


async def typed(*words: str, env: Mapping[str, str]) -> Result:
    """Run `catalyst-bot` with these words in a thread, so that our servers answer.

    Errors that `main` would tell are in `result.exception`.
    """
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    runner = CliRunner(env={"COLUMNS": "200", **env})

    def run() -> Result:
        return runner.invoke(cli, list(words))

    try:
        return await asyncio.to_thread(run)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
