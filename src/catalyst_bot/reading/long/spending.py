"""Counts what a question costs, and says which of its budgets is used up."""

import time
from collections.abc import Callable, Iterator, Sequence

from catalyst_bot.llm.model import Completion, CompletionRequest, LLMError
from catalyst_bot.reading.long.model import Budget
from catalyst_bot.text import counted

_MOMENT = 0.1  # seconds; what waits to the end gives up that much before it


class Spending:
    """The books of one question; its clock starts when it is made.

    `calls` are requests sent, `asked` questions put, `kept` those of them that the
    cache knew: they cost nothing.
    """

    def __init__(
        self, budget: Budget, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._budget, self._monotonic = budget, monotonic
        self._began = monotonic()
        self.calls = self.asked = self.kept = self.failed = self.tokens = 0

    def note(self, outcome: Completion | LLMError) -> None:
        """Enter the end of one question."""
        self.asked += 1
        if isinstance(outcome, LLMError):
            self.failed += 1
            self.calls += outcome.attempts
        elif outcome.cached:
            self.kept += 1
        else:
            self.calls += max(1, outcome.attempts)
            self.tokens += outcome.prompt_tokens + outcome.completion_tokens

    @property
    def seconds(self) -> float:
        """Return the seconds since it began."""
        return self._monotonic() - self._began

    @property
    def seconds_left(self) -> float:
        """Return the seconds that are left, 0.0 when none are."""
        return max(0.0, self._budget.seconds - self.seconds)

    @property
    def calls_left(self) -> int:
        """Return how many more questions may be sent."""
        paid = max(self.asked - self.kept, self.calls)
        return max(0, self._budget.calls - paid)

    def turns(
        self, requests: Sequence[CompletionRequest]
    ) -> Iterator[tuple[int, Sequence[CompletionRequest]]]:
        """Yield as many requests at a time as may be sent, with the place of the first.

        Which of them the cache knows is seen only when they are noted; what it spared
        is there for the next turn.
        """
        start = 0
        while start < len(requests) and not self.spent():
            turn = requests[start : start + self.calls_left]
            yield start, turn
            start += len(turn)

    def spent(self) -> str:
        """Return which budget is used up, in words; "" when none is."""
        if not self.calls_left:
            return f"the budget of {counted(self._budget.calls, 'call')} is used up"
        limit = self._budget.tokens
        if limit is not None and self.tokens >= limit:
            return f"the budget of {limit} tokens is used up"
        if self.seconds_left <= _MOMENT:
            return f"the time of {self._budget.seconds:g} s is over"
        return ""
