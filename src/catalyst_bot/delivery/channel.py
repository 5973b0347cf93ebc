"""A channel of Discord: renders cards and keeps them up to date."""

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import orjson

from catalyst_bot.card_state import MessageRef, Shown
from catalyst_bot.delivery.amend import without_refused
from catalyst_bot.delivery.answer import BadBody
from catalyst_bot.delivery.cards import Cards
from catalyst_bot.delivery.envelope import Envelope
from catalyst_bot.delivery.memory import Memory
from catalyst_bot.delivery.message import message_payload
from catalyst_bot.delivery.notices import Notices
from catalyst_bot.delivery.recall import Recall
from catalyst_bot.delivery.room import PostRoom
from catalyst_bot.delivery.writer import Posted, Tokens, Writer

REMEMBERED = 1_000  # messages whose last payload is known; one forgotten costs an edit

_T = TypeVar("_T")

logger = logging.getLogger(__name__)


class DiscordChannel:
    """Posts and edits cards through one writer; `errors` tells what may fail."""

    kind = "discord"

    def __init__(
        self,
        *,
        name: str,
        writer: Writer,
        cards: Cards,
        memory: Memory,
        envelope: Envelope | None = None,
        watches: Sequence[Callable[[], Coroutine[None, None, None]]] = (),
    ) -> None:
        self.name, self._watches = name, watches
        self._envelope = envelope or Envelope()
        notices = Notices(writer=writer, memory=memory)
        self.notices = None if self._envelope.is_forum else notices
        self._writer, self._cards, self._memory = writer, cards, memory
        self._last: OrderedDict[str, tuple[bytes, ...]] = OrderedDict()

    async def watch(self) -> None:
        """Look after what may change outside of us, as long as it needs it."""
        async with asyncio.TaskGroup() as group:
            for watch in self._watches:
                group.create_task(watch())

    async def room(self) -> PostRoom:
        """Wait until a post may start, a breaking one at least; tell how many may."""
        return await self._writer.room()

    def free(self) -> PostRoom:
        """Return how many posts may start now."""
        return self._writer.free()

    def promise(self, count: int) -> None:
        """Keep tokens for posts that are about to start."""
        self._writer.promise(count)

    async def edit_room(self) -> int:
        """Wait until an edit may start; return how many may, 1 to 20."""
        return await self._writer.edit_room()

    def tokens(self) -> Tokens:
        """Return how many posts and edits may start now."""
        return self._writer.tokens()

    async def recall(self, keys: Sequence[str], *, since: float) -> Recall:
        """Tell what became of the post of these alerts; see `memory`."""
        return await self._memory.recall(keys, since=since)

    async def post(
        self, cards: Sequence[Shown], *, is_repeated: bool = False
    ) -> tuple[MessageRef, ...]:
        """Post one message of 1 to 10 cards; plainer when Discord finds it invalid.

        `is_repeated`: an earlier try may stand there, and Discord return that one.

        Raises:
            NotSent, InDoubt, MessageGone, Refused, DestinationDead: `Writer.create`.
        """
        mark = {
            **self._memory.mark([card.alert.key for card in cards]),
            **self._envelope.of_post(cards),
        }
        is_urgent = any(card.alert.breaking for card in cards)

        async def create(payload: Mapping[str, Any]) -> Posted:
            marked = {**payload, **mark}
            return await self._writer.create(marked, is_urgent=is_urgent)

        payload = self._payload(cards)
        posted = await self._send(create, payload, cards)
        if not is_repeated:
            self._remember(posted.message_id, payload)
        return tuple(
            MessageRef(
                channel=self.name,
                channel_id=posted.channel_id,
                message_id=posted.message_id,
                position=position,
                cards=len(cards),
            )
            for position in range(len(cards))
        )

    async def edit(self, ref: MessageRef, cards: Sequence[Shown]) -> tuple[bool, ...]:
        """Bring a message to this state; tell which cards look new.

        Nothing new: no request. One edit of a message at a time: two in flight may land
        in the wrong order.

        Raises:
            NotSent, Refused, MessageGone, DestinationDead: see `Writer.edit`.
        """
        payload = self._payload(cards)
        looks, last = _looks(payload), self._last.get(ref.message_id, ())
        if looks == last:
            return (False,) * len(cards)
        send = partial(self._writer.edit, ref.message_id, channel_id=ref.channel_id)
        await self._send(send, payload, cards)
        self._remember(ref.message_id, payload)
        if len(last) != len(looks):
            return (True,) * len(cards)
        return tuple(look != before for look, before in zip(looks, last, strict=True))

    async def _send(
        self,
        send: Callable[[Mapping[str, Any]], Awaitable[_T]],
        payload: Mapping[str, Any],
        cards: Sequence[Shown],
    ) -> _T:
        """Send cards whole, else without what Discord refuses, else plain."""
        try:
            return await send(payload)
        except BadBody as error:
            amended = without_refused(payload, error.errors)
        ids = [card.alert.id for card in cards]
        if amended is not None:
            logger.warning("card refused, sending it without a part", extra={"id": ids})
            try:
                return await send(amended)
            except BadBody:
                pass
        logger.warning("card refused, sending it plain", extra={"id": ids})
        plain = [self._cards.plain(card.alert, card.state) for card in cards]
        return await send(self._envelope.addressed(message_payload(plain), cards))

    def _payload(self, cards: Sequence[Shown]) -> dict[str, Any]:
        made = [self._cards.card(card.alert, card.state) for card in cards]
        return self._envelope.addressed(message_payload(made), cards)

    def _remember(self, message_id: str, payload: Mapping[str, Any]) -> None:
        self._last[message_id] = _looks(payload)
        self._last.move_to_end(message_id)
        if len(self._last) > REMEMBERED:
            self._last.popitem(last=False)


def _looks(payload: Mapping[str, Any]) -> tuple[bytes, ...]:
    """Return how each card of a message looks; a single one with all around it."""
    embeds = payload["embeds"]
    shown = embeds if len(embeds) > 1 else [payload]
    return tuple(hashlib.sha256(orjson.dumps(part)).digest() for part in shown)
