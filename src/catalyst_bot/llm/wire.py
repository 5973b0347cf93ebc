"""One bounded exchange with an LLM server over HTTP, its failures translated.

Nobody above this file knows aiohttp. The dialects (Ollama's is `ollama`) stand on it.
"""

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from weakref import WeakSet

import aiohttp
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

from catalyst_bot.llm.model import LLMError, LLMErrorKind

MAX_ANSWER = 1 << 20  # bytes; a verdict has less than a thousandth of it
_CONNECT = 2.0  # seconds for one TCP connect
_KEEPALIVE = 60.0  # seconds; nginx before a server closes after 75, Ollama never does
_SHORTEST = 0.05  # seconds; a fault in less was no fault of the server
_CHUNK = 1 << 16
_IS_REUSED = ContextVar("is_reused", default=False)  # of this task's connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole answer of the server; `retry_after` in seconds when it named a wait."""

    status: int
    body: bytes
    retry_after: float | None = None


class Wire:
    """Sends requests over one pool of connections; `open_wire` makes it."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def fetch(self, url: str, *, body: bytes | None, timeout: float) -> Reply:
        """POST `body`, or GET when there is none; `timeout` seconds for everything.

        A pooled connection that the server had closed before is replaced once, in
        silence: that failure is older than the request.

        Raises:
            LLMError: timeout, or unavailable (not reached, reset, cut, above 1 MiB).
        """
        try:
            async with asyncio.timeout(timeout):
                try:
                    return await self._exchange(url, body)
                except _StaleConnection:
                    return await self._exchange(url, body)
        except _StaleConnection as error:
            raise _unavailable("connection closed by the server") from error
        except aiohttp.ConnectionTimeoutError as error:  # is a TimeoutError too
            raise _unavailable(f"no connection in {_CONNECT:g} s") from error
        except TimeoutError as error:
            is_long = timeout >= _SHORTEST
            detail = f"no answer in {timeout:.3g} s" if is_long else "no time left"
            raise LLMError(LLMErrorKind.TIMEOUT, detail) from error
        except aiohttp.ClientError as error:
            raise _unavailable(_reason(error)) from error

    async def _exchange(self, url: str, body: bytes | None) -> Reply:
        call = self._session.request(
            "GET" if body is None else "POST",
            url,
            data=body,
            allow_redirects=False,
        )
        try:
            async with call as response:
                return Reply(
                    status=response.status,
                    body=await _read(response),
                    retry_after=_seconds(response.headers.get("Retry-After", "")),
                )
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
            if _IS_REUSED.get():
                raise _StaleConnection from error
            raise


@asynccontextmanager
async def open_wire() -> AsyncIterator[Wire]:
    """Open a pool without a limit of its own (the gate has it); close it at the end.

    No proxy of the environment, no cookies, no compression: a server on the next desk
    needs none of them, and each can surprise.
    """
    async with aiohttp.ClientSession(
        connector=_Pool(keepalive_timeout=_KEEPALIVE),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT),
        headers={
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
        },
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    ) as session:
        yield Wire(session)


class _StaleConnection(Exception):
    """A connection from the pool turned out to be dead."""


class _Pool(aiohttp.TCPConnector):
    """Tells the request on whose behalf it connects whether the connection is new.

    A TraceConfig would tell it too, for 20 us a request.
    """

    def __init__(self, *, keepalive_timeout: float) -> None:
        super().__init__(limit=0, keepalive_timeout=keepalive_timeout)
        self._used: WeakSet[asyncio.BaseProtocol] = WeakSet()

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,
    ) -> Connection:
        _IS_REUSED.set(False)  # connecting anew may fail as well
        connection = await super().connect(req, traces, timeout)
        if connection.protocol in self._used:
            _IS_REUSED.set(True)
        elif connection.protocol is not None:
            self._used.add(connection.protocol)
        return connection


async def _read(response: aiohttp.ClientResponse) -> bytes:
    if (response.content_length or MAX_ANSWER + 1) <= MAX_ANSWER:
        return await response.read()  # the parser takes no more than was announced
    chunks, size = [], 0
    async for chunk in response.content.iter_chunked(_CHUNK):
        size += len(chunk)
        if size > MAX_ANSWER:
            raise _unavailable("answer above 1 MiB")  # leaving unread closes it
        chunks.append(chunk)
    return b"".join(chunks)


def _seconds(retry_after: str) -> float | None:
    return float(retry_after) if retry_after.strip().isdecimal() else None


def _reason(error: aiohttp.ClientError) -> str:
    match error:
        case aiohttp.ClientSSLError() | aiohttp.ClientConnectorCertificateError():
            return "TLS failure"
        case aiohttp.ClientConnectorDNSError():
            return "host not found"
        case aiohttp.ClientConnectorError():
            return "connection refused" if _is_refusal(error) else "cannot connect"
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError():
            return "connection closed by the server"
        case aiohttp.ClientPayloadError():
            return "answer cut off on the way"
        case _:
            return "no HTTP answer"


def _is_refusal(error: aiohttp.ClientConnectorError) -> bool:
    """Tell a refusal; a name with two addresses has two, joined in one text."""
    return f"[Errno {errno.ECONNREFUSED}]" in str(error.os_error)


def _unavailable(detail: str) -> LLMError:
    return LLMError(LLMErrorKind.UNAVAILABLE, detail)
