"""A loopback web server that publishes feeds, on good days and on bad ones."""

import asyncio
import hashlib
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import cache

from aiohttp import web

from catalyst_bot.simulation.feed_shapes import Feed
from catalyst_bot.simulation.loopback import Hook, LoopbackServer, call, hang

_PIECE = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One request for a document, with the headers that the client sent."""

    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case
    arrived: float  # monotonic


@dataclass(slots=True, kw_only=True)
class Document:
    """A document of the feed server: knobs that may change at any time, and records.

    Knobs:
        feeds: what is served, by the query's `start` (EDGAR's pages), 0 the first.
        body: bytes that are served instead. status, content_type, headers: as named;
            content_type "" is the feed's own.
        latency: seconds before the first byte. drip: seconds between bytes.
        bomb: bytes that the answer's gzip unpacks to. redirect: a Location.
        retry_after: the header of that name. is_endless, is_hanging.
        cut: bytes after which the connection closes, under a full Content-Length.
        has_validators: send ETag and Last-Modified, and answer 304 to them.
    Records, oldest first:
        fetches; published and sent: monotonic times of `publish` and of the last byte
        of each complete answer with a body (a client may have read it just before).
    """

    name: str
    feeds: dict[int, Feed] = field(default_factory=dict)
    body: bytes | None = None
    status: int = 200
    content_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    latency: float = 0.0
    drip: float = 0.0
    bomb: int = 0
    redirect: str = ""
    retry_after: str = ""
    is_endless: bool = False
    is_hanging: bool = False
    cut: int | None = None
    has_validators: bool = True
    fetches: list[Fetch] = field(default_factory=list)
    published: list[float] = field(default_factory=list)
    sent: list[float] = field(default_factory=list)
    not_modified: int = 0  # how many 304 were answered
    last_modified: str = ""


class FakeFeeds(LoopbackServer):
    """Serves documents by name at `url(name)`; an unknown name is a 404.

    `on_request` is a hook (name, "received" | "sent").
    """

    stops_when_left = True

    def __init__(self) -> None:
        super().__init__()
        self.documents: dict[str, Document] = {}
        self.on_request: Hook | None = None

    def url(self, name: str) -> str:
        """Return the address of a document, published or not yet."""
        return f"{self.origin}/{name}"

    def publish(self, name: str, feed: Feed | bytes, *, start: int = 0) -> Document:
        """Serve `feed` under `name` from now on; its knobs and records stay."""
        if isinstance(feed, bytes):
            feed = Feed(body=feed, content_type="application/rss+xml")
        document = self.documents.setdefault(name, Document(name=name))
        document.feeds[start] = feed
        document.published.append(time.monotonic())
        document.last_modified = formatdate(usegmt=True)
        self.changed()
        return document

    def __getitem__(self, name: str) -> Document:
        return self.documents[name]

    def _add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/{name:.*}", self._serve)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        document = self.documents.get(request.match_info["name"])
        if document is None:
            return web.Response(status=404, text="404 Not Found")
        names = {key.lower(): value for key, value in request.headers.items()}
        fetch = Fetch(
            query=dict(request.query), headers=names, arrived=time.monotonic()
        )
        document.fetches.append(fetch)
        self.changed()
        await call(self.on_request, document.name, "received")
        if document.is_hanging:
            await hang()
        await asyncio.sleep(document.latency)
        answer = _answer(document, fetch)
        response = await _send(request, document, answer)
        if answer.status == 304:
            document.not_modified += 1
        elif request.transport is not None and not request.transport.is_closing():
            document.sent.append(time.monotonic())
        self.changed()
        await call(self.on_request, document.name, "sent")
        return response


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]


def _answer(document: Document, fetch: Fetch) -> _Answer:
    start = fetch.query.get("start", "0")
    page = int(start) if start.isdecimal() else 0
    feed = document.feeds.get(page) or Feed(body=b"", content_type="text/plain")
    body = feed.body if document.body is None else document.body
    headers = {"Content-Type": document.content_type or feed.content_type}
    if document.redirect:
        headers["Location"] = document.redirect
    if document.retry_after:
        headers["Retry-After"] = document.retry_after
    if document.bomb:
        body, headers["Content-Encoding"] = _bomb(document.bomb), "gzip"
    status = document.status
    if document.has_validators and status == 200:
        validators = _validators(document, body)
        headers |= validators
        if _is_known(fetch, validators):
            status, body = 304, b""
    if document.redirect and status == 200:
        status, body = 302, b""
    return _Answer(status=status, body=body, headers={**headers, **document.headers})


def _validators(document: Document, body: bytes) -> dict[str, str]:
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    return {"ETag": tag, "Last-Modified": document.last_modified}


def _is_known(fetch: Fetch, validators: Mapping[str, str]) -> bool:
    """Compare as RFC 9110, 13.2.2 says: a date counts only where there is no tag."""
    tag = fetch.headers.get("if-none-match")
    if tag is not None:
        return validators["ETag"] in tag
    since = fetch.headers.get("if-modified-since")
    return since is not None and since == validators["Last-Modified"]


async def _send(
    request: web.Request, document: Document, answer: _Answer
) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    if not document.is_endless:
        response.content_length = len(answer.body)
    await response.prepare(request)
    if document.is_endless:
        while True:
            await response.write(answer.body + b" " * _PIECE)
            await asyncio.sleep(0.001)
    if document.cut is not None:
        await response.write(answer.body[: document.cut])
        if request.transport is not None:
            request.transport.close()
        return response
    await _write(response, answer.body, document.drip)
    await response.write_eof()
    return response


async def _write(response: web.StreamResponse, body: bytes, drip: float) -> None:
    step = 1 if drip else _PIECE
    for position in range(0, len(body), step):
        if drip and position:
            await asyncio.sleep(drip)
        await response.write(body[position : position + step])


@cache
def _bomb(size: int) -> bytes:
    """Return gzip of `size` blanks after the start of a feed."""
    press = zlib.compressobj(9, zlib.DEFLATED, 31)
    pieces = [press.compress(b"<rss><channel><title>")]
    blank = b" " * (1 << 20)
    pieces += [press.compress(blank) for _ in range(size >> 20)]
    return b"".join(pieces) + press.flush()
