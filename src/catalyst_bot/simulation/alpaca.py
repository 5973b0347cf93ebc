"""A loopback server that is Alpaca's news: its stream and its REST service."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import orjson
from aiohttp import WSMsgType, web

from catalyst_bot.simulation.loopback import LoopbackServer, hang

KEY_ID, SECRET = "demo-key-id", "demo-secret-key"
_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One piece of news; an id that comes again with a later `updated_at` replaces."""

    id: int
    headline: str
    symbols: tuple[str, ...] = ()
    created_at: datetime
    updated_at: datetime | None = None
    summary: str = ""

    @property
    def changed_at(self) -> datetime:
        """Return when it was changed last."""
        return self.updated_at or self.created_at

    def message(self) -> dict[str, object]:
        """Return it in Alpaca's form."""
        return {
            "id": self.id,
            "headline": self.headline,
            "summary": self.summary,
            "author": "Desk",
            "created_at": _stamp(self.created_at),
            "updated_at": _stamp(self.changed_at),
            "content": f"<p>{self.headline}</p>",
            "url": f"https://news.example/{self.id}",
            "symbols": list(self.symbols),
            "source": "benzinga",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RestCall:
    """One REST request."""

    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case


@dataclass(eq=False)
class FakeAlpaca(LoopbackServer):
    """One account's news.

    Knobs:
        limit: connections at a time; one more gets error 406. is_refusing: the keys are
        wrong. is_mute: pings get no pong. is_rude: it never says a word. redirect: a
        Location for the handshake. rest_status, is_rest_hanging: as named.
    Records:
        notes: what REST lists. streams: subscribed connections now. entered: how many
        ever subscribed. rest_calls; messages: what clients said.
    """

    stops_when_left = True
    limit: int = 1
    is_refusing: bool = False
    is_mute: bool = False
    is_rude: bool = False
    redirect: str = ""
    rest_status: int = 200
    is_rest_hanging: bool = False
    notes: list[Note] = field(default_factory=list)
    streams: list[web.WebSocketResponse] = field(default_factory=list)
    entered: int = 0
    rest_calls: list[RestCall] = field(default_factory=list)
    messages: list[Mapping[str, object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    @property
    def stream_url(self) -> str:
        return f"{self.origin.replace('http', 'ws', 1)}/stream/v1beta1/news"

    @property
    def rest_url(self) -> str:
        return f"{self.origin}/rest/v1beta1/news"

    def list_only(self, *notes: Note) -> None:
        """Let REST know notes that the stream never brings."""
        ids = {note.id for note in notes}
        self.notes = [*(n for n in self.notes if n.id not in ids), *notes]

    async def push(self, *notes: Note) -> None:
        """Bring notes over the stream, in one frame, and list them."""
        self.list_only(*notes)
        await self.send([{"T": "n", **note.message()} for note in notes])

    async def send(self, content: object) -> None:
        """Send anything as a frame: bytes and texts as they are, the rest as JSON."""
        for stream in list(self.streams):
            if isinstance(content, bytes):
                await stream.send_bytes(content)
            elif isinstance(content, str):
                await stream.send_str(content)
            else:
                await stream.send_str(orjson.dumps(content).decode())

    def _add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/stream/v1beta1/news", self._stream)
        router.add_get("/rest/v1beta1/news", self._rest)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        if self.redirect:
            return web.Response(status=302, headers={"Location": self.redirect})
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        if self.is_rude:
            await hang()
        await _say(socket, {"T": "success", "msg": "connected"})
        try:
            async for message in socket:
                if message.type is WSMsgType.PING and not self.is_mute:
                    await socket.pong(message.data)
                elif message.type is WSMsgType.TEXT:
                    await self._hear(socket, orjson.loads(message.data))
        finally:
            if socket in self.streams:
                self.streams.remove(socket)
        return socket

    async def _hear(
        self, socket: web.WebSocketResponse, said: Mapping[str, object]
    ) -> None:
        self.messages.append(said)
        if said["action"] == "auth":
            await self._authenticate(socket, said)
        elif said["action"] == "subscribe":
            await _say(socket, {"T": "subscription", "news": said["news"]})
            self.streams.append(socket)
            self.entered += 1
        self.changed()

    async def _authenticate(
        self, socket: web.WebSocketResponse, said: Mapping[str, object]
    ) -> None:
        is_known = (said.get("key"), said.get("secret")) == (KEY_ID, SECRET)
        if not is_known or self.is_refusing:
            await _say(socket, {"T": "error", "code": 402, "msg": "auth failed"})
            await socket.close()
        elif len(self.streams) >= self.limit:
            words = "connection limit exceeded"
            await _say(socket, {"T": "error", "code": 406, "msg": words})
            await socket.close()
        else:
            await _say(socket, {"T": "success", "msg": "authenticated"})

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        headers = {key.lower(): value for key, value in request.headers.items()}
        self.rest_calls.append(RestCall(query=dict(request.query), headers=headers))
        self.changed()
        if self.is_rest_hanging:
            await hang()
        keys = (headers.get("apca-api-key-id"), headers.get("apca-api-secret-key"))
        if self.rest_status != 200 or keys != (KEY_ID, SECRET):
            status = self.rest_status if self.rest_status != 200 else 403
            return web.json_response({"message": "forbidden."}, status=status)
        await asyncio.sleep(0)
        return web.json_response(self._page(request.query))

    def _page(self, query: Mapping[str, str]) -> object:
        since = datetime.fromisoformat(query.get("start", "1970-01-01T00:00:00+00:00"))
        found = [note for note in self.notes if note.changed_at >= since]
        found.sort(key=lambda note: note.changed_at, reverse=True)
        first = int(query.get("page_token", "0"))
        count = min(int(query.get("limit", "10")), _PAGE)
        following = first + count
        return {
            "news": [note.message() for note in found[first:following]],
            "next_page_token": str(following) if following < len(found) else None,
        }


async def _say(socket: web.WebSocketResponse, message: object) -> None:
    await socket.send_str(orjson.dumps([message]).decode())


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
