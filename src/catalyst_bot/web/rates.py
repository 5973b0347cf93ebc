"""How often one caller may ask: a bucket for each, so that nobody spends another's."""

from collections.abc import Callable

BURST_SECONDS = 15  # of the rate may be spent at once
CALLERS = 1_000  # remembered; beyond them the one that was silent longest begins anew
_NEVER = float("-inf")


class Rates:
    """Counts requests by caller; a bucket refills evenly over the minute."""

    def __init__(self, *, per_minute: int, monotonic: Callable[[], float]) -> None:
        self._step = 60 / per_minute
        self._ahead = max(BURST_SECONDS - self._step, 0.0)
        self._monotonic = monotonic
        self._due: dict[str, float] = {}  # when the next request is paid for

    def take(self, caller: str, *, cost: float = 1.0) -> float:
        """Count a request; return 0.0, or the seconds until one would be taken.

        `cost`: what part of an ordinary request it is.
        """
        now = self._monotonic()
        due = max(self._due.pop(caller, _NEVER), now - self._ahead)
        wait = max(0.0, due - now)
        self._due[caller] = due if wait else due + self._step * cost
        if len(self._due) > CALLERS:
            del self._due[next(iter(self._due))]
        return wait
