"""Decides whether a request may start now: buckets, places, reserves, our own guard.

A post never waits for an edit. While both routes have a bucket of their own that needs
no rule; when Discord's answers show that they share one, edits leave tokens for posts.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from catalyst_bot.delivery.allowance import Allowance
from catalyst_bot.delivery.bucket import SHORTEST_WAIT, Bucket
from catalyst_bot.delivery.guard import ChannelGuard, Guards
from catalyst_bot.delivery.room import PostRoom

IN_FLIGHT = 20  # requests under way at one destination
EDITS_IN_FLIGHT = 10  # of them, so that a post always finds a place
PROMISE = 0.5  # seconds for which tokens given to posts are kept until they start


class Route(Enum):
    """The requests of a destination; each starts with a bucket of its own."""

    POST = "POST"
    EDIT = "PATCH"
    READ = "GET"
    DELETE = "DELETE"


@dataclass(slots=True)
class Routes:
    """The limits of one destination; times are monotonic seconds.

    `answered` is set when an answer has come: it may have given tokens.
    """

    allowance: Allowance
    guard: ChannelGuard
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    _buckets: dict[Route, Bucket] = field(
        default_factory=lambda: {route: Bucket() for route in Route}
    )
    _in_flight: dict[Route, int] = field(
        default_factory=lambda: dict.fromkeys(Route, 0)
    )
    _posts_waiting: int = 0
    _promised: int = 0
    _promised_until: float = 0.0
    _is_placed: bool = False

    def free(self, route: Route, now: float, *, is_urgent: bool = True) -> int:
        """Return how many requests may start now, at most 20.

        `is_urgent`: of posts, those of breaking alerts.
        """
        bucket = self._buckets[route]
        left = 0 if bucket.wait(now) else bucket.left
        if route is Route.EDIT:
            left -= self._reserve(now)
        if route is Route.POST:
            left = min(left, self.guard.free(now, is_urgent=is_urgent))
        allowed = self.allowance.free(now, is_post=route is not Route.EDIT)
        return max(0, min(left, self._places(route), allowed))

    def post_room(self, now: float) -> PostRoom:
        """Return how many posts may be planned: less those that were promised."""
        promised = self._kept_promises(now)
        return PostRoom(
            posts=max(0, self.free(Route.POST, now, is_urgent=False) - promised),
            urgent=max(0, self.free(Route.POST, now) - promised),
            wait=self.wait(Route.POST, now, is_urgent=False),
        )

    def wait(self, route: Route, now: float, *, is_urgent: bool = True) -> float:
        """Return how long nothing can start unless an answer comes first, seconds."""
        if self.free(route, now, is_urgent=is_urgent):
            return 0.0
        bucket = self._buckets[route].wait(now)
        whole = self.allowance.wait(now, is_post=route is not Route.EDIT)
        guarded = 0.0
        if route is Route.POST:
            guarded = self.guard.wait(now, is_urgent=is_urgent)
        return max(bucket, whole, guarded, SHORTEST_WAIT)

    def spare_wait(self, route: Route, now: float) -> float:
        """Return 0.0 when a request may start that no alert will miss, else a wait.

        Nothing is under way or about to start, its window is untouched, and of the
        channel's minute more is left than one post.
        """
        bucket = self._buckets[route]
        is_busy = self._posts_waiting or self._kept_promises(now)
        if is_busy or any(self._in_flight.values()):
            return SHORTEST_WAIT
        if wait := self.wait(route, now, is_urgent=False):
            return wait
        if bucket.left < bucket.limit:
            return max(bucket.reset_at - now, SHORTEST_WAIT)
        is_last = route is Route.POST and self.guard.free(now, is_urgent=False) < 2
        return 1.0 if is_last else 0.0

    def promise(self, count: int, now: float) -> None:
        """Keep tokens for posts that are about to start."""
        self._promised = self._kept_promises(now) + count
        self._promised_until = now + PROMISE

    def post_waits(self, *, begins: bool) -> None:
        """Note that a poster begins or ends waiting for a token."""
        self._posts_waiting += 1 if begins else -1

    def start(self, route: Route) -> None:
        """Count a request that begins now."""
        if route is Route.POST:
            self._promised = max(0, self._promised - 1)
            self.guard.take()
        self._in_flight[route] += 1
        self._buckets[route].start()
        self.allowance.take(is_post=route is not Route.EDIT)

    def finish(
        self, route: Route, status: int, headers: Mapping[str, str], now: float
    ) -> None:
        """Learn from an answer; (0, {}) when none came."""
        if name := headers.get("X-RateLimit-Bucket"):
            self._learn(route, name)
        self._in_flight[route] -= 1
        self._buckets[route].finish(status, headers, now)

    def learn_channel(self, channel_id: str, guards: Guards) -> None:
        """Take the guard of the channel that the first answer names.

        Later answers may name threads of it: those spend the same guard.
        """
        if not self._is_placed:
            self._is_placed = True
            self.guard = guards.of(channel_id, self.guard)

    def pause(self, route: Route, seconds: float, now: float) -> None:
        """Start nothing on the bucket of `route` for `seconds`."""
        self._buckets[route].pause(seconds, now)

    @property
    def is_shared(self) -> bool:
        """Tell whether posts and edits spend the same bucket."""
        return self._buckets[Route.POST] is self._buckets[Route.EDIT]

    def _places(self, route: Route) -> int:
        places = IN_FLIGHT - sum(self._in_flight.values())
        if route is Route.EDIT:
            places = min(places, EDITS_IN_FLIGHT - self._in_flight[route])
        return places

    def _kept_promises(self, now: float) -> int:
        return self._promised if now < self._promised_until else 0

    def _reserve(self, now: float) -> int:
        """Return the tokens of a shared bucket that are not for edits."""
        bucket = self._buckets[Route.POST]
        if not self.is_shared:
            return 0
        if self._posts_waiting:
            return bucket.left
        return max(self._kept_promises(now), 1 if bucket.limit > 1 else 0)

    def _learn(self, route: Route, name: str) -> None:
        """Let routes whose answers name one bucket share it, and part otherwise.

        The bucket is the name together with the destination, so one of ours.
        """
        own = self._buckets[route]
        if own.hash == name:
            return
        others = [self._buckets[other] for other in Route if other is not route]
        twin = next((b for b in others if b is not own and b.hash == name), None)
        if own not in others and twin is None:
            own.hash = name
            return
        moving = self._in_flight[route]
        if twin is not None and own not in others:
            twin.absorb(own)
        elif twin is not None:
            twin.in_flight += moving
            own.in_flight -= moving
        else:
            own.in_flight -= moving
            twin = Bucket(hash=name, in_flight=moving)
        self._buckets[route] = twin
