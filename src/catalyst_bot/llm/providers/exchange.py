"""One request and its answer, whole or in pieces, in whatever dialect."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from catalyst_bot.llm.model import Answer, CompletionRequest, LLMError, LLMErrorKind
from catalyst_bot.llm.providers.draft import Draft, bad_answer
from catalyst_bot.llm.wire import Refused, Reply, Wire

Payload = Mapping[str, Any]

_END = b"[DONE]"  # what OpenAI's dialect sends last


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is sent for one request."""

    url: str
    body: bytes
    headers: Mapping[str, str] | None = None


class Dialect(Protocol):
    """How one kind of server is asked and understood; it does no I/O."""

    def call(self, request: CompletionRequest, *, streams: bool) -> Call:
        """Return what to send; with `streams` the answer comes in pieces."""
        ...

    def begin(self) -> Draft: ...

    def add(self, draft: Draft, payload: Payload) -> None:
        """Take one object of the answer into the draft: the only one, or a piece."""
        ...

    def refusal(self, reply: Reply) -> LLMError:
        """Return what a status other than 200 means."""
        ...


async def attempt(
    wire: Wire, dialect: Dialect, request: CompletionRequest, *, timeout: float | None
) -> Answer:
    """Return the answer to a request sent once; None: the caller keeps the time.

    Raises:
        LLMError: of every kind but circuit_open and busy.
    """
    call = dialect.call(request, streams=False)
    reply = await wire.fetch(
        call.url, body=call.body, headers=call.headers, timeout=timeout
    )
    if reply.status != 200:
        raise dialect.refusal(reply)
    draft = dialect.begin()
    dialect.add(draft, object_in(reply.body))
    return draft.answer()


async def stream(
    wire: Wire, dialect: Dialect, request: CompletionRequest, *, timeout: float | None
) -> AsyncGenerator[str | Answer, None]:
    """Yield the pieces of the answer as they come, and last the whole answer.

    Closing it ends the generation: the connection is closed.

    Raises:
        LLMError: as `attempt`; a stream without a proper end is unavailable.
    """
    call = dialect.call(request, streams=True)
    draft = dialect.begin()
    lines = wire.lines(call.url, body=call.body, headers=call.headers, timeout=timeout)
    is_understood = False
    try:
        async with aclosing(lines):
            async for payload in _objects(lines):
                is_understood = True
                known = len(draft.parts)
                dialect.add(draft, payload)
                if piece := "".join(draft.parts[known:]):
                    yield piece
    except Refused as refused:
        raise dialect.refusal(refused.reply) from refused
    if not is_understood:
        raise bad_answer("no JSON answer")
    if not draft.finish:
        raise LLMError(LLMErrorKind.UNAVAILABLE, "answer cut off on the way")
    yield draft.answer()


async def check(
    wire: Wire,
    dialect: Dialect,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    timeout: float,
) -> Payload:
    """Return what the server says at `url`, which costs nothing.

    Raises:
        LLMError: it is not there, refuses the key or does not know the model.
    """
    reply = await wire.fetch(url, body=None, headers=headers, timeout=timeout)
    if reply.status != 200:
        raise dialect.refusal(reply)
    return object_in(reply.body)


def object_in(body: bytes) -> Payload:
    """Return the one object of an answer, or raise what it really says.

    A fault in the middle of a generation is a 200 whose last line is an error object.
    """
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError:
        payload = None
    if isinstance(payload, dict):
        _raise_fault(payload)
        return payload
    with suppress(orjson.JSONDecodeError):
        last = orjson.loads(body.rstrip().rpartition(b"\n")[2])
        if isinstance(last, dict):
            _raise_fault(last)
    raise bad_answer("no JSON answer")


async def _objects(lines: AsyncIterator[bytes]) -> AsyncIterator[Payload]:
    """Yield the objects of NDJSON or of server-sent events, one on each line.

    None of these servers spreads an event over several lines of data; the other fields
    of an event say nothing that its object does not.
    """
    async for line in lines:
        text = line.strip()
        if text.startswith(b"data:"):
            text = text[5:].lstrip()
        elif not text.startswith(b"{"):
            continue
        if text == _END:
            return
        yield _object_of(text)


def _object_of(text: bytes) -> Payload:
    try:
        payload = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise bad_answer("no JSON answer") from error
    if not isinstance(payload, dict):
        raise bad_answer("no JSON answer")
    _raise_fault(payload)
    return payload


def _raise_fault(payload: Payload) -> None:
    if payload.get("error"):
        detail = "the server reported an error"
        raise LLMError(LLMErrorKind.UNAVAILABLE, detail, status=200)
