"""What simulated LLM servers share: a queue, modes, records; not the dialect."""

import asyncio
import time
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiohttp import web

from catalyst_bot.simulation.llm_reading import Reading, read
from catalyst_bot.simulation.llm_records import Asked, Mode, Shape, Took
from catalyst_bot.simulation.llm_sending import send
from catalyst_bot.simulation.loopback import Hook, LoopbackServer, call, drop, hang


class ModelServer(LoopbackServer):
    """A server with the models in `models`, in the dialect of a subclass.

    Knobs, all may change while it runs:
        mode: how every request is answered; modes: {part of a prompt: mode} goes
            before it, script (taken one per request) before both.
        latency: seconds of service; jitter: share of it added at most, by prompt.
            latencies: {part of a prompt: seconds} goes before both.
        piece_pause: seconds between two pieces of a stream.
        slots: requests served at a time, the others queue; 0: no limit.
        capacity: requests served at a time, the others get 429; 0: no limit.
        retry_after: seconds named in a 429, None: not named. drip_pause: seconds.
        on_request: a hook (prompt, "received" | "answered_unsent"); loading is no
            prompt and calls none.
    Records: requests (oldest first), prompts (those with a prompt), in_flight,
    max_in_flight, serving, aborted, connections.
    """

    stops_when_left = True

    def __init__(self, *models: str) -> None:
        super().__init__()
        self.mode = Mode.OK
        self.modes: dict[str, Mode] = {}
        self.latencies: dict[str, float] = {}
        self.script: list[Mode] = []
        self.models = models
        self.latency = self.jitter = self.piece_pause = 0.0
        self.slots = self.capacity = 0
        self.retry_after: float | None = None
        self.drip_pause = 0.2
        self.on_request: Hook | None = None
        self.requests: list[Asked] = []
        self.in_flight = self.max_in_flight = self.serving = self.aborted = 0
        self._line: list[Asked] = []

    @property
    def prompts(self) -> list[Asked]:
        """Return the requests that asked something; loading and unloading do not."""
        return [asked for asked in self.requests if asked.prompt]

    def _understand(self, request: web.Request, raw: bytes) -> tuple[Asked, str]:
        """Return what is asked and what is wrong with it, "" when all is well."""
        raise NotImplementedError

    def _refuse(self, asked: Asked, mode: Mode) -> web.Response | None:
        """Return the answer to a request that is not served."""
        raise NotImplementedError

    def _error(self, status: int, text: str) -> web.Response:
        """Return an error in the words of the dialect."""
        raise NotImplementedError

    def _shape(self, asked: Asked, reading: Reading, took: Took) -> Shape:
        """Return the answer in the form of the dialect."""
        raise NotImplementedError

    async def _load(self, asked: Asked) -> float:  # noqa: ARG002 - a subclass's
        """Load the model where that is needed; return the seconds that it took."""
        return 0.0

    async def _ask(self, request: web.Request) -> web.StreamResponse:
        asked, fault = self._understand(request, await request.read())
        self.requests.append(asked)
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        self.changed()
        try:
            if fault:
                response: web.StreamResponse = self._error(400, fault)
            else:
                response = await self._serve(request, asked)
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
        reading = read(asked.prompt, mode) if asked.prompt else Reading(text="")
        if asked.prompt:
            await call(self.on_request, asked.prompt, "answered_unsent")
        if mode is Mode.DROP:
            drop(request)
            return web.Response()
        total = time.monotonic() - asked.arrived
        took = Took(total=total, load=load, service=service)
        shape = self._shape(asked, reading, took)
        return await send(
            request, shape, mode, pause=self.piece_pause, drip_pause=self.drip_pause
        )

    def _mode_for(self, asked: Asked) -> Mode:
        if not asked.prompt:
            return self.mode
        if self.capacity and self.serving >= self.capacity:
            return Mode.HTTP_429
        if self.script:
            return self.script.pop(0)
        for part, mode in self.modes.items():
            if part in asked.prompt:
                return mode
        return self.mode

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

    def _service(self, prompt: str) -> float:
        if not prompt:
            return 0.0
        for part, seconds in self.latencies.items():
            if part in prompt:
                return seconds
        share = zlib.crc32(prompt.encode()) % 1000 / 1000
        return self.latency * (1 + self.jitter * share)

    def _waits(self) -> Mapping[str, str]:
        """Return the header of a 429 that names a wait."""
        if self.retry_after is None:
            return {}
        return {"Retry-After": f"{self.retry_after:g}"}


def words_of(text: str) -> tuple[str, ...]:
    """Return the pieces in which a text is streamed."""
    *words, last = text.split(" ")
    return (*(f"{word} " for word in words), last)
