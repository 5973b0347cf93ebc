"""How urgent one answer is: it is handed down all layers, and may rise on the way."""

from collections.abc import Callable

from catalyst_bot.llm.model import Lane

_MOST_KEPT = 1 / 3  # whoever is asked first is the one that was preferred


class Terms:
    """What bounds one answer; while it is under way a second asker may raise it.

    Times are in monotonic seconds. `deadline` is that of whoever works on it now;
    `latest`, that of who waits for it, leaves time for others after it. `value` orders
    those of one lane, the highest first. `sent` counts the requests that were made for
    it.
    """

    __slots__ = (
        "_kept",
        "_since",
        "began",
        "deadline",
        "lane",
        "latest",
        "on_raise",
        "sent",
        "value",
    )

    def __init__(
        self, *, began: float, deadline: float, lane: Lane, value: float
    ) -> None:
        self.began, self.deadline, self.latest = began, deadline, deadline
        self.lane, self.value = lane, value
        self.sent = 0
        self.on_raise: Callable[[], None] | None = None  # of whoever waits by them
        self._kept = self._since = 0.0

    @property
    def is_final(self) -> bool:
        """Tell whether a failure is not tried again by whoever works on it now."""
        return self._kept > 0.0

    def join(self, *, deadline: float, lane: Lane, value: float) -> None:
        """Take in a second asker: the latest deadline, the best place of both."""
        self.latest = max(self.latest, deadline)
        self._share()
        self.lane, cost = min((self.lane, -self.value), (lane, -value))
        self.value = -cost
        if self.on_raise is not None:
            self.on_raise()

    def leave_time(self, seconds: float, *, now: float) -> None:
        """Keep the last seconds for others, a third of what remains at most.

        0: nobody comes after.
        """
        self._kept, self._since = seconds, now
        self._share()

    def _share(self) -> None:
        remaining = max(0.0, self.latest - self._since)
        self.deadline = self.latest - min(self._kept, remaining * _MOST_KEPT)
