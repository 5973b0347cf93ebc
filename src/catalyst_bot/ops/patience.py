"""When somebody outside may be asked: not while it is ill, and not too often.

Pure arithmetic on monotonic seconds, so that every case can be tested.
"""

from dataclasses import dataclass, field

FAILURES = 3  # in a row, after which a provider is left alone
FIRST_REST, LONGEST_REST = 15.0, 600.0  # seconds


@dataclass(slots=True)
class Patience:
    """Leaves a provider alone after three failures in a row, or as long as it asks.

    The first rest is 15 s, each failed probe doubles it, up to 10 min.
    """

    _failures: int = 0
    _until: float = float("-inf")

    def rest(self, now: float) -> float:
        """Return for how many seconds it must not be asked."""
        return max(0.0, self._until - now)

    @property
    def is_probing(self) -> bool:
        """Tell whether the next request only finds out if it is well again."""
        return self._failures >= FAILURES

    def succeeded(self) -> None:
        """Note an answer."""
        self._failures, self._until = 0, float("-inf")

    def failed(self, now: float, *, retry_after: float | None) -> None:
        """Note a failure; those of requests sent before the rest began say nothing."""
        if self.rest(now) > 0:
            return
        self._failures += 1
        if retry_after is not None:
            self._until = now + min(retry_after, LONGEST_REST)
        elif self._failures >= FAILURES:
            doublings = min(self._failures - FAILURES, 10)
            self._until = now + min(FIRST_REST * 2.0**doublings, LONGEST_REST)


@dataclass(slots=True)
class Tokens:
    """How many requests may start: `per_minute`, half of them at once."""

    per_minute: int
    _left: float = field(init=False)
    _seen: float = float("-inf")

    def __post_init__(self) -> None:
        self._left = self.capacity

    @property
    def capacity(self) -> float:
        """Return how many may start at once after a long rest."""
        return self.per_minute / 2

    def left(self, now: float) -> float:
        """Return how many may start now."""
        if self._seen > float("-inf"):
            gained = (now - self._seen) * self.per_minute / 60
            self._left = min(self.capacity, self._left + max(0.0, gained))
        self._seen = now
        return self._left

    def take(self, now: float) -> None:
        """Note that a request starts."""
        self._left = self.left(now) - 1
