"""One provider in the chain, and whether it may be asked at all today."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Protocol

from catalyst_bot.llm.model import (
    Completion,
    CompletionRequest,
    Condition,
    Lane,
    LLMError,
    LLMErrorKind,
)
from catalyst_bot.llm.terms import Terms

_NEVER = datetime.max.replace(tzinfo=UTC)

logger = logging.getLogger(__name__)


class Guarded(Protocol):
    """A guarded client of one provider; `LLMClient` is one."""

    @property
    def name(self) -> str: ...

    def usual(self, lane: Lane) -> float: ...

    @property
    def is_available(self) -> bool: ...

    @property
    def is_well(self) -> bool: ...

    def retry_in(self) -> float: ...

    def condition(self) -> Condition: ...

    async def answer(self, request: CompletionRequest, terms: Terms) -> Completion: ...

    async def warm_up(self) -> None: ...

    async def tend(self) -> None: ...

    async def drop_if_idle(self, seconds: float) -> None: ...


class Member:
    """A client that is left out while asking it is vain.

    That is for good when its key is refused, and for the rest of the UTC day when its
    money is used up; `now` returns the real time.
    """

    def __init__(
        self,
        client: Guarded,
        *,
        model: str,
        now: Callable[[], datetime],
        is_local: bool,
    ) -> None:
        self.client, self.is_local = client, is_local
        self._model, self._now = model, now
        self._off_until = datetime.min.replace(tzinfo=UTC)
        self._refusal: LLMError | None = None
        self._said = ""

    @property
    def is_on(self) -> bool:
        """Tell whether it may be asked; its circuit may be open nevertheless."""
        return self._refusal is None or self._now() >= self._off_until

    @property
    def is_ready(self) -> bool:
        """Tell whether a request would be sent."""
        return self.is_on and self.client.is_available

    def refusal(self) -> LLMError:
        """Return why it is not ready."""
        if self._refusal is not None and not self.is_on:
            return LLMError(self._refusal.kind, self._refusal.detail)
        return LLMError(LLMErrorKind.CIRCUIT_OPEN, "circuit open")

    def condition(self) -> Condition:
        """Return how it is now."""
        now = replace(self.client.condition(), model=self._model)
        if self.is_on:
            return now
        return replace(now, state="off", fault=self.refusal().detail)

    def note(self, error: LLMError) -> None:
        """Learn from an error: some last."""
        if error.kind is LLMErrorKind.AUTH:  # which the client has logged
            self._refusal, self._off_until = error, _NEVER
        elif error.kind is LLMErrorKind.SPEND_LIMIT:
            self._say(error)
            if error.status:  # else it is a limit of ours: a smaller request may fit
                self._refusal, self._off_until = error, self._next_try(error)

    def _say(self, error: LLMError) -> None:
        """Log it once a day: many requests learn it, some at once."""
        said = f"{self._now():%Y-%m-%d} {error.detail}"
        if said != self._said:
            self._said = said
            extra = {"provider": self.client.name, "reason": error.detail}
            logger.warning("provider not asked", extra=extra)

    def _next_try(self, error: LLMError) -> datetime:
        """Return the next UTC midnight, or an earlier time that the error names."""
        now = self._now()
        tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
        midnight = datetime.combine(tomorrow, time(), tzinfo=UTC)
        if error.retry_after is None:
            return midnight
        return min(midnight, now + timedelta(seconds=error.retry_after))
