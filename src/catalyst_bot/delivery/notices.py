"""What the bot says beside its cards in a channel: last in line, and mostly silent.

Alerts never wait for it. A message starts only while nothing else is under way and the
whole window of its rate limit is free.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from typing import Any

from catalyst_bot.delivery.memory import Memory
from catalyst_bot.delivery.routes import Route
from catalyst_bot.delivery.rung import Rung
from catalyst_bot.delivery.writer import Writer
from catalyst_bot.errors import NotSent

SUPPRESS_NOTIFICATIONS = 1 << 12  # a message flag (Resources/Message)
RING_WAIT = 20.0  # seconds
LONGEST = 2000  # code points of `content` (Resources/Message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """Posts, rewrites and deletes lines of text; `errors.DeliveryError` when not."""

    writer: Writer
    memory: Memory

    @property
    def name(self) -> str:
        """Return the name of the channel."""
        return self.writer.name

    @property
    def address(self) -> str:
        """Return where it posts; a webhook's token stands in it."""
        return self.writer.address

    @property
    def place(self) -> str:
        """Return a name of the address for good, in which no token stands."""
        return hashlib.sha256(self.address.encode()).hexdigest()[:16]

    async def say(self, text: str, *, kind: str, key: str) -> str:
        """Post a line without a sound; return the message's id.

        A bot that posts the same `kind` and `key` twice within minutes makes one
        message: Discord knows the nonce.
        """
        await self.writer.spare(Route.POST)
        mark = self.memory.mark([key], kind=kind)
        payload = {**_payload(text), "flags": SUPPRESS_NOTIFICATIONS, **mark}
        return (await self.writer.create(payload)).message_id

    async def ring(self, text: str, *, rung: Rung, key: str) -> None:
        """Post a line that rings whom it names, when no alert misses the request.

        Raises:
            NotSent: also when that took 20 s.
        """
        try:
            async with asyncio.timeout(RING_WAIT):
                await self.writer.spare(Route.POST)
        except TimeoutError as error:
            raise NotSent("no token to spare") from error
        mark = self.memory.mark([key], kind="ring")
        payload = {**_payload(text), "allowed_mentions": rung.allowed, **mark}
        await self.writer.create(payload)

    async def rewrite(self, message_id: str, text: str) -> None:
        """Let a message of ours say something else."""
        await self.writer.spare(Route.EDIT)
        await self.writer.edit(message_id, _payload(text))

    async def rewrite_at_last(self, message_id: str, text: str) -> None:
        """Rewrite a message when no alert is sent any more: any token will do."""
        await self.writer.edit_room()
        await self.writer.edit(message_id, _payload(text))

    async def withdraw(self, message_id: str) -> None:
        """Delete a message of ours."""
        await self.writer.spare(Route.DELETE)
        await self.writer.delete(message_id)


def _payload(text: str) -> dict[str, Any]:
    return {"content": text[:LONGEST], "allowed_mentions": {"parse": []}}
