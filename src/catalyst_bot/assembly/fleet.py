"""The channels that are open; one may be opened or closed while the others work."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from dataclasses import replace

from catalyst_bot import __version__
from catalyst_bot.assembly.outlet import (
    PAGE,
    TERMINAL,
    Outlet,
    build_local,
    default_channel,
)
from catalyst_bot.assembly.parts import Base
from catalyst_bot.card_state import MessageRef
from catalyst_bot.delivery.cards import Cards
from catalyst_bot.delivery.channel_config import ChannelConfig, Style
from catalyst_bot.delivery.compact import compact
from catalyst_bot.delivery.guard import Guards
from catalyst_bot.delivery.opening import (
    Outfit,
    build_channel,
    open_discord_session,
    permissions_notice,
)
from catalyst_bot.delivery.render import Renderer
from catalyst_bot.delivery.routing import Admission, Routing
from catalyst_bot.lifecycle.stages import Stages
from catalyst_bot.model import Alert, Held, Routed
from catalyst_bot.ops.reloaded import Difference, difference
from catalyst_bot.storage.database import Database
from catalyst_bot.storage.handover import hand_over

logger = logging.getLogger(__name__)


class Fleet:
    """Every open channel with its workers; `run` looks after what they watch."""

    def __init__(
        self,
        base: Base,
        *,
        outfit: Outfit,
        routing: Routing,
        database: Database,
    ) -> None:
        self._base, self._outfit, self._database = base, outfit, database
        self._routing = routing
        self._stages: Stages | None = None
        self._outlets: dict[str, Outlet] = {}
        self._configs: dict[str, ChannelConfig] = {}  # of those of Discord
        self._leaving: set[str] = set()
        self._watches: dict[str, asyncio.Task[None]] = {}
        self._group: asyncio.TaskGroup | None = None

    @property
    def outlets(self) -> tuple[Outlet, ...]:
        """Return the open channels in the order in which they were opened."""
        return tuple(self._outlets.values())

    def url_of(self, ref: MessageRef) -> str:
        """Return the address of a message at Discord, "" while nobody knows."""
        return self._outfit.guilds.url_of(ref)

    def place_of(self, ref: MessageRef) -> str:
        """Return where the live page finds a message, "" while nobody knows."""
        return self._outfit.guilds.place_of(ref)

    async def run(self) -> None:
        """Watch what may change outside of us, until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                for outlet in self._outlets.values():
                    self._watch(outlet)
                await asyncio.Event().wait()
        finally:
            self._group = None

    async def launch(self, stages: Stages, configs: Sequence[ChannelConfig]) -> None:
        """Open the channels of channels.toml, else the one of the settings.

        `stages` get their workers.
        """
        self._stages = stages
        self.reroute(configs)
        await self.settle()

    def reroute(self, configs: Sequence[ChannelConfig]) -> Difference:
        """Let alerts go by these entries from now on; call it between two pages.

        `settle` must follow. A channel that Discord refuses is tried anew then.
        """
        configs = configs or default_channel(self._base.settings)
        known, wanted = self._configs, {config.name: config for config in configs}
        change = difference(known, wanted)
        faults = self._base.health.destinations
        self._leaving = {
            name
            for name in self._outlets
            if name not in wanted
            or name not in known
            or known[name] != replace(wanted[name], admission=known[name].admission)
            or faults.get(name)
        }
        if not wanted:
            self._leaving -= {PAGE, TERMINAL}
        for name in self._leaving - wanted.keys():
            self._routing.remove(name)
        for name, config in wanted.items():  # what comes before it is open waits
            self._routing.add(name, config.admission)
        if not wanted and self._leaving >= self._outlets.keys():
            self.add(build_local(self._base))
        self._configs = wanted
        return change

    async def settle(self) -> None:
        """Close and open what `reroute` asks for; open posts of the closed move on."""
        async with asyncio.TaskGroup() as group:
            for name in self._leaving:
                group.create_task(self._shut(name))
        self._leaving = set()
        for name, config in self._configs.items():
            if name not in self._outlets:
                self._open(config)
        await self.take_over()

    def _open(self, config: ChannelConfig) -> None:
        """Open a channel of Discord: alerts and edits go there from now on."""
        settings, parts = self._base.settings, self._base.parts
        cards = Cards(
            disclaimer=settings.alerts.disclaimer,
            metrics=self._base.metrics,
            renderer=_renderer(config.style, parts.renderer),
            url_of=self._outfit.guilds.url_of,
        )
        outlet = build_channel(
            config.place,
            name=config.name,
            cards=cards,
            mention=config.mention,
            outfit=self._outfit,
        )
        self.add(outlet, config.admission)

    def add(self, outlet: Outlet, admission: Admission | None = None) -> None:
        """Let an outlet take part that needs no opening."""
        self._outlets[outlet.name] = outlet
        for why in Held:
            self._base.metrics.alerts_held.labels(outlet.name, why.value)
        if self._stages is not None:
            self._stages.add(outlet)
        self._routing.add(outlet.name, admission)
        self._watch(outlet)

    async def _shut(self, name: str) -> None:
        """Close a channel when what it sends is sent."""
        del self._outlets[name]
        if watch := self._watches.pop(name, None):
            watch.cancel()
        if self._stages is not None:
            await self._stages.remove(name)
        self._base.health.forget_destination(name)
        self._base.health.notice(permissions_notice(name), "")

    async def take_over(self) -> None:
        """Give away what waits for channels that are not open any more."""
        await hand_over(self._database, channels=self._routing.names, route=self._route)

    def _route(self, alert: Alert, known: Collection[str]) -> Sequence[Routed]:
        now = self._base.parts.clock.now()
        return self._routing.route(alert, now=now, known=known)

    def _watch(self, outlet: Outlet) -> None:
        if self._group is not None:
            task = self._group.create_task(outlet.watch(), name=f"watch {outlet.name}")
            self._watches[outlet.name] = task


def _renderer(style: Style, full: Renderer) -> Renderer:
    return compact(full) if style is Style.COMPACT else full


async def open_fleet(base: Base, routing: Routing, database: Database) -> Fleet:
    """Return a fleet without a channel yet; it closes its connections at the end."""
    session = await base.stack.enter_async_context(open_discord_session())
    outfit = Outfit(
        session=session,
        clock=base.parts.clock,
        metrics=base.metrics,
        health=base.health,
        version=__version__,
        guards=Guards(per_minute=base.settings.discord.channel_posts_per_minute),
        times=base.parts.times,
    )
    return Fleet(base, outfit=outfit, routing=routing, database=database)
