"""How the simulated Discord counts requests and what it says of it in headers.

Source: Discord's documentation, Topics/Rate Limits; the limits themselves are knobs.
"""

import hashlib
import time


class Window:
    """So many requests per fixed window; it begins with the first request in it."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit, self.seconds = limit, seconds
        self._used, self._began = 0, float("-inf")

    @property
    def remaining(self) -> int:
        """Return how many requests still fit into the window of this moment."""
        return self.limit - (self._used if self.reset_after > 0 else 0)

    @property
    def reset_after(self) -> float:
        """Return the seconds until the window ends, 0.0 when none is open."""
        return max(0.0, self._began + self.seconds - time.monotonic())

    def take(self) -> bool:
        """Count one request; False: the window is full, nothing was counted."""
        if self.reset_after <= 0:
            self._used, self._began = 0, time.monotonic()
        if self._used >= self.limit:
            return False
        self._used += 1
        return True

    def headers(self, bucket: str) -> dict[str, str]:
        """Return the X-RateLimit headers of an answer in this window."""
        left = self.reset_after
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(bucket.encode()).hexdigest()[:32],
        }


class Windows:
    """The windows of one webhook, made when first used, remade when a knob turns."""

    def __init__(self) -> None:
        self._windows: dict[str, Window] = {}

    def get(self, name: str, limit: tuple[int, float]) -> Window:
        """Return the window of that name; a new limit begins a new window."""
        window = self._windows.get(name)
        if window is None or (window.limit, window.seconds) != limit:
            window = self._windows[name] = Window(*limit)
        return window
