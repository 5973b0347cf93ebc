"""Where cards go: Discord, the live page or the terminal."""

from typing import Protocol

from catalyst_bot import __version__
from catalyst_bot.assembly.parts import Base
from catalyst_bot.delivery.cards import Cards
from catalyst_bot.delivery.destination import BotChannel, parse_webhook
from catalyst_bot.delivery.guard import Guards
from catalyst_bot.delivery.notices import Notices
from catalyst_bot.delivery.opening import (
    Outfit,
    open_bot_channel,
    open_webhook_channel,
)
from catalyst_bot.delivery.page import PageChannel
from catalyst_bot.delivery.terminal import TerminalChannel
from catalyst_bot.delivery.writer import Tokens
from catalyst_bot.lifecycle.office import Channel

# A message belongs to one of these for good: an edit of what stood on the page must not
# go to Discord when a webhook was added since, nor the bot edit what a webhook posted.
DISCORD, BOT, PAGE, TERMINAL = "default", "bot", "page", "terminal"


class Outlet(Channel, Protocol):
    """A channel that says what it is, and how much it may write now."""

    @property
    def kind(self) -> str: ...

    @property
    def notices(self) -> Notices | None:
        """Where the daemon tells of itself, None where nobody would read it."""

    def tokens(self) -> Tokens | None: ...

    async def watch(self) -> None: ...


async def open_outlet(base: Base) -> Outlet:
    """Discord as a bot, else by webhook, else the live page, else the terminal."""
    discord, parts = base.settings.discord, base.parts
    disclaimer = base.settings.alerts.disclaimer
    enter = base.stack.enter_async_context
    if discord.bot_token is not None:
        place = BotChannel(
            base=discord.api_base, id=discord.channel_id, token=discord.bot_token
        )
        return await enter(open_bot_channel(place, name=BOT, outfit=_outfit(base)))
    if discord.webhook_url is not None:
        url = discord.webhook_url.reveal()
        webhook = parse_webhook(url, api_base=discord.api_base)
        outfit = _outfit(base)
        return await enter(open_webhook_channel(webhook, name=DISCORD, outfit=outfit))
    name = PAGE if base.settings.features.web else TERMINAL
    base.health.destination(name, fault="")
    if name == PAGE:
        return PageChannel(name=name)
    return TerminalChannel(
        name=name,
        console=parts.console,
        disclaimer=disclaimer,
        metrics=base.metrics,
        renderer=parts.renderer,
    )


def _outfit(base: Base) -> Outfit:
    settings, parts = base.settings, base.parts
    return Outfit(
        cards=Cards(
            disclaimer=settings.alerts.disclaimer,
            metrics=base.metrics,
            renderer=parts.renderer,
        ),
        clock=parts.clock,
        metrics=base.metrics,
        health=base.health,
        version=__version__,
        guards=Guards(per_minute=settings.discord.channel_posts_per_minute),
        times=parts.times,
    )
