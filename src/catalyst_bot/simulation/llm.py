"""A loopback LLM server in Ollama's dialect, with Ollama's queue and its bad days.

Source: Ollama's published API description and its server's own error texts.
"""

import asyncio
import time
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from aiohttp import web

from catalyst_bot.simulation.llm_forms import (
    body_fault,
    finished,
    full_name,
    model_entry,
    prompt_in,
    unfinished,
)
from catalyst_bot.simulation.llm_reading import Reading, read
from catalyst_bot.simulation.llm_records import Asked, Mode
from catalyst_bot.simulation.llm_sending import error, send
from catalyst_bot.simulation.loopback import Hook, LoopbackServer, call, drop, hang

_STATUS = {
    Mode.HTTP_429: (429, "too many requests"),
    Mode.HTTP_500: (500, "llama runner process has terminated: signal: killed"),
    # two spaces, as in the server's source
    Mode.HTTP_503: (
        503,
        "server busy, please try again.  maximum pending requests exceeded",
    ),
}
_KEPT = timedelta(minutes=5)  # Ollama's default keep_alive; ours is not parsed


class FakeLLM(LoopbackServer):
    """One LLM server with the models in `models`.

    Knobs, all may change while it runs:
        mode: how every request is answered; modes: {part of a prompt: mode} goes
            before it, script (taken one per request) before both.
        latency: seconds of service; jitter: share of it added at most, by prompt.
            latencies: {part of a prompt: seconds} goes before both.
        load_latency: seconds that the first request for a model takes more.
        slots: requests served at a time, the others queue; 0: no limit.
        retry_after: seconds named in a 429, None: not named. drip_pause: seconds.
        on_request: a hook (prompt, "received" | "answered_unsent"); loading is no
            prompt and calls none.
    Records: requests (oldest first), prompts (those with a prompt), in_flight,
    max_in_flight, serving, aborted, connections, loads (model, num_ctx).
    """

    stops_when_left = True

    def __init__(self) -> None:
        super().__init__()
        self.mode = Mode.OK
        self.modes: dict[str, Mode] = {}
        self.latencies: dict[str, float] = {}
        self.script: list[Mode] = []
        self.models: tuple[str, ...] = ("mistral:latest",)
        self.latency = self.jitter = self.load_latency = 0.0
        self.slots = 0
        self.retry_after: float | None = None
        self.drip_pause = 0.2
        self.on_request: Hook | None = None
        self.requests: list[Asked] = []
        self.loads: list[tuple[str, object]] = []
        self.in_flight = self.max_in_flight = self.serving = self.aborted = 0
        self._line: list[Asked] = []
        self._loaded: dict[str, tuple[object, datetime]] = {}

    @property
    def endpoint_url(self) -> str:
        """Return what LLM_ENDPOINT_URL is set to."""
        return f"{self.origin}/api/generate"

    @property
    def prompts(self) -> list[Asked]:
        """Return the requests that asked something; loading and unloading do not."""
        return [asked for asked in self.requests if asked.prompt]

    def _add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_post("/api/generate", self._ask)
        router.add_post("/api/chat", self._ask)
        router.add_get("/api/ps", self._ps)
        router.add_get("/api/tags", self._tags)
        router.add_get("/api/version", self._version)
        router.add_get("/", self._greet)

    async def _ask(self, request: web.Request) -> web.StreamResponse:
        body, fault = body_fault(await request.read(), request.path)
        asked = Asked(
            path=request.path,
            body=body,
            prompt=prompt_in(body),
            arrived=time.monotonic(),
        )
        self.requests.append(asked)
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        self.changed()
        try:
            response = error(400, fault) if fault else await self._serve(request, asked)
        except (asyncio.CancelledError, ConnectionError):
            asked.aborted = True
            self.aborted += 1
            raise
        else:
            if request.transport is not None and not request.transport.is_closing():
                asked.status, asked.answered = response.status, time.monotonic()
            return response
        finally:
            self.in_flight -= 1
            self.changed()

    async def _serve(self, request: web.Request, asked: Asked) -> web.StreamResponse:
        mode = self._mode_for(asked)
        if asked.prompt:
            await call(self.on_request, asked.prompt, "received")
        refusal = self._refuse(asked, mode)
        if refusal is not None:
            return refusal
        async with self._slot(asked):
            if mode is Mode.HANG:
                await hang()
            load = await self._load(asked)
            service = self._service(asked.prompt)
            await asyncio.sleep(service)
        if not asked.prompt:
            is_unload = asked.body.get("keep_alive") == 0
            reading = Reading(text="", finish="unload" if is_unload else "load")
        else:
            reading = read(asked.prompt, mode)
            await call(self.on_request, asked.prompt, "answered_unsent")
        if mode is Mode.DROP:
            drop(request)
            return web.Response()
        total = time.monotonic() - asked.arrived
        last = finished(asked, reading, total=total, load=load, service=service)
        lines = [last]
        if asked.prompt and asked.body.get("stream", True):
            words = [word + " " for word in reading.text.split(" ")]
            words[-1] = words[-1][:-1]
            empty = Reading(text="", finish=reading.finish)
            last = finished(asked, empty, total=total, load=load, service=service)
            lines = [*(unfinished(asked, word) for word in words), last]
        return await send(request, lines, mode, pause=self.drip_pause)

    def _mode_for(self, asked: Asked) -> Mode:
        if not asked.prompt:
            return self.mode
        if self.script:
            return self.script.pop(0)
        for part, mode in self.modes.items():
            if part in asked.prompt:
                return mode
        return self.mode

    def _refuse(self, asked: Asked, mode: Mode) -> web.Response | None:
        if mode in _STATUS:
            status, text = _STATUS[mode]
            wait = self.retry_after if mode is Mode.HTTP_429 else None
            return error(status, text, retry_after=wait)
        model = str(asked.body["model"])
        if mode is Mode.MODEL_MISSING or full_name(model) not in self.models:
            return error(404, f'model "{model}" not found, try pulling it first')
        return None

    @asynccontextmanager
    async def _slot(self, asked: Asked) -> AsyncIterator[None]:
        """Wait in line for one of `slots`; the line has no limit, as in Ollama."""
        self._line.append(asked)
        try:
            await self._until(lambda: self._is_next(asked))
        finally:
            self._line.remove(asked)
        asked.started = time.monotonic()
        self.serving += 1
        self.changed()
        try:
            yield
        finally:
            self.serving -= 1
            self.changed()

    def _is_next(self, asked: Asked) -> bool:
        return not self.slots or (self.serving < self.slots and self._line[0] is asked)

    async def _load(self, asked: Asked) -> float:
        """Load or unload the model where needed; return the seconds that it took."""
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

    def _service(self, prompt: str) -> float:
        if not prompt:
            return 0.0
        for part, seconds in self.latencies.items():
            if part in prompt:
                return seconds
        share = zlib.crc32(prompt.encode()) % 1000 / 1000
        return self.latency * (1 + self.jitter * share)

    async def _ps(self, _: web.Request) -> web.Response:
        models = [
            {
                **model_entry(name),
                "expires_at": expires.isoformat(),
                "size_vram": 4_372_824_384,
                "context_length": num_ctx or 4096,
            }
            for name, (num_ctx, expires) in self._loaded.items()
        ]
        return web.json_response({"models": models})

    async def _tags(self, _: web.Request) -> web.Response:
        now = datetime.now(UTC).isoformat()
        models = [{**model_entry(name), "modified_at": now} for name in self.models]
        return web.json_response({"models": models})

    async def _version(self, _: web.Request) -> web.Response:
        return web.json_response({"version": "0.12.6"})

    async def _greet(self, _: web.Request) -> web.Response:
        return web.Response(text="Ollama is running")
