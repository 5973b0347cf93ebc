"""Whether a post whose answer never came is in the channel: what each mode can know."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from catalyst_bot.card_state import MessageRef
from catalyst_bot.delivery.destination import BotChannel, made_at, snowflake
from catalyst_bot.delivery.nonce import nonce_of
from catalyst_bot.delivery.permissions import Access
from catalyst_bot.delivery.recall import Fate, Recall
from catalyst_bot.delivery.writer import Writer
from catalyst_bot.errors import DestinationDead, NotSent, Refused
from catalyst_bot.model import alert_id

# Discord keeps a nonce for "the past few minutes" and does not say how many.
NONCE_SECONDS = 100.0
EARLIER = 5.0  # seconds by which Discord's clock may be behind ours
LISTED = 100  # messages in one answer, the most there are


class Memory(Protocol):
    """What a channel knows of posts in doubt."""

    def mark(self, keys: Sequence[str], *, kind: str = "") -> Mapping[str, Any]:
        """Return what a post carries to be known again; `kind`: it is no alert."""

    async def recall(self, keys: Sequence[str], *, since: float) -> Recall:
        """Return the fate of the post of these alerts; `since`: unix seconds."""


class NoMemory:
    """Of who has no nonce, and may not read its channel."""

    def mark(self, keys: Sequence[str], *, kind: str = "") -> Mapping[str, Any]:
        """Return nothing."""
        del keys, kind
        return {}

    async def recall(self, keys: Sequence[str], *, since: float) -> Recall:
        """Return that nobody knows."""
        del keys, since
        return Recall(fate=Fate.UNKNOWN)


@dataclass(slots=True, kw_only=True)
class WebhookMemory(NoMemory):
    """A webhook's: it knows nothing, but repeats nothing into the void.

    Every post in doubt may be one more copy. While answers get lost, `url` is asked
    for, which harms nobody, until one comes. `is_silent`: the last one did not.
    """

    url: str
    writer: Writer
    is_silent: Callable[[], bool]
    monotonic: Callable[[], float] = time.monotonic
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _failed: float = float("-inf")

    async def recall(self, keys: Sequence[str], *, since: float) -> Recall:
        """Return that nobody knows, once Discord answers.

        Raises:
            NotSent: it does not.
        """
        del keys, since
        asked = self.monotonic()
        async with self._turn:  # one of many in doubt asks for all
            if self._failed >= asked:
                raise NotSent("Discord does not answer")
            if self.is_silent():
                await self._knock()
        return Recall(fate=Fate.UNKNOWN)

    async def _knock(self) -> None:
        try:
            await self.writer.knock(self.url)
        except NotSent:
            self._failed = self.monotonic()
            raise


@dataclass(frozen=True, slots=True, kw_only=True)
class BotMemory:
    """A bot's: the nonce while Discord keeps it, then the channel's history.

    `access` tells who the bot is and whether it may read; None: Discord refuses it.
    """

    name: str
    channel: BotChannel
    writer: Writer
    access: Callable[[], Awaitable[Access | None]]
    unix: Callable[[], float] = time.time

    def mark(self, keys: Sequence[str], *, kind: str = "") -> Mapping[str, Any]:
        """Return the nonce, and that it shall be enforced."""
        nonce = nonce_of(self.channel.id, keys, kind=kind)
        return {"nonce": nonce, "enforce_nonce": True}

    async def recall(self, keys: Sequence[str], *, since: float) -> Recall:
        """Return the fate of a post; without the right to read history UNKNOWN.

        Raises:
            NotSent: Discord cannot be asked now.
        """
        if self.unix() - since < NONCE_SECONDS:
            return Recall(fate=Fate.NONCE)
        access = await self.access()
        # Without the right the list is empty, and says nothing (Resources/Message).
        if access is None or not access.reads_history:
            return Recall(fate=Fate.UNKNOWN)
        after = snowflake(since - EARLIER)
        url = self.channel.history_url(after=after, limit=LISTED)
        try:
            listed = await self.writer.read(url)
        except (Refused, DestinationDead):
            return Recall(fate=Fate.UNKNOWN)
        for message in listed:
            if refs := self._places(message, keys, author=access.user_id):
                made = made_at(refs[0].message_id)
                return Recall(fate=Fate.ADOPTED, refs=refs, posted=made)
        is_whole = len(listed) < LISTED
        return Recall(fate=Fate.ABSENT if is_whole else Fate.UNKNOWN)

    def _places(
        self, message: Mapping[str, Any], keys: Sequence[str], *, author: str
    ) -> tuple[MessageRef, ...]:
        """Return where each alert stands in a message; () unless all of them do."""
        wrote, made = message.get("author"), message.get("id")
        if not isinstance(wrote, dict) or wrote.get("id") != author:
            return ()
        footers = _footers(message)
        ends = [f"id:{alert_id(key)}" for key in keys]
        found = [_position(footers, end) for end in ends]
        if not isinstance(made, str) or not made.isdecimal() or None in found:
            return ()
        return tuple(
            MessageRef(
                channel=self.name,
                channel_id=self.channel.id,
                message_id=made,
                position=position,
                cards=len(footers),
            )
            for position in found
            if position is not None
        )


def _footers(message: Mapping[str, Any]) -> list[str]:
    embeds = message.get("embeds")
    if not isinstance(embeds, list):
        return []
    return [_footer(embed) for embed in embeds]


def _footer(embed: object) -> str:
    footer = embed.get("footer") if isinstance(embed, dict) else None
    text = footer.get("text") if isinstance(footer, dict) else None
    return text if isinstance(text, str) else ""


def _position(footers: Sequence[str], end: str) -> int | None:
    return next((n for n, text in enumerate(footers) if text.endswith(end)), None)
