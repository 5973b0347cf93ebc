"""What Discord allows this process as a whole, whatever the destination.

Shared by all writers: the global limit and the ban for invalid requests count by IP.
"""

from collections import deque
from dataclasses import dataclass, field

# Discord's global limit is 50 requests a second (Topics/Rate Limits). What may start at
# once and what is refilled in a second add up to that, and posts have their own share:
# an alert never waits for edits, however many there are.
POST_BURST, POST_RATE = 25.0, 12.0
EDIT_BURST, EDIT_RATE = 7.0, 6.0
INVALID_LIMIT = 5_000  # half of the 10,000 that lead to a ban of the address
INVALID_WINDOW = 600.0  # seconds
CLOUDFLARE_WAIT = 60.0  # seconds when its 429 names none; doubles while they go on
CLOUDFLARE_LONGEST = 900.0


@dataclass(slots=True)
class Share:
    """A token bucket: `burst` at once, refilled at `rate` a second."""

    burst: float
    rate: float
    tokens: float = field(init=False)
    _refilled: float = 0.0

    def __post_init__(self) -> None:
        self.tokens = self.burst

    def free(self, now: float) -> int:
        """Return the whole tokens there are at `now` (monotonic)."""
        passed = max(0.0, now - self._refilled)
        self.tokens = min(self.burst, self.tokens + passed * self.rate)
        self._refilled = now
        return max(0, int(self.tokens))


class Allowance:
    """Counts requests and invalid answers; times are monotonic seconds."""

    def __init__(self, *, invalid_limit: int = INVALID_LIMIT) -> None:
        self._invalid_limit = invalid_limit
        self._posts = Share(burst=POST_BURST, rate=POST_RATE)
        self._edits = Share(burst=EDIT_BURST, rate=EDIT_RATE)
        self._paused_until = 0.0
        self._invalid: deque[float] = deque()
        self._cloudflare_wait = CLOUDFLARE_WAIT

    def free(self, now: float, *, is_post: bool) -> int:
        """Return how many requests of that kind may start now."""
        return 0 if now < self._paused_until else self._share(is_post).free(now)

    def wait(self, now: float, *, is_post: bool) -> float:
        """Return the seconds until a request may start, 0.0 when it may now."""
        if self.free(now, is_post=is_post):
            return 0.0
        return max(self._paused_until - now, 1.0 / self._share(is_post).rate)

    def take(self, *, is_post: bool) -> None:
        """Count a request that begins now."""
        self._share(is_post).tokens -= 1

    def _share(self, is_post: bool) -> "Share":
        return self._posts if is_post else self._edits

    def pause(self, seconds: float, now: float) -> None:
        """Start nothing anywhere for `seconds`."""
        self._paused_until = max(self._paused_until, now + seconds)

    def pause_for_cloudflare(self, seconds: float | None, now: float) -> float:
        """Pause for what its answer named, else longer each time; return how long."""
        if seconds is None:
            seconds = self._cloudflare_wait
            self._cloudflare_wait = min(CLOUDFLARE_LONGEST, seconds * 2)
        self.pause(seconds, now)
        return seconds

    def succeeded(self) -> None:
        """Forget how often Cloudflare sent us away: it let a request through."""
        self._cloudflare_wait = CLOUDFLARE_WAIT

    def invalid(self, now: float) -> bool:
        """Count a 401, 403 or non-shared 429; True: too many, all writing stops.

        Writing goes on when the ten minutes have cleared.
        """
        self._invalid.append(now)
        while self._invalid[0] <= now - INVALID_WINDOW:
            self._invalid.popleft()
        if len(self._invalid) < self._invalid_limit:
            return False
        self.pause(self._invalid[0] + INVALID_WINDOW - now, now)
        return True
