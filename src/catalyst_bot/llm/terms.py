"""How urgent one answer is: it is handed down all layers, and may rise on the way."""

from collections.abc import Callable

from catalyst_bot.llm.model import Lane


class Terms:
    """What bounds one answer; while it is under way a second asker may raise it.

    `began` and `deadline` are in monotonic seconds. `value` orders those of one lane,
    the highest first. `sent` counts the requests that were made for it.
    """

    __slots__ = ("began", "deadline", "lane", "on_raise", "sent", "value")

    def __init__(
        self, *, began: float, deadline: float, lane: Lane, value: float
    ) -> None:
        self.began, self.deadline = began, deadline
        self.lane, self.value = lane, value
        self.sent = 0
        self.on_raise: Callable[[], None] | None = None  # of whoever waits by them

    def join(self, *, deadline: float, lane: Lane, value: float) -> None:
        """Take in a second asker: the latest deadline, the best place of both."""
        self.deadline = max(self.deadline, deadline)
        self.lane, cost = min((self.lane, -self.value), (lane, -value))
        self.value = -cost
        if self.on_raise is not None:
            self.on_raise()
