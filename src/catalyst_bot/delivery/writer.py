"""Sends messages to one webhook: nothing too fast, nothing twice, nothing for ever.

Written over aiohttp because discord.py holds one lock per webhook for posts and edits:
an alert behind 20 edits at 80 ms waits 1.7 s there, and one round trip here.
"""

import asyncio
import logging
import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson

from catalyst_bot.clock import Clock
from catalyst_bot.delivery.allowance import Allowance
from catalyst_bot.delivery.answer import Answer, Unreachable, fault_of
from catalyst_bot.delivery.destination import Webhook
from catalyst_bot.delivery.routes import IN_FLIGHT, Route, Routes
from catalyst_bot.errors import DeliveryError, DestinationDead, InDoubt, NotSent
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics

ANSWER_LIMIT = 1 << 20  # bytes; a message is about 2 kB
EDIT_TRIES = 5
SHORTEST = 0.05  # seconds: to aiohttp a total of 0 means no deadline at all
PROJECT_URL = "https://catalyst-bot.example"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Deadlines in seconds; `total` holds for a post, and for an edit with retries."""

    connect: float = 3.0
    total: float = 10.0
    first_retry: float = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """The message that Discord made."""

    message_id: str
    channel_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """How many requests of each kind may start now, 0 to 20."""

    posts: int
    edits: int


class Writer:
    """The only object that talks to one webhook; whoever gave the session closes it."""

    def __init__(
        self,
        *,
        name: str,
        webhook: Webhook,
        session: aiohttp.ClientSession,
        allowance: Allowance,
        clock: Clock,
        metrics: Metrics,
        health: Health,
        version: str,
        jitter: random.Random,
        times: Times | None = None,
    ) -> None:
        self._name, self._webhook, self._session = name, webhook, session
        self._clock, self._metrics, self._health = clock, metrics, health
        self._jitter, self._times = jitter, times or Times()
        self._allowance, self._routes = allowance, Routes(allowance=allowance)
        self._death = ""
        self._is_ailing = False
        self._answered = asyncio.Event()
        self._headers = {
            "Content-Type": "application/json",
            # Without an agent of this form Cloudflare may block (API Reference).
            "User-Agent": f"DiscordBot ({PROJECT_URL}, {version})",
        }
        health.destination(name, fault="")

    async def room(self) -> int:
        """Wait until a post may start and return how many may, 1 to 20.

        A dead destination has room at once: its jobs must learn of it.
        """
        self._routes.post_waits(begins=True)
        try:
            count = await self._free(Route.POST)
        finally:
            self._routes.post_waits(begins=False)
        self._routes.promise(count, self._clock.monotonic())
        return count

    async def edit_room(self) -> int:
        """Wait until an edit may start and return how many may, 1 to 20."""
        return await self._free(Route.EDIT)

    def tokens(self) -> Tokens:
        """Return what may start now; nothing does at a dead destination."""
        if self._death:
            return Tokens(posts=0, edits=0)
        now = self._clock.monotonic()
        return Tokens(
            posts=self._routes.free(Route.POST, now),
            edits=self._routes.free(Route.EDIT, now),
        )

    async def create(self, payload: Mapping[str, Any]) -> Posted:
        """Post a message once; it is never repeated here.

        Raises:
            NotSent: it may not start now, no connection came about, or a 429.
            InDoubt: it was sent and no usable answer came.
            Refused: Discord declined the body; `answer.BadBody` for a 400.
            DestinationDead: the webhook is gone; nothing is sent to it any more.
        """
        url, body = self._webhook.create_url, orjson.dumps(payload)
        answer = await self._request(Route.POST, url, body, within=self._times.total)
        made = answer.body or {}
        message_id, channel_id = made.get("id"), made.get("channel_id")
        if not isinstance(message_id, str) or not isinstance(channel_id, str):
            raise InDoubt(f"{answer.status} without a message id")
        return Posted(message_id=message_id, channel_id=channel_id)

    async def edit(self, message_id: str, payload: Mapping[str, Any]) -> None:
        """Replace a message; two edits of one message at a time are the caller's fault.

        An edit may be repeated: what fails on the way is tried up to five times within
        the total deadline.

        Raises:
            NotSent: not now; the ledger's turn.
            Refused, MessageGone, DestinationDead: never again.
        """
        url, body = self._webhook.edit_url(message_id), orjson.dumps(payload)
        deadline = self._clock.monotonic() + self._times.total
        for attempt in range(EDIT_TRIES):
            within = max(deadline - self._clock.monotonic(), SHORTEST)
            try:
                await self._request(Route.EDIT, url, body, within=within)
            except (InDoubt, Unreachable) as error:
                wait = self._retry_wait(attempt)
                left = deadline - self._clock.monotonic()
                if attempt == EDIT_TRIES - 1 or wait >= left:
                    raise NotSent(f"edit: {error}") from error
                await asyncio.sleep(wait)
            else:
                return

    async def _free(self, route: Route) -> int:
        while True:
            now = self._clock.monotonic()
            if self._death:
                return IN_FLIGHT
            if count := self._routes.free(route, now):
                self._recovered()
                return count
            self._answered.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._routes.wait(route, now)):
                    await self._answered.wait()

    async def _request(
        self, route: Route, url: str, body: bytes, *, within: float
    ) -> Answer:
        """Send one request if it may start now; return a success or raise."""
        self._start(route)
        answer: Answer | None = None
        try:
            answer = await self._send(route, url, body, within=within)
        finally:
            self._finish(route, answer)
        fault = fault_of(answer, is_post=route is Route.POST)
        if fault is not None:
            raise self._judged(route, answer, fault)
        return answer

    def _start(self, route: Route) -> None:
        if self._death:
            raise DestinationDead(self._death)
        wait = self._routes.wait(route, self._clock.monotonic())
        if wait > 0:
            raise NotSent("no token for it now", retry_after=wait)
        self._routes.start(route)

    async def _send(
        self, route: Route, url: str, body: bytes, *, within: float
    ) -> Answer:
        timeout = aiohttp.ClientTimeout(total=within, connect=self._times.connect)
        try:
            async with self._session.request(
                route.value,
                url,
                data=body,
                headers=self._headers,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                return await _read(response)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unreachable(type(error).__name__) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise InDoubt(type(error).__name__) from error

    def _finish(self, route: Route, answer: Answer | None) -> None:
        """Count the answer and learn the limits from it, also when none came."""
        now = self._clock.monotonic()
        status = answer.status if answer else 0
        headers = answer.headers if answer else {}
        self._routes.finish(route, status, headers, now)
        label = str(status) if answer else "none"
        self._metrics.discord_requests.labels(route.value, label).inc()
        self._answered.set()
        if answer is None:
            return
        if answer.is_success:
            self._allowance.succeeded()
        elif answer.is_invalid_request and self._allowance.invalid(now):
            self._ails("too many invalid requests: writing stops for up to 10 min")

    def _judged(
        self, route: Route, answer: Answer, fault: DeliveryError
    ) -> DeliveryError:
        """Take the consequences of a refusal, and return it with its wait."""
        now = self._clock.monotonic()
        if isinstance(fault, DestinationDead):
            self._dies(str(fault))
        elif answer.is_cloudflare:
            wait = self._allowance.pause_for_cloudflare(answer.retry_after, now)
            self._ails(f"Cloudflare blocks us for {wait:.0f} s")
            return NotSent(str(fault), retry_after=wait)
        elif answer.status == 429 and isinstance(fault, NotSent):
            self._pauses(route, answer, fault.retry_after)
        return fault

    def _pauses(self, route: Route, answer: Answer, seconds: float) -> None:
        now = self._clock.monotonic()
        if answer.is_global:
            self._allowance.pause(seconds, now)
        else:
            self._routes.pause(route, seconds, now)
        scope = answer.headers.get("X-RateLimit-Scope", "")
        extra = {"route": route.value, "scope": scope, "retry_after": seconds}
        logger.warning("rate limited", extra=extra)

    def _dies(self, reason: str) -> None:
        if not self._death:
            self._death = f"Discord refuses the webhook ({reason})"
            self._health.destination(self._name, fault=self._death)
            extra = {"destination": self._name, "reason": reason}
            logger.error("destination dead: give it a new webhook", extra=extra)
        self._answered.set()

    def _ails(self, reason: str) -> None:
        """Tell the operator of a pause that somebody may have to look at."""
        self._is_ailing = True
        self._health.destination(self._name, fault=reason)
        logger.error("writing paused", extra={"reason": reason})

    def _recovered(self) -> None:
        if self._is_ailing:
            self._is_ailing = False
            self._health.destination(self._name, fault="")

    def _retry_wait(self, attempt: int) -> float:
        first = self._times.first_retry
        return float(first * 2**attempt * self._jitter.uniform(0.5, 1.5))


async def _read(response: aiohttp.ClientResponse) -> Answer:
    """Read an answer within its cap; a body beyond it counts as no JSON."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > ANSWER_LIMIT:
            break
    return Answer(
        status=response.status, headers=response.headers, body=_parsed(bytes(body))
    )


def _parsed(body: bytes) -> Mapping[str, Any] | None:
    if len(body) > ANSWER_LIMIT:
        return None
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None
