"""Where cards go when no file of channels says so: one place, by the settings."""

from collections.abc import Sequence
from typing import Protocol

from catalyst_bot.assembly.parts import Base
from catalyst_bot.delivery.channel_config import ChannelConfig
from catalyst_bot.delivery.destination import BotChannel, parse_webhook
from catalyst_bot.delivery.notices import Notices
from catalyst_bot.delivery.page import PageChannel
from catalyst_bot.delivery.terminal import TerminalChannel
from catalyst_bot.delivery.writer import Tokens
from catalyst_bot.lifecycle.office import Channel
from catalyst_bot.settings import Settings

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


def default_channel(settings: Settings) -> tuple[ChannelConfig, ...]:
    """Return the channel of the settings: the bot's, else the webhook's, or none."""
    discord = settings.discord
    if discord.bot_token is not None:
        place = BotChannel(
            base=discord.api_base, id=discord.channel_id, token=discord.bot_token
        )
        return (ChannelConfig(name=BOT, place=place),)
    if discord.webhook_url is not None:
        url = discord.webhook_url.reveal()
        webhook = parse_webhook(url, api_base=discord.api_base)
        return (ChannelConfig(name=DISCORD, place=webhook),)
    return ()


def build_local(base: Base) -> Outlet:
    """Return the live page, else the terminal: where alerts go without Discord."""
    parts = base.parts
    name = PAGE if base.settings.features.web else TERMINAL
    base.health.destination(name, fault="")
    if name == PAGE:
        return PageChannel(name=name)
    return TerminalChannel(
        name=name,
        console=parts.console,
        disclaimer=base.settings.alerts.disclaimer,
        metrics=base.metrics,
        renderer=parts.renderer,
    )


def places(outlets: Sequence[Outlet]) -> tuple[Notices, ...]:
    """Return where the daemon tells of itself: each place once, by the first outlet."""
    found = {
        one.notices.address: one.notices for one in reversed(outlets) if one.notices
    }
    return tuple(reversed(found.values()))
