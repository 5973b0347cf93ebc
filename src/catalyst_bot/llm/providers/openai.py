"""OpenAI's dialect, which vLLM, llama.cpp, LM Studio and others speak too.

Sources: the API reference of OpenAI, chat completions; the server's READMEs.
"""

from collections.abc import AsyncGenerator, Mapping

import orjson

from catalyst_bot.llm.model import Answer, CompletionRequest, LLMError, LLMErrorKind
from catalyst_bot.llm.providers import exchange
from catalyst_bot.llm.providers.draft import Draft, bad_answer, count_in
from catalyst_bot.llm.providers.exchange import Call, Payload
from catalyst_bot.llm.providers.refusals import fault_in, kind_of, refusal_of
from catalyst_bot.llm.providers.schemas import cloud_schema, is_strict
from catalyst_bot.llm.wire import Reply, Wire

THOUGHTS = 1024  # tokens more, for a model that thinks before it answers

_TOO_LONG = ("context_length_exceeded", "exceed_context_size_error")
_NO_MONEY = ("insufficient_quota", "billing_hard_limit_reached")


class OpenAI:
    """Asks one model of one server at `base`, a URL that ends in /v1.

    With a `key` it is somebody's cloud, without one a server of our own. The two differ
    in what they take: a cloud's models think at will and choose their temperature.
    """

    def __init__(
        self, wire: Wire, *, name: str, base: str, model: str, key: str = ""
    ) -> None:
        self.name = name
        self._wire, self._base, self._model = wire, base, model
        self._is_cloud = bool(key)
        self._headers = {"Authorization": f"Bearer {key}"} if key else None

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

    async def check(self, *, timeout: float) -> None:
        """Return when the server is there, takes the key and lists the model.

        Raises:
            LLMError: why requests would fail.
        """
        names = await self.installed(timeout=timeout)
        if names and self._model not in names:
            raise LLMError(LLMErrorKind.MODEL_MISSING, self._missing)

    async def installed(self, *, timeout: float) -> tuple[str, ...]:
        """Return the names of the models that the server lists."""
        found = await exchange.check(
            self._wire,
            self,
            f"{self._base}/models",
            headers=self._headers,
            timeout=timeout,
        )
        models = found.get("data")
        return tuple(
            str(model.get("id"))
            for model in (models if isinstance(models, list) else ())
            if isinstance(model, dict)
        )

    async def load(self, *, timeout: float) -> None:
        """Open a connection; such a server loads its model by itself."""
        await self.check(timeout=timeout)

    async def loaded(self, *, timeout: float) -> tuple[str, ...]:
        """Return (): these servers do not tell what is in memory."""
        await self.check(timeout=timeout)
        return ()

    async def unload(self, *, timeout: float) -> None:
        """Do nothing: these servers keep their model."""

    def call(self, request: CompletionRequest, *, streams: bool) -> Call:
        """Return what to send."""
        asked = {"role": "user", "content": request.prompt}
        system = {"role": "system", "content": request.system}
        body: dict[str, object] = {
            "model": self._model,
            "messages": [system, asked] if request.system else [asked],
            **self._limits(request),
        }
        if streams:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        if request.schema:
            body["response_format"] = self._format(request.schema)
        return Call(
            url=f"{self._base}/chat/completions",
            body=orjson.dumps(body),
            headers=self._headers,
        )

    def begin(self) -> Draft:
        """Return an empty draft."""
        return Draft(model=self._model)

    def add(self, draft: Draft, payload: Payload) -> None:
        """Take in the whole answer, or one piece: a message, or a change to it."""
        draft.model = str(payload.get("model") or draft.model)
        if usage := payload.get("usage"):
            draft.prompt_tokens = count_in(usage, "prompt_tokens")
            draft.completion_tokens = count_in(usage, "completion_tokens")
        choices = payload.get("choices")
        if not isinstance(choices, list):
            raise bad_answer("no completion in the answer")
        for choice in choices[:1]:
            _add_choice(draft, choice if isinstance(choice, dict) else {})

    def refusal(self, reply: Reply) -> LLMError:
        """Return what a status means; money that is used up is a 429 here."""
        kind, fault = kind_of(reply.status), fault_in(reply.body)
        codes = (fault.get("code"), fault.get("type"))
        if any(code in _NO_MONEY for code in codes):
            kind = LLMErrorKind.SPEND_LIMIT
        elif kind is LLMErrorKind.BAD_REQUEST and any(c in _TOO_LONG for c in codes):
            kind = LLMErrorKind.TOO_LONG
        return refusal_of(reply, kind, missing=self._missing)

    @property
    def _missing(self) -> str:
        return f"{self.name} knows no model {self._model}"

    def _limits(self, request: CompletionRequest) -> Mapping[str, object]:
        if self._is_cloud:
            return {"max_completion_tokens": request.max_tokens + THOUGHTS}
        return {"max_tokens": request.max_tokens, "temperature": request.temperature}

    def _format(self, schema: str) -> Mapping[str, object]:
        wanted = cloud_schema(schema) if self._is_cloud else orjson.loads(schema)
        described = {"name": "answer", "schema": wanted, "strict": is_strict(wanted)}
        return {"type": "json_schema", "json_schema": described}


def _add_choice(draft: Draft, choice: Payload) -> None:
    said = choice.get("message") or choice.get("delta")
    text = said.get("content") if isinstance(said, dict) else None
    if isinstance(text, str):
        draft.parts.append(text)
    elif isinstance(said, dict) and said.get("refusal"):
        draft.is_refused = True
    if finish := choice.get("finish_reason"):
        draft.finish = str(finish)
        draft.is_cut = finish == "length"
        draft.is_refused = draft.is_refused or finish == "content_filter"
