"""A loopback LLM server in Gemini's dialect.

Source: Google's API reference, v1beta; errors as users of it report them.
"""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from catalyst_bot.simulation.llm_cloud import TOKENS, CloudServer, event, unknown_in
from catalyst_bot.simulation.llm_reading import Reading
from catalyst_bot.simulation.llm_records import Asked, Mode, Shape, Took
from catalyst_bot.simulation.llm_sending import BROKEN
from catalyst_bot.simulation.llm_server import words_of

_KNOWN = {"contents", "systemInstruction", "generationConfig"}
_OPTIONS = {
    "maxOutputTokens",
    "temperature",
    "thinkingConfig",
    "responseMimeType",
    "responseJsonSchema",
}
_FINISH = {"stop": "STOP", "length": "MAX_TOKENS"}
_TYPE = "type.googleapis.com/google.rpc."
_FAULTS = {
    Mode.BAD_KEY: (400, "INVALID_ARGUMENT", "API key not valid."),
    Mode.MODEL_MISSING: (404, "NOT_FOUND", "models/x is not found for API version."),
    Mode.TOO_LONG: (
        400,
        "INVALID_ARGUMENT",
        "The input token count exceeds the maximum number of tokens allowed 1048576.",
    ),
    Mode.HTTP_429: (429, "RESOURCE_EXHAUSTED", "Resource has been exhausted."),
    Mode.SPEND_LIMIT: (429, "RESOURCE_EXHAUSTED", "You exceeded your current quota."),
    Mode.HTTP_500: (500, "INTERNAL", "An internal error has occurred."),
    Mode.HTTP_503: (503, "UNAVAILABLE", "The model is overloaded."),
}


class FakeGemini(CloudServer):
    """Google's API with one model."""

    def __init__(self) -> None:
        super().__init__("gemini-fictitious")

    @property
    def base_url(self) -> str:
        """Return what GEMINI_BASE_URL is set to."""
        return self.origin

    def _add_routes(self, router: web.UrlDispatcher) -> None:
        model = "/v1beta/models/{model}"
        router.add_post(f"{model}:generateContent", self._ask)
        router.add_post(f"{model}:streamGenerateContent", self._ask)
        router.add_get(model, self._look)

    def _key_in(self, request: web.Request) -> str:
        return request.headers.get("x-goog-api-key", "")

    def _streams(self, request: web.Request, body: Mapping[str, Any]) -> bool:  # noqa: ARG002
        return request.query.get("alt") == "sse"

    def _prompt_in(self, body: Mapping[str, Any]) -> str:
        contents = [body.get("systemInstruction"), *(body.get("contents") or ())]
        parts = [part for one in contents if one for part in one.get("parts", ())]
        return "\n".join(str(part.get("text", "")) for part in parts)

    def _body_fault(self, body: Mapping[str, Any]) -> str:
        options = body.get("generationConfig") or {}
        return unknown_in(body, _KNOWN) or unknown_in(options, _OPTIONS)

    def _error(self, status: int, text: str) -> web.Response:
        return self._refusal(status, "INVALID_ARGUMENT", text, ())

    def _fault(self, mode: Mode) -> web.Response:
        details: list[Mapping[str, Any]] = []
        if mode is Mode.BAD_KEY:
            details.append({"@type": f"{_TYPE}ErrorInfo", "reason": "API_KEY_INVALID"})
        if mode is Mode.SPEND_LIMIT:
            quota = {"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}
            details.append({"@type": f"{_TYPE}QuotaFailure", "violations": [quota]})
        if mode in (Mode.SPEND_LIMIT, Mode.HTTP_429) and self.retry_after is not None:
            delay = f"{self.retry_after:g}s"
            details.append({"@type": f"{_TYPE}RetryInfo", "retryDelay": delay})
        return self._refusal(*_FAULTS[mode], details)

    def _refusal(
        self, status: int, code: str, text: str, details: object
    ) -> web.Response:
        fault = {"code": status, "message": text, "status": code, "details": details}
        return web.json_response({"error": fault}, status=status)

    def _shape(self, asked: Asked, reading: Reading, took: Took) -> Shape:  # noqa: ARG002
        words = words_of(reading.text) if asked.streams else (reading.text,)
        usage = {
            "promptTokenCount": len(asked.prompt) // TOKENS,
            "candidatesTokenCount": len(reading.text) // TOKENS,
            "thoughtsTokenCount": 3,
        }
        payloads: list[dict[str, Any]] = [_piece(word) for word in words]
        finish = _FINISH[reading.finish]
        payloads[-1]["candidates"][0]["finishReason"] = finish
        for payload in payloads:
            payload["modelVersion"] = asked.body["model"]
            payload["usageMetadata"] = usage
        fault = {"error": {"code": 500, "message": BROKEN, "status": "INTERNAL"}}
        if not asked.streams:
            return Shape(
                content_type="application/json",
                pieces=(json.dumps(payloads[0]).encode(),),
                fault=json.dumps(fault).encode(),
            )
        return Shape(
            content_type="text/event-stream",
            pieces=tuple(event(payload) for payload in payloads),
            fault=event(fault),
        )


def _piece(text: str) -> dict[str, Any]:
    content = {"role": "model", "parts": [{"text": text}] if text else []}
    return {"candidates": [{"content": content, "index": 0}]}
