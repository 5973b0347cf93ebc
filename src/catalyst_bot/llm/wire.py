"""One bounded exchange with an LLM server over HTTP, its failures translated.

Nobody above this file knows aiohttp. The dialects in `providers` stand on it.
"""

import asyncio
import errno
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from weakref import WeakSet

import aiohttp
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

from catalyst_bot.llm.model import LLMError, LLMErrorKind

MAX_ANSWER = 1 << 20  # bytes; a verdict has less than a thousandth of it
MAX_STREAM = 8 << 20  # bytes; each token comes in some 250 bytes of wrapping
_CONNECT = 2.0  # seconds for one TCP connect
_KEEPALIVE = 60.0  # seconds; nginx before a server closes after 75, Ollama never does
_CHUNK = 1 << 16
_IS_REUSED = ContextVar("is_reused", default=False)  # of this task's connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole answer of the server; `retry_after` in seconds when it named a wait."""

    status: int
    body: bytes
    retry_after: float | None = None


class Refused(Exception):
    """A stream did not begin: the server answered with another status than 200."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        super().__init__(f"HTTP {reply.status}")


class Wire:
    """Sends requests over one pool of connections; `open_wire` makes it.

    A pooled connection that the server had closed before is replaced once, in silence:
    that failure is older than the request.
    """

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def fetch(
        self,
        url: str,
        *,
        body: bytes | None,
        timeout: float | None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """POST `body`, or GET when there is none; `timeout` seconds for everything.

        None: the caller keeps the time, as the client does, which may extend it.

        Raises:
            LLMError: timeout, or unavailable (not reached, reset, cut, above 1 MiB).
        """
        try:
            if timeout is None:  # each layer in between would cost a hundredth
                response = await self._send(url, body, headers)
                try:
                    return await _reply(response)
                finally:
                    response.release()
            async with asyncio.timeout(timeout):
                return await self.fetch(url, body=body, headers=headers, timeout=None)
        except (TimeoutError, aiohttp.ClientError) as error:
            raise _fault_of(error, timeout) from error

    async def lines(
        self,
        url: str,
        *,
        body: bytes,
        timeout: float | None,
        headers: Mapping[str, str] | None = None,
    ) -> AsyncGenerator[bytes, None]:
        """POST `body` and yield the lines of the answer as they come.

        Whoever stops early closes it, which closes the connection.

        Raises:
            Refused: the status is not 200.
            LLMError: timeout, or unavailable (also above 8 MiB, or 1 MiB in a line).
        """
        loop = asyncio.get_running_loop()
        ends = None if timeout is None else loop.time() + timeout
        response = None
        try:
            async with asyncio.timeout_at(ends):
                response = await self._send(url, body, headers)
                if response.status != 200:
                    raise Refused(await _reply(response))
            buffer = _Lines()
            while not response.content.at_eof():
                async with asyncio.timeout_at(ends):
                    chunk = await response.content.readany()
                for line in buffer.add(chunk):
                    yield line
            yield buffer.rest
        except (TimeoutError, aiohttp.ClientError) as error:
            raise _fault_of(error, timeout) from error
        finally:
            if response is not None:
                response.close()  # read to its end, it is back in the pool already

    async def _send(
        self, url: str, body: bytes | None, headers: Mapping[str, str] | None
    ) -> aiohttp.ClientResponse:
        send = partial(
            self._session.request,
            "GET" if body is None else "POST",
            url,
            data=body,
            headers=headers,
            allow_redirects=False,
        )
        try:
            return await send()
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
            if not _IS_REUSED.get():
                raise
        return await send()


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


class _Lines:
    """Cuts what comes into lines, and keeps the limits of a stream."""

    def __init__(self) -> None:
        self.rest = b""  # what came after the last end of a line
        self._size = 0

    def add(self, chunk: bytes) -> list[bytes]:
        self._size += len(chunk)
        *lines, self.rest = (self.rest + chunk).split(b"\n")
        if self._size > MAX_STREAM or len(self.rest) > MAX_ANSWER:
            raise _unavailable("answer above 1 MiB")
        return lines


async def _reply(response: aiohttp.ClientResponse) -> Reply:
    is_short = (response.content_length or MAX_ANSWER + 1) <= MAX_ANSWER
    return Reply(
        status=response.status,  # the parser takes no more than was announced
        body=await (response.read() if is_short else _read(response)),
        retry_after=_seconds(response.headers.get("Retry-After", "")),
    )


async def _read(response: aiohttp.ClientResponse) -> bytes:
    chunks, size = [], 0
    async for chunk in response.content.iter_chunked(_CHUNK):
        size += len(chunk)
        if size > MAX_ANSWER:
            raise _unavailable("answer above 1 MiB")  # leaving unread closes it
        chunks.append(chunk)
    return b"".join(chunks)


def _seconds(retry_after: str) -> float | None:
    return float(retry_after) if retry_after.strip().isdecimal() else None


def _fault_of(error: Exception, timeout: float | None) -> LLMError:
    if isinstance(error, aiohttp.ConnectionTimeoutError):  # is a TimeoutError too
        return _unavailable(f"no connection in {_CONNECT:g} s")
    if isinstance(error, aiohttp.ClientError):
        return _unavailable(_reason(error))
    return LLMError(LLMErrorKind.TIMEOUT, f"no answer in {timeout or 0.0:.3g} s")


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
