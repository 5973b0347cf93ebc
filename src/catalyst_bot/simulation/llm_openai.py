"""A loopback LLM server in OpenAI's dialect, as a cloud or as a server of one's own.

Source: OpenAI's API reference, chat completions, and its guide to error codes.
"""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from catalyst_bot.simulation.llm_cloud import (
    TOKENS,
    CloudServer,
    event,
    limits_in,
    unknown_in,
)
from catalyst_bot.simulation.llm_reading import Reading
from catalyst_bot.simulation.llm_records import Asked, Mode, Shape, Took
from catalyst_bot.simulation.llm_sending import BROKEN
from catalyst_bot.simulation.llm_server import words_of

_KNOWN = {"model", "messages", "stream", "stream_options", "response_format"}
_CLOUDS = {"max_completion_tokens"}
_OWN = {"max_tokens", "temperature"}
_FAULTS = {
    Mode.BAD_KEY: (401, "invalid_api_key", "Incorrect API key provided."),
    Mode.MODEL_MISSING: (404, "model_not_found", "The model does not exist."),
    Mode.TOO_LONG: (400, "context_length_exceeded", "The context is too long."),
    Mode.HTTP_429: (429, "rate_limit_exceeded", "Rate limit reached."),
    Mode.SPEND_LIMIT: (429, "insufficient_quota", "You exceeded your current quota."),
    Mode.HTTP_500: (500, "server_error", "The server had an error."),
    Mode.HTTP_503: (503, "overloaded", "The engine is currently overloaded."),
}


class FakeOpenAI(CloudServer):
    """A server at /v1; with `takes_keys` off it is vLLM's sort, without a key."""

    def __init__(self, *, takes_keys: bool = True) -> None:
        super().__init__("gpt-fictitious")
        self._takes_keys = takes_keys

    @property
    def base_url(self) -> str:
        """Return what OPENAI_BASE_URL, or LLM_ENDPOINT_URL, is set to."""
        return f"{self.origin}/v1"

    def _add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_post("/v1/chat/completions", self._ask)
        router.add_get("/v1/models", self._look)

    def _key_in(self, request: web.Request) -> str:
        return request.headers.get("Authorization", "").removeprefix("Bearer ")

    def _knows(self, key: str) -> bool:
        return not self._takes_keys or super()._knows(key)

    def _prompt_in(self, body: Mapping[str, Any]) -> str:
        messages = body.get("messages") or ()
        return "\n".join(str(message.get("content", "")) for message in messages)

    def _body_fault(self, body: Mapping[str, Any]) -> str:
        fault = unknown_in(body, _KNOWN | (_CLOUDS if self._takes_keys else _OWN))
        form = body.get("response_format") or {}
        if self._takes_keys and limits_in(form):
            return fault or "Invalid schema for response_format"
        return fault

    def _error(self, status: int, text: str) -> web.Response:
        return self._refusal(status, "invalid_request_error", text)

    def _fault(self, mode: Mode) -> web.Response:
        return self._refusal(*_FAULTS[mode])

    def _refusal(self, status: int, code: str, text: str) -> web.Response:
        fault = {"message": text, "type": code, "param": None, "code": code}
        headers = self._waits() if status == 429 else {}
        return web.json_response({"error": fault}, status=status, headers=headers)

    def _shape(self, asked: Asked, reading: Reading, took: Took) -> Shape:  # noqa: ARG002
        usage = {
            "prompt_tokens": len(asked.prompt) // TOKENS,
            "completion_tokens": len(reading.text) // TOKENS,
        }
        fault = {"error": {"message": BROKEN, "type": "server_error"}}
        if not asked.streams:
            said = {"role": "assistant", "content": reading.text, "refusal": None}
            choice = {"index": 0, "message": said, "finish_reason": reading.finish}
            whole = {"model": asked.body["model"], "choices": [choice], "usage": usage}
            return Shape(
                content_type="application/json",
                pieces=(json.dumps(whole).encode(),),
                fault=json.dumps(fault).encode(),
            )
        said_at_last: dict[str, Any] = {"delta": {}, "finish_reason": reading.finish}
        choices = [
            *({"delta": {"content": word}} for word in words_of(reading.text)),
            said_at_last,
        ]
        events = [
            *(event({"model": asked.body["model"], "choices": [c]}) for c in choices),
            event({"choices": [], "usage": usage}) + b"data: [DONE]\n\n",
        ]
        return Shape(
            content_type="text/event-stream", pieces=tuple(events), fault=event(fault)
        )
