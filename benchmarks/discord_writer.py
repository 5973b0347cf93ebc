"""How long a post waits at the writer, at discord.py's webhook and at bare aiohttp.

    python -m benchmarks.discord_writer

One simulated Discord, one process, the three one after the other; 80 ms a request
unless the row says otherwise. "arrives": until the request is at Discord. "answered":
until its answer is read.
"""

import asyncio
import random
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import aiohttp
import discord
import orjson
from aiohttp import web

from catalyst_bot.clock import SystemClock
from catalyst_bot.delivery.allowance import Allowance
from catalyst_bot.delivery.destination import Webhook, parse_webhook
from catalyst_bot.delivery.guard import Guards
from catalyst_bot.delivery.writer import Writer
from catalyst_bot.errors import NotSent
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.simulation.discord import FakeDiscord
from catalyst_bot.simulation.discord_records import Recorded

LATENCY = 0.08
LIMITS = {"execute": (5, 2.0), "edit": (5, 2.0)}


class Sender(Protocol):
    """One way to write to a webhook."""

    async def post(self, text: str) -> str: ...

    async def edit(self, message_id: str, text: str) -> None: ...


class Ours:
    """The writer, used as the pipeline does: ask for room, then start."""

    name = "writer"

    def __init__(self, webhook: Webhook, session: aiohttp.ClientSession) -> None:
        self.writer = Writer(
            name="bench",
            destination=webhook,
            session=session,
            allowance=Allowance(),
            guards=Guards(per_minute=0),
            clock=SystemClock(),
            metrics=Metrics(),
            health=Health(),
            version="0",
            jitter=random.Random(1),
        )

    async def post(self, text: str) -> str:
        while True:
            await self.writer.room()
            try:
                return (await self.writer.create(_body(text))).message_id
            except NotSent as error:
                await asyncio.sleep(error.retry_after)

    async def edit(self, message_id: str, text: str) -> None:
        while True:
            await self.writer.edit_room()
            try:
                return await self.writer.edit(message_id, _body(text))
            except NotSent as error:
                await asyncio.sleep(error.retry_after)


class Bare:
    """An aiohttp client that knows of no limit: the fastest there can be."""

    name = "bare aiohttp"

    def __init__(self, webhook: Webhook, session: aiohttp.ClientSession) -> None:
        self._webhook, self._session = webhook, session
        self._headers = {
            "Content-Type": "application/json",
            "User-Agent": "DiscordBot (https://catalyst-bot.example, 0)",
        }

    async def post(self, text: str) -> str:
        answer = await self._send("POST", self._webhook.create_url, text)
        return str(orjson.loads(answer)["id"])

    async def edit(self, message_id: str, text: str) -> None:
        await self._send("PATCH", self._webhook.edit_url(message_id), text)

    async def _send(self, method: str, url: str, text: str) -> bytes:
        body = orjson.dumps(_body(text))
        request = self._session.request(method, url, data=body, headers=self._headers)
        async with request as response:
            return await response.read()


class Library:
    """discord.py's webhook; its base address is a class attribute."""

    name = "discord.py"

    def __init__(self, webhook: Webhook, session: aiohttp.ClientSession) -> None:
        discord.http.Route.BASE = webhook.base
        token = webhook.token.reveal()
        self._webhook = discord.Webhook.partial(int(webhook.id), token, session=session)

    async def post(self, text: str) -> str:
        message = await self._webhook.send(
            text, wait=True, allowed_mentions=discord.AllowedMentions.none()
        )
        return str(message.id)

    async def edit(self, message_id: str, text: str) -> None:
        await self._webhook.edit_message(
            int(message_id),
            content=text,
            allowed_mentions=discord.AllowedMentions.none(),
        )


Kind = type[Ours] | type[Bare] | type[Library]
SENDERS: tuple[Kind, ...] = (Ours, Bare, Library)


class Row(NamedTuple):
    """One line of the table; `measure` returns seconds, `pick` makes one of them."""

    title: str
    measure: Callable[["Stage"], Awaitable[list[float]]]
    pick: Callable[[list[float]], float]
    runs: int
    unit: str = "s"


