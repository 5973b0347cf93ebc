"""Reads outside URLs without reaching inside, waiting for ever, or filling the memory.

Nothing above this file knows aiohttp's errors: each becomes a SourceError whose reason
an operator can act on.
"""

import asyncio
import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from catalyst_bot.clock import Clock
from catalyst_bot.errors import SourceError
from catalyst_bot.sources.addresses import AddressRefused, build_guard
from catalyst_bot.sources.answers import refusal

DEADLINE = 10.0  # seconds for the whole exchange, redirects and body included
MAX_BODY = 4 * 1024 * 1024  # decoded bytes; live feeds have 15 to 530 KB
MAX_HOPS = 5
_PERMANENT_MOVES = frozenset({301, 308})
_MOVES = _PERMANENT_MOVES | {302, 303, 307}
_KEEP_ALIVE = 75.0  # seconds; longer than most intervals, so connections are reused


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer of status 200 or 304.

    `received` is the monotonic second of the last byte. `moved_to` is the final URL
    when every hop that led there was permanent (301, 308), else "".
    """

    status: int
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    charset: str | None
    received: float
    moved_to: str

    def header(self, name: str) -> str:
        """Return the first header of that name, "" when there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")


def open_feed_session(
    *,
    user_agent: str,
    allow_private: bool,
    ports: Collection[int],
    connect: float = 5.0,
    sock_read: float = 5.0,
    resolver: AbstractResolver | None = None,
) -> aiohttp.ClientSession:
    """Open the session for feeds and for every URL that comes from content.

    Args:
        allow_private: FEEDS_ALLOW_PRIVATE_HOSTS; lifts the check of address and port.
        ports: which ports may be reached, see `addresses.ports_of`.
        connect, sock_read: seconds until a connection stands; of silence in a body.
        resolver: who looks up names, None for the threads that all share.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            socket_factory=None if allow_private else build_guard(ports),
            limit=0,  # each source has one request at most; hosts.py limits hosts
            keepalive_timeout=_KEEP_ALIVE,
            resolver=resolver,
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": user_agent},
        timeout=aiohttp.ClientTimeout(total=None, connect=connect, sock_read=sock_read),
        trust_env=False,  # a proxy would connect in our place, past the guard
        trace_configs=[_without_redirects()],
    )


async def fetch(
    session: aiohttp.ClientSession,
    url: str,
    *,
    headers: Mapping[str, str],
    clock: Clock,
    deadline: float = DEADLINE,
) -> Fetched:
    """Return the answer of `url` after at most five redirects.

    `headers` are sent to the origin of `url` only: keys and validators stay at home.

    Raises:
        SourceError: no connection, a refused address or redirect, an answer other than
            200 or 304, a body that is cut, over MAX_BODY, or later than `deadline`.
    """
    try:
        async with asyncio.timeout(deadline):
            return await _follow(session, URL(url), headers, clock)
    except TimeoutError as error:  # first: aiohttp's timeouts are ClientErrors too
        raise SourceError(_timeout_reason(error, deadline)) from error
    except (aiohttp.ClientError, OSError) as error:
        raise SourceError(reason_of(error)) from error


def _without_redirects() -> aiohttp.TraceConfig:
    """Return what ends a request that aiohttp would redirect by itself.

    `fetch` follows by hand; a websocket's handshake cannot be told to stay.
    """

    async def refuse(*_: object) -> None:
        raise SourceError("a redirect, which a stream must not follow")

    trace = aiohttp.TraceConfig()
    trace.on_request_redirect.append(refuse)
    return trace


async def _follow(
    session: aiohttp.ClientSession, url: URL, headers: Mapping[str, str], clock: Clock
) -> Fetched:
    is_permanent, hops = True, 0
    while True:
        async with session.get(url, headers=headers, allow_redirects=False) as answer:
            if answer.status not in _MOVES:
                moved_to = str(url) if hops and is_permanent else ""
                return await _accept(answer, url, moved_to, clock)
            target = _target(url, answer.headers.get("Location", ""))
            is_permanent = is_permanent and answer.status in _PERMANENT_MOVES
        hops += 1
        if hops > MAX_HOPS:
            raise SourceError(f"more than {MAX_HOPS} redirects")
        if target.origin() != url.origin():
            headers = {}
        url = target


def _target(url: URL, location: str) -> URL:
    if not location:
        raise SourceError("a redirect without a target")
    try:
        target = url.join(URL(location))
        scheme, host = target.scheme, target.host
    except ValueError as error:  # no URL, or an impossible port or name
        raise SourceError("a redirect to something that is no URL") from error
    if scheme not in ("http", "https") or not host:
        raise SourceError(f"a redirect to the scheme {scheme[:20]!r}")
    if url.scheme == "https" and scheme == "http":
        raise SourceError(f"a redirect from https to http ({host})")
    return target


async def _accept(
    answer: aiohttp.ClientResponse, url: URL, moved_to: str, clock: Clock
) -> Fetched:
    if answer.status not in (200, 304):
        raise refusal(
            answer.status,
            host=url.host or "",
            # only a 403 is read: its page tells a block from a wrong address
            body=await _read(answer) if answer.status == 403 else b"",
            retry_after=answer.headers.get("Retry-After", ""),
            now=clock.unix(),
        )
    body = await _read(answer)
    return Fetched(
        status=answer.status,
        url=str(url),
        headers=tuple(answer.headers.items()),
        body=body,
        charset=answer.charset,
        received=clock.monotonic(),
        moved_to=moved_to,
    )


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    """Count the decoded bytes as they come: 0.3 MB of gzip can hold 300 MB."""
    limit = f"the body is larger than {MAX_BODY // 1024**2} MiB"
    if (answer.content_length or 0) > MAX_BODY:
        raise SourceError(limit)
    body = bytearray()
    async for chunk in answer.content.iter_chunked(65_536):
        body += chunk
        if len(body) > MAX_BODY:
            answer.close()  # drop the connection instead of draining it
            raise SourceError(limit)
    return bytes(body)


def _timeout_reason(error: TimeoutError, deadline: float) -> str:
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return "no connection in time"
    if isinstance(error, aiohttp.ServerTimeoutError):
        return "the server fell silent"
    return f"no complete answer within {deadline:g} s"


def reason_of(error: aiohttp.ClientError | OSError) -> str:
    """Say what happened without the text of aiohttp's errors: some hold the URL."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"the name {error.host} does not resolve"
    if isinstance(error, aiohttp.ClientSSLError):
        return f"no trust in the TLS of {error.host}{_tls(error.os_error)}"
    if isinstance(error, aiohttp.ClientConnectorError):
        if isinstance(error.os_error, AddressRefused):
            return f"{error.host} is refused: {error.os_error.strerror}"
        return f"no connection to {error.host}: {error.os_error.strerror}"
    if isinstance(error, aiohttp.ClientPayloadError):
        return "the body was cut off or badly compressed"
    if isinstance(error, aiohttp.InvalidURL):
        return "an address that is no URL"
    if isinstance(error, aiohttp.ClientResponseError):
        return "the answer is not HTTP"
    return f"the connection broke ({type(error).__name__})"


def _tls(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f": {error.verify_message}"
    return f": {error.strerror}" if error.strerror else ""
