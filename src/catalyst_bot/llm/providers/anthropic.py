"""Anthropic's dialect: the Messages API.

Source: Anthropic's API reference; the errors of spent money as users report them.
"""

from collections.abc import AsyncGenerator

import orjson

from catalyst_bot.llm.model import Answer, CompletionRequest, LLMError, LLMErrorKind
from catalyst_bot.llm.providers import exchange
from catalyst_bot.llm.providers.draft import Draft, bad_answer, count_in
from catalyst_bot.llm.providers.exchange import Call, Payload
from catalyst_bot.llm.providers.openai import THOUGHTS
from catalyst_bot.llm.providers.refusals import fault_in, kind_of, refusal_of
from catalyst_bot.llm.providers.schemas import cloud_schema
from catalyst_bot.llm.wire import Reply, Wire

VERSION = "2023-06-01"
_GOOD_ENDS = ("end_turn", "stop_sequence", "max_tokens")


class Anthropic:
    """Asks one model of Anthropic's API at `base`, the URL without a version."""

    name = "anthropic"

    def __init__(self, wire: Wire, *, base: str, model: str, key: str) -> None:
        self._wire, self._base, self._model = wire, base, model
        self._headers = {"x-api-key": key, "anthropic-version": VERSION}

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
        """Return when the server is there, takes the key and knows the model.

        Raises:
            LLMError: why requests would fail.
        """
        url = f"{self._base}/v1/models/{self._model}"
        await exchange.check(
            self._wire, self, url, headers=self._headers, timeout=timeout
        )

    async def load(self, *, timeout: float) -> None:
        """Open a connection; there is nothing to load."""
        await self.check(timeout=timeout)

    async def loaded(self, *, timeout: float) -> tuple[str, ...]:
        """Return (): nothing of ours is in memory there."""
        await self.check(timeout=timeout)
        return ()

    async def unload(self, *, timeout: float) -> None:
        """Do nothing: nothing of ours is in memory there."""

    def call(self, request: CompletionRequest, *, streams: bool) -> Call:
        """Return what to send; its newer models refuse to be given a temperature."""
        body: dict[str, object] = {
            "model": self._model,
            "max_tokens": request.max_tokens + THOUGHTS,
            "messages": [{"role": "user", "content": request.prompt}],
        }
        if streams:
            body["stream"] = True
        if request.system:
            body["system"] = request.system
        if request.schema:
            wanted = cloud_schema(request.schema)
            body["output_config"] = {
                "format": {"type": "json_schema", "schema": wanted}
            }
        return Call(
            url=f"{self._base}/v1/messages",
            body=orjson.dumps(body),
            headers=self._headers,
        )

    def begin(self) -> Draft:
        """Return an empty draft."""
        return Draft(model=self._model)

    def add(self, draft: Draft, payload: Payload) -> None:
        """Take in the whole message, or one event of its making."""
        match payload.get("type"):
            case "message":
                _add_message(draft, payload)
                _end(draft, payload)
            case "message_start":
                _add_message(draft, _object_of(payload, "message"))
            case "content_block_delta":
                _add_text(draft, _object_of(payload, "delta"))
            case "message_delta":
                _add_usage(draft, payload)
                _end(draft, _object_of(payload, "delta"))
            case None:
                raise bad_answer("no completion in the answer")
            case _:  # ping, content_block_start and others to come
                return

    def refusal(self, reply: Reply) -> LLMError:
        """Return what a status means; money is told by its words or its code only."""
        kind, fault = kind_of(reply.status), fault_in(reply.body)
        message = str(fault.get("message")).lower()
        is_spent = "credit balance is too low" in message
        if is_spent or b"enforced_spend_limit_reached" in reply.body:
            kind = LLMErrorKind.SPEND_LIMIT
        elif kind is LLMErrorKind.BAD_REQUEST and "prompt is too long" in message:
            kind = LLMErrorKind.TOO_LONG
        missing = f"{self.name} knows no model {self._model}"
        return refusal_of(reply, kind, missing=missing)


def _add_message(draft: Draft, message: Payload) -> None:
    draft.model = str(message.get("model") or draft.model)
    content = message.get("content")
    for block in content if isinstance(content, list) else ():
        if isinstance(block, dict):
            _add_text(draft, block)
    _add_usage(draft, message)


def _add_text(draft: Draft, block: Payload) -> None:
    """Take in a block of text or a piece of one; thoughts are blocks of their own."""
    text = block.get("text")
    if block.get("type") in ("text", "text_delta") and isinstance(text, str):
        draft.parts.append(text)


def _add_usage(draft: Draft, payload: Payload) -> None:
    usage = payload.get("usage")
    draft.prompt_tokens = count_in(usage, "input_tokens") or draft.prompt_tokens
    draft.completion_tokens = count_in(usage, "output_tokens")


def _end(draft: Draft, payload: Payload) -> None:
    if finish := payload.get("stop_reason"):
        draft.finish = str(finish)
        draft.is_cut = finish == "max_tokens"
        draft.is_refused = finish not in _GOOD_ENDS


def _object_of(payload: Payload, name: str) -> Payload:
    value = payload.get(name)
    return value if isinstance(value, dict) else {}
