"""The two forms of a reply: a value as JSON, and a refusal with an id."""

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from starlette.exceptions import HTTPException

logger = logging.getLogger(__name__)

Redact = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a request was refused; the id stands in our log too."""

    error: str
    detail: str
    id: str


NOT_BLANK = r"\S"  # the pattern of a text that says something
SAYING = Field(strict=True, min_length=1, pattern=NOT_BLANK)

# What pydantic says of these names classes of ours, or reads badly.
_FAULTS = {
    "missing": "it is missing",
    "dataclass_type": "expected an object",
    "string_too_short": "too short, expected {min_length} or more characters",
    "too_short": "too few, expected {min_length} or more",
    "too_long": "too many, expected {max_length} at most",
}

# Their names differ between versions of Python.
_NAMES = {413: "content_too_large", 422: "unprocessable_content"}
# For the description of the API. "4XX" also keeps FastAPI from announcing a 422.
REFUSALS: dict[int | str, dict[str, Any]] = {"4XX": {"model": Problem}}


def json_reply(
    body: object, *, status: int = 200, redact: Redact | None = None
) -> Response:
    """Return a value as JSON; `redact` where it may name a fault of a server."""
    raw = orjson.dumps(body)
    content = redact(raw.decode()).encode() if redact else raw
    headers = {"Cache-Control": "no-store"}
    return Response(content, status, headers, media_type="application/json")


def refusal(
    status: int, detail: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a `Problem` as the reply; `detail` is shown to whoever asked."""
    name = _NAMES.get(status) or HTTPStatus(status).name.lower()
    problem = Problem(error=name, detail=detail, id=secrets.token_hex(4))
    extra = {"status": status, "detail": detail, "id": problem.id}
    logger.debug("request refused", extra=extra)
    return Response(
        orjson.dumps(problem), status, headers, media_type="application/json"
    )


def add_refusals(app: FastAPI) -> None:
    """Let every error leave as a `Problem`, without a traceback."""

    async def refuse(_: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException):
            return refusal(error.status_code, error.detail, error.headers)
        if isinstance(error, RequestValidationError):
            return refusal(422, _faults(error))
        return refusal(500, "see the log")

    for kind in (HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, refuse)


def _faults(error: RequestValidationError) -> str:
    """Return each bad parameter with what is accepted, and never what was given."""
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return "body: it is not JSON"
    return "; ".join(f"{_path(fault['loc'])}: {told(fault)}" for fault in faults)


def told(fault: Mapping[str, Any]) -> str:
    """Return in words what pydantic finds wrong with a value."""
    limits = fault.get("ctx", {})
    if limits.get("pattern") == NOT_BLANK:
        return "it is blank"
    ours = _FAULTS.get(str(fault["type"]))
    if ours is not None:
        return ours.format_map(limits)
    return str(fault["msg"]).removeprefix("Value error, ")


def _path(place: Sequence[str | int]) -> str:
    """Return where a fault is, "documents.3.title", without the part of the request."""
    return ".".join(map(str, place[1:] or place))
