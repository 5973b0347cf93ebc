"""A writer over a simulated Discord, opened for one test."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from catalyst_bot.clock import SystemClock
from catalyst_bot.delivery.allowance import Allowance
from catalyst_bot.delivery.destination import parse_webhook
from catalyst_bot.delivery.guard import Guards
from catalyst_bot.delivery.writer import Times, Writer
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.simulation.discord import FakeDiscord

QUICK = Times(connect=2.0, total=2.5, first_retry=0.01)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What one test writes with, and where it shows."""

    discord: FakeDiscord
    session: aiohttp.ClientSession
    writer: Writer
    allowance: Allowance
    metrics: Metrics
    health: Health

    @property
    def fault(self) -> str:
        return self.health.destinations["main"]


@asynccontextmanager
async def open_desk(
    *,
    url: str = "",
    times: Times = QUICK,
    allowance: Allowance | None = None,
    connections: int = 100,
    per_minute: int = 0,
) -> AsyncIterator[Desk]:
    """Open a simulated Discord and a writer to it, or to `url` when it is given."""
    discord, metrics, health = FakeDiscord(), Metrics(), Health()
    shared = allowance or Allowance()
    connector = aiohttp.TCPConnector(limit=connections)
    async with discord.open(), aiohttp.ClientSession(connector=connector) as session:
        writer = Writer(
            name="main",
            destination=parse_webhook(url or discord.webhook_url),
            session=session,
            allowance=shared,
            guards=Guards(per_minute=per_minute),
            clock=SystemClock(),
            metrics=metrics,
            health=health,
            version="1.0",
            jitter=random.Random(1),
            times=times,
        )
        yield Desk(
            discord=discord,
            session=session,
            writer=writer,
            allowance=shared,
            metrics=metrics,
            health=health,
        )
