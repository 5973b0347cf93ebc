"""Decides whether a post or an edit may start now: buckets, places, reserves.

A post never waits for an edit. While both routes have a bucket of their own that needs
no rule; when Discord's answers show that they share one, edits leave tokens for posts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from catalyst_bot.delivery.allowance import Allowance
from catalyst_bot.delivery.bucket import SHORTEST_WAIT, Bucket

IN_FLIGHT = 20  # requests under way at one destination
EDITS_IN_FLIGHT = 10  # of them, so that a post always finds a place
PROMISE = 0.1  # seconds for which tokens named to the poster are kept from edits


class Route(Enum):
    """The two requests of a webhook; each starts with a bucket of its own."""

    POST = "POST"
    EDIT = "PATCH"


@dataclass(slots=True)
class Routes:
    """The limits of one destination; times are monotonic seconds."""

    allowance: Allowance
    _buckets: dict[Route, Bucket] = field(
        default_factory=lambda: {route: Bucket() for route in Route}
    )
    _in_flight: dict[Route, int] = field(
        default_factory=lambda: dict.fromkeys(Route, 0)
    )
    _posts_waiting: int = 0
    _promised: int = 0
    _promised_until: float = 0.0

    def free(self, route: Route, now: float) -> int:
        """Return how many requests may start now, at most 20."""
        is_post = route is Route.POST
        bucket = self._buckets[route]
        left = 0 if bucket.wait(now) else bucket.left
        if not is_post:
            left -= self._reserve(now)
        places = self._places(route)
        allowed = self.allowance.free(now, is_post=is_post)
        return max(0, min(left, places, allowed))

    def wait(self, route: Route, now: float) -> float:
        """Return how long nothing can start unless an answer comes first, seconds."""
        if self.free(route, now):
            return 0.0
        bucket = self._buckets[route].wait(now)
        whole = self.allowance.wait(now, is_post=route is Route.POST)
        return max(bucket, whole, SHORTEST_WAIT)

    def promise(self, count: int, now: float) -> None:
        """Keep tokens for posts that are about to start."""
        self._promised, self._promised_until = count, now + PROMISE

    def post_waits(self, *, begins: bool) -> None:
        """Note that a poster begins or ends waiting for a token."""
        self._posts_waiting += 1 if begins else -1

    def start(self, route: Route) -> None:
        """Count a request that begins now."""
        if route is Route.POST:
            self._promised = max(0, self._promised - 1)
        self._in_flight[route] += 1
        self._buckets[route].start()
        self.allowance.take(is_post=route is Route.POST)

    def finish(
        self, route: Route, status: int, headers: Mapping[str, str], now: float
    ) -> None:
        """Learn from an answer; (0, {}) when none came."""
        self._in_flight[route] -= 1
        if name := headers.get("X-RateLimit-Bucket"):
            self._learn(route, name)
        self._buckets[route].finish(status, headers, now)

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

    def _reserve(self, now: float) -> int:
        """Return the tokens of a shared bucket that are not for edits."""
        bucket = self._buckets[Route.POST]
        if not self.is_shared:
            return 0
        if self._posts_waiting:
            return bucket.left
        promised = self._promised if now < self._promised_until else 0
        return max(promised, 1 if bucket.limit > 1 else 0)

    def _learn(self, route: Route, name: str) -> None:
        """Let routes whose answers name one bucket share it, and part otherwise.

        The bucket is the name together with the webhook; a destination is one webhook.
        """
        own = self._buckets[route]
        other = self._buckets[Route.EDIT if route is Route.POST else Route.POST]
        if own.hash == name:
            return
        if own is not other and other.hash == name:
            other.absorb(own)
            self._buckets[route] = other
        elif own is other:
            self._buckets[route] = Bucket(hash=name, in_flight=self._in_flight[route])
        else:
            own.hash = name
