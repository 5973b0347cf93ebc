"""`/api/control`: what an operator may do to the running daemon; scope admin."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field
from starlette.exceptions import HTTPException

from catalyst_bot.errors import NoSuchAlert
from catalyst_bot.lifecycle.pausing import Pause
from catalyst_bot.lifecycle.retracting import (
    REASON_LIMIT,
    SHORTEST_ID,
    Retracted,
    Retractions,
)
from catalyst_bot.model import Hold
from catalyst_bot.ops.reloaded import Reloaded
from catalyst_bot.storage.archive import Waiting
from catalyst_bot.web.replies import REFUSALS, json_reply

LONGEST_PAUSE = 7 * 24 * 60.0  # minutes

Minutes = Annotated[
    float | None,
    Field(gt=0, le=LONGEST_PAUSE, description="Null: until somebody resumes."),
]
AlertId = Annotated[str, Field(pattern=f"^[0-9a-fA-F]{{{SHORTEST_ID},8}}$")]
Reason = Annotated[str, Field(min_length=1, max_length=REASON_LIMIT, pattern=r"\S")]


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseOrder:
    """For how long new alerts are to be held."""

    minutes: Minutes = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetractOrder:
    """Which alert is to be taken back, by the id in its footer, and why."""

    id: AlertId
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """What a resumption found; `expired` of the `held` posts are too old to go out."""

    was_paused: bool
    held: int
    expired: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Levers:
    """What the orders act upon; `waiting` counts posts, the `old` ones among them."""

    pause: Pause
    retractions: Retractions
    waiting: Callable[[], Awaitable[Waiting]]
    reload: Callable[[], Awaitable[Reloaded]]


def control_routes(levers: Levers) -> APIRouter:
    """Return everything below /api/control."""
    router = APIRouter(prefix="/api/control", responses=REFUSALS, tags=["control"])

    @router.post("/pause", response_model=Hold)
    async def pause(order: PauseOrder) -> Response:
        """Hold new alerts back; polls, readings and edits go on."""
        return json_reply(await levers.pause.begin(minutes=order.minutes))

    @router.post("/resume", response_model=Resumed)
    async def resume() -> Response:
        """Post what was held, newest first, unless it is too old by now."""
        waiting = await levers.waiting()
        was_paused = await levers.pause.end()
        return json_reply(
            Resumed(was_paused=was_paused, held=waiting.posts, expired=waiting.old)
        )

    @router.post("/reload", response_model=Reloaded)
    async def reload() -> Response:
        """Read the files again; with `faults` in the answer all is as it was."""
        return json_reply(await levers.reload())

    @router.post("/retract", response_model=Retracted)
    async def retract(order: RetractOrder) -> Response:
        """Strike an alert through wherever it stands."""
        try:
            done = await levers.retractions.retract(order.id, order.reason)
        except NoSuchAlert as error:
            raise HTTPException(409 if error.matches else 404, str(error)) from error
        return json_reply(done)

    return router
