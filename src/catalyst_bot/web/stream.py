"""`/events`: the daemon's changes as server-sent events."""

import asyncio
import logging
from typing import Annotated, Any

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from catalyst_bot.web.hub import Hub, NoPlace, Stream
from catalyst_bot.web.replies import REFUSALS

logger = logging.getLogger(__name__)

_EVENTS = {"description": "The stream.", "content": {"text/event-stream": {}}}
_RESPONSES: dict[int | str, dict[str, Any]] = {200: _EVENTS, **REFUSALS}
LONGEST_SEND = 30.0  # seconds that a page may read nothing; then it is cut off


class EventStream(StreamingResponse):
    """Sends one stream of the hub until either side ends it."""

    def __init__(self, hub: Hub, stream: Stream) -> None:
        headers = {"Cache-Control": "no-store"}
        chunks, kind = stream.chunks(), "text/event-stream"
        super().__init__(chunks, headers=headers, media_type=kind)
        self._hub, self._stream = hub, stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the end; a reader that has stopped reading is given up."""

        async def send_in_time(message: Message) -> None:
            async with asyncio.timeout(LONGEST_SEND):
                await send(message)

        try:
            await super().__call__(scope, receive, send_in_time)
        except TimeoutError:
            logger.info("page given up: it reads nothing any more")
        finally:
            self._hub.leave(self._stream)


def event_routes(hub: Hub) -> APIRouter:
    """Return /events."""
    router = APIRouter(tags=["live"])

    @router.get("/events", response_class=StreamingResponse, responses=_RESPONSES)
    async def follow(
        last_event_id: Annotated[str, Header(max_length=64)] = "",
    ) -> EventStream:
        """Follow the daemon: events `status`, `alert` and `reset`.

        With `Last-Event-ID` what was missed since comes first, or a `reset`: load the
        lists anew.
        """
        try:
            return EventStream(hub, hub.open(last_event_id))
        except NoPlace as full:
            raise HTTPException(503, str(full)) from full

    return router
