"""What tells people and services that the daemon lives: status message and ping."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp

from catalyst_bot import __version__
from catalyst_bot.assembly.outlet import Outlet
from catalyst_bot.assembly.parts import Base, Helper
from catalyst_bot.assembly.reader import Reader
from catalyst_bot.lifecycle.status_message import StatusMessage
from catalyst_bot.lifecycle.vitals import Vitals, faults_of, llm_word
from catalyst_bot.ops.heartbeat import Heartbeat
from catalyst_bot.ops.readings import counts_of
from catalyst_bot.ops.redact import Redactor
from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.storage.notes import Notes

NOTES = "status_message:"  # the facts that hold the ids of the messages


@dataclass(frozen=True, slots=True, kw_only=True)
class SignsOfLife:
    """Run `beside` beside the rest, and `end` when the last alert was sent."""

    beside: tuple[Helper, ...]
    messages: tuple[StatusMessage, ...]

    async def end(self) -> None:
        """Let each status message say that the daemon stops."""
        async with asyncio.TaskGroup() as group:
            for message in self.messages:
                group.create_task(message.say_stopped())


async def open_signs_of_life(
    base: Base, ledger: Ledger, outlets: Sequence[Outlet], *, reader: Reader
) -> SignsOfLife:
    """Return what STATUS_MESSAGE_SECS and HEARTBEAT_PING_URL ask for."""
    signs = base.settings.signs
    messages = tuple(
        StatusMessage(
            outlet.notices,
            channel=outlet.name,
            notes=Notes(ledger, prefix=NOTES),
            vitals=_Vitals(base=base, reader=reader, channel=outlet.name).now,
            period=signs.status_message,
            clock=base.parts.clock,
            metrics=base.metrics,
        )
        for outlet in outlets
        if signs.status_message and outlet.notices is not None
    )
    beside = [message.run for message in messages]
    if signs.ping_url is not None:
        beside.append((await _open_heartbeat(base)).run)
    return SignsOfLife(beside=tuple(beside), messages=messages)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vitals:
    base: Base
    reader: Reader
    channel: str

    def now(self) -> Vitals:
        """Return how the daemon is at this moment, as its channel should know."""
        health, unix = self.base.health, self.base.parts.clock.unix()
        conditions = self.reader.conditions()
        waiting = counts_of(self.base.metrics.jobs_pending, label="queue")
        queues = (f"post:{self.channel}", f"edit:{self.channel}")
        return Vitals(
            now=unix,
            last_news=health.last_news,
            backlog=sum(waiting.get(queue, 0) for queue in queues),
            llm=llm_word(conditions),
            faults=faults_of(
                health,
                conditions,
                now=unix,
                redact=Redactor(self.base.settings.secrets),
            ),
        )


async def _open_heartbeat(base: Base) -> Heartbeat:
    url, clock, health = base.settings.signs.ping_url, base.parts.clock, base.health
    assert url is not None  # noqa: S101 - the caller looked
    session = aiohttp.ClientSession(
        trust_env=False,
        headers={"User-Agent": f"catalyst-bot/{__version__}"},
        cookie_jar=aiohttp.DummyCookieJar(),
    )
    return Heartbeat(
        url,
        session=await base.stack.enter_async_context(session),
        is_ready=lambda: health.ready(clock.unix()).is_ready,
        metrics=base.metrics,
    )
