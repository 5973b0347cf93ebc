"""Whether a failed attempt is made again, and after which pause."""

import random
from dataclasses import dataclass

from catalyst_bot.llm.model import LLMError, LLMErrorKind

_FIRST_PAUSE = 0.1  # seconds after a 429 that names no wait; it doubles
_BUDGET = 10.0  # retries in a row; then one for every ten requests
_INCOME = 0.1
_OUT_OF_TIME = (LLMErrorKind.TIMEOUT, LLMErrorKind.BUSY)


@dataclass(slots=True)
class Tries:
    """What was tried for one request so far."""

    sent: int = 0
    refusals: int = 0  # 429s among those sent: they cost no attempt
    refusal: LLMError | None = None  # the last 429

    @property
    def attempt(self) -> int:
        """Return the number of the attempt under way, from 1."""
        return self.sent - self.refusals

    def refused(self, error: LLMError) -> None:
        """Note a 429."""
        self.refusals += 1
        self.refusal = error

    def cause(self, error: LLMError, *, before: float, last: float) -> LLMError:
        """Return why there is no answer, of which `error` is the end.

        Where most of the time had gone by before the last try, that is the 429 for
        which it waited: `before` and `last` are seconds before and in that try.
        """
        is_short = error.kind in _OUT_OF_TIME and last < before and not error.partial
        return self.refusal if is_short and self.refusal else error


class RetryPolicy:
    """At most `max_attempts` for one request, with full jitter, out of one budget.

    The budget is everybody's: a server in trouble gets a tenth more requests at most,
    not three times as many. A 429 costs neither: that request waits for its turn.
    """

    def __init__(
        self, *, max_attempts: int, retry_delay: float, rng: random.Random
    ) -> None:
        self.max_attempts = max_attempts
        self._retry_delay, self._rng = retry_delay, rng
        self._budget = _BUDGET

    def began(self) -> None:
        """Note a new request, which earns a tenth of a retry."""
        if self._budget < _BUDGET:
            self._budget = min(_BUDGET, self._budget + _INCOME)

    def pause(self, error: LLMError, tries: Tries) -> float | None:
        """Return the seconds before the next attempt, None when there is to be none."""
        if error.kind is LLMErrorKind.RATE_LIMITED:
            return self._turn_of(error, tries)
        if error.kind is not LLMErrorKind.UNAVAILABLE:
            return None
        if not 0 < tries.attempt < self.max_attempts or self._budget < 1.0:
            return None
        pause = self._rng.uniform(0.0, self._retry_delay * tries.attempt)
        return max(pause, error.retry_after or 0.0)

    def spend(self, error: LLMError) -> None:
        """Take one retry out of the budget: it will be made."""
        if error.kind is LLMErrorKind.UNAVAILABLE:
            self._budget -= 1.0

    def _turn_of(self, error: LLMError, tries: Tries) -> float:
        if error.retry_after is not None:
            return error.retry_after  # never earlier
        longest = max(_FIRST_PAUSE, self._retry_delay)
        return min(_FIRST_PAUSE * 2.0 ** (tries.refusals - 1), longest)
