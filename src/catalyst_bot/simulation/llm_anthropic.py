"""A loopback LLM server in Anthropic's dialect.

Source: Anthropic's API reference, messages, streaming and errors.
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

_KNOWN = {"model", "max_tokens", "messages", "stream", "system", "output_config"}
_FINISH = {"stop": "end_turn", "length": "max_tokens"}
_FAULTS = {
    Mode.BAD_KEY: (401, "authentication_error", "invalid x-api-key"),
    Mode.MODEL_MISSING: (404, "not_found_error", "model: x"),
    Mode.TOO_LONG: (400, "invalid_request_error", "prompt is too long: 9 tokens > 8"),
    Mode.HTTP_429: (429, "rate_limit_error", "This would exceed your rate limit."),
    Mode.SPEND_LIMIT: (
        400,
        "invalid_request_error",
        "Your credit balance is too low to access the Anthropic API.",
    ),
    Mode.HTTP_500: (500, "api_error", "Internal server error"),
    Mode.HTTP_503: (529, "overloaded_error", "Overloaded"),
}


class FakeAnthropic(CloudServer):
    """Anthropic's API with one model."""

    def __init__(self) -> None:
        super().__init__("claude-fictitious")

    @property
    def base_url(self) -> str:
        """Return what ANTHROPIC_BASE_URL is set to."""
        return self.origin

    def _add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_post("/v1/messages", self._ask)
        router.add_get("/v1/models/{model}", self._look)

    def _key_in(self, request: web.Request) -> str:
        is_versioned = "anthropic-version" in request.headers
        return request.headers.get("x-api-key", "") if is_versioned else ""

    def _prompt_in(self, body: Mapping[str, Any]) -> str:
        texts = [str(one.get("content", "")) for one in body.get("messages") or ()]
        return "\n".join([str(body.get("system") or ""), *texts]).lstrip()

    def _body_fault(self, body: Mapping[str, Any]) -> str:
        if not isinstance(body.get("max_tokens"), int):
            return "max_tokens: Field required"
        if limits_in(body.get("output_config")):
            return "output_config.format.schema: not supported"
        return unknown_in(body, _KNOWN)

    def _error(self, status: int, text: str) -> web.Response:
        return self._refusal(status, "invalid_request_error", text)

    def _fault(self, mode: Mode) -> web.Response:
        return self._refusal(*_FAULTS[mode])

    def _refusal(self, status: int, kind: str, text: str) -> web.Response:
        body = {"type": "error", "error": {"type": kind, "message": text}}
        headers = self._waits() if status == 429 else {}
        return web.json_response(body, status=status, headers=headers)

    def _shape(self, asked: Asked, reading: Reading, took: Took) -> Shape:  # noqa: ARG002
        given = {"input_tokens": len(asked.prompt) // TOKENS, "output_tokens": 1}
        spent = {"output_tokens": len(reading.text) // TOKENS}
        stop = {"stop_reason": _FINISH[reading.finish], "stop_sequence": None}
        message = {
            "type": "message",
            "role": "assistant",
            "model": asked.body["model"],
            "content": [],
            "usage": given,
        }
        fault = {"type": "error", "error": {"type": "api_error", "message": BROKEN}}
        if not asked.streams:
            blocks = [{"type": "text", "text": reading.text}]
            whole = {**message, **stop, "content": blocks, "usage": given | spent}
            return Shape(
                content_type="application/json",
                pieces=(json.dumps(whole).encode(),),
                fault=json.dumps(fault).encode(),
            )
        events: list[dict[str, Any]] = [
            {"type": "message_start", "message": message},
            {"type": "content_block_start", "index": 0, "content_block": _text("")},
            {"type": "ping"},
            *(_delta(word) for word in words_of(reading.text)),
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": stop, "usage": spent},
            {"type": "message_stop"},
        ]
        # the fault takes the place of the last piece: both ends are one
        named = [event(payload, name=payload["type"]) for payload in events]
        return Shape(
            content_type="text/event-stream",
            pieces=(*named[:-2], named[-2] + named[-1]),
            fault=event(fault, name="error"),
        )


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _delta(word: str) -> dict[str, Any]:
    change = {"type": "text_delta", "text": word}
    return {"type": "content_block_delta", "index": 0, "delta": change}
