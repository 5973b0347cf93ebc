"""Asks for a JSON object and reads it down the ladder, at most twice."""

import dataclasses
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from catalyst_bot.llm.ladder import (
    Reading,
    Rung,
    Unreadable,
    read_answer,
    read_cut_answer,
)
from catalyst_bot.llm.model import (
    Completion,
    CompletionRequest,
    Lane,
    LLMError,
    LLMErrorKind,
)
from catalyst_bot.llm.schema import Schema, schema_of
from catalyst_bot.ops.metrics import Metrics

NO_RUNG = "none"  # in the metric: the answer could not be read

logger = logging.getLogger(__name__)


class Completer(Protocol):
    """Any layer of the core."""

    async def complete(
        self,
        request: CompletionRequest,
        *,
        within: float,
        value: float = 0.0,
        lane: Lane = Lane.ALERT,
    ) -> Completion: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Structured:
    """A checked object, and the completion it was read from.

    What `completion` says of one that was cut off is empty but for its attempts.
    """

    value: dict[str, Any]
    rung: Rung
    completion: Completion


class Asker(Protocol):
    """Asks for an object with a schema; `StructuredLLM` is one."""

    async def ask(
        self,
        request: CompletionRequest,
        *,
        within: float,
        value: float = 0.0,
        lane: Lane = Lane.ALERT,
        needed: Sequence[str] = (),
    ) -> Structured: ...


class StructuredLLM:
    """Completes requests that have a schema; the value is what the schema asks for."""

    def __init__(
        self, inner: Completer, *, metrics: Metrics, monotonic: Callable[[], float]
    ) -> None:
        self._inner, self._metrics, self._monotonic = inner, metrics, monotonic

    async def ask(
        self,
        request: CompletionRequest,
        *,
        within: float,
        value: float = 0.0,
        lane: Lane = Lane.ALERT,
        needed: Sequence[str] = (),
    ) -> Structured:
        """Return the object that was asked for, within `within` seconds.

        An answer that cannot be read is asked for once more, when there is time for as
        long as it took. `needed` are the fields without which an answer that was cut
        off is worthless; by default all that the schema requires.

        Raises:
            LLMError: `bad_json` when neither answer could be read, else as below.
            ValueError: the schema is none, or has parts that are not checked.
        """
        schema = schema_of(request.schema)
        needed = needed or schema.required
        began = self._monotonic()
        try:
            read = await self._once(request, schema, needed, within, value, lane)
        except _Unusable as unusable:
            left = within - (self._monotonic() - began)
            if left < within - left:  # it would take as long again
                raise self._fault(unusable) from unusable
            again, spent = _asked_again(request, unusable.why), unusable.attempts
            logger.debug("asked again", extra={"why": unusable.why})
        else:
            return self._counted(read)
        try:
            read = await self._once(again, schema, needed, left, value, lane)
        except _Unusable as unusable:
            unusable.attempts += spent
            raise self._fault(unusable) from unusable
        answer = read.completion
        answer = dataclasses.replace(answer, attempts=answer.attempts + spent)
        return self._counted(
            dataclasses.replace(read, rung=Rung.REASKED, completion=answer)
        )

    async def _once(
        self,
        request: CompletionRequest,
        schema: Schema,
        needed: Sequence[str],
        within: float,
        value: float,
        lane: Lane,
    ) -> Structured:
        cut: LLMError | None = None
        try:
            completion = await self._inner.complete(
                request, within=within, value=value, lane=lane
            )
        except LLMError as error:
            if not error.partial:
                raise
            completion, cut = _of_cut(error), error
        try:
            reading = _read(completion.text, schema, needed, cut=cut is not None)
        except Unreadable as unreadable:
            if cut is not None and cut.kind is not LLMErrorKind.TRUNCATED:
                raise cut from unreadable
            raise _Unusable(unreadable.why, completion.attempts) from unreadable
        return Structured(value=reading.value, rung=reading.rung, completion=completion)

    def _counted(self, read: Structured) -> Structured:
        self._metrics.llm_json.labels(read.rung.value).inc()
        return read

    def _fault(self, unusable: "_Unusable") -> LLMError:
        self._metrics.llm_json.labels(NO_RUNG).inc()
        return LLMError(LLMErrorKind.BAD_JSON, unusable.why, attempts=unusable.attempts)


class Objects:
    """Completes with the object that was asked for, and nothing round it."""

    def __init__(self, inner: Asker) -> None:
        self._inner = inner

    async def complete(
        self,
        request: CompletionRequest,
        *,
        within: float,
        value: float = 0.0,
        lane: Lane = Lane.ALERT,
    ) -> Completion:
        """Return the completion of the object, its text that object as JSON alone."""
        read = await self._inner.ask(request, within=within, value=value, lane=lane)
        text = orjson.dumps(read.value).decode()
        return dataclasses.replace(read.completion, text=text)


class _Unusable(Exception):
    def __init__(self, why: str, attempts: int) -> None:
        self.why, self.attempts = why, attempts
        super().__init__(why)


def _read(text: str, schema: Schema, needed: Sequence[str], *, cut: bool) -> Reading:
    """Return what can be read; a text that was cut may still hold a whole object."""
    try:
        return read_answer(text, schema)
    except Unreadable:
        if not cut:
            raise
    return read_cut_answer(text, schema, needed=needed)


def _of_cut(error: LLMError) -> Completion:
    return Completion(
        text=error.partial,
        provider="",
        model="",
        finish="length",
        attempts=error.attempts,
        prompt_tokens=0,
        completion_tokens=0,
        queue_s=0.0,
        service_s=0.0,
    )


def _asked_again(request: CompletionRequest, why: str) -> CompletionRequest:
    """Return the same question with what was wrong, and nothing of the bad answer."""
    note = (
        f"\n\nAn earlier answer to this was of no use: {why}. "
        "Answer with one JSON object of the asked form and nothing else."
    )
    return dataclasses.replace(
        request,
        prompt=request.prompt + note,
        subject=(*request.subject, "again", why) if request.subject else (),
    )
