"""Which guild each channel of Discord is in: a message has no link without it.

The REST form of a message does not name its guild; that of its webhook and that of its
channel do (Resources/Webhook, Resources/Channel).
"""

import asyncio
import logging
from dataclasses import dataclass, field

import aiohttp
import orjson

from catalyst_bot.card_state import MessageRef
from catalyst_bot.delivery.destination import Webhook
from catalyst_bot.delivery.looking_up import look_up
from catalyst_bot.errors import NotSent
from catalyst_bot.ops.metrics import Metrics

PAGE = "page"  # the id of the channel that is the live page
WITHIN = 10.0  # seconds for one question
ASK_FIRST, ASK_AGAIN = 1.0, 60.0  # seconds until a Discord without answer is asked anew

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Guilds:
    """The guilds as far as they are known, by our names of the channels."""

    _known: dict[str, str] = field(default_factory=dict)

    def learn(self, channel: str, guild_id: str) -> None:
        """Remember where a channel is; what is no id tells nothing."""
        if guild_id.isdecimal():
            self._known[channel] = guild_id

    def knows(self, channel: str) -> bool:
        """Tell whether messages of a channel can be linked."""
        return channel in self._known

    def url_of(self, ref: MessageRef) -> str:
        """Return the address of a message, "" while its guild is not known."""
        guild = self._known.get(ref.channel, "")
        if not guild:
            return ""
        return f"https://discord.com/channels/{guild}/{ref.channel_id}/{ref.message_id}"

    def place_of(self, ref: MessageRef) -> str:
        """Return where the live page finds a message: on itself, else at Discord."""
        if ref.channel_id == PAGE:
            return f"#title-{ref.message_id}"
        return self.url_of(ref)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuildWatch:
    """Asks for the guild of a webhook once, beside all posting."""

    name: str
    webhook: Webhook
    guilds: Guilds
    session: aiohttp.ClientSession
    agent: str
    metrics: Metrics

    async def run(self) -> None:
        """Ask until Discord has said something; return then."""
        wait = ASK_FIRST
        while not (self.guilds.knows(self.name) or await self._is_told()):
            await asyncio.sleep(wait)
            wait = min(ASK_AGAIN, wait * 2)

    async def _is_told(self) -> bool:
        try:
            status, body = await look_up(
                self.session,
                self.webhook.address,
                headers={"User-Agent": self.agent},
                timeout=WITHIN,
            )
            if status == 200:
                self.guilds.learn(self.name, str(orjson.loads(body).get("guild_id")))
        except NotSent:
            return False
        except Exception:  # the edge of one channel: an odd answer ends no other
            logger.exception("asking for the guild broke off")
            self.metrics.unexpected_errors.labels("guild").inc()
            return False
        return status < 500 and status != 429  # 404: the first post learns the same
