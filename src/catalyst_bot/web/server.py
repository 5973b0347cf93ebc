"""Run uvicorn inside the daemon's own event loop, without its hold on the signals."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from catalyst_bot.errors import SettingsError

BACKLOG = 128
CONNECTIONS = 200  # more are answered 503
LONGEST_IDLE = 5  # seconds a connection is kept after a reply
LONGEST_WAIT = 10.0  # seconds from there, or from the connect, to a whole request
LAST_CALL = 1  # seconds for replies under way at the end
LONGEST_END = 2.0  # seconds for the whole shutdown; then the rest is cancelled


@asynccontextmanager
async def open_server(app: FastAPI, *, host: str, port: int) -> AsyncIterator[str]:
    """Serve `app` and yield its base URL; `port` 0 takes a free one.

    The port is bound and answers before the URL is yielded. At the end no connection
    is accepted and questions to the model are told so (503); other replies under way
    get a second, then they are cut off.

    Raises:
        SettingsError: the address is in use, not ours or not allowed to us; for a port
            in use it names a free one.
    """
    listener = _bind(host, port)
    server = _Server(
        uvicorn.Config(
            app,
            http=_Impatient,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            backlog=BACKLOG,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=LONGEST_IDLE,
            limit_concurrency=CONNECTIONS,
            timeout_graceful_shutdown=LAST_CALL,
        )
    )
    try:
        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(server.serve(sockets=[listener]), name="http")
            await server.is_up.wait()
            try:
                yield _url(host, listener)
            finally:
                app.state.ending.set()
                server.should_exit = True
                # Here and not at the end of the group, which would cut off at once
                # when the caller failed.
                await asyncio.wait({serving}, timeout=LONGEST_END)
    except BaseExceptionGroup as group:
        # One error is the caller's own: it must be able to catch it by its name.
        if len(group.exceptions) == 1:
            raise group.exceptions[0] from None
        raise
    finally:
        listener.close()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn would take SIGTERM for itself and raise it again when it returns: the
        # daemon would see two, and the second means "exit now".
        yield


class _Impatient(H11Protocol):
    """Hangs up on who sends no request: silent connections would lock all others out.

    uvicorn waits for the first request, and for the rest of any, as long as it takes.
    """

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def handle_events(self) -> None:
        before = self.cycle
        super().handle_events()
        if self.cycle is not before:
            self._stop_waiting()

    def on_response_complete(self) -> None:
        self._wait()  # first: the next request may be here already
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._stop_waiting()
        self._waiting = self.loop.call_later(
            LONGEST_WAIT, self.timeout_keep_alive_handler
        )

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()


def _bind(host: str, port: int) -> socket.socket:
    try:
        return _listen(host, port)
    except OSError as error:
        raise SettingsError([_fault(host, port, error)]) from error


def _listen(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    family, _, _, _, address = found[0]
    return socket.create_server(address, family=family, backlog=BACKLOG)


def _fault(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"HTTP_PORT: {port} is in use on {host}; {_free_port(host)} is free"
    name = "HTTP_PORT" if error.errno == errno.EACCES else "HTTP_HOST"
    return f"{name}: cannot serve on {host} port {port}: {error.strerror or error}"


def _free_port(host: str) -> int:
    with _listen(host, 0) as listener:
        return int(listener.getsockname()[1])


def _url(host: str, listener: socket.socket) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listener.getsockname()[1]}"
