"""Channels that are opened and closed while the others work."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from catalyst_bot.assembly.fleet import Fleet, open_fleet
from catalyst_bot.assembly.parts import Base, Parts
from catalyst_bot.delivery.channel_config import ChannelConfig
from catalyst_bot.delivery.destination import parse_webhook
from catalyst_bot.delivery.writer import Times
from catalyst_bot.errors import InDoubt
from catalyst_bot.lifecycle.stages import Stages
from catalyst_bot.settings import load_settings
from catalyst_bot.simulation.discord import FakeDiscord
from catalyst_bot.simulation.discord_records import Fault, FaultKind
from tests.clocks import ManualClock
from tests.e2e.stage import add_webhook, in_channel
from tests.house import House, open_house
from tests.news import headline, page
from tests.waiting import until


class RunningClock(ManualClock):
    """Noon of a Friday, and goes on from there."""

    def __init__(self) -> None:
        super().__init__()
        self._began = time.monotonic()

    def monotonic(self) -> float:
        return time.monotonic() - self._began

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.monotonic())

    def unix(self) -> float:
        return self.start.timestamp() + self.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Harbour:
    discord: FakeDiscord
    house: House
    fleet: Fleet
    base: Base

    async def accept(self, title: str) -> None:
        now = self.house.clock.now()
        item = headline(title, published_at=now)
        await self.house.accept(page(item))

    @property
    def first(self) -> ChannelConfig:
        return config("first", self.discord.webhook_url)

    async def follow(self, *configs: ChannelConfig) -> None:
        """Have these channels, as a reload does."""
        self.fleet.reroute(configs)
        await self.fleet.settle()


def config(name: str, url: str) -> ChannelConfig:
    return ChannelConfig(name=name, place=parse_webhook(url))


@asynccontextmanager
async def open_harbour(
    folder: Path, *, times: Times | None = None
) -> AsyncIterator[Harbour]:
    async with (
        FakeDiscord().open() as discord,
        open_house(folder, RunningClock()) as house,
        AsyncExitStack() as stack,
        asyncio.TaskGroup() as group,
    ):
        house.routing.remove(house.screen.name)
        base = Base(
            stack=stack,
            settings=load_settings({"FEATURE_LLM": "0"}),
            parts=Parts(clock=house.clock, times=times or Times()),
            metrics=house.metrics,
            health=house.health,
        )
        stages = Stages(
            house.lifecycle,
            ledger=house.ledger,
            metrics=house.metrics,
            deadline=10.0,
            late=10.0,
        )
        fleet = await open_fleet(base, house.routing, house.database)
        first = config("first", discord.webhook_url)
        await fleet.launch(stages, [first])
        watching = group.create_task(fleet.run())
        for stage in stages:
            group.create_task(stage.run())
        yield Harbour(discord=discord, house=house, fleet=fleet, base=base)
        for stage in stages:
            await stage.drain()
        watching.cancel()


async def test_a_channel_that_is_opened_gets_what_comes_from_then_on(
    tmp_path: Path,
) -> None:
    async with open_harbour(tmp_path) as harbour:
        discord = harbour.discord
        await harbour.accept("Acme posts record profit")
        await until(lambda: len(in_channel(discord, discord.webhook_url)) == 1)
        second = add_webhook(discord)
        await harbour.follow(harbour.first, config("second", second))
        await harbour.accept("Acme wins record order")
        await until(lambda: len(in_channel(discord, discord.webhook_url)) == 2)
        await until(lambda: len(in_channel(discord, second)) == 1)
        assert [outlet.name for outlet in harbour.fleet.outlets] == ["first", "second"]


async def test_what_waits_for_a_channel_that_is_closed_goes_to_another_one(
    tmp_path: Path,
) -> None:
    async with open_harbour(tmp_path) as harbour:
        discord = harbour.discord
        second, recorded = add_webhook(discord), asyncio.Event()
        harbour.house.changed = lambda key: recorded.set()
        discord.outage = Fault(kind=FaultKind.RATE_LIMITED, retry_after=30.0)
        await harbour.accept("Acme posts record profit")
        await until(lambda: len(discord.answered(429)) == 1)
        discord.outage = None
        await harbour.follow(config("second", second))
        await until(lambda: len(in_channel(discord, second)) == 1)
        assert in_channel(discord, discord.webhook_url) == []
        assert "first" not in harbour.base.health.destinations
        async with asyncio.timeout(40):
            await recorded.wait()
        (stored,) = await harbour.house.archive.latest(1)
        assert stored.messages[0].ref.channel == "second"


async def test_two_channels_behind_one_webhook_spend_the_same_tokens(
    tmp_path: Path,
) -> None:
    async with open_harbour(tmp_path) as harbour:
        discord = harbour.discord
        discord.limits = {"execute": (5, 60.0)}
        thread = config("thread", f"{discord.webhook_url}")
        await harbour.follow(harbour.first, thread)
        for number in range(2):
            await harbour.accept(f"Acme posts record profit number {number}")
        await until(lambda: len(discord.messages) == 4)
        left = {outlet.tokens() for outlet in harbour.fleet.outlets}
        assert {tokens.posts for tokens in left if tokens} == {1}
        assert discord.answered(429) == []


async def test_a_channel_that_died_is_tried_again_by_a_reload(
    tmp_path: Path,
) -> None:
    async with open_harbour(tmp_path) as harbour:
        discord, health = harbour.discord, harbour.base.health
        other = config("other", add_webhook(discord))
        await harbour.follow(harbour.first, other)
        discord.webhook_gone = True
        await harbour.accept("Acme posts record profit")
        await until(lambda: "404" in health.destinations["first"])
        discord.webhook_gone = False
        await harbour.follow(harbour.first, other)
        assert health.destinations["first"] == ""
        await harbour.accept("Acme wins record order")
        await until(lambda: len(in_channel(discord, discord.webhook_url)) == 1)


async def test_an_outage_of_discord_ends_without_another_post(tmp_path: Path) -> None:
    async with open_harbour(tmp_path, times=Times(knock=0.05)) as harbour:
        discord, health = harbour.discord, harbour.base.health
        await harbour.accept("Acme posts record profit")
        await until(lambda: len(discord.messages) == 1)
        discord.outage = Fault(kind=FaultKind.DROP)
        (outlet,) = harbour.fleet.outlets
        assert outlet.notices is not None
        with pytest.raises(InDoubt):
            await outlet.notices.say("a line", kind="test", key="1")
        knocks = len(discord.requests)
        await until(lambda: len(discord.requests) > knocks + 1)
        assert "first" in health.unanswered
        discord.outage = None
        await until(lambda: not health.unanswered)
        assert health.destinations["first"] == ""
        assert len(discord.messages) == 1
