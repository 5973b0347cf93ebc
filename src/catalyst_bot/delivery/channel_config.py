"""One channel as the operator wants it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from catalyst_bot.delivery.destination import DEFAULT_API_BASE, BotChannel, Webhook
from catalyst_bot.delivery.routing import Admission
from catalyst_bot.model import Alert
from catalyst_bot.ops.secret import Secret


class Style(StrEnum):
    """How much a card shows."""

    FULL = "full"
    COMPACT = "compact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A role that is rung when |sentiment| reaches `min_score`."""

    role_id: str
    min_score: float = 0.0

    def is_due(self, alert: Alert) -> bool:
        """Tell whether the role wants to be rung for an alert."""
        return abs(alert.sentiment or 0.0) >= self.min_score


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What entries only name: webhooks by their settings, the bot, the watchlist."""

    webhooks: Mapping[str, Secret] = field(default_factory=dict)
    bot_token: Secret | None = None
    api_base: str = DEFAULT_API_BASE
    watchlist: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelConfig:
    """Where a channel writes and what it takes; `name` is ours, each is used once.

    `secret` is the URL of a webhook that stands in the file itself.
    """

    name: str
    place: Webhook | BotChannel
    admission: Admission = field(default_factory=Admission)
    style: Style = Style.FULL
    mention: Mention | None = None
    secret: Secret | None = None
