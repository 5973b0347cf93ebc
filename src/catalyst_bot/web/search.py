"""`POST /api/search`: one question to all sources at once; scope read.

To have a model order what was found takes scope score, as all that costs its time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import AfterValidator, Field
from starlette.exceptions import HTTPException

from catalyst_bot.clock import Clock
from catalyst_bot.errors import NoSuchSource
from catalyst_bot.ops.tokens import Scope
from catalyst_bot.reading.likeness import LONGEST_QUERY
from catalyst_bot.search.model import Rank, Result, SearchReply
from catalyst_bot.search.service import MOST_RESULTS, Search
from catalyst_bot.search.since import FORM, parse_since
from catalyst_bot.text import plain_text
from catalyst_bot.web.leaving import unless_left
from catalyst_bot.web.replies import REFUSALS, SAYING, Redact, json_reply


def _visible(text: str) -> str:
    plain = plain_text(text, limit=LONGEST_QUERY)
    if not plain:
        raise ValueError("nothing can be seen of it")
    return plain


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOrder:
    """What is looked for, and where; without `sources` everywhere."""

    query: Annotated[
        str, SAYING, Field(max_length=LONGEST_QUERY), AfterValidator(_visible)
    ]
    sources: Annotated[list[Annotated[str, SAYING]], Field(min_length=1)] | None = None
    limit: Annotated[int, Field(strict=True, ge=1, le=MOST_RESULTS)] = 20
    since: Annotated[str, SAYING, Field(max_length=40, description=FORM)] | None = None
    rank: Annotated[
        Rank, Field(description="llm: a model orders the best 20, if there is one.")
    ] = Rank.LOCAL


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """How one source did; `error` may also tell what of its answer is missing."""

    ok: bool
    ms: int
    count: int
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchView:
    """The results, the best first, and a state of each source that was asked."""

    results: tuple[Result, ...]
    sources: Mapping[str, SourceView]
    took_ms: int


def search_routes(search: Search, *, clock: Clock, redact: Redact) -> APIRouter:
    """Return the route."""
    router = APIRouter(prefix="/api", responses=REFUSALS, tags=["api"])

    @router.post("/search", response_model=SearchView)
    async def find(order: SearchOrder, request: Request) -> Response:
        """Search the feeds, EDGAR and all that was seen; 503 when none answered."""
        if order.rank is Rank.LLM and request.state.scope < Scope.SCORE:
            raise HTTPException(403, "rank: for llm a token of scope score is required")
        since = _since(order.since, clock.now())
        reply = await unless_left(request, _find(search, order, since))
        if isinstance(reply, HTTPException):
            raise reply
        if reply.has_failed:
            raise HTTPException(503, redact(faults_of(reply)))
        return json_reply(view_of(reply), redact=redact)

    return router


async def _find(
    search: Search, order: SearchOrder, since: datetime | None
) -> SearchReply | HTTPException:
    try:
        return await search.search(
            order.query,
            sources=order.sources,
            limit=order.limit,
            since=since,
            rank=order.rank,
        )
    except NoSuchSource as error:
        return HTTPException(422, f"sources: {error}")


def _since(text: str | None, now: datetime) -> datetime | None:
    if text is None:
        return None
    try:
        return parse_since(text, now=now)
    except ValueError as error:
        raise HTTPException(422, f"since: {error}") from error


def faults_of(reply: SearchReply) -> str:
    """Return what kept each source from answering, in one line."""
    return "; ".join(f"{state.name}: {state.error}" for state in reply.sources)


def view_of(reply: SearchReply) -> SearchView:
    """Return a reply as it is shown."""
    return SearchView(
        results=reply.results,
        sources={
            state.name: SourceView(
                ok=state.ok, ms=state.ms, count=state.count, error=state.error or None
            )
            for state in reply.sources
        },
        took_ms=reply.took_ms,
    )
