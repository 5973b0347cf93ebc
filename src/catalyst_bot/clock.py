"""Time as a dependency: the only way the product reads the time or sleeps."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

# Linux has a monotonic clock that counts the time asleep; elsewhere the plain one.
_MONOTONIC = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class Clock(Protocol):
    """Event time may run faster (the demo's does); everything measured is real."""

    def now(self) -> datetime:
        """Return the event time, aware, in UTC: ages, sessions, what a card shows."""
        ...

    def monotonic(self) -> float:
        """Return real seconds that never jump: deadlines and measured latency.

        They go on while the machine sleeps: news must not wake up as fresh as it was.
        """
        ...

    def unix(self) -> float:
        """Return the real wall time in seconds since 1970: due times in the ledger."""
        ...

    def real(self, seconds: float) -> float:
        """Return the real seconds that `sleep(seconds)` takes."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Sleep `seconds` of event time."""
        ...


class SystemClock:
    """The real thing."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.clock_gettime(_MONOTONIC)

    def unix(self) -> float:
        return time.time()

    def real(self, seconds: float) -> float:
        return seconds

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class FastClock:
    """Event time that starts at `start` and runs `speed` times as fast as real time.

    Two processes of one machine share it by `began`: the monotonic moment of `start`,
    None for now. From `until` on it runs as fast as real time; only `sleep` stays as
    short as before, so that what is polled often goes on being polled often.
    """

    def __init__(
        self,
        *,
        start: datetime,
        speed: float,
        began: float | None = None,
        until: datetime | None = None,
    ) -> None:
        if speed <= 0:
            raise ValueError(f"speed must be above 0, not {speed}")
        self._speed = speed
        self._began = self.monotonic() if began is None else began
        self._start, self._until = start, until

    def now(self) -> datetime:
        real = timedelta(seconds=self.monotonic() - self._began)
        fast = self._start + real * self._speed
        if self._until is None or fast <= self._until:
            return fast
        return self._until + (fast - self._until) / self._speed

    def monotonic(self) -> float:
        return time.clock_gettime(_MONOTONIC)

    def unix(self) -> float:
        return time.time()

    def real(self, seconds: float) -> float:
        return seconds / self._speed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(self.real(seconds))
