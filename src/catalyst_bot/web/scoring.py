"""`POST /api/score`: how relevant texts are to what somebody looks for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field
from starlette.exceptions import HTTPException

from catalyst_bot.llm.structured import Asker
from catalyst_bot.reading.likeness import LONGEST_QUERY, LONGEST_TITLE, Candidate
from catalyst_bot.reading.relevance import Failure, Relevance, ScoredBy, score_documents
from catalyst_bot.text import plain_text
from catalyst_bot.web.leaving import unless_left
from catalyst_bot.web.replies import REFUSALS, SAYING, json_reply

MOST_DOCUMENTS, MOST_AT_ONCE, LONGEST_WAIT = 100, 50, 300.0  # the last in seconds

Query = Annotated[str, SAYING, Field(max_length=LONGEST_QUERY)]
Id = Annotated[str, Field(strict=True, min_length=1, max_length=200)]
Number = Annotated[int, Field(strict=True, ge=-(2**53), le=2**53)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreDocument:
    """A text; without an `id` it is known by its place from 0 on."""

    title: Annotated[str, SAYING]
    text: Annotated[str, Field(strict=True)] = ""
    id: Id | Number | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreOrder:
    """What is to be scored; `timeout_s` is for all of it."""

    query: Query
    documents: Annotated[
        list[ScoreDocument], Field(min_length=1, max_length=MOST_DOCUMENTS)
    ]
    max_concurrent: Annotated[int, Field(strict=True, ge=1, le=MOST_AT_ONCE)] = 10
    timeout_s: Annotated[float, Field(strict=True, ge=1, le=LONGEST_WAIT)] = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreView:
    """How relevant a document is, 0 to 1; null: see `error`.

    `source` is `local` when no model could be asked: the share of the query's words
    that the document has.
    """

    id: str | int
    score: float | None
    reasoning: str
    source: ScoredBy | None
    cached: bool
    error: Failure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreUsage:
    """What it took: requests to a model, answers from the cache, tokens, seconds.

    `concurrency` is how many were asked about at a time: what was wished for, as far
    as LLM_MAX_CONCURRENT and the server's own speed allow; 0 without a model.
    """

    requests: int
    cached: int
    tokens: int
    seconds: float
    concurrency: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreReply:
    """The scores in the order of the documents."""

    scores: tuple[ScoreView, ...]
    usage: ScoreUsage


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """Who scores: `llm` None is nobody, `at_once` how many questions it takes now."""

    llm: Asker | None
    at_once: Callable[[], int]
    monotonic: Callable[[], float]


def score_routes(scoring: Scoring) -> APIRouter:
    """Return the route that scores texts against a query."""
    router = APIRouter(prefix="/api", responses=REFUSALS, tags=["api"])

    @router.post("/score", response_model=ScoreReply)
    async def score_texts(order: ScoreOrder, request: Request) -> Response:
        """Score documents against a query, by the model if it can be asked."""
        documents, began = _documents(order), scoring.monotonic()
        scores = await unless_left(
            request,
            score_documents(
                scoring.llm,
                order.query,
                documents,
                max_concurrent=order.max_concurrent,
                within=order.timeout_s,
                monotonic=scoring.monotonic,
            ),
        )
        usage = ScoreUsage(
            requests=sum(one.requests for one in scores),
            cached=sum(one.cached for one in scores),
            tokens=sum(one.tokens for one in scores),
            seconds=round(scoring.monotonic() - began, 3),
            concurrency=min(order.max_concurrent, scoring.at_once()),
        )
        return json_reply(ScoreReply(scores=tuple(map(_view, scores)), usage=usage))

    return router


def _documents(order: ScoreOrder) -> Sequence[Candidate]:
    """Return what is to be scored, each under an id of its own.

    Raises:
        HTTPException: 422, naming the field.
    """
    if not plain_text(order.query, limit=LONGEST_QUERY):
        raise HTTPException(422, "query: nothing can be seen of it")
    found: dict[str | int, Candidate] = {}
    for place, one in enumerate(order.documents):
        name, where = place if one.id is None else one.id, f"documents.{place}"
        if name in found:
            raise HTTPException(422, f"{where}.id: another document has it")
        if not plain_text(one.title, limit=LONGEST_TITLE):
            raise HTTPException(422, f"{where}.title: nothing can be seen of it")
        found[name] = Candidate(id=name, title=one.title, text=one.text)
    return tuple(found.values())


def _view(one: Relevance) -> ScoreView:
    return ScoreView(
        id=one.id,
        score=one.score,
        reasoning=one.reasoning,
        source=one.source,
        cached=one.cached,
        error=one.error,
    )
