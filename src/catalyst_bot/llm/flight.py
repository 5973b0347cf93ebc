"""Asks equal questions once: who comes while one is under way waits for its answer."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from functools import partial
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
    flight is cancelled. So those who wait are the parents of its task. Who comes after
    the answer, and before those who waited could keep it, has it too.
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
        until = now + within
        flight = self._flights.get(question)
        if flight is not None and flight.completion is not None:
            return flight.completion
        if flight is None:
            terms = Terms(began=now, deadline=until, lane=lane, value=value)
            flight = self._flights[question] = _Flight(terms)
            flight.task = asyncio.get_running_loop().create_task(
                self._fly(request, flight, question)
            )
        else:
            flight.terms.join(deadline=until, lane=lane, value=value)
        seat = flight.sit(until=until, now=now)
        try:
            return await seat.outcome
        finally:
            flight.leave(seat)
            if flight.completion is not None:  # who has it now, keeps it at once
                self._forget(flight, question)
            if not flight.seats:
                await self._end(flight, question)

    async def _fly(
        self, request: CompletionRequest, flight: "_Flight", question: Hashable
    ) -> None:
        try:
            completion = await self._answer(request, flight.terms)
        except asyncio.CancelledError:
            self._forget(flight, question)
            flight.land(asyncio.Future.cancel)
            raise
        except Exception as error:  # noqa: BLE001 - whoever waits has to deal with it
            self._forget(flight, question)
            flight.land(partial(_fail, error=error))
        else:
            flight.completion = completion
            flight.land(lambda outcome: outcome.set_result(completion))

    async def _end(self, flight: "_Flight", question: Hashable) -> None:
        """Cancel what nobody waits for any more."""
        task = flight.task
        if task is not None and not task.done():
            self._forget(flight, question)
            task.cancel()
            await asyncio.wait([task])

    def _forget(self, flight: "_Flight", question: Hashable) -> None:
        if self._flights.get(question) is flight:
            del self._flights[question]


class _Flight:
    """One question under way and the seats of those who wait for its answer."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.task: asyncio.Task[None] | None = None
        self.completion: Completion | None = None
        self.seats: list[_Seat] = []

    def sit(self, *, until: float, now: float) -> "_Seat":
        """Let one more wait; the flight itself keeps only the latest deadline."""
        seat = _Seat(until)
        self.seats.append(seat)
        if len(self.seats) > 1:
            self._set_alarms(now)
        return seat

    def leave(self, seat: "_Seat") -> None:
        """Let one go, who wants nothing more."""
        self.seats.remove(seat)
        if seat.alarm is not None:
            seat.alarm.cancel()
        if seat.outcome.done() and not seat.outcome.cancelled():
            seat.outcome.exception()  # it may have come while the seat was left

    def land(self, tell: "Callable[[asyncio.Future[Completion]], object]") -> None:
        """Tell everybody who still waits."""
        for seat in self.seats:
            if not seat.outcome.done():
                tell(seat.outcome)

    def _set_alarms(self, now: float) -> None:
        loop = asyncio.get_running_loop()
        for seat in self.seats:
            if seat.alarm is None and seat.until < self.terms.latest:
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


def _fail(outcome: "asyncio.Future[Completion]", *, error: Exception) -> None:
    outcome.set_exception(error)


class _Seat:
    """One who waits, until its own deadline."""

    __slots__ = ("alarm", "outcome", "until")

    def __init__(self, until: float) -> None:
        self.until = until
        self.outcome: asyncio.Future[Completion] = (
            asyncio.get_running_loop().create_future()
        )
        self.alarm: asyncio.TimerHandle | None = None
