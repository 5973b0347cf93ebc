"""Where cards go: Discord, the live page or the terminal."""

from typing import Protocol

from catalyst_bot import __version__
from catalyst_bot.assembly.parts import Base
from catalyst_bot.delivery.destination import parse_webhook
from catalyst_bot.delivery.page import PageChannel
from catalyst_bot.delivery.terminal import TerminalChannel
from catalyst_bot.delivery.webhook import open_webhook_channel
from catalyst_bot.delivery.writer import Tokens
from catalyst_bot.lifecycle import Channel

# A message belongs to one of these for good: an edit of what stood on the page must not
# go to Discord when a webhook was added since.
DISCORD, PAGE, TERMINAL = "default", "page", "terminal"


class Outlet(Channel, Protocol):
    """A channel that says what it is, and how much it may write now."""

    @property
    def kind(self) -> str: ...

    def tokens(self) -> Tokens | None: ...


async def open_outlet(base: Base) -> Outlet:
    """Discord when there is a webhook, else the live page, else the terminal."""
    discord, parts = base.settings.discord, base.parts
    disclaimer = base.settings.alerts.disclaimer
    if discord.webhook_url is not None:
        return await base.stack.enter_async_context(
            open_webhook_channel(
                parse_webhook(discord.webhook_url.reveal(), api_base=discord.api_base),
                name=DISCORD,
                disclaimer=disclaimer,
                renderer=parts.renderer,
                clock=parts.clock,
                metrics=base.metrics,
                health=base.health,
                version=__version__,
            )
        )
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
