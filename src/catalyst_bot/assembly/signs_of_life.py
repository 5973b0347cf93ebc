"""What tells people and services that the daemon lives: status message and ping."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import aiohttp

from catalyst_bot import __version__
from catalyst_bot.assembly.outlet import Outlet, places
from catalyst_bot.assembly.parts import Base, Helper
from catalyst_bot.assembly.reader import Reader
from catalyst_bot.delivery.notices import Notices
from catalyst_bot.lifecycle.status_message import StatusMessage
from catalyst_bot.lifecycle.vitals import Vitals, faults_of, llm_word
from catalyst_bot.ops.heartbeat import Heartbeat
from catalyst_bot.ops.readings import counts_of
from catalyst_bot.ops.redact import Redactor
from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.storage.notes import Notes

NOTES = "status_message:"  # the facts that hold the ids of the messages
LOOK = 1.0  # seconds until a channel that was opened gets its message

Outlets = Callable[[], Sequence[Outlet]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A message that is kept true, and by whose writer."""

    notices: Notices
    message: StatusMessage
    task: asyncio.Task[None]


class StatusMessages:
    """The status message of each place; one that is closed keeps its last words."""

    def __init__(
        self, base: Base, ledger: Ledger, outlets: Outlets, reader: Reader
    ) -> None:
        self._base, self._ledger = base, ledger
        self._outlets, self._reader = outlets, reader
        self._redact = Redactor(base.settings.secrets)
        self._kept: dict[str, _Kept] = {}  # by place

    async def run(self) -> None:
        """Keep a message in each place that is open, until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._follow(group)
                await asyncio.sleep(LOOK)

    async def end(self) -> None:
        """Let each message say that the daemon stops."""
        async with asyncio.TaskGroup() as group:
            for kept in self._kept.values():
                group.create_task(kept.message.say_stopped())

    def _follow(self, group: asyncio.TaskGroup) -> None:
        """Begin and end messages as channels come and go.

        One that was opened anew has another writer, though its name is the same.
        """
        open_now = {one.place: one for one in places(self._outlets())}
        for place, kept in tuple(self._kept.items()):
            if open_now.get(place) is not kept.notices:
                self._kept.pop(place).task.cancel()
        for place, notices in open_now.items():
            if place in self._kept:
                continue
            message = self._message(notices)
            task = group.create_task(message.run(), name=f"status in {notices.name}")
            self._kept[place] = _Kept(notices=notices, message=message, task=task)

    def _message(self, notices: Notices) -> StatusMessage:
        return StatusMessage(
            notices,
            place=notices.place,
            notes=Notes(self._ledger, prefix=NOTES),
            vitals=lambda: self._vitals(notices.name),
            period=self._base.settings.signs.status_message,
            clock=self._base.parts.clock,
            metrics=self._base.metrics,
        )

    def _vitals(self, channel: str) -> Vitals:
        """Return how the daemon is at this moment, as a channel should know."""
        health, unix = self._base.health, self._base.parts.clock.unix()
        conditions = self._reader.conditions()
        waiting = counts_of(self._base.metrics.jobs_pending, label="queue")
        queues = (f"post:{channel}", f"edit:{channel}")
        return Vitals(
            now=unix,
            last_news=health.last_news,
            backlog=sum(waiting.get(queue, 0) for queue in queues),
            llm=llm_word(conditions),
            faults=faults_of(health, conditions, now=unix, redact=self._redact),
        )


def build_status_messages(
    base: Base, ledger: Ledger, outlets: Outlets, *, reader: Reader
) -> StatusMessages:
    """Return what STATUS_MESSAGE_SECS asks for: with 0 no place has a message."""
    is_on = base.settings.signs.status_message > 0
    return StatusMessages(base, ledger, outlets if is_on else tuple, reader)


async def open_heartbeat(base: Base) -> Helper:
    """Return the pings to HEARTBEAT_PING_URL, or what does nothing without one."""
    url, health = base.settings.signs.ping_url, base.health
    if url is None:
        return _nothing
    session = aiohttp.ClientSession(
        trust_env=False,
        headers={"User-Agent": f"catalyst-bot/{__version__}"},
        cookie_jar=aiohttp.DummyCookieJar(),
    )
    return Heartbeat(
        url,
        session=await base.stack.enter_async_context(session),
        is_ready=lambda: health.ready().is_ready,
        metrics=base.metrics,
    ).run


async def _nothing() -> None:
    """Stand for pings that nobody wants."""
