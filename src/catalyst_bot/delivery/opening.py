"""Opens the channels of Discord: by webhook, or as a bot."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from catalyst_bot.clock import Clock
from catalyst_bot.delivery.allowance import Allowance
from catalyst_bot.delivery.cards import Cards
from catalyst_bot.delivery.channel import DiscordChannel
from catalyst_bot.delivery.channel_config import Mention
from catalyst_bot.delivery.destination import BotChannel, Webhook
from catalyst_bot.delivery.envelope import Envelope
from catalyst_bot.delivery.guard import Guards
from catalyst_bot.delivery.guilds import Guilds, GuildWatch
from catalyst_bot.delivery.knocking import Knocking
from catalyst_bot.delivery.memory import BotMemory, Memory, WebhookMemory
from catalyst_bot.delivery.permissions import Access, look_up_access
from catalyst_bot.delivery.routes import Routes
from catalyst_bot.delivery.wire import agent_of
from catalyst_bot.delivery.writer import Times, Writer
from catalyst_bot.errors import DestinationDead, NotSent
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics

CHECK_WITHIN = 10.0  # seconds for each question
KNOWN_WITHIN = 1.0  # seconds that a post in doubt waits for the first answer
CHECK_AGAIN = 60.0  # seconds until a bot that lacks something is looked at again
CHECK_FIRST = 1.0  # seconds until a Discord that did not answer is asked again

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outfit:
    """What every channel is made of, whatever it writes to; one for the process."""

    session: aiohttp.ClientSession
    clock: Clock
    metrics: Metrics
    health: Health
    version: str
    guards: Guards
    allowance: Allowance = field(default_factory=Allowance)
    times: Times = field(default_factory=Times)
    guilds: Guilds = field(default_factory=Guilds)
    _routes: dict[str, Routes] = field(default_factory=dict)  # by webhook or channel

    def routes_of(self, address: str) -> Routes:
        """Return the limits of a place: whoever writes to it spends the same tokens."""
        fresh = Routes(allowance=self.allowance, guard=self.guards.fresh())
        return self._routes.setdefault(address, fresh)


def permissions_notice(channel: str) -> str:
    """Return the name of the notice about what a bot lacks in a channel."""
    return f"permissions {channel}"


@dataclass(slots=True, kw_only=True)
class BotWatch:
    """Looks what the bot may do, at the start and until it lacks nothing."""

    name: str
    channel: BotChannel
    session: aiohttp.ClientSession
    health: Health
    metrics: Metrics
    agent: str
    guilds: Guilds
    access: Access | None = None
    _told: asyncio.Event = field(default_factory=asyncio.Event)

    async def known(self) -> Access | None:
        """Return what the bot may do, None when Discord refuses it.

        Raises:
            NotSent: Discord has not answered yet.
        """
        try:
            async with asyncio.timeout(KNOWN_WITHIN):
                await self._told.wait()
        except TimeoutError as error:
            raise NotSent("permissions not known yet") from error
        return self.access

    async def run(self) -> None:
        """Tell the operator by name what is missing; return when nothing is."""
        wait = CHECK_FIRST
        while not await self._is_done():
            await asyncio.sleep(wait)
            wait = min(CHECK_AGAIN, wait * 2)

    async def _is_done(self) -> bool:
        try:
            return await self._look()
        except Exception:  # the edge of one channel: an odd answer ends no other
            logger.exception("looking at permissions broke off")
            self.metrics.unexpected_errors.labels("permissions").inc()
            return False

    async def _look(self) -> bool:
        try:
            access = await look_up_access(
                self.channel,
                session=self.session,
                agent=self.agent,
                timeout=CHECK_WITHIN,
            )
        except NotSent as error:
            logger.info("Discord not asked yet", extra={"why": str(error)})
            return False
        except DestinationDead as error:
            self._told.set()
            self.health.destination(self.name, fault=str(error))
            logger.error("the bot cannot post", extra={"why": str(error)})  # noqa: TRY400
            return True  # the first post learns the same, and ends the destination
        had_fault = self.access is not None and bool(self.access.fault)
        self.access = access
        self.guilds.learn(self.name, access.guild_id)
        self._told.set()
        if access.fault or had_fault:
            self.health.destination(self.name, fault=access.fault)
        self.health.notice(permissions_notice(self.name), access.warning)
        for lack in filter(None, (access.fault, access.warning)):
            logger.error("permission missing", extra={"why": lack})
        return not access.missing


@asynccontextmanager
async def open_discord_session() -> AsyncIterator[aiohttp.ClientSession]:
    """Open the session through which all channels write; close it at the end."""
    connector = aiohttp.TCPConnector(limit=0)  # the writers limit what is in flight
    async with aiohttp.ClientSession(connector=connector, trust_env=False) as session:
        yield session


def build_channel(
    place: Webhook | BotChannel,
    *,
    name: str,
    cards: Cards,
    outfit: Outfit,
    mention: Mention | None = None,
) -> DiscordChannel:
    """Return a channel with a writer of its own; `watch` minds a bot's permissions."""
    writer = _writer(place, name=name, outfit=outfit)
    knocking = Knocking(
        writer=writer,
        url=place.address,
        health=outfit.health,
        every=outfit.times.knock,
    )
    if isinstance(place, Webhook):
        memory: Memory = _webhook_memory(place, writer=writer, outfit=outfit)
        envelope = Envelope(mention=mention, is_forum=place.is_forum)
        asking = _guild_watch(place, name=name, outfit=outfit)
        watches = [knocking.run, asking.run]
    else:
        watch = _bot_watch(place, name=name, outfit=outfit)
        memory = BotMemory(
            name=name,
            channel=place,
            writer=writer,
            access=watch.known,
            unix=outfit.clock.unix,
        )
        envelope = Envelope(mention=mention)
        watches = [watch.run, knocking.run]
    return DiscordChannel(
        name=name,
        writer=writer,
        cards=cards,
        memory=memory,
        envelope=envelope,
        watches=watches,
    )


def _webhook_memory(place: Webhook, *, writer: Writer, outfit: Outfit) -> WebhookMemory:
    return WebhookMemory(
        url=place.address,
        writer=writer,
        is_silent=lambda: writer.name in outfit.health.unanswered,
        monotonic=outfit.clock.monotonic,
    )


def _bot_watch(place: BotChannel, *, name: str, outfit: Outfit) -> BotWatch:
    return BotWatch(
        name=name,
        channel=place,
        session=outfit.session,
        health=outfit.health,
        metrics=outfit.metrics,
        agent=agent_of(outfit.version),
        guilds=outfit.guilds,
    )


def _guild_watch(place: Webhook, *, name: str, outfit: Outfit) -> GuildWatch:
    return GuildWatch(
        name=name,
        webhook=place,
        guilds=outfit.guilds,
        session=outfit.session,
        agent=agent_of(outfit.version),
        metrics=outfit.metrics,
    )


def _writer(place: Webhook | BotChannel, *, name: str, outfit: Outfit) -> Writer:
    return Writer(
        name=name,
        destination=place,
        session=outfit.session,
        allowance=outfit.allowance,
        guards=outfit.guards,
        clock=outfit.clock,
        metrics=outfit.metrics,
        health=outfit.health,
        version=outfit.version,
        jitter=random.Random(),  # noqa: S311 - jitter
        times=outfit.times,
        routes=outfit.routes_of(place.address),
    )
