"""What ends a reload, and what ends the process in one."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from catalyst_bot.assembly.reload import Reload
from catalyst_bot.configuration import Configuration
from catalyst_bot.errors import StorageError
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.notify import Notifier
from catalyst_bot.ops.reloaded import Reloaded
from catalyst_bot.settings import load_settings


def built(put_in_force: Callable[[Configuration], Awaitable[Reloaded]]) -> Reload:
    asked = asyncio.Event()
    asked.set()
    settings = load_settings({"FEATURE_LLM": "0"})
    return Reload(
        Configuration(settings=settings, sources=(), sources_file=Path("unread")),
        asked=asked,
        read=lambda known: known,
        put_in_force=put_in_force,
        notifier=Notifier(""),
        health=Health(),
        metrics=Metrics(),
    )


async def test_a_database_that_fails_in_a_reload_ends_the_process() -> None:
    async def put_in_force(wanted: Configuration) -> Reloaded:
        raise StorageError("nothing can be recorded")

    reload = built(put_in_force)
    async with asyncio.timeout(40):
        with pytest.raises(StorageError):
            await reload.run()


async def test_what_nobody_foresaw_costs_a_reload_and_not_the_daemon() -> None:
    async def put_in_force(wanted: Configuration) -> Reloaded:
        raise RuntimeError("a bug")

    reload = built(put_in_force)
    async with asyncio.timeout(40), asyncio.TaskGroup() as group:
        running = group.create_task(reload.run())
        ended = await reload.ask()
        running.cancel()
    assert "unexpected RuntimeError" in ended.faults[0]
    assert reload.fault.startswith("reload failed")
