"""Asks the listed providers in order, until one answers or the time is up.

complete -> flight (equal requests together) -> answer -> a member's guarded client
    -> the next member's, where that failed, without a pause
"""

import asyncio
from collections.abc import Callable, Sequence

from catalyst_bot.llm.flight import SingleFlight
from catalyst_bot.llm.gate import MARGIN
from catalyst_bot.llm.member import Member
from catalyst_bot.llm.model import (
    Completion,
    CompletionRequest,
    Condition,
    Lane,
    LLMError,
    LLMErrorKind,
)
from catalyst_bot.llm.terms import Terms

_FIRST_ANSWER = 2.0  # seconds kept for a provider of which nothing is known


class Router:
    """The chain of providers; each has its own queue, limit, circuit and budget.

    Whoever has another ready behind it makes one attempt, and leaves that one twice the
    time that it usually takes, a third of what remains at most. Whoever is the last
    makes all its attempts. A provider that recovers is asked first again by itself, for
    its circuit sends a probe.
    """

    def __init__(
        self, members: Sequence[Member], *, monotonic: Callable[[], float]
    ) -> None:
        self._members, self._monotonic = tuple(members), monotonic
        self._flight = SingleFlight(self.answer, monotonic=monotonic)

    @property
    def is_available(self) -> bool:
        """Tell whether a request would be sent to anybody."""
        return any(member.is_ready for member in self._members)

    @property
    def is_well(self) -> bool:
        """Tell whether the circuit of whoever is asked first now is closed."""
        ready = (member for member in self._members if member.is_ready)
        first = next(ready, None)
        return first is not None and first.client.is_well

    def retry_in(self) -> float:
        """Return the seconds until the first open circuit is probed, 0.0 for none."""
        waits = [member.client.retry_in() for member in self._members if member.is_on]
        return min(waits, default=0.0)

    def obstacle(self) -> str:
        """Return why nobody is asked, of the first listed."""
        return self._members[0].refusal().detail

    def conditions(self) -> tuple[Condition, ...]:
        """Return how each provider is now, in order."""
        return tuple(member.condition() for member in self._members)

    async def complete(
        self,
        request: CompletionRequest,
        *,
        within: float,
        value: float = 0.0,
        lane: Lane = Lane.ALERT,
    ) -> Completion:
        """Return a completion within `within` seconds; it names who gave it.

        Raises:
            LLMError: why there is none: of the last who was sent the request, else of
                the first.
        """
        return await self._flight.complete(
            request, within=within, value=value, lane=lane
        )

    async def answer(self, request: CompletionRequest, terms: Terms) -> Completion:
        """Return a completion on `terms`.

        Raises:
            LLMError: as `complete`.
        """
        failure: LLMError | None = None
        for place, member in enumerate(self._members):
            if not member.is_on:
                failure = failure or member.refusal()
                continue
            if failure is not None and not self._has_time_for(member, terms):
                continue
            needed = self._needed_after(place, terms.lane)
            terms.leave_time(needed, now=self._monotonic())
            sent = terms.sent
            try:
                return await member.client.answer(request, terms)
            except LLMError as error:
                member.note(error)
                if failure is None or terms.sent > sent:
                    failure = error
                if error.kind is LLMErrorKind.BAD_REQUEST:
                    break
        if failure is None:
            raise RuntimeError("a router without members")
        failure.attempts = terms.sent
        raise failure

    async def warm_up(self) -> None:
        """Load the model and open the pools; a failure is one log line."""
        async with asyncio.TaskGroup() as group:
            for member in self._members:
                group.create_task(member.client.warm_up())

    async def tend(self) -> None:
        """Give our own model's memory back when its circuit opens; never return."""
        async with asyncio.TaskGroup() as group:
            for member in self._members:
                if member.is_local:
                    group.create_task(member.client.tend())

    async def drop_if_idle(self, seconds: float) -> None:
        """Give our own model's memory back when nobody has asked for so long."""
        for member in self._members:
            if member.is_local:
                await member.client.drop_if_idle(seconds)

    def _has_time_for(self, member: Member, terms: Terms) -> bool:
        ends = self._monotonic() + member.client.usual(terms.lane) + MARGIN
        return ends < terms.latest

    def _needed_after(self, place: int, lane: Lane) -> float:
        """Return the seconds that the next who is ready should have at the end."""
        for later in self._members[place + 1 :]:
            if later.is_ready:
                return 2 * later.client.usual(lane) or _FIRST_ANSWER
        return 0.0
