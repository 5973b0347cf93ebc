"""A clock that stands still until the test moves it."""

import asyncio
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)  # a Friday, 12:00 in New York


class ManualClock:
    """Set by the test; sleeping lets other tasks run and advances the time."""

    def __init__(self, start: datetime = NOON) -> None:
        self.start = start
        self.passed = 0.0
        self.wall_offset = 0.0  # what an operator who sets the clock adds

    def advance(self, seconds: float) -> None:
        self.passed += seconds

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.passed + self.wall_offset)

    def monotonic(self) -> float:
        return self.passed

    def unix(self) -> float:
        return self.start.timestamp() + self.passed + self.wall_offset

    def real(self, seconds: float) -> float:
        return seconds

    async def sleep(self, seconds: float) -> None:
        self.passed += seconds
        await asyncio.sleep(0)
