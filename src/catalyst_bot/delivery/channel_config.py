"""One channel as the operator wants it."""

from dataclasses import dataclass, field

from catalyst_bot.delivery.destination import BotChannel, Webhook
from catalyst_bot.delivery.routing import Admission


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelConfig:
    """Where a channel writes and what it takes; `name` is ours, each is used once."""

    name: str
    place: Webhook | BotChannel
    admission: Admission = field(default_factory=Admission)
