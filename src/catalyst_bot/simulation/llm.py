"""A loopback LLM server in Ollama's dialect, with Ollama's queue and its bad days.

Source: Ollama's published API description and its server's own error texts.
"""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta

from aiohttp import web

from catalyst_bot.simulation.llm_embedding import embedding_of
from catalyst_bot.simulation.llm_forms import (
    body_fault,
    finished,
    full_name,
    model_entry,
    prompt_in,
    unfinished,
)
from catalyst_bot.simulation.llm_reading import Reading
from catalyst_bot.simulation.llm_records import Asked, Mode, Shape, Took
from catalyst_bot.simulation.llm_sending import BROKEN
from catalyst_bot.simulation.llm_server import ModelServer, words_of

_STATUS = {
    Mode.HTTP_429: (429, "too many requests"),
    Mode.HTTP_500: (500, "llama runner process has terminated: signal: killed"),
    # two spaces, as in the server's source
    Mode.HTTP_503: (
        503,
        "server busy, please try again.  maximum pending requests exceeded",
    ),
    Mode.BAD_KEY: (401, "unauthorized"),
    Mode.TOO_LONG: (400, "the input exceeds the context length"),
}
_KEPT = timedelta(minutes=5)  # Ollama's default keep_alive; ours is not parsed


class FakeLLM(ModelServer):
    """An Ollama server; see `ModelServer` for its knobs and records.

    Two knobs more, load_latency: seconds that the first request for a model takes more;
    weights: another text is another digest, as after a pull.
    Two records more, loads: (model, num_ctx); embedded: the texts.
    """

    def __init__(self) -> None:
        super().__init__("mistral:latest")
        self.load_latency = 0.0
        self.weights = ""
        self.loads: list[tuple[str, object]] = []
        self.embedded: list[str] = []
        self._loaded: dict[str, tuple[object, datetime]] = {}

    @property
    def endpoint_url(self) -> str:
        """Return what LLM_ENDPOINT_URL is set to."""
        return f"{self.origin}/api/generate"

    def _add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_post("/api/generate", self._ask)
        router.add_post("/api/chat", self._ask)
        router.add_post("/api/embed", self._embed)
        router.add_get("/api/ps", self._ps)
        router.add_get("/api/tags", self._tags)
        router.add_get("/api/version", self._version)
        router.add_get("/", self._greet)

    def _understand(self, request: web.Request, raw: bytes) -> tuple[Asked, str]:
        body, fault = body_fault(raw, request.path)
        prompt = prompt_in(body)
        asked = Asked(
            path=request.path,
            body=body,
            prompt=prompt,
            streams=bool(prompt) and bool(body.get("stream", True)),
            arrived=time.monotonic(),
        )
        return asked, fault

    def _refuse(self, asked: Asked, mode: Mode) -> web.Response | None:
        if mode in _STATUS:
            return self._error(*_STATUS[mode])
        model = str(asked.body["model"])
        if mode is Mode.MODEL_MISSING or full_name(model) not in self.models:
            return self._error(404, f'model "{model}" not found, try pulling it first')
        return None

    def _error(self, status: int, text: str) -> web.Response:
        headers = self._waits() if status == 429 else {}
        return web.json_response({"error": text}, status=status, headers=headers)

    def _shape(self, asked: Asked, reading: Reading, took: Took) -> Shape:
        if not asked.prompt:
            is_unload = asked.body.get("keep_alive") == 0
            reading = Reading(text="", finish="unload" if is_unload else "load")
        words = words_of(reading.text) if asked.streams else ()
        lines = [
            *(unfinished(asked, word) for word in words),
            finished(asked, reading, took),
        ]
        kind = "x-ndjson" if words else "json"
        return Shape(
            content_type=f"application/{kind}",
            pieces=tuple(json.dumps(line).encode() + b"\n" for line in lines),
            fault=json.dumps({"error": BROKEN}).encode() + b"\n",
        )

    async def _load(self, asked: Asked) -> float:
        name = full_name(str(asked.body["model"]))
        if asked.body.get("keep_alive") == 0 and not asked.prompt:
            self._loaded.pop(name, None)
            return 0.0
        num_ctx = (asked.body.get("options") or {}).get("num_ctx")
        is_loaded = name in self._loaded and self._loaded[name][0] == num_ctx
        self._loaded[name] = (num_ctx, datetime.now(UTC) + _KEPT)
        if is_loaded:
            return 0.0
        self.loads.append((name, num_ctx))
        await asyncio.sleep(self.load_latency)
        return self.load_latency

    async def _embed(self, request: web.Request) -> web.Response:
        body = await request.json()
        if self.mode in _STATUS:
            return self._error(*_STATUS[self.mode])
        self.embedded.append(str(body["input"]))
        vectors = [embedding_of(str(body["input"]))]
        return web.json_response({"model": body["model"], "embeddings": vectors})

    async def _ps(self, _: web.Request) -> web.Response:
        models = [
            {
                **model_entry(name, weights=self.weights),
                "expires_at": expires.isoformat(),
                "size_vram": 4_372_824_384,
                "context_length": num_ctx or 4096,
            }
            for name, (num_ctx, expires) in self._loaded.items()
        ]
        return web.json_response({"models": models})

    async def _tags(self, _: web.Request) -> web.Response:
        now = datetime.now(UTC).isoformat()
        models = [
            {**model_entry(name, weights=self.weights), "modified_at": now}
            for name in self.models
        ]
        return web.json_response({"models": models})

    async def _version(self, _: web.Request) -> web.Response:
        return web.json_response({"version": "0.12.6"})

    async def _greet(self, _: web.Request) -> web.Response:
        return web.Response(text="Ollama is running")
