"""What the simulated servers share: a port of their own, waiting, going away."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Self

from aiohttp import web

HOST = "127.0.0.1"
_BACKLOG = 1024
_MAX_BODY = 32 << 20  # bytes; Discord takes files of 10 MiB
_TURNS = 5  # of the loop: abort, close, the client's selector, its protocol, its pool
_GRACE = 0.05  # seconds aiohttp waits for handlers that were already cancelled

Hook = Callable[[str, str], Awaitable[None] | None]
"""Called as `hook(what, stage)`.

It may await (the request waits with it) or raise ConnectionError (the connection is
dropped at that stage).
"""


class LoopbackServer:
    """A real HTTP server on 127.0.0.1 that remembers what it got.

    Open it with `async with server.open():`. Every record that grows calls `changed`,
    so a test waits with `wait_for` and never sleeps. One event loop owns the server
    and everybody who reads it.
    """

    # True: a client that hangs up ends the work on its request, as in Ollama. False:
    # what was read is carried out, as in Discord.
    stops_when_left = False

    def __init__(self) -> None:
        self.port = 0
        self.entrance = 0  # the port of what stands before it, a ChaosProxy say
        self.connections = 0  # TCP connections that sent at least one request
        self.connect_delay = 0.0  # seconds that a new one costs, TLS to a far host say
        self._peers: set[object] = set()
        self._handlers: set[asyncio.Task[object]] = set()
        self._news = asyncio.Event()
        self._runner: web.AppRunner | None = None

    @property
    def origin(self) -> str:
        """Return "http://127.0.0.1:PORT", the port being the entrance's."""
        return f"http://{HOST}:{self.entrance or self.port}"

    @asynccontextmanager
    async def open(self, *, port: int = 0) -> AsyncIterator[Self]:
        """Listen, on a free port when `port` is 0; at the end nothing is left over."""
        app = web.Application(client_max_size=_MAX_BODY, middlewares=[self._track])
        self._add_routes(app.router)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            shutdown_timeout=_GRACE,
            handler_cancellation=self.stops_when_left,
        )
        await self._runner.setup()
        try:
            await self._listen(port)
            yield self
        finally:
            await self._end_handlers()
            await self._runner.cleanup()
            self._runner = None

    async def stop_listening(self) -> None:
        """Refuse connections from now on and reset those that are open.

        A client in this very loop has seen the resets when it returns.
        """
        runner = self._opened()
        for site in list(runner.sites):
            await site.stop()
        await asyncio.sleep(0)  # a connection accepted this instant is reset too
        if runner.server is not None:
            for connection in runner.server.connections:
                if connection.transport is not None:
                    connection.transport.abort()
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    async def start_listening(self) -> None:
        """Accept connections again, on the port of before."""
        await self._listen(self.port)

    def changed(self) -> None:
        """Wake everybody who waits; also for a test that turned a knob."""
        self._news.set()
        self._news = asyncio.Event()

    async def wait_for(
        self, predicate: Callable[[], bool], timeout: float = 20.0
    ) -> None:
        """Return when `predicate()` holds; it is asked again after every change.

        Raises:
            TimeoutError: it did not hold within `timeout` seconds.
        """
        async with asyncio.timeout(timeout):
            await self._until(predicate)

    async def _until(self, predicate: Callable[[], bool]) -> None:
        while not predicate():
            await self._news.wait()

    def _add_routes(self, router: web.UrlDispatcher) -> None:
        raise NotImplementedError

    async def _listen(self, port: int) -> None:
        runner = self._opened()
        site = web.TCPSite(runner, HOST, port, backlog=_BACKLOG)
        await site.start()
        self.port = int(runner.addresses[-1][1])

    def _opened(self) -> web.AppRunner:
        if self._runner is None:
            raise RuntimeError("use it inside `async with server.open():`")
        return self._runner

    @web.middleware
    async def _track(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine always runs in one
        self._handlers.add(task)
        try:
            if self._is_new(request):
                await asyncio.sleep(self.connect_delay)
            return await handler(request)
        except ConnectionError:
            drop(request)
            return web.Response()  # nobody is there to read it
        finally:
            self._handlers.discard(task)
            self.changed()

    def _is_new(self, request: web.Request) -> bool:
        """Tell whether it is the first of its connection, and count that."""
        transport = request.transport
        peer = None if transport is None else transport.get_extra_info("peername")
        if peer in self._peers:
            return False
        self._peers.add(peer)
        self.connections += 1
        return True

    async def _end_handlers(self) -> None:
        handlers = list(self._handlers)
        for handler in handlers:
            handler.cancel()
        if handlers:
            await asyncio.wait(handlers)


async def call(hook: Hook | None, what: str, stage: str) -> None:
    """Call a hook, when there is one, and await what it returns."""
    if hook is not None:
        pending = hook(what, stage)
        if inspect.isawaitable(pending):
            await pending


def drop(request: web.Request) -> None:
    """Reset the connection of a request, without a byte of an answer."""
    if request.transport is not None:
        request.transport.abort()


async def hang() -> None:
    """Never return; the client leaves, or the server closes."""
    await asyncio.Event().wait()
