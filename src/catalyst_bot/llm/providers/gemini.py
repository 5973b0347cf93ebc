"""Gemini's dialect: generateContent and streamGenerateContent.

Source: Google's API reference, v1beta; the errors as users of it report them.
"""

from collections.abc import AsyncGenerator, Mapping
from typing import Any

import orjson

from catalyst_bot.llm.model import Answer, CompletionRequest, LLMError, LLMErrorKind
from catalyst_bot.llm.providers import exchange
from catalyst_bot.llm.providers.draft import Draft, count_in
from catalyst_bot.llm.providers.exchange import Call, Payload
from catalyst_bot.llm.providers.openai import THOUGHTS
from catalyst_bot.llm.providers.refusals import fault_in, kind_of, refusal_of
from catalyst_bot.llm.providers.schemas import cloud_schema
from catalyst_bot.llm.wire import Reply, Wire

# Its day ends at midnight in California: ours would come hours too early or too late.
ASK_AGAIN = 3600.0  # seconds after a quota of the day is used up
_GOOD_ENDS = ("STOP", "MAX_TOKENS")


class Gemini:
    """Asks one model of Google's API at `base`, the URL without a version."""

    name = "gemini"

    def __init__(self, wire: Wire, *, base: str, model: str, key: str) -> None:
        self._wire, self._model = wire, model
        self._url = f"{base}/v1beta/models/{model}"
        self._headers = {"x-goog-api-key": key}

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
        await exchange.check(
            self._wire, self, self._url, headers=self._headers, timeout=timeout
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
        """Return what to send."""
        options: dict[str, object] = {
            "maxOutputTokens": request.max_tokens + THOUGHTS,
            "temperature": request.temperature,
        }
        if self._model.startswith("gemini-3"):
            options["thinkingConfig"] = {"thinkingLevel": "low"}  # all of them take it
        if request.schema:
            options["responseMimeType"] = "application/json"
            options["responseJsonSchema"] = cloud_schema(request.schema)
        body: dict[str, object] = {
            "contents": [{"role": "user", "parts": [{"text": request.prompt}]}],
            "generationConfig": options,
        }
        if request.system:
            body["systemInstruction"] = {"parts": [{"text": request.system}]}
        method = "streamGenerateContent?alt=sse" if streams else "generateContent"
        return Call(
            url=f"{self._url}:{method}",
            body=orjson.dumps(body),
            headers=self._headers,
        )

    def begin(self) -> Draft:
        """Return an empty draft."""
        return Draft(model=self._model)

    def add(self, draft: Draft, payload: Payload) -> None:
        """Take in the whole answer, or one piece: they have the same form."""
        draft.model = str(payload.get("modelVersion") or draft.model)
        usage = payload.get("usageMetadata")
        if usage:
            draft.prompt_tokens = count_in(usage, "promptTokenCount")
            spoken = count_in(usage, "candidatesTokenCount")
            draft.completion_tokens = spoken + count_in(usage, "thoughtsTokenCount")
        candidates = payload.get("candidates")
        if isinstance(candidates, list) and candidates:
            _add_candidate(draft, candidates[0])
        elif payload.get("promptFeedback"):  # the prompt itself was blocked
            draft.finish, draft.is_refused = "BLOCKED", True

    def refusal(self, reply: Reply) -> LLMError:
        """Return what a status means: a wrong key is a 400, a used up day a 429."""
        fault = fault_in(reply.body)
        kind, waits = kind_of(reply.status), reply.retry_after
        for detail in _details_in(fault):
            if detail.get("reason") == "API_KEY_INVALID":
                kind = LLMErrorKind.AUTH
            elif kind is LLMErrorKind.RATE_LIMITED and _is_of_the_day(detail):
                kind, waits = LLMErrorKind.SPEND_LIMIT, ASK_AGAIN
            elif kind is LLMErrorKind.RATE_LIMITED:
                waits = _seconds(detail.get("retryDelay")) or waits
        if kind is LLMErrorKind.BAD_REQUEST and _is_too_long(fault):
            kind = LLMErrorKind.TOO_LONG
        missing = f"{self.name} knows no model {self._model}"
        return refusal_of(reply, kind, missing=missing, retry_after=waits)


def _add_candidate(draft: Draft, candidate: object) -> None:
    if not isinstance(candidate, dict):
        return
    content = candidate.get("content")
    parts = content.get("parts") if isinstance(content, dict) else None
    for part in parts if isinstance(parts, list) else ():
        is_said = isinstance(part, dict) and not part.get("thought")
        if is_said and isinstance(part.get("text"), str):
            draft.parts.append(part["text"])
    if finish := candidate.get("finishReason"):
        draft.finish = str(finish)
        draft.is_cut = finish == "MAX_TOKENS"
        draft.is_refused = finish not in _GOOD_ENDS


def _details_in(fault: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    details = fault.get("details")
    listed = details if isinstance(details, list) else ()
    return tuple(detail for detail in listed if isinstance(detail, dict))


def _is_of_the_day(detail: Mapping[str, Any]) -> bool:
    violations = detail.get("violations")
    listed = violations if isinstance(violations, list) else ()
    return any("PerDay" in str(one.get("quotaId")) for one in listed if one)


def _is_too_long(fault: Mapping[str, Any]) -> bool:
    return "token count exceeds" in str(fault.get("message"))


def _seconds(text: object) -> float | None:
    """Return the seconds of a duration as Google writes it: "37s", "0.5s"."""
    try:
        return float(str(text).removesuffix("s"))
    except ValueError:
        return None