class LenientDiscord(FakeDiscord):
    """Bears what discord.py does: another agent, `tts` in edits, JSON by exact type."""

    def __init__(self) -> None:
        super().__init__()
        self.latency, self.demands_agent = LATENCY, False

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        response = await super()._serve(request)
        response.headers["Content-Type"] = "application/json"
        return response

    async def _record(self, request: web.Request) -> tuple[Recorded, bool]:
        recorded, is_json = await super()._record(request)
        recorded.payload = {k: v for k, v in recorded.payload.items() if k != "tts"}
        return recorded, is_json


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A Discord, and a sender that never wrote to it."""

    discord: FakeDiscord
    sender: Sender


@asynccontextmanager
async def open_stage(sender: Kind) -> AsyncIterator[Stage]:
    fake = LenientDiscord()
    connector = aiohttp.TCPConnector(limit=0)
    async with fake.open(), aiohttp.ClientSession(connector=connector) as session:
        url = f"{fake.base}/webhooks/{fake.webhook_id}/{fake.webhook_token}"
        yield Stage(discord=fake, sender=sender(parse_webhook(url), session))


async def cold_burst(stage: Stage) -> list[float]:
    """Post 20 at once, nothing known: when each arrives at Discord."""
    began = time.monotonic()
    await _twenty(stage)
    return [request.arrived - began for request in stage.discord.requests]


async def known_burst(stage: Stage) -> list[float]:
    """Post 20 at once after one post: when the last one is answered."""
    await stage.sender.post("first")
    began = time.monotonic()
    await _twenty(stage)
    return [time.monotonic() - began]


async def behind_edits(stage: Stage) -> list[float]:
    """Post when 20 edits were asked for before: when the post is answered."""
    message_id = await _known(stage)
    async with asyncio.TaskGroup() as group:
        for number in range(20):
            group.create_task(stage.sender.edit(message_id, f"edit {number}"))
        await stage.discord.wait_for(lambda: len(stage.discord.requests) > 2)
        return [await _timed_post(stage)]


async def beside_empty_edits(stage: Stage) -> list[float]:
    """Post while the edit bucket is used up and the post bucket is not."""
    stage.discord.limits = LIMITS
    message_id = await _known(stage)
    async with asyncio.TaskGroup() as group:
        for number in range(4):
            group.create_task(stage.sender.edit(message_id, f"edit {number}"))
        await stage.discord.wait_for(lambda: len(stage.discord.answered(200)) == 6)
        return [await _timed_post(stage)]


async def per_call(stage: Stage) -> list[float]:
    """Post 20 one after the other without latency: each call."""
    stage.discord.latency = 0.0
    await stage.sender.post("first")
    return [await _timed_post(stage) for _ in range(20)]


def percentile(rank: int) -> Callable[[list[float]], float]:
    """Return what picks the value that `rank` percent of the samples do not exceed."""

    def pick(samples: list[float]) -> float:
        return statistics.quantiles(samples, n=100, method="inclusive")[rank - 1]

    return pick


def milliseconds(samples: list[float]) -> float:
    return statistics.median(samples) * 1000


ROWS = (
    Row("20 at once, cold: arrives p95", cold_burst, percentile(95), 5),
    Row("20 at once, bucket known: all answered", known_burst, percentile(50), 5),
    Row("behind 20 edits: answered p99", behind_edits, percentile(99), 10),
    Row("only the edit bucket (5/2 s) empty: answered", beside_empty_edits, max, 3),
    Row("one call without latency: answered p50", per_call, milliseconds, 20, "ms"),
)


async def main() -> None:
    names = "".join(f"{sender.name:>14}" for sender in SENDERS)
    print(f"{'':46}{names}{'writer/bare':>14}{'discord.py/writer':>20}")
    refused = dict.fromkeys((sender.name for sender in SENDERS), 0)
    for row in ROWS:
        figures: dict[str, float] = {}
        for sender in SENDERS:
            samples, limited = await _run(row, sender)
            figures[sender.name] = row.pick(samples)
            refused[sender.name] += limited
        _print(row, figures)
    print(f"{'429 answers':46}" + "".join(f"{refused[s.name]:>14}" for s in SENDERS))


async def _run(row: Row, sender: Kind) -> tuple[list[float], int]:
    samples: list[float] = []
    limited = 0
    for _ in range(row.runs):
        async with open_stage(sender) as stage:
            samples += await row.measure(stage)
            limited += len(stage.discord.answered(429))
    return samples, limited


def _print(row: Row, figures: dict[str, float]) -> None:
    cells = "".join(f"{figures[s.name]:>11.3f} {row.unit:<2}" for s in SENDERS)
    over_bare = figures[Ours.name] / figures[Bare.name]
    ahead = figures[Library.name] / figures[Ours.name]
    print(f"{row.title:46}{cells}{over_bare:>13.2f}x{ahead:>19.1f}x", flush=True)


async def _known(stage: Stage) -> str:
    message_id = await stage.sender.post("first")
    await stage.sender.edit(message_id, "first, edited")
    return message_id


async def _twenty(stage: Stage) -> None:
    async with asyncio.TaskGroup() as group:
        for number in range(20):
            group.create_task(stage.sender.post(f"alert {number}"))


async def _timed_post(stage: Stage) -> float:
    began = time.monotonic()
    await stage.sender.post("the alert")
    return time.monotonic() - began


def _body(text: str) -> dict[str, Any]:
    return {"content": text, "allowed_mentions": {"parse": []}}


if __name__ == "__main__":
    asyncio.run(main())
