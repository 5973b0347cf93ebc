"""Texts as vectors, by the LLM server's own endpoint: what is near tells the same."""

import math
from array import array
from collections.abc import Sequence
from typing import TypeAlias

import orjson

from catalyst_bot.llm.endpoints import Endpoints, Speech
from catalyst_bot.llm.model import LLMError, LLMErrorKind
from catalyst_bot.llm.wire import Wire

Vector: TypeAlias = Sequence[float]

PATIENCE = 0.5  # seconds; the answer itself may take ten, finding an old one may not
_LONGEST = 2_000  # characters; a headline with its summary has under 900


class Embedder:
    """Asks one embedding model of a server of our own."""

    def __init__(self, wire: Wire, *, endpoints: Endpoints, model: str) -> None:
        self._wire, self._model = wire, model
        path = "/v1/embeddings" if endpoints.speech is Speech.OPENAI else "/api/embed"
        self._url = endpoints.base + path

    async def embed(self, text: str) -> Vector:
        """Return the vector of a text, of length 1.

        Raises:
            LLMError: the server did not give one within PATIENCE.
        """
        body = orjson.dumps({"model": self._model, "input": text[:_LONGEST]})
        reply = await self._wire.fetch(self._url, body=body, timeout=PATIENCE)
        if reply.status != 200:
            kind = LLMErrorKind.UNAVAILABLE
            detail = f"no embedding, HTTP {reply.status}"
            if reply.status == 404:
                kind = LLMErrorKind.MODEL_MISSING
                detail = f"model {self._model} is not installed"
            raise LLMError(kind, detail, status=reply.status)
        return _unit(_numbers_in(reply.body))


def nearness(one: Vector, other: Vector) -> float:
    """Return the cosine of two vectors of length 1, -1.0 to 1.0; 0.0 of two models'."""
    if len(one) != len(other):
        return 0.0
    return sum(a * b for a, b in zip(one, other, strict=True))


def _numbers_in(body: bytes) -> list[float]:
    """Read Ollama's `embeddings`, or OpenAI's `data` with one `embedding` each."""
    try:
        found = orjson.loads(body)
        if "data" in found:
            return [float(number) for number in found["data"][0]["embedding"]]
        return [float(number) for number in found["embeddings"][0]]
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise LLMError(LLMErrorKind.BAD_ANSWER, "no embedding in it") from error


def _unit(numbers: list[float]) -> Vector:
    length = math.sqrt(sum(number * number for number in numbers))
    if not math.isfinite(length) or length == 0.0:
        raise LLMError(LLMErrorKind.BAD_ANSWER, "an embedding of length 0")
    return array("f", (number / length for number in numbers))
