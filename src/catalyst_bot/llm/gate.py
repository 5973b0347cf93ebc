"""Lets a few requests through at a time, the most valuable first.

Ollama queues without bound and in order of arrival, so the queue has to be ours.
"""

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from catalyst_bot.llm.model import LLMError, LLMErrorKind

MAX_WAITING = 100  # beyond it the least valuable is refused at once


class Gate:
    """At most `limit` requests in flight; the rest wait by value, then by age.

    A waiter that can no longer start early enough is refused as busy: when its deadline
    is nearer than `service` seconds, the median of what an answer takes.
    """

    def __init__(
        self,
        *,
        limit: int,
        service: Callable[[], float],
        monotonic: Callable[[], float],
        max_waiting: int = MAX_WAITING,
    ) -> None:
        self._limit, self._max_waiting = limit, max_waiting
        self._service, self._monotonic = service, monotonic
        self._in_flight = 0
        self._arrivals = itertools.count()
        self._queue: list[_Waiter] = []

    @property
    def in_flight(self) -> int:
        """Return how many hold a slot."""
        return self._in_flight

    @property
    def waiting(self) -> int:
        """Return how many wait for a slot."""
        return len(self._queue)

    @property
    def is_idle(self) -> bool:
        """Tell whether nobody holds a slot and nobody waits for one."""
        return not self._in_flight and not self._queue

    @asynccontextmanager
    async def slot(self, *, value: float, deadline: float) -> AsyncIterator[None]:
        """Hold one slot for the block; the wait ends before `deadline` (monotonic).

        Raises:
            LLMError: busy, with the number of requests that were ahead.
        """
        if self._in_flight < self._limit and not self._queue:
            self._in_flight += 1
        else:
            await self._wait(value, deadline)
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, value: float, deadline: float) -> None:
        waiter = _Waiter(value=value, arrival=next(self._arrivals))
        heapq.heappush(self._queue, waiter)
        self._evict()
        has_slot = False
        try:
            async with asyncio.timeout(self._patience(deadline)):
                await waiter.turn
            has_slot = True
        except TimeoutError as error:
            raise _busy(self._ahead_of(waiter)) from error
        finally:
            if not has_slot:
                self._withdraw(waiter)

    def _patience(self, deadline: float) -> float:
        return max(0.0, deadline - self._service() - self._monotonic())

    def _evict(self) -> None:
        if len(self._queue) <= self._max_waiting:
            return
        last = max(self._queue)
        ahead = self._ahead_of(last)
        self._remove(last)
        if not last.turn.done():
            last.turn.set_exception(_busy(ahead))

    def _withdraw(self, waiter: "_Waiter") -> None:
        if waiter in self._queue:
            self._remove(waiter)
        elif waiter.has_slot:  # it left in the moment its slot came
            self._pass_on()

    def _pass_on(self) -> None:
        while self._queue:
            waiter = heapq.heappop(self._queue)
            if not waiter.turn.done():  # done: cancelled, its task runs in a moment
                waiter.turn.set_result(None)
                return
        self._in_flight -= 1

    def _remove(self, waiter: "_Waiter") -> None:
        self._queue.remove(waiter)  # at most MAX_WAITING: a scan costs microseconds
        heapq.heapify(self._queue)

    def _ahead_of(self, waiter: "_Waiter") -> int:
        return self._in_flight + sum(other < waiter for other in self._queue)


class _Waiter:
    """One request in the queue; the smallest goes first."""

    def __init__(self, *, value: float, arrival: int) -> None:
        self._rank = (-value, arrival)
        self.turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def __lt__(self, other: "_Waiter") -> bool:
        return self._rank < other._rank

    @property
    def has_slot(self) -> bool:
        """Tell whether a slot was handed over."""
        turn = self.turn
        return turn.done() and not turn.cancelled() and turn.exception() is None


def _busy(ahead: int) -> LLMError:
    return LLMError(LLMErrorKind.BUSY, f"{ahead} ahead", ahead=ahead)
