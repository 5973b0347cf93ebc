"""One rate limit of Discord, learnt from the headers of its answers.

Pure: every time is monotonic seconds given by the caller. The writer asks `wait`, calls
`start`, then `finish` with the answer (status 0 and no headers when none came).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

FIRST_LIMIT = 5  # tokens until the first answer: the lowest limit seen in the wild
UNLIMITED = 10**9
SHORTEST_WAIT = 0.05
SAME_WINDOW = 0.1  # seconds by which `Reset` of one window may differ


@dataclass(slots=True, eq=False)  # two with equal counts are two buckets
class Bucket:
    """What Discord last said about one bucket, and what is under way in it."""

    hash: str = ""
    limit: int = FIRST_LIMIT
    left: int = FIRST_LIMIT  # requests that may still start in this window
    in_flight: int = 0
    reset_at: float = 0.0
    window: float = 0.0  # X-RateLimit-Reset: the name of the window
    paused_until: float = 0.0

    def wait(self, now: float) -> float:
        """Return 0.0 when a request may start, else how long it cannot, in seconds."""
        if now < self.paused_until:
            return max(self.paused_until - now, SHORTEST_WAIT)
        if now >= self.reset_at:
            self.left = max(self.left, self.limit - self.in_flight)
        return 0.0 if self.left > 0 else max(self.reset_at - now, SHORTEST_WAIT)

    def start(self) -> None:
        """Take a token for a request that begins now."""
        self.left -= 1
        self.in_flight += 1

    def finish(self, status: int, headers: Mapping[str, str], now: float) -> None:
        """Learn from an answer; a success without rate-limit headers lifts the limit.

        Within a window `left` only falls: answers overtake each other, and an older
        one would give tokens back.
        """
        self.in_flight = max(0, self.in_flight - 1)
        limit = number(headers.get("X-RateLimit-Limit"))
        remaining = number(headers.get("X-RateLimit-Remaining"))
        window = number(headers.get("X-RateLimit-Reset"))
        after = number(headers.get("X-RateLimit-Reset-After"))
        if limit is None or remaining is None or window is None or after is None:
            if 200 <= status < 300:
                self.limit = self.left = UNLIMITED
            return
        free = max(0, int(remaining) - self.in_flight)
        is_new = window > self.window + SAME_WINDOW
        self.left = free if is_new else min(self.left, free)
        self.limit, self.window = max(1, int(limit)), max(window, self.window)
        self.reset_at = now + after

    def pause(self, seconds: float, now: float) -> None:
        """Start nothing for `seconds`, whatever the headers say: after every 429."""
        self.paused_until = max(self.paused_until, now + seconds)

    def absorb(self, other: "Bucket") -> None:
        """Take over what is known of a bucket that turned out to be this one."""
        self.in_flight += other.in_flight
        self.left = max(0, min(self.left, other.left))
        self.reset_at = max(self.reset_at, other.reset_at)
        self.paused_until = max(self.paused_until, other.paused_until)


def number(text: object) -> float | None:
    """Return a number of 0 or more out of a header or a JSON value, else None."""
    if not isinstance(text, str | int | float):
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None
