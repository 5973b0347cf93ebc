"""Ends what is done for a caller who has hung up: nobody reads what comes of it."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

from fastapi import Request
from starlette.exceptions import HTTPException

_T = TypeVar("_T")


async def unless_left(request: Request, work: Coroutine[None, None, _T]) -> _T:
    """Return what comes of `work`; the body of the request has been read.

    Raises:
        HTTPException: 400, the caller has hung up, and the work was cancelled.
    """
    async with asyncio.TaskGroup() as group:
        working = group.create_task(work, name="asked over HTTP")
        watch = group.create_task(_left(request), name="caller")
        await asyncio.wait((working, watch), return_when=asyncio.FIRST_COMPLETED)
        working.cancel()
        watch.cancel()
    if working.cancelled():
        raise HTTPException(400, "the caller has left")
    return working.result()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
