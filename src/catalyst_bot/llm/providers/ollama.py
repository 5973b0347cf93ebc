"""Ollama: /api/generate or /api/chat, and what only it has, a memory to look after."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from catalyst_bot.llm.endpoints import Endpoints, Speech
from catalyst_bot.llm.model import (
    Answer,
    CompletionRequest,
    LLMError,
    LLMErrorKind,
    ServerTimes,
)
from catalyst_bot.llm.providers import exchange
from catalyst_bot.llm.providers.draft import Draft, bad_answer, count_in
from catalyst_bot.llm.providers.exchange import Call, Payload
from catalyst_bot.llm.providers.refusals import kind_of, refusal_of
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
        self._wire, self._model = wire, model
        self._base, self._url = endpoints.base, endpoints.asked
        self._is_chat = endpoints.speech is Speech.CHAT

    async def attempt(
        self, request: CompletionRequest, *, timeout: float | None
    ) -> Answer:
        """Return the answer to one request, sent once; None: the caller keeps the time.

        Raises:
            LLMError: of every kind but circuit_open and busy.
        """
        return await exchange.attempt(self._wire, self, request, timeout=timeout)

    def stream(
        self, request: CompletionRequest, *, timeout: float | None
    ) -> AsyncGenerator[str | Answer, None]:
        """Yield the answer in pieces, and last as a whole; see `exchange.stream`."""
        return exchange.stream(self._wire, self, request, timeout=timeout)

    async def load(self, *, timeout: float) -> None:
        """Load the model into memory; a request without a prompt does only that."""
        await self._manage(
            {
                "model": self._model,
                "stream": False,
                "keep_alive": KEEP_ALIVE,
                "options": {"num_ctx": NUM_CTX},
            },
            timeout=timeout,
        )

    async def unload(self, *, timeout: float) -> None:
        """Have the server drop the model from its memory: it is kept for 0 s."""
        await self._manage(
            {"model": self._model, "prompt": "", "keep_alive": 0}, timeout=timeout
        )

    async def loaded(self, *, timeout: float) -> tuple[str, ...]:
        """Return the names of the models in memory, as "mistral:latest"."""
        return tuple(model.name for model in await self.memory(timeout=timeout))

    async def memory(self, *, timeout: float) -> tuple[InMemory, ...]:
        """Return the models in memory, each with what it takes of the GPU's."""
        models = await self._models("/api/ps", timeout)
        return tuple(
            InMemory(name=str(model["name"]), size_vram=count_in(model, "size_vram"))
            for model in models
        )

    async def check(self, *, timeout: float) -> None:
        """Return when the server is there and has the model on its disk.

        Raises:
            LLMError: why requests would fail.
        """
        names = await self.installed(timeout=timeout)
        if not {self._model, f"{self._model}:latest"} & set(names):
            raise LLMError(LLMErrorKind.MODEL_MISSING, self._missing)

    async def installed(self, *, timeout: float) -> tuple[str, ...]:
        """Return the names of the models on the server's disk, as "mistral:latest"."""
        models = await self._models("/api/tags", timeout)
        return tuple(str(model["name"]) for model in models)

    async def identity(self, *, timeout: float) -> tuple[str, ...]:
        """Return what the answers depend on beside the request: weights and context.

        The digest is "" while the model is not there.
        """
        names = {self._model, f"{self._model}:latest"}
        digests = [
            str(model.get("digest", ""))
            for model in await self._models("/api/tags", timeout)
            if str(model["name"]) in names
        ]
        return self._model, "".join(digests[:1]), f"num_ctx={NUM_CTX}"

    def call(self, request: CompletionRequest, *, streams: bool) -> Call:
        """Return what to send.

        Raises:
            LLMError: too_long, for the server would cut the prompt in the middle.
        """
        _check_length(request)
        body: dict[str, object] = {
            "model": self._model,
            **(_messages(request) if self._is_chat else _prompt(request)),
            "stream": streams,
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
        return Call(url=self._url, body=orjson.dumps(body))

    def begin(self) -> Draft:
        """Return an empty draft."""
        return Draft(model=self._model)

    def add(self, draft: Draft, payload: Payload) -> None:
        """Take in the whole answer, or one line of it; the last says how it ended."""
        text = payload.get("response")
        if self._is_chat:
            message = payload.get("message")
            text = message.get("content") if isinstance(message, dict) else None
        if not isinstance(text, str):
            raise bad_answer("no completion in the answer")
        draft.parts.append(text)
        draft.model = str(payload.get("model") or self._model)
        if payload.get("done", True):
            draft.finish = str(payload.get("done_reason") or "stop")
            draft.is_cut = draft.finish == "length"
            draft.prompt_tokens = count_in(payload, "prompt_eval_count")
            draft.completion_tokens = count_in(payload, "eval_count")
            draft.times = _times_in(payload)

    def refusal(self, reply: Reply) -> LLMError:
        """Return what a status means: a long prompt is a 400 like any other."""
        kind = kind_of(reply.status)
        if kind is LLMErrorKind.BAD_REQUEST and b"context" in reply.body.lower():
            kind = LLMErrorKind.TOO_LONG
        return refusal_of(reply, kind, missing=self._missing)

    @property
    def _missing(self) -> str:
        return f"model {self._model} is not installed: ollama pull {self._model}"

    async def _manage(self, body: Mapping[str, Any], *, timeout: float) -> None:
        """Send what asks nothing; both dialects do it by /api/generate."""
        url = f"{self._base}{Speech.GENERATE}"
        content = orjson.dumps(body)
        reply = await self._wire.fetch(url, body=content, timeout=timeout)
        if reply.status != 200:
            raise self.refusal(reply)
        exchange.object_in(reply.body)

    async def _models(self, path: str, timeout: float) -> tuple[Payload, ...]:
        found = await exchange.check(
            self._wire, self, self._base + path, timeout=timeout
        )
        models = found.get("models")
        if not isinstance(models, list):
            raise bad_answer("no list of models")
        return tuple(
            model for model in models if isinstance(model, dict) and "name" in model
        )


def _prompt(request: CompletionRequest) -> dict[str, object]:
    return {"prompt": request.prompt, "system": request.system}


def _messages(request: CompletionRequest) -> dict[str, object]:
    asked = {"role": "user", "content": request.prompt}
    system = {"role": "system", "content": request.system}
    return {"messages": [system, asked] if request.system else [asked]}


def _check_length(request: CompletionRequest) -> None:
    """Refuse what the server would cut in the middle with a 200."""
    room = (NUM_CTX - request.max_tokens) * _CHARS_PER_TOKEN
    size = len(request.prompt) + len(request.system)
    if size > room:
        detail = f"prompt of {size} characters, room for {room}"
        raise LLMError(LLMErrorKind.TOO_LONG, detail)


def _times_in(payload: Payload) -> ServerTimes | None:
    """Return the server's own times; its total has the wait in its queue too."""
    total = count_in(payload, "total_duration") / 1e9
    if not total:
        return None
    loaded = count_in(payload, "load_duration") / 1e9
    worked = count_in(payload, "prompt_eval_duration") / 1e9
    worked += count_in(payload, "eval_duration") / 1e9
    waited = max(0.0, total - loaded - worked)
    return ServerTimes(waited=waited, worked=worked, loaded=loaded)
