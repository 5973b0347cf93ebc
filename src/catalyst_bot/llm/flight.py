"""Asks equal questions once: who comes while one is under way waits for its answer."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any

from catalyst_bot.llm.model import (
    Completion,
    CompletionRequest,
    Lane,
    LLMError,
    LLMErrorKind,
)
from catalyst_bot.llm.terms import Terms

Answerer = Callable[[CompletionRequest, Terms], Coroutine[Any, Any, Completion]]


class SingleFlight:
    """Completes requests through `answer`, those with the same question together.

    A flight has the latest deadline of all who wait for it and the best of their places
    in the queue. Each waits until its own deadline; when the last one leaves, the
    flight is cancelled. So those who wait are the parents of its task.
    """

    def __init__(self, answer: Answerer, *, monotonic: Callable[[], float]) -> None:
        self._answer, self._monotonic = answer, monotonic
        self._flights: dict[Hashable, _Flight] = {}

    async def complete(
        self,
        request: CompletionRequest,
        *,
        within: float,
        value: float = 0.0,
        lane: Lane = Lane.ALERT,
    ) -> Completion:
        """Return the completion of a request within `within` seconds.

        Raises:
            LLMError: why there is none.
        """
        now, question = self._monotonic(), request.question
        flight = self._flights.get(question)
        if flight is None:
            terms = Terms(began=now, deadline=now + within, lane=lane, value=value)
            flight = self._flights[question] = _Flight(
                asyncio.create_task(self._answer(request, terms)), terms
            )
        else:
            flight.terms.join(deadline=now + within, lane=lane, value=value)
        try:
            return await flight.wait(until=now + within, now=now)
        finally:
            if not flight.seats:
                if self._flights.get(question) is flight:
                    del self._flights[question]
                await flight.end()


class _Flight:
    """One question under way and the seats of those who wait for its answer."""

    def __init__(self, task: asyncio.Task[Completion], terms: Terms) -> None:
        self._task, self.terms = task, terms
        self.seats: list[_Seat] = []
        task.add_done_callback(self._land)

    async def wait(self, *, until: float, now: float) -> Completion:
        """Return the answer; the task itself keeps only the latest deadline.

        Raises:
            LLMError: what became of the question, or that `until` has come.
        """
        if self._task.done():  # in this very moment
            return self._task.result()
        seat = _Seat(until)
        self.seats.append(seat)
        if len(self.seats) > 1:
            self._set_alarms(now)
        try:
            return await seat.outcome
        finally:
            self.seats.remove(seat)
            seat.leave()

    async def end(self) -> None:
        """Cancel what nobody waits for any more."""
        if not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])

    def _set_alarms(self, now: float) -> None:
        for seat in self.seats:
            if seat.alarm is None and seat.until < self.terms.latest:
                loop = asyncio.get_running_loop()
                seat.alarm = loop.call_later(seat.until - now, self._expire, seat)

    def _expire(self, seat: "_Seat") -> None:
        """Tell one whose time is up the truth: asked in vain, or not asked yet."""
        if seat.outcome.done():
            return
        error = LLMError(LLMErrorKind.TIMEOUT, "no answer in time")
        if not self.terms.sent:
            error = LLMError(LLMErrorKind.BUSY, "1 ahead", ahead=1)
        error.attempts = self.terms.sent
        seat.outcome.set_exception(error)

    def _land(self, task: asyncio.Task[Completion]) -> None:
        error = None if task.cancelled() else task.exception()
        for seat in self.seats:
            if seat.outcome.done():
                continue
            if task.cancelled():
                seat.outcome.cancel()
            elif error is not None:
                seat.outcome.set_exception(error)
            else:
                seat.outcome.set_result(task.result())


class _Seat:
    """One who waits, until its own deadline."""

    __slots__ = ("alarm", "outcome", "until")

    def __init__(self, until: float) -> None:
        self.until = until
        self.outcome: asyncio.Future[Completion] = (
            asyncio.get_running_loop().create_future()
        )
        self.alarm: asyncio.TimerHandle | None = None

    def leave(self) -> None:
        """Want nothing more, not even an error that came while it was cancelled."""
        if self.alarm is not None:
            self.alarm.cancel()
        if self.outcome.done() and not self.outcome.cancelled():
            self.outcome.exception()
