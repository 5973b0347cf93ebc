"""Wait for an outcome that announces itself by no event: a metric, a measured lag."""

import asyncio
from collections.abc import Callable

LONGEST = 30.0  # seconds; only a broken product waits that long


async def until(claim: Callable[[], bool]) -> None:
    """Return as soon as `claim` holds.

    Raises:
        TimeoutError: it did not within LONGEST.
    """
    async with asyncio.timeout(LONGEST):
        while not claim():  # noqa: ASYNC110 - nothing sets an event for it
            await asyncio.sleep(0.001)
