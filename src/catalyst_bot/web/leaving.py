"""Ends what is done for a caller who has hung up, or for whom no time is left."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

from fastapi import Request
from starlette.exceptions import HTTPException

ENDING = "the daemon is about to end"

_T = TypeVar("_T")


async def unless_left(request: Request, work: Coroutine[None, None, _T]) -> _T:
    """Return what comes of `work`; the body of the request has been read.

    Raises:
        HTTPException: 400, the caller has hung up, or 503, the server ends; in both
            cases the work was cancelled.
    """
    ending: asyncio.Event = request.app.state.ending
    async with asyncio.TaskGroup() as group:
        working = group.create_task(work, name="asked over HTTP")
        watch = group.create_task(_left(request), name="caller")
        end = group.create_task(ending.wait(), name="end of the server")
        tasks = (working, watch, end)
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
    if not working.cancelled():
        return working.result()
    if ending.is_set():
        raise HTTPException(503, ENDING)
    raise HTTPException(400, "the caller has left")


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
