"""Somebody sets the machine's clock by an hour while the daemon works.

libfaketime stands between the daemon and the clock: it must be installed (Debian:
libfaketime), or LIBFAKETIME names it.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from catalyst_bot.simulation.llm_records import Mode
from tests.crash.mortal import Child, Launch
from tests.crash.process import Bot, open_bot
from tests.e2e.stage import FIELD, approval, is_final
from tests.processes import surroundings

ROOT = Path(__file__).parents[2]
FOUND = [
    *filter(None, [os.environ.get("LIBFAKETIME")]),
    *map(str, Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")),
]
pytestmark = pytest.mark.skipif(not FOUND, reason="libfaketime is not installed")


class Machine:
    """A daemon whose clock can be set; `shift` is libfaketime's word: +0, -1h."""

    def __init__(self, bot: Bot, stamp: Path) -> None:
        self.bot, self._stamp = bot, stamp

    def set_clock(self, shift: str) -> None:
        self._stamp.write_text(shift)

    async def is_ready(self) -> bool:
        url = f"{await self.bot.page()}/readyz"
        async with aiohttp.ClientSession() as session, session.get(url) as reply:
            return reply.status == 200


@asynccontextmanager
async def machine(tmp_path: Path, shift: str) -> AsyncIterator[Machine]:
    """Start a daemon on a machine whose clock is wrong, or right, by `shift`."""
    stamp = tmp_path / "clock"
    environment = {
        "LD_PRELOAD": FOUND[0],
        "FAKETIME_TIMESTAMP_FILE": str(stamp),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    async with open_bot() as bot:
        bot.starter = spawn
        one = Machine(bot, stamp)
        one.set_clock(shift)
        await bot.start(environment)
        await bot.primed()
        yield one


async def spawn(launch: Launch) -> Child:
    """Start the daemon from nothing: a forked one has a clock already."""
    with launch.log.open("wb") as log:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "catalyst_bot", "run"),
            *("--env-file", str(launch.env_file)),
            *("--config-dir", str(launch.config_dir)),
            env={
                **surroundings(),
                **launch.environment,
            },
            stderr=log,
        )


# News is as old as the daemon's clock says: with one that runs ahead it is stale. So a
# clock is wrong and then right, or right and then behind.
@pytest.mark.parametrize(("wrong", "right"), [("-1h", "+0"), ("+0", "-1h")])
async def test_what_is_under_way_when_the_clock_is_set_ends_as_it_should(
    tmp_path: Path, wrong: str, right: str
) -> None:
    async with machine(tmp_path, wrong) as one:
        bot, discord, llm = one.bot, one.bot.world.discord, one.bot.world.llm
        llm.latency = 3.0  # the clock is set while it reads
        bot.publish(approval(1))
        await discord.wait_for(lambda: len(discord.cards) == 1, timeout=150)
        one.set_clock(right)
        assert await one.is_ready()
        bot.publish(*(approval(n) for n in range(2, 6)))
        await discord.wait_for(
            lambda: len(discord.cards) == 5 and all(map(is_final, discord.cards)),
            timeout=150,
        )
        await bot.settled()
        assert await one.is_ready()
        assert discord.cards[0].field(FIELD).startswith("Bullish")
        titles = [card.title for card in discord.cards]
        assert len(set(titles)) == len(titles) == 5
        assert len(discord.posts) <= 5
        assert await bot.stop() == 0


async def test_a_model_that_hangs_is_given_up_at_its_deadline_all_the_same(
    tmp_path: Path,
) -> None:
    async with machine(tmp_path, "+0") as one:
        bot, discord = one.bot, one.bot.world.discord
        bot.world.llm.mode = Mode.HANG
        bot.publish(approval(1))
        await discord.wait_for(lambda: len(discord.cards) == 1, timeout=150)
        one.set_clock("-1h")
        await discord.wait_for(
            lambda: not discord.cards[0].field(FIELD).startswith("⏳"), timeout=150
        )
        assert discord.cards[0].field(FIELD).startswith("⏱ Timed out")
