"""Sends messages to one place: nothing too fast, nothing twice, nothing for ever.

Written over aiohttp because discord.py holds one lock per webhook for posts and edits:
an alert behind 20 edits at 80 ms waits 1.7 s there, and one round trip here.
"""

import asyncio
import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
import orjson

from catalyst_bot.clock import Clock
from catalyst_bot.delivery.allowance import Allowance
from catalyst_bot.delivery.answer import Answer, Unreachable, fault_of
from catalyst_bot.delivery.guard import Guards
from catalyst_bot.delivery.room import PostRoom
from catalyst_bot.delivery.routes import IN_FLIGHT, Route, Routes
from catalyst_bot.delivery.standing import Standing
from catalyst_bot.delivery.wire import Wire, agent_of
from catalyst_bot.errors import (
    DestinationDead,
    InDoubt,
    NotSent,
    Refused,
)
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics

EDIT_TRIES = 5
SHORTEST = 0.05  # seconds: to aiohttp a total of 0 means no deadline at all


class Destination(Protocol):
    """A webhook, or a channel that a bot writes to."""

    @property
    def headers(self) -> Mapping[str, str]: ...

    @property
    def create_url(self) -> str: ...

    def edit_url(self, message_id: str, *, channel_id: str = "") -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Deadlines in seconds; `total` holds for a post, and for an edit with retries.

    `knock`: after which a Discord that did not answer is asked whether it does again.
    """

    connect: float = 3.0
    total: float = 10.0
    read: float = 3.0
    first_retry: float = 0.25
    knock: float = 30.0


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
    """The only object that writes to one place; whoever gave the session closes it.

    `routes` are the limits of the webhook or the channel: places that spend the same
    tokens, as two threads behind one webhook do, share them.
    """

    def __init__(
        self,
        *,
        name: str,
        destination: Destination,
        session: aiohttp.ClientSession,
        allowance: Allowance,
        guards: Guards,
        clock: Clock,
        metrics: Metrics,
        health: Health,
        version: str,
        jitter: random.Random,
        times: Times | None = None,
        routes: Routes | None = None,
    ) -> None:
        self._name, self._destination = name, destination
        self._clock, self._guards = clock, guards
        self._jitter, self._times = jitter, times or Times()
        self._routes = routes or Routes(allowance=allowance, guard=guards.fresh())
        self._standing = Standing(
            name=name,
            routes=self._routes,
            allowance=allowance,
            clock=clock,
            metrics=metrics,
            health=health,
        )
        headers = {"User-Agent": agent_of(version), **destination.headers}
        connect = self._times.connect
        self._wire = Wire(session=session, headers=headers, connect=connect)

    async def room(self) -> PostRoom:
        """Wait until a post may start, a breaking one at least; tell how many may.

        A dead destination has room at once: its jobs must learn of it.
        """
        self._routes.post_waits(begins=True)
        try:
            while not (room := self.free()).urgent:
                await self._answer_within(max(room.wait, SHORTEST))
        finally:
            self._routes.post_waits(begins=False)
        self._standing.recovered()
        return room

    def free(self) -> PostRoom:
        """Return how many posts may start now."""
        if self._standing.death:
            return PostRoom(posts=IN_FLIGHT, urgent=IN_FLIGHT)
        return self._routes.post_room(self._clock.monotonic())

    def promise(self, count: int) -> None:
        """Keep tokens for posts that are about to start."""
        self._routes.promise(count, self._clock.monotonic())

    async def edit_room(self) -> int:
        """Wait until an edit may start and return how many may, 1 to 20."""
        while not self._standing.death:
            now = self._clock.monotonic()
            if count := self._routes.free(Route.EDIT, now):
                self._standing.recovered()
                return count
            await self._answer_within(self._routes.wait(Route.EDIT, now))
        return IN_FLIGHT

    @property
    def name(self) -> str:
        """Return our name of the place."""
        return self._name

    @property
    def address(self) -> str:
        """Return where messages are posted; a webhook's token stands in it."""
        return self._destination.create_url

    async def spare(self, route: Route) -> None:
        """Wait until a request may start that no alert will miss.

        Raises:
            DestinationDead: nothing is sent to it any more.
        """
        while True:
            if self._standing.death:
                raise DestinationDead(self._standing.death)
            wait = self._routes.spare_wait(route, self._clock.monotonic())
            if not wait:
                return
            await self._answer_within(wait)

    def tokens(self) -> Tokens:
        """Return what may start now; nothing does at a dead destination."""
        if self._standing.death:
            return Tokens(posts=0, edits=0)
        now = self._clock.monotonic()
        return Tokens(
            posts=self._routes.post_room(now).posts,
            edits=self._routes.free(Route.EDIT, now),
        )

    async def create(
        self, payload: Mapping[str, Any], *, is_urgent: bool = False
    ) -> Posted:
        """Post a message once; it is never repeated here.

        `is_urgent`: a breaking alert, which may use what is kept for those.

        Raises:
            NotSent: it may not start now, no connection came about, or a 429.
            InDoubt: it was sent and no usable answer came.
            MessageGone: its nonce names a message that was deleted.
            Refused: Discord declined the body; `answer.BadBody` for a 400.
            DestinationDead: it is gone; nothing is sent to it any more.
        """
        url, body = self._destination.create_url, orjson.dumps(payload)
        within = self._times.total
        answer = await self._request(
            Route.POST, url, body, within=within, is_urgent=is_urgent
        )
        made = answer.body or {}
        message_id, channel_id = made.get("id"), made.get("channel_id")
        if not isinstance(message_id, str) or not isinstance(channel_id, str):
            raise InDoubt(f"{answer.status} without a message id")
        self._routes.learn_channel(channel_id, self._guards)
        return Posted(message_id=message_id, channel_id=channel_id)

    async def edit(
        self, message_id: str, payload: Mapping[str, Any], *, channel_id: str = ""
    ) -> None:
        """Replace a message; `channel_id` is the one that its post named.

        Two edits of one message at a time are the caller's fault.

        An edit may be repeated: what fails on the way is tried up to five times within
        the total deadline.

        Raises:
            NotSent: not now; the ledger's turn.
            Refused, MessageGone, DestinationDead: never again.
        """
        url = self._destination.edit_url(message_id, channel_id=channel_id)
        body = orjson.dumps(payload)
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

    async def delete(self, message_id: str) -> None:
        """Take a message away.

        Raises:
            NotSent, InDoubt: not now. Refused, MessageGone, DestinationDead: never.
        """
        url, within = self._destination.edit_url(message_id), self._times.total
        await self._request(Route.DELETE, url, b"", within=within)

    async def read(self, url: str) -> tuple[Mapping[str, Any], ...]:
        """Return the objects of a list that Discord keeps.

        Raises:
            NotSent: not now, or no usable answer came: to read again harms nobody.
            Refused: it may not be read.
        """
        try:
            answer = await self._request(Route.READ, url, b"", within=self._times.read)
        except InDoubt as error:
            raise NotSent(f"read: {error}") from error
        if answer.rows is None:
            raise NotSent("read: no list came")
        return answer.rows

    async def knock(self, url: str) -> None:
        """Ask for something harmless, to see whether Discord answers.

        Raises:
            NotSent: it does not.
            DestinationDead: it says that the place is gone.
        """
        try:
            await self._request(Route.READ, url, b"", within=self._times.read)
        except InDoubt as error:
            raise NotSent(f"knock: {error}") from error
        except Refused:
            return

    async def _answer_within(self, seconds: float) -> None:
        """Wait until any answer comes, which may give tokens, at most `seconds`."""
        self._routes.answered.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._routes.answered.wait()

    async def _request(
        self,
        route: Route,
        url: str,
        body: bytes,
        *,
        within: float,
        is_urgent: bool = True,
    ) -> Answer:
        """Send one request if it may start now; return a success or raise."""
        self._start(route, is_urgent=is_urgent)
        answer: Answer | None = None
        try:
            answer = await self._wire.send(route.value, url, body, within=within)
        finally:
            self._standing.count(route, answer)
        fault = fault_of(answer, is_post=route is Route.POST)
        if fault is not None:
            raise self._standing.judged(route, answer, fault)
        return answer

    def _start(self, route: Route, *, is_urgent: bool) -> None:
        if self._standing.death:
            raise DestinationDead(self._standing.death)
        now = self._clock.monotonic()
        wait = self._routes.wait(route, now, is_urgent=is_urgent)
        if wait > 0:
            raise NotSent("no token for it now", retry_after=wait)
        self._routes.start(route)

    def _retry_wait(self, attempt: int) -> float:
        first = self._times.first_retry
        return float(first * 2**attempt * self._jitter.uniform(0.5, 1.5))
