"""Keeps a promise on how many requests are sent in any minute."""

from collections import deque
from collections.abc import Callable

SPAN = 60.0  # seconds


class Window:
    """At most `limit` requests in any `span` seconds; 0: as many as one likes.

    A sliding log, not a bucket: a bucket lets twice as many through round its refill.
    """

    def __init__(
        self, limit: int, *, monotonic: Callable[[], float], span: float = SPAN
    ) -> None:
        self._limit, self._span, self._monotonic = limit, span, monotonic
        self._sent: deque[float] = deque()

    def reserve(self) -> float:
        """Count one request as sent and return 0.0, or the seconds until it may be.

        One step without an await: nobody comes between the look and the entry.
        """
        if not self._limit:
            return 0.0
        wait = self.opens_in(0)
        if not wait:
            self._sent.append(self._monotonic())
        return wait

    def opens_in(self, ahead: int) -> float:
        """Return the seconds until one may be sent who lets `ahead` others go first."""
        if not self._limit:
            return 0.0
        now = self._monotonic()
        while self._sent and now - self._sent[0] >= self._span:
            self._sent.popleft()
        rounds, place = divmod(ahead, self._limit)
        free = self._limit - len(self._sent)
        if place >= free:
            opens = self._sent[place - free] + self._span - now
            return opens + rounds * self._span
        return rounds * self._span
