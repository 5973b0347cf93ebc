"""What a request may bring along: JSON, and no more than a mebibyte of it."""

from fastapi import Request, Response
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from catalyst_bot.web.replies import refusal

LARGEST_BODY = 1024 * 1024  # bytes
_TOO_LARGE = f"a body has at most {LARGEST_BODY} bytes"
_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})


def refuse_body(request: Request) -> Response | None:
    """Return 413 or 415 for what its headers announce, None when it may be read."""
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > LARGEST_BODY:
        return refusal(413, _TOO_LARGE)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    # Also of an empty body: a form of a foreign page can send anything but JSON.
    if request.method not in _WITHOUT_BODY and kind != "application/json":
        return refusal(415, "expected Content-Type: application/json")
    return None


def bounded(receive: Receive) -> Receive:
    """Return `receive` that raises HTTPException 413 where a body grows too large.

    It is counted as it comes: a chunked one announces no length.
    """
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > LARGEST_BODY:
            raise HTTPException(413, _TOO_LARGE)
        return message

    return counted
