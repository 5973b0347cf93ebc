"""The short way of an alert, without a ledger: post, reading, edit, for scripts.

What a crash leaves behind is lost here; the daemon's way stands in `lifecycle`.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol, TypeVar

import aiohttp

from catalyst_bot.card_state import Analysis, CardState, MessageRef, Phase, Quote, Shown
from catalyst_bot.clock import SystemClock
from catalyst_bot.delivery.allowance import Allowance
from catalyst_bot.delivery.cards import Cards
from catalyst_bot.delivery.channel import DiscordChannel
from catalyst_bot.delivery.destination import Webhook
from catalyst_bot.delivery.guard import Guards
from catalyst_bot.delivery.memory import NoMemory
from catalyst_bot.delivery.writer import Writer
from catalyst_bot.errors import DeliveryError, NotSent
from catalyst_bot.model import Alert
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics

POST_WITHIN = 30.0  # seconds, waits for a token and for Discord to come back included
EDIT_WITHIN = 30.0  # the same for the edit, from the model's answer
_RETRY = 1.0  # seconds until what was not sent is tried again, when nobody named a wait

_T = TypeVar("_T")

logger = logging.getLogger(__name__)


class Enricher(Protocol):
    """Explains a posted alert; reports failure as a phase, never as an error."""

    def first(self, *, posted: float) -> Analysis: ...

    async def read(self, alert: Alert, *, within: float) -> Analysis: ...


class Desk:
    """Posts alerts, has them read and edits them; it forgets all when it ends.

    One writer minds each webhook's limits. `late` is the group of what follows a post;
    whoever leaves it waits until each card has its final state.
    """

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        enricher: Enricher,
        late: asyncio.TaskGroup,
        disclaimer: str,
        version: str,
        metrics: Metrics,
        posts_per_minute: int,
    ) -> None:
        self._session, self._enricher, self._late = session, enricher, late
        self._disclaimer, self._version, self._metrics = disclaimer, version, metrics
        self._clock, self._health = SystemClock(), Health()
        self._allowance = Allowance()
        self._guards = Guards(per_minute=posts_per_minute)
        self._channels: dict[str, DiscordChannel] = {}
        self._under_way: set[asyncio.Task[None]] = set()

    async def send(
        self,
        alert: Alert,
        webhook: Webhook,
        *,
        quote: Quote | None = None,
        keywords: tuple[str, ...] = (),
    ) -> MessageRef | None:
        """Post an alert, begin what follows, and return where it stands."""
        channel = self._channel_of(webhook)
        known = CardState(quote=quote, keywords=keywords)
        posted = await _until_taken(
            channel.room, lambda: self._post(channel, alert, known), within=POST_WITHIN
        )
        if posted is None:
            return None
        ref, state = posted
        if state.analysis.phase is Phase.PENDING:
            task = self._late.create_task(self._finish(channel, ref, alert, state))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return ref

    async def drain(self) -> None:
        """Wait until nothing is under way."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def _post(
        self, channel: DiscordChannel, alert: Alert, known: CardState
    ) -> tuple[MessageRef, CardState]:
        state = replace(
            known,
            analysis=self._enricher.first(posted=self._clock.unix()),
            posted_after=self._clock.monotonic() - alert.item.received,
        )
        (ref,) = await channel.post([Shown(alert=alert, state=state)])
        return ref, state

    async def _finish(
        self, channel: DiscordChannel, ref: MessageRef, alert: Alert, state: CardState
    ) -> None:
        """Bring a posted card to its final state."""
        within = state.analysis.due - self._clock.unix()
        try:
            analysis = await self._enricher.read(alert, within=within)
            final = Shown(alert=alert, state=replace(state, analysis=analysis))
            await _until_taken(
                channel.edit_room,
                lambda: channel.edit(ref, [final]),
                within=EDIT_WITHIN,
            )
        except Exception:  # the edge of one alert: all others must go on
            logger.exception("alert not edited", extra={"id": alert.id})

    def _channel_of(self, webhook: Webhook) -> DiscordChannel:
        channel = self._channels.get(webhook.address)
        if channel is None:
            writer = Writer(
                name=webhook.id,
                destination=webhook,
                session=self._session,
                allowance=self._allowance,
                guards=self._guards,
                clock=self._clock,
                metrics=self._metrics,
                health=self._health,
                version=self._version,
                jitter=random.Random(),  # noqa: S311 - jitter
            )
            channel = DiscordChannel(
                name=webhook.id,
                writer=writer,
                cards=Cards(disclaimer=self._disclaimer, metrics=self._metrics),
                memory=NoMemory(),
            )
            self._channels[webhook.address] = channel
        return channel


async def _until_taken(
    room: Callable[[], Awaitable[object]],
    send: Callable[[], Awaitable[_T]],
    *,
    within: float,
) -> _T | None:
    """Send once there is room, again while it provably did not arrive; None: given up.

    A request whose answer was lost is not repeated: it might stand there twice.
    """
    try:
        async with asyncio.timeout(within):
            while True:
                await room()
                try:
                    return await send()
                except NotSent as error:
                    await asyncio.sleep(error.retry_after or _RETRY)
    except (DeliveryError, TimeoutError) as error:
        reason = str(error) or f"no way through in {within:g} s"
        logger.warning("message not written: %s", reason)
        return None
