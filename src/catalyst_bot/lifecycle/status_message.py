"""One message in a channel that says how the daemon is, edited and never repeated.

When the daemon dies nobody edits it, and its "next update" becomes a time in the past:
that is how subscribers see that silence is not for want of news.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from catalyst_bot.clock import Clock
from catalyst_bot.errors import DeliveryError, MessageGone, Refused, StorageError
from catalyst_bot.lifecycle.vitals import Vitals, status_text, stopped_text
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.storage.notes import Notes

KIND = "status"
SETTLE = 20.0  # seconds at the start in which sources and model may come to be well
LOOK = 0.5  # seconds between two looks at how the daemon is
SOONEST = 15.0  # seconds between two edits, however often something changes

logger = logging.getLogger(__name__)


class Notices(Protocol):
    """Where lines of text stand; delivery.notices tells what each does."""

    async def say(self, text: str, *, kind: str, key: str) -> str: ...

    async def rewrite(self, message_id: str, text: str) -> None: ...

    async def rewrite_at_last(self, message_id: str, text: str) -> None: ...

    async def withdraw(self, message_id: str) -> None: ...


class StatusMessage:
    """Keeps the message of one channel true, every `period` seconds at least.

    Its id is kept in `notes` under `place`: after a restart it is the same message.
    """

    def __init__(
        self,
        notices: Notices,
        *,
        place: str,
        notes: Notes,
        vitals: Callable[[], Vitals],
        period: float,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._notices, self._place, self._notes = notices, place, notes
        self._vitals, self._period = vitals, period
        self._clock, self._metrics = clock, metrics
        self._turn = asyncio.Lock()
        self._is_over = False
        self._fault = ""

    async def run(self) -> None:
        """Post or edit until cancelled; a fault costs one update."""
        await self._settle()
        while True:
            shown = self._vitals()
            until = self._clock.unix() + self._period
            is_shown = await self._update(status_text(shown, until=until))
            longest = self._period if is_shown else min(SOONEST, self._period)
            await self._rest(shown.faults, longest)

    async def say_stopped(self) -> None:
        """Let the message say that the daemon was stopped; nothing is said after it."""
        async with self._turn:
            self._is_over = True
            if message_id := await self._notes.read(self._place, _message_id):
                text = stopped_text(self._clock.unix())
                try:
                    await self._notices.rewrite_at_last(message_id, text)
                except DeliveryError as error:  # other places are told all the same
                    self._failed(f"{type(error).__name__}: {error}")

    async def _settle(self) -> None:
        began = self._clock.monotonic()
        while self._clock.monotonic() - began < SETTLE:
            if not self._vitals().faults:
                return
            await asyncio.sleep(LOOK)

    async def _rest(self, faults: tuple[str, ...], longest: float) -> None:
        """Wait for the next update: sooner when something breaks or is mended."""
        began = self._clock.monotonic()
        while (passed := self._clock.monotonic() - began) < longest:
            has_news = bool(self._vitals().faults) != bool(faults)
            if has_news and passed >= SOONEST:
                return
            await asyncio.sleep(min(LOOK, longest - passed))

    async def _update(self, text: str) -> bool:
        async with self._turn:
            if self._is_over:
                return True
            try:
                result = await self._show(text)
            except (DeliveryError, StorageError) as error:
                self._failed(f"{type(error).__name__}: {error}")
                return False
            except Exception:  # the edge of one message; the next update tries again
                logger.exception("status message broke off")
                self._metrics.unexpected_errors.labels("status").inc()
                return False
        self._metrics.status_messages.labels(result).inc()
        self._fault = ""
        return True

    async def _show(self, text: str) -> str:
        """Edit the message; post a new one where there is none that can be edited."""
        known = await self._notes.read(self._place, _message_id) or ""
        is_gone = False
        if known:
            try:
                await self._notices.rewrite(known, text)
            except MessageGone:
                is_gone = True
            except Refused as error:  # too old for so many edits (30046)
                logger.info("status message replaced", extra={"why": str(error)})
            else:
                return "edited"
        made = await self._notices.say(text, kind=KIND, key=f"after {known}")
        await self._notes.write({self._place: made})
        if known and not is_gone:
            await self._withdraw(known)
        return "posted"

    async def _withdraw(self, message_id: str) -> None:
        try:
            await self._notices.withdraw(message_id)
        except DeliveryError as error:
            logger.warning("old status message left", extra={"why": str(error)})

    def _failed(self, why: str) -> None:
        self._metrics.status_messages.labels("failed").inc()
        if why != self._fault:
            logger.warning("status message not updated", extra={"why": why})
        self._fault = why


def _message_id(text: str) -> str:
    if not text.isalnum():
        raise ValueError("no id of a message")
    return text
