"""One outage is told once, whatever ends the process in the middle of it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from catalyst_bot.assembly.catching_up import open_catch_up
from catalyst_bot.lifecycle.catching_up import SETTLE, CatchUp
from catalyst_bot.ops.health import Health, SourceHealth
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.simulation.discord_records import Fault, FaultKind
from catalyst_bot.storage.notes import Notes
from tests.clocks import ManualClock
from tests.house import House, open_house
from tests.integration.test_fleet import open_harbour
from tests.waiting import until

LONGEST, MAX_AGE = 120.0, 900.0


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, ManualClock()) as house:
        yield house


class Counted:
    """What became of alerts, as the test says."""

    def __init__(self) -> None:
        self.posted, self.stale, self.pending, self.ordered = 3, 1, 0, 0

    async def posted_since(self, unix: float) -> int:
        return self.posted

    async def stale_since(self, unix: float) -> int:
        return self.stale

    async def waiting(self) -> int:
        return self.pending

    async def let_go_newest_first(self, *, unix: float) -> None:
        self.ordered += 1


class Start:
    """One start of the daemon, as far as outages go."""

    def __init__(self, house: House, told: Counted) -> None:
        self.clock: ManualClock = house.clock
        self.health, self.said = Health(), list[str]()
        self.catch_up = CatchUp(
            notes=Notes(house.ledger, prefix="outages:"),
            told=told,
            health=self.health,
            clock=house.clock,
            metrics=Metrics(),
            longest=LONGEST,
            max_age=MAX_AGE,
            say=self._say,
        )

    def _say(self, text: str, name: str) -> None:
        self.said.append(text)

    async def pass_by(self, seconds: float) -> None:
        """Let time pass in which all is well, and look."""
        self.clock.advance(seconds)
        unix = self.clock.unix()
        self.health.source(SourceHealth(name="wire", last_success=unix))
        await self.catch_up.look()


async def test_a_restart_in_the_middle_ends_with_one_summary(house: House) -> None:
    told = Counted()
    first = Start(house, told)
    await first.catch_up.load()
    await first.pass_by(1)
    house.clock.advance(600)
    second = Start(house, told)
    await second.catch_up.load()
    assert told.ordered == 1
    await second.pass_by(1)
    assert second.said == []
    third = Start(house, told)
    await third.catch_up.load()
    await third.pass_by(SETTLE + 1)
    (summary,) = third.said
    assert summary == (
        "Caught up after 10 min (the bot was not running): 3 alerts posted, "
        "1 older than 15 min not posted: `alerts --rejected`"
    )
    fourth = Start(house, told)
    await fourth.catch_up.load()
    await fourth.pass_by(SETTLE + 1)
    assert fourth.said == []


async def test_while_posts_wait_the_summary_waits_too_but_not_for_ever(
    house: House,
) -> None:
    told = Counted()
    start = Start(house, told)
    await start.pass_by(1)
    house.clock.advance(600)
    again = Start(house, told)
    await again.catch_up.load()
    told.pending = 1
    await again.pass_by(SETTLE + 1)
    assert again.said == []
    await again.pass_by(MAX_AGE)
    assert len(again.said) == 1


async def test_a_long_pause_is_caught_up_and_a_short_one_is_not(house: House) -> None:
    start = Start(house, Counted())
    await start.pass_by(1)
    for seconds, told in ((LONGEST - 10, 0), (LONGEST + 10, 1)):
        start.health.paused_since = house.clock.unix()
        await start.pass_by(seconds)
        start.health.paused_since = 0.0
        await start.pass_by(1)
        await start.pass_by(SETTLE + 1)
        assert len(start.said) == told
    assert "(posts were paused): 3 alerts posted" in start.said[0]


async def test_an_outage_in_which_nothing_happened_is_not_told(house: House) -> None:
    told = Counted()
    told.posted = told.stale = 0
    await Start(house, told).pass_by(1)
    house.clock.advance(3600)
    start = Start(house, told)
    await start.catch_up.load()
    await start.pass_by(SETTLE + 1)
    assert start.said == []
    assert start.health.caught_up.endswith("0 alerts posted")


async def test_a_summary_that_finds_no_place_holds_up_no_look(tmp_path: Path) -> None:
    async with open_harbour(tmp_path) as harbour, asyncio.TaskGroup() as group:
        house, health, discord = harbour.house, harbour.base.health, harbour.discord
        await harbour.accept("Acme posts record profit")
        await discord.wait_for(lambda: len(discord.messages) == 1, timeout=40)
        catch_up, tell = await open_catch_up(
            harbour.base, house.database, house.ledger, lambda: harbour.fleet.outlets
        )
        health.paused_since = house.clock.unix() - 3600
        await catch_up.look()
        health.paused_since = 0.0
        await catch_up.look()
        house.clock.start += timedelta(seconds=MAX_AGE + 1)
        discord.outage = Fault(kind=FaultKind.HANG)

        async def keep_telling() -> None:
            await tell()

        telling = group.create_task(keep_telling())
        await catch_up.look()
        assert health.caught_up.startswith("Caught up after")
        assert len(discord.messages) == 1
        discord.outage = None
        await until(lambda: len(discord.messages) == 2)
        telling.cancel()
