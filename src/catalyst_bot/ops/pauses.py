"""Measure what keeps the event loop from running: late timers, garbage collection."""

import asyncio
import gc
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from catalyst_bot.clock import Clock
from catalyst_bot.ops.metrics import Metrics

PERIOD = 0.5  # seconds between two measurements
KEPT = 1024  # collections remembered between two measurements; older ones are lost


class LoopLag:
    """How late the loop runs its timers: about 0 when well, seconds when blocked."""

    def __init__(
        self, *, clock: Clock, metrics: Metrics, period: float = PERIOD
    ) -> None:
        self._clock, self._metrics, self._period = clock, metrics, period
        self._collections: deque[float] = deque(maxlen=KEPT)
        self._lag = 0.0

    def seconds(self) -> float:
        """Return the last measured lag."""
        return self._lag

    async def run(self) -> None:
        """Measure until cancelled."""
        with _timed_collections(self._clock, self._collections):
            while True:
                begun = self._clock.monotonic()
                # Real time, not the clock's: the demo's event time is no measure here.
                await asyncio.sleep(self._period)
                late = self._clock.monotonic() - begun - self._period
                self._lag = max(late, 0.0)
                self._metrics.event_loop_lag.set(self._lag)
                while self._collections:
                    self._metrics.gc_pause.observe(self._collections.popleft())


@contextmanager
def _timed_collections(clock: Clock, seconds: deque[float]) -> Iterator[None]:
    """Append the time of each garbage collection to `seconds`.

    Not to the metric itself: a collection may begin while this thread holds the lock
    of that metric, and waiting for it would never end.
    """
    begun = 0.0

    def note(phase: Literal["start", "stop"], _: dict[str, int]) -> None:
        nonlocal begun
        if phase == "start":
            begun = clock.monotonic()
        else:
            seconds.append(clock.monotonic() - begun)

    gc.callbacks.append(note)
    try:
        yield
    finally:
        gc.callbacks.remove(note)
