"""`POST /api/ask`: a question to the document behind an alert; scope score."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import APIRouter, Request, Response
from pydantic import Field
from starlette.exceptions import HTTPException

from catalyst_bot.errors import (
    CatalystError,
    NoSuchAlert,
    SourceError,
    UnreadableDocument,
)
from catalyst_bot.reading.long.model import Answer
from catalyst_bot.reading.long.prompts import LONGEST_QUESTION
from catalyst_bot.web.leaving import unless_left
from catalyst_bot.web.replies import REFUSALS, SAYING, json_reply

AT_ONCE = 2  # documents that are read at a time; whoever else asks comes again
LONGEST = 120.0  # seconds that a caller may wait
USUAL = 60.0
_COME_AGAIN = {"Retry-After": "10"}

AlertId = Annotated[str, Field(pattern="^[0-9a-f]{8}$")]
Question = Annotated[str, SAYING, Field(max_length=LONGEST_QUESTION)]
Seconds = Annotated[float, Field(strict=True, ge=1, le=LONGEST)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOrder:
    """What is asked of an alert's document, by the id in its footer."""

    alert_id: AlertId
    question: Question
    timeout_s: Seconds = USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class AskReply:
    """The answer, and what was read for it; `missing` was not fetched or is too long.

    Offsets of the citations count characters of the papers' text as it was read.
    """

    alert_id: str
    url: str
    parts: tuple[str, ...]
    missing: tuple[str, ...]
    characters: int
    answer: Answer


class NoDocument(CatalystError):
    """The alert came without a link to a document."""


class Desk(Protocol):
    """Reads the document behind an alert for a question."""

    async def ask(self, alert_id: str, question: str, *, within: float) -> AskReply:
        """Return the answer.

        Raises:
            NoSuchAlert: no alert has this id.
            NoDocument: it has no link.
            SourceError: its papers could not be fetched.
            UnreadableDocument: they are no texts.
        """
        ...


def ask_routes(desk: Desk | None) -> APIRouter:
    """Return the route; without a desk, when no model is asked, it refuses."""
    router = APIRouter(prefix="/api", responses=REFUSALS, tags=["api"])
    places = asyncio.Semaphore(AT_ONCE)

    @router.post("/ask", response_model=AskReply)
    async def ask(order: AskOrder, request: Request) -> Response:
        """Answer a question from the document behind an alert, with the places."""
        if desk is None:
            raise HTTPException(503, "no model is asked: FEATURE_LLM is 0")
        if places.locked():
            busy = f"{AT_ONCE} documents are being read"
            raise HTTPException(429, busy, _COME_AGAIN)
        async with places:
            outcome = await unless_left(request, _ask(desk, order))
        if isinstance(outcome, AskReply):
            return json_reply(outcome)
        raise outcome

    return router


async def _ask(desk: Desk, order: AskOrder) -> AskReply | HTTPException:
    try:
        reply = await desk.ask(order.alert_id, order.question, within=order.timeout_s)
    except (NoSuchAlert, NoDocument) as error:
        return HTTPException(404, str(error))
    except (SourceError, UnreadableDocument) as error:
        return HTTPException(502, f"the document: {error}")
    answer = reply.answer
    if answer.failed and answer.failed == answer.asked:
        return HTTPException(503, f"the model did not answer: {answer.reason}")
    return reply
