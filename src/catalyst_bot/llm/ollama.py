"""Ollama's dialect: what a request and a reply look like, what a status means."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from catalyst_bot.llm.endpoints import Endpoints
from catalyst_bot.llm.model import (
    Answer,
    CompletionRequest,
    LLMError,
    LLMErrorKind,
    ServerTimes,
)
from catalyst_bot.llm.wire import Reply, Wire

# One value in every request, the loading one too: another value makes the server load
# the model again (ollama/ollama#7773). 4096 is its own default on a small GPU, and an
# item with its instructions and its answer needs a quarter of it.
NUM_CTX = 4096
KEEP_ALIVE = "30m"  # the server's default of 5 min would unload between two headlines
_CHARS_PER_TOKEN = 4  # English; more than this many characters surely do not fit


@dataclass(frozen=True, slots=True, kw_only=True)
class InMemory:
    """A model that a server holds in memory; `size_vram` in bytes, 0 on a CPU."""

    name: str
    size_vram: int


class Ollama:
    """Asks one model of one Ollama server, one attempt at a time."""

    name = "ollama"

    def __init__(self, wire: Wire, *, endpoints: Endpoints, model: str) -> None:
        self._wire, self._endpoints, self._model = wire, endpoints, model

    async def attempt(self, request: CompletionRequest, *, timeout: float) -> Answer:
        """Return the answer to one request, sent once.

        Raises:
            LLMError: of every kind but circuit_open and busy.
        """
        _check_length(request)
        body = _body_of(self._model, request)
        reply = await self._wire.fetch(
            self._endpoints.generate, body=body, timeout=timeout
        )
        return self._answer_in(self._payload_of(reply))

    async def load(self, *, timeout: float) -> None:
        """Load the model into memory; a request without a prompt does only that."""
        body = orjson.dumps(
            {
                "model": self._model,
                "stream": False,
                "keep_alive": KEEP_ALIVE,
                "options": {"num_ctx": NUM_CTX},
            }
        )
        reply = await self._wire.fetch(
            self._endpoints.generate, body=body, timeout=timeout
        )
        self._payload_of(reply)

    async def unload(self, *, timeout: float) -> None:
        """Have the server drop the model from its memory: it is kept for 0 s."""
        body = orjson.dumps({"model": self._model, "prompt": "", "keep_alive": 0})
        reply = await self._wire.fetch(
            self._endpoints.generate, body=body, timeout=timeout
        )
        self._payload_of(reply)

    async def loaded(self, *, timeout: float) -> tuple[str, ...]:
        """Return the names of the models in memory, as "mistral:latest"."""
        return tuple(model.name for model in await self.memory(timeout=timeout))

    async def memory(self, *, timeout: float) -> tuple[InMemory, ...]:
        """Return the models in memory, each with what it takes of the GPU's."""
        models = await self._models(self._endpoints.ps, timeout)
        return tuple(
            InMemory(name=str(model["name"]), size_vram=_count(model.get("size_vram")))
            for model in models
        )

    async def installed(self, *, timeout: float) -> tuple[str, ...]:
        """Return the names of all models on the server's disk."""
        models = await self._models(self._endpoints.tags, timeout)
        return tuple(str(model["name"]) for model in models)

    async def _models(
        self, url: str, timeout: float
    ) -> tuple[Mapping[str, object], ...]:
        reply = await self._wire.fetch(url, body=None, timeout=timeout)
        models = self._payload_of(reply).get("models")
        if not isinstance(models, list):
            raise _bad_answer("no list of models")
        return tuple(
            model for model in models if isinstance(model, dict) and "name" in model
        )

    def _payload_of(self, reply: Reply) -> Mapping[str, object]:
        if reply.status != 200:
            raise _refusal(reply, self._model)
        return _json_object(reply.body)

    def _answer_in(self, payload: Mapping[str, object]) -> Answer:
        text = payload.get("response")
        finish = str(payload.get("done_reason") or "stop")
        if not isinstance(text, str):
            raise _bad_answer("no completion in the answer")
        if finish == "length":
            raise LLMError(LLMErrorKind.TRUNCATED, "answer cut off")
        if not text.strip():
            raise _bad_answer("empty answer")
        return Answer(
            text=text,
            model=str(payload.get("model") or self._model),
            finish=finish,
            prompt_tokens=_count(payload.get("prompt_eval_count")),
            completion_tokens=_count(payload.get("eval_count")),
            times=_times_in(payload),
        )


def _check_length(request: CompletionRequest) -> None:
    """Refuse what the server would cut in the middle with a 200."""
    room = (NUM_CTX - request.max_tokens) * _CHARS_PER_TOKEN
    size = len(request.prompt) + len(request.system)
    if size > room:
        detail = f"prompt of {size} characters, room for {room}"
        raise LLMError(LLMErrorKind.TOO_LONG, detail)


def _body_of(model: str, request: CompletionRequest) -> bytes:
    body: dict[str, object] = {
        "model": model,
        "prompt": request.prompt,
        "system": request.system,
        "stream": False,
        "think": False,  # a thinking model would spend `num_predict` on thoughts
        "keep_alive": KEEP_ALIVE,
        "options": {
            "num_ctx": NUM_CTX,
            "num_predict": request.max_tokens,
            "temperature": request.temperature,
        },
    }
    if request.schema:
        body["format"] = orjson.Fragment(request.schema)
    return orjson.dumps(body)


def _refusal(reply: Reply, model: str) -> LLMError:
    status, kind, detail = (
        reply.status,
        LLMErrorKind.BAD_REQUEST,
        f"HTTP {reply.status}",
    )
    if status >= 500:
        kind = LLMErrorKind.UNAVAILABLE
    elif status == 429:
        kind = LLMErrorKind.RATE_LIMITED
    elif status in (401, 403):
        kind = LLMErrorKind.AUTH
    elif status == 413 or (status == 400 and b"context" in reply.body.lower()):
        kind = LLMErrorKind.TOO_LONG
    elif status == 404:
        kind = LLMErrorKind.MODEL_MISSING
        detail = f"model {model} is not installed: ollama pull {model}"
    return LLMError(kind, detail, status=status, retry_after=reply.retry_after)


def _json_object(body: bytes) -> Mapping[str, object]:
    """Return the one object of an answer, or raise what it really says.

    A fault in the middle of a generation is a 200 whose last line is an error object.
    """
    for line in [body, body.rstrip().rpartition(b"\n")[2]]:
        try:
            payload = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        if isinstance(payload, dict) and "error" in payload:
            detail = "the server reported an error"
            raise LLMError(LLMErrorKind.UNAVAILABLE, detail, status=200)
        if isinstance(payload, dict) and line is body:
            return payload
    raise _bad_answer("no JSON answer")


def _times_in(payload: Mapping[str, object]) -> ServerTimes | None:
    """Return the server's own times; its total has the wait in its queue too."""
    total, loaded, read, written = (
        _count(payload.get(name)) / 1e9
        for name in (
            "total_duration",
            "load_duration",
            "prompt_eval_duration",
            "eval_duration",
        )
    )
    if not total:
        return None
    worked = read + written
    waited = max(0.0, total - loaded - worked)
    return ServerTimes(waited=waited, worked=worked, loaded=loaded)


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0


def _bad_answer(detail: str) -> LLMError:
    return LLMError(LLMErrorKind.BAD_ANSWER, detail, status=200)
