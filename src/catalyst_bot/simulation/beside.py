"""Lets a task run for the length of a block, as its child."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager


@asynccontextmanager
async def beside(
    work: Coroutine[None, None, None], *, name: str
) -> AsyncIterator[None]:
    """Run `work` until the block ends; its error ends the block.

    A single error, whosever it is, is raised by its own name, not in a group.
    """
    try:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(work, name=name)
            try:
                yield
            finally:
                task.cancel()
    except BaseExceptionGroup as errors:
        if len(errors.exceptions) == 1:
            raise errors.exceptions[0] from None
        raise
