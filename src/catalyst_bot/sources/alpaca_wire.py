"""The conversation with Alpaca's news stream: connect, say who we are, subscribe."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import aiohttp
import orjson

from catalyst_bot.errors import SourceError
from catalyst_bot.ops.secret import Secret
from catalyst_bot.sources.alpaca import read_messages
from catalyst_bot.sources.answers import refusal
from catalyst_bot.sources.fetch import reason_of

DEADLINE = 10.0  # seconds from the first byte to the subscription
HEARTBEAT = 20.0  # seconds between pings; a pong must come within half of it
MAX_FRAME = 4 * 1024 * 1024  # bytes; notes carry whole articles
_CLOSE = 2.0  # seconds that a farewell may take
_ENDS = (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlpacaKeys:
    """Who we are to Alpaca."""

    key_id: Secret
    secret: Secret

    def headers(self) -> dict[str, str]:
        """Return what a REST request carries."""
        return {
            "APCA-API-KEY-ID": self.key_id.reveal(),
            "APCA-API-SECRET-KEY": self.secret.reveal(),
        }


class Wire:
    """An open, subscribed stream."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def frame(self) -> bytes:
        """Wait for the next frame; pings are answered below.

        Raises:
            SourceError: the stream ended, or the server has fallen silent.
        """
        message = await self._socket.receive()
        if message.type is aiohttp.WSMsgType.TEXT:
            return str(message.data).encode("utf-8", "replace")
        if message.type is aiohttp.WSMsgType.BINARY:
            return bytes(message.data)
        if message.type in _ENDS:
            raise SourceError(f"the stream ended (code {self._socket.close_code})")
        raise SourceError("the stream broke off")


OpenWire = Callable[[], AbstractAsyncContextManager[Wire]]


@asynccontextmanager
async def open_wire(
    session: aiohttp.ClientSession,
    url: str,
    *,
    keys: AlpacaKeys,
    heartbeat: float = HEARTBEAT,
    deadline: float = DEADLINE,
) -> AsyncIterator[Wire]:
    """Open the stream and subscribe to all news; close it at the end.

    The keys travel in a message, not in headers, which a redirect would take along.

    Raises:
        SourceError: no connection, no answer in time, or the server refuses us.
    """
    try:
        async with asyncio.timeout(deadline):
            socket = await _connect(session, url, heartbeat)
    except TimeoutError as error:
        raise SourceError(f"no connection within {deadline:g} s") from error
    except aiohttp.WSServerHandshakeError as error:
        host = error.request_info.url.host or ""
        raise refusal(
            error.status, host=host, body=b"", retry_after="", now=0.0
        ) from error
    except (aiohttp.ClientError, OSError) as error:
        raise SourceError(reason_of(error)) from error
    wire = Wire(socket)
    try:
        try:
            async with asyncio.timeout(deadline):
                await _enter(socket, wire, keys)
        except TimeoutError as error:
            raise SourceError(f"no subscription within {deadline:g} s") from error
        yield wire
    finally:
        await socket.close()


async def _connect(
    session: aiohttp.ClientSession, url: str, heartbeat: float
) -> aiohttp.ClientWebSocketResponse:
    return await session.ws_connect(
        url,
        heartbeat=heartbeat,
        max_msg_size=MAX_FRAME,
        timeout=aiohttp.ClientWSTimeout(ws_close=_CLOSE),
    )


async def _enter(
    socket: aiohttp.ClientWebSocketResponse, wire: Wire, keys: AlpacaKeys
) -> None:
    """Go through the three steps; each answer of the server is awaited."""
    await _told(wire, "connected")
    who = {"key": keys.key_id.reveal(), "secret": keys.secret.reveal()}
    await _say(socket, {"action": "auth", **who})
    await _told(wire, "authenticated")
    await _say(socket, {"action": "subscribe", "news": ["*"]})
    await _told(wire, "subscription")


async def _say(socket: aiohttp.ClientWebSocketResponse, message: object) -> None:
    try:
        await socket.send_str(orjson.dumps(message).decode())
    except (ConnectionError, aiohttp.ClientError) as error:
        raise SourceError("the stream ended before the subscription") from error


async def _told(wire: Wire, wanted: str) -> None:
    while True:
        messages = read_messages(await wire.frame())
        if messages.fault is not None:
            raise messages.fault
        if wanted in messages.control:
            return
