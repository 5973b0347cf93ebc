"""What Discord allows this process as a whole, whatever the destination.

Shared by all writers: the global limit and the ban for invalid requests count by IP.
"""

from collections import deque

RATE = 25.0  # requests a second: half of Discord's global 50 (Topics/Rate Limits)
KEPT_FOR_POSTS = 5  # of a full second's requests, so that edits never use up all
INVALID_LIMIT = 5_000  # half of the 10,000 that lead to a ban of the address
INVALID_WINDOW = 600.0  # seconds
CLOUDFLARE_WAIT = 60.0  # seconds when its 429 names none; doubles while they go on
CLOUDFLARE_LONGEST = 900.0


class Allowance:
    """Counts requests and invalid answers; times are monotonic seconds."""

    def __init__(
        self, *, rate: float = RATE, invalid_limit: int = INVALID_LIMIT
    ) -> None:
        self._rate, self._invalid_limit = rate, invalid_limit
        self._tokens, self._refilled = rate, 0.0
        self._paused_until = 0.0
        self._invalid: deque[float] = deque()
        self._cloudflare_wait = CLOUDFLARE_WAIT

    def free(self, now: float, *, is_post: bool) -> int:
        """Return how many requests may start now; edits leave some for posts."""
        if now < self._paused_until:
            return 0
        passed = max(0.0, now - self._refilled)
        self._tokens = min(self._rate, self._tokens + passed * self._rate)
        self._refilled = now
        kept = 0 if is_post else min(KEPT_FOR_POSTS, self._rate / 2)
        return max(0, int(self._tokens - kept))

    def wait(self, now: float, *, is_post: bool) -> float:
        """Return the seconds until a request may start, 0.0 when it may now."""
        if self.free(now, is_post=is_post):
            return 0.0
        return max(self._paused_until - now, 1.0 / self._rate)

    def take(self) -> None:
        """Count a request that begins now."""
        self._tokens -= 1

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
