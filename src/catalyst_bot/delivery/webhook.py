"""The channel of a Discord webhook: renders cards and keeps them up to date."""

import hashlib
import logging
import random
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import orjson

from catalyst_bot.clock import Clock
from catalyst_bot.delivery.allowance import Allowance
from catalyst_bot.delivery.answer import BadBody
from catalyst_bot.delivery.cards import Cards
from catalyst_bot.delivery.destination import Webhook
from catalyst_bot.delivery.render import Renderer, render
from catalyst_bot.delivery.writer import Posted, Tokens, Writer
from catalyst_bot.model import Alert, CardState, MessageRef
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics

REMEMBERED = 1_000  # messages whose last payload is known; one forgotten costs an edit

logger = logging.getLogger(__name__)


class WebhookChannel:
    """Posts and edits cards through one writer; `errors` tells what may fail."""

    kind = "discord"

    def __init__(
        self,
        *,
        name: str,
        writer: Writer,
        disclaimer: str,
        metrics: Metrics,
        renderer: Renderer = render,
    ) -> None:
        self.name = name
        self._writer = writer
        self._cards = Cards(disclaimer=disclaimer, metrics=metrics, renderer=renderer)
        self._last: OrderedDict[str, bytes] = OrderedDict()

    async def room(self) -> int:
        """Wait until a post may start; return how many may, 1 to 20."""
        return await self._writer.room()

    async def edit_room(self) -> int:
        """Wait until an edit may start; return how many may, 1 to 20."""
        return await self._writer.edit_room()

    async def post(self, alert: Alert, state: CardState) -> MessageRef:
        """Post the card; once more plain when Discord finds its body invalid.

        Raises:
            NotSent, InDoubt, Refused, DestinationDead: see `Writer.create`.
        """
        payload = self._cards.card(alert, state).payload()
        try:
            posted = await self._writer.create(payload)
        except BadBody:
            logger.warning("card refused, posting it plain", extra={"id": alert.id})
            payload = self._cards.plain(alert, state).payload()
            posted = await self._writer.create(payload)
        self._remember(posted.message_id, payload)
        return self._ref(posted)

    def tokens(self) -> Tokens:
        """Return how many posts and edits may start now."""
        return self._writer.tokens()

    async def edit(self, ref: MessageRef, alert: Alert, state: CardState) -> bool:
        """Bring a message to this state; nothing new: no request, and False.

        One edit of a message at a time: two in flight may land in the wrong order.

        Raises:
            NotSent, Refused, MessageGone, DestinationDead: see `Writer.edit`.
        """
        payload = self._cards.card(alert, state).payload()
        if self._last.get(ref.message_id) == _digest(payload):
            return False
        try:
            await self._writer.edit(ref.message_id, payload)
        except BadBody:
            logger.warning("card refused, once more plain", extra={"id": alert.id})
            plain = self._cards.plain(alert, state).payload()
            await self._writer.edit(ref.message_id, plain)
        self._remember(ref.message_id, payload)
        return True

    def _ref(self, posted: Posted) -> MessageRef:
        return MessageRef(
            channel=self.name,
            channel_id=posted.channel_id,
            message_id=posted.message_id,
        )

    def _remember(self, message_id: str, payload: Mapping[str, Any]) -> None:
        self._last[message_id] = _digest(payload)
        self._last.move_to_end(message_id)
        if len(self._last) > REMEMBERED:
            self._last.popitem(last=False)


@asynccontextmanager
async def open_webhook_channel(
    webhook: Webhook,
    *,
    name: str,
    disclaimer: str,
    renderer: Renderer,
    clock: Clock,
    metrics: Metrics,
    health: Health,
    version: str,
) -> AsyncIterator[WebhookChannel]:
    """Open a channel with a session and a writer of its own; close them at the end."""
    connector = aiohttp.TCPConnector(limit=0)  # the writer limits what is in flight
    async with aiohttp.ClientSession(connector=connector, trust_env=False) as session:
        writer = Writer(
            name=name,
            webhook=webhook,
            session=session,
            allowance=Allowance(),
            clock=clock,
            metrics=metrics,
            health=health,
            version=version,
            jitter=random.Random(),  # noqa: S311 - jitter
        )
        yield WebhookChannel(
            name=name,
            writer=writer,
            disclaimer=disclaimer,
            metrics=metrics,
            renderer=renderer,
        )


def _digest(payload: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(orjson.dumps(payload)).digest()
