"""Many heavy replies at once leave the event loop to everything else in between."""

import asyncio
from itertools import pairwise

from catalyst_bot.web.turns import Turns


async def test_between_two_turns_the_loop_does_other_work() -> None:
    turns, seen = Turns(), list[str]()

    async def reply() -> None:
        async with turns.next():
            seen.append("reply")

    async def work() -> None:
        while seen.count("reply") < 20:
            seen.append("work")
            await asyncio.sleep(0)

    async with asyncio.timeout(40), asyncio.TaskGroup() as group:
        group.create_task(work())
        for _ in range(20):
            group.create_task(reply())
    assert ("reply", "reply") not in set(pairwise(seen))
