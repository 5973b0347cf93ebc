"""Lets a few requests through at a time, the most urgent first.

Ollama queues without bound and in order of arrival, so the queue has to be ours.
"""

import asyncio
import itertools
from bisect import insort
from collections.abc import Callable, Iterator
from heapq import heappop, heappush

from catalyst_bot.llm.limit import Limit
from catalyst_bot.llm.model import Lane, LLMError, LLMErrorKind
from catalyst_bot.llm.rate import Window
from catalyst_bot.llm.terms import Terms

MAX_WAITING = 100  # beyond it the least urgent is refused at once
MARGIN = 0.05  # seconds: an attempt ends before its caller does, so a hang is counted


class Gate:
    """As many requests in flight as `limit` has slots and `window` allows.

    The rest wait: by lane, by value, and the newest first among equals, for news ages.
    Whoever cannot have an answer in time, by what one takes (`service`, median seconds
    in its lane, 0.0 while unknown) and by who is ahead, is refused as busy at once: so
    the queue is never longer than the rate times the deadline. LATE goes while nobody
    else does, and BATCH leaves a slot of several free: from the first alert on, as a
    process that reads none has nobody to keep it for.
    """

    def __init__(
        self,
        *,
        limit: Limit,
        window: Window,
        service: Callable[[Lane], float],
        monotonic: Callable[[], float],
        max_waiting: int = MAX_WAITING,
    ) -> None:
        self._limit, self._window, self._max_waiting = limit, window, max_waiting
        self._service, self._monotonic = service, monotonic
        self._arrivals = itertools.count()
        self._running: dict[Terms, float] = {}  # since when
        self._queue: list[_Waiter] = []  # the next to go first
        self._opening: asyncio.TimerHandle | None = None  # of the window
        self._knows_alerts = False

    @property
    def in_flight(self) -> int:
        """Return how many hold a slot."""
        return len(self._running)

    @property
    def waiting(self) -> int:
        """Return how many wait for a slot."""
        return len(self._queue)

    @property
    def is_idle(self) -> bool:
        """Tell whether nobody holds a slot and nobody waits for one."""
        return not self._running and not self._queue

    def try_enter(self, terms: Terms) -> float | None:
        """Take a slot, which `leave` gives back, if there is one and nobody waits.

        Returns:
            The time, monotonic, or None.
        """
        self._knows_alerts = self._knows_alerts or terms.lane <= Lane.ALERT
        if self._queue or not self._has_slot(terms.lane) or self._reserve():
            return None
        now = self._running[terms] = self._monotonic()
        return now

    def leave(self, terms: Terms) -> None:
        """Give a slot back; the next in the queue has it."""
        del self._running[terms]
        if self._queue:
            self._shed_hopeless()
            self._admit()

    def older(self, terms: Terms) -> int:
        """Return how many that hold a slot have held theirs for longer."""
        return list(self._running).index(terms)

    def _has_slot(self, lane: Lane) -> bool:
        if lane is Lane.LATE:
            return not self._running
        return len(self._running) < self._slots_of(lane)

    def _slots_of(self, lane: Lane) -> int:
        keeps_one = lane is Lane.BATCH and self._knows_alerts
        return max(1, self._limit.slots - keeps_one)

    def _reserve(self) -> float:
        """Take a place in the window: 0.0, or the seconds until there may be one."""
        wait = self._window.reserve()
        if wait and self._opening is None:
            loop = asyncio.get_running_loop()
            self._opening = loop.call_later(wait, self._opened)
        return wait

    def _opened(self) -> None:
        self._opening = None
        self._admit()

    async def wait(self, terms: Terms) -> float:
        """Wait for a slot, which `leave` gives back, until just before the deadline.

        Returns:
            The time, monotonic.
        Raises:
            LLMError: busy, with the number of requests that were ahead.
        """
        waiter = _Waiter(terms, arrival=next(self._arrivals))
        terms.on_raise = lambda: self._move(waiter)
        self._place(waiter)
        self._shed_hopeless()
        self._admit()
        try:
            await waiter.turn
            return self._running[terms]
        except asyncio.CancelledError:
            self._withdraw(waiter)
            raise
        finally:
            terms.on_raise = None

    def _place(self, waiter: "_Waiter") -> None:
        waiter.rank()
        insort(self._queue, waiter, key=_Waiter.place)
        patience = waiter.terms.deadline - self._monotonic()
        patience -= self._service(waiter.terms.lane)
        waiter.wake_in(patience, lambda: self._shed(waiter))

    def _move(self, waiter: "_Waiter") -> None:
        """Give a waiter whose terms have been raised its better place."""
        if waiter in self._queue:
            self._queue.remove(waiter)
            waiter.rest()
            self._place(waiter)

    def _withdraw(self, waiter: "_Waiter") -> None:
        waiter.rest()
        if waiter in self._queue:
            self._queue.remove(waiter)
        elif waiter.terms in self._running:  # it left in the moment its slot came
            self.leave(waiter.terms)

    def _admit(self) -> None:
        while self._queue and self._has_slot(self._queue[0].terms.lane):
            waiter = self._queue[0]
            if waiter.turn.done():  # cancelled, its task runs in a moment
                del self._queue[0]
            elif self._reserve():
                return
            else:
                del self._queue[0]
                self._running[waiter.terms] = self._monotonic()
                waiter.go()

    def _shed(self, waiter: "_Waiter") -> None:
        ahead = len(self._running) + self._queue.index(waiter)
        self._queue.remove(waiter)
        waiter.refuse(ahead)

    def _shed_hopeless(self) -> None:
        """Refuse whoever is too many, and whoever would have no answer in time."""
        while len(self._queue) > self._max_waiting:
            self._shed(self._queue[-1])
        for waiter, starts in self._plan():
            service = self._service(waiter.terms.lane)
            if service and starts + service + MARGIN > waiter.terms.deadline:
                self._shed(waiter)

    def _plan(self) -> Iterator[tuple["_Waiter", float]]:
        """Yield when each waiter would start; one who is shed then frees its place."""
        now = self._monotonic()
        ends = sorted(
            max(now, begun + self._service(terms.lane))
            for terms, begun in self._running.items()
        )
        starts, ahead = now, 0
        for waiter in tuple(self._queue):
            while len(ends) >= self._slots_of(waiter.terms.lane):
                starts = heappop(ends)
            starts = max(starts, now + self._window.opens_in(ahead))
            yield waiter, starts
            if not waiter.turn.done():
                heappush(ends, starts + self._service(waiter.terms.lane))
                ahead += 1


class _Waiter:
    """One request in the queue."""

    def __init__(self, terms: Terms, *, arrival: int) -> None:
        self.terms, self._arrival = terms, arrival
        self.turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._place = (0, 0.0, 0)
        self._timer: asyncio.TimerHandle | None = None

    def place(self) -> tuple[int, float, int]:
        """Return the place in the queue; the smallest goes first."""
        return self._place

    def rank(self) -> None:
        """Fix the place by the terms as they are; it holds while it is in the queue."""
        self._place = (self.terms.lane, -self.terms.value, -self._arrival)

    def go(self) -> None:
        self.rest()
        self.turn.set_result(None)

    def refuse(self, ahead: int) -> None:
        self.rest()
        if not self.turn.done():
            detail = f"{ahead} ahead"
            self.turn.set_exception(LLMError(LLMErrorKind.BUSY, detail, ahead=ahead))

    def wake_in(self, seconds: float, call: Callable[[], None]) -> None:
        self._timer = asyncio.get_running_loop().call_later(max(0.0, seconds), call)

    def rest(self) -> None:
        """Wait for no moment any more."""
        if self._timer is not None:
            self._timer.cancel()
