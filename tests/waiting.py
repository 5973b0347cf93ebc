"""Wait for an outcome that announces itself by no event: a metric, a measured lag."""

import asyncio
import time
from collections.abc import Callable

LONGEST = 60.0  # seconds; only a broken product waits that long
_PAUSE = 0.002  # seconds between two looks at least
_IDLE = 9  # times as long as a look takes: rendering all metrics costs 10 ms


async def until(claim: Callable[[], bool]) -> None:
    """Return as soon as `claim` holds.

    Raises:
        TimeoutError: it did not within LONGEST.
    """
    async with asyncio.timeout(LONGEST):
        began = time.monotonic()
        while not claim():
            await asyncio.sleep(max(_PAUSE, _IDLE * (time.monotonic() - began)))
            began = time.monotonic()
