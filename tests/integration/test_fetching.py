"""Fetching over real sockets: what a hostile or sick server may do to us."""

import asyncio
import gzip
import re
import socket
import tracemalloc
from collections.abc import AsyncIterator
from email.utils import formatdate

import aiohttp
import pytest
from yarl import URL

from catalyst_bot.errors import SourceError
from catalyst_bot.sources.addresses import WEB_PORTS, AddressFound, build_guard
from catalyst_bot.sources.answers import LONGEST_WAIT, shown
from catalyst_bot.sources.fetch import (
    MAX_BODY,
    Fetched,
    _target,
    fetch,
    open_feed_session,
)
from tests.clocks import ManualClock
from tests.servers import RawServer, http, raw_server


@pytest.fixture
async def server() -> AsyncIterator[RawServer]:
    async with raw_server() as fake:
        yield fake


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_feed_session(
        user_agent="tests desk@example.com",
        allow_private=True,
        ports=WEB_PORTS,
        sock_read=0.5,
    ) as opened:
        yield opened


async def get(
    session: aiohttp.ClientSession, url: str, *, deadline: float = 5.0, **headers: str
) -> Fetched:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return await fetch(
        session, url, headers=sent, clock=ManualClock(), deadline=deadline
    )


async def reason_of(
    session: aiohttp.ClientSession, url: str, *, deadline: float = 5.0
) -> SourceError:
    with pytest.raises(SourceError) as caught:
        await get(session, url, deadline=deadline)
    return caught.value


async def test_a_page_comes_with_its_headers_and_charset(
    server: RawServer, session: aiohttp.ClientSession
) -> None:
    server.answers["/rss"] = http(
        "200 OK", b"<rss/>", ETag='"7"', Content_Type="text/xml; charset=iso-8859-1"
    )
    answer = await get(session, f"{server.url}/rss", If_None_Match='"6"')
    assert (answer.status, answer.body, answer.moved_to) == (200, b"<rss/>", "")
    assert (answer.header("etag"), answer.charset) == ('"7"', "iso-8859-1")
    assert "User-Agent: tests desk@example.com" in server.requests[0]
    assert 'If-None-Match: "6"' in server.requests[0]


async def test_not_modified_is_an_answer(
    server: RawServer, session: aiohttp.ClientSession
) -> None:
    server.answers["/rss"] = b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"
    assert (await get(session, f"{server.url}/rss")).status == 304


@pytest.mark.parametrize(
    ("status", "headers", "retry_after", "is_permanent"),
    [
        ("401 Unauthorized", {}, None, True),
        ("403 Forbidden", {}, None, True),
        ("404 Not Found", {}, None, True),
        ("410 Gone", {}, None, True),
        ("429 Too Many Requests", {"Retry_After": "120"}, 120.0, False),
        ("503 Service Unavailable", {"Retry_After": "99999"}, LONGEST_WAIT, False),
        ("503 Service Unavailable", {"Retry_After": "soon"}, None, False),
        ("503 Service Unavailable", {"Retry_After": "-5"}, None, False),
        ("503 Service Unavailable", {}, None, False),
        ("500 Internal Server Error", {"Retry_After": "5"}, None, False),
        ("204 No Content", {}, None, False),
        ("299 Odd", {}, None, False),
    ],
)
async def test_a_refusal_says_what_to_do(
    server: RawServer,
    session: aiohttp.ClientSession,
    status: str,
    headers: dict[str, str],
    retry_after: float | None,
    is_permanent: bool,
) -> None:
    server.answers["/rss"] = http(status, b"", **headers)
    error = await reason_of(session, f"{server.url}/rss")
    assert error.reason.startswith(f"HTTP {status[:3]}")
    assert (error.retry_after, error.is_permanent) == (retry_after, is_permanent)


@pytest.mark.parametrize(("offset", "wait"), [(90, 90.0), (-90, 0.0), (9e6, 3600.0)])
async def test_retry_after_may_be_a_date(
    server: RawServer, session: aiohttp.ClientSession, offset: float, wait: float
) -> None:
    date = formatdate(ManualClock().unix() + offset, usegmt=True)
    server.answers["/rss"] = http("429 Too Many Requests", Retry_After=date)
    error = await reason_of(session, f"{server.url}/rss")
    assert error.retry_after == pytest.approx(wait, abs=1)


@pytest.mark.parametrize(
    "words", ["Request Rate Threshold Exceeded", "Undeclared Automated Tool"]
)
async def test_a_block_page_is_a_wait_of_ten_minutes_and_says_why(
    server: RawServer, session: aiohttp.ClientSession, words: str
) -> None:
    page = f"<html><title>SEC.gov | {words}</title></html>".encode()
    server.answers["/rss"] = http("403 Forbidden", page, Content_Type="text/html")
    error = await reason_of(session, f"{server.url}/rss")
    assert (error.retry_after, error.is_permanent) == (600.0, False)
    assert words in error.reason
    assert "FEEDS_USER_AGENT" in error.reason


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_headers_stay_at_home_when_a_redirect_leaves_the_origin(
    server: RawServer, session: aiohttp.ClientSession, status: int
) -> None:
    async with raw_server() as other:
        server.answers["/rss"] = http(f"{status} Moved", Location=f"{other.url}/new")
        other.answers["/new"] = http("200 OK", b"<rss/>")
        answer = await get(
            session, f"{server.url}/rss", X_Token="hush", If_None_Match='"1"'
        )
    assert answer.body == b"<rss/>"
    assert "hush" in server.requests[0]
    assert "hush" not in other.requests[0]
    assert "If-None-Match" not in other.requests[0]
    assert answer.moved_to == (f"{other.url}/new" if status in (301, 308) else "")


async def test_headers_travel_within_the_origin(
    server: RawServer, session: aiohttp.ClientSession
) -> None:
    server.answers["/rss"] = http("302 Found", Location="/new")
    server.answers["/new"] = http("200 OK", b"<rss/>")
    await get(session, f"{server.url}/rss", X_Token="mine")
    assert "mine" in server.requests[1]


async def test_five_redirects_are_followed_and_the_sixth_is_not(
    server: RawServer, session: aiohttp.ClientSession
) -> None:
    for hop in range(6):
        server.answers[f"/{hop}"] = http("302 Found", Location=f"/{hop + 1}")
    server.answers["/6"] = http("200 OK", b"<rss/>")
    assert (await get(session, f"{server.url}/1")).body == b"<rss/>"
    error = await reason_of(session, f"{server.url}/0")
    assert error.reason == "more than 5 redirects"


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("", "without a target"),
        ("file:///etc/passwd", "scheme 'file'"),
        ("gopher://x.example/", "scheme 'gopher'"),
        ("javascript:alert(1)", "scheme 'javascript'"),
        ("http://x.example:99999/", "no URL"),
        ("http://[::1/", "no URL"),
    ],
)
async def test_a_redirect_to_anything_but_the_web_is_refused(
    server: RawServer, session: aiohttp.ClientSession, location: str, words: str
) -> None:
    server.answers["/rss"] = http("302 Found", Location=location)
    assert words in (await reason_of(session, f"{server.url}/rss")).reason


def test_a_redirect_from_https_to_http_is_refused() -> None:
    """Asked of the function itself: a TLS server would need a certificate."""
    with pytest.raises(SourceError, match="from https to http"):
        _target(URL("https://a.example/rss"), "http://a.example/rss")


DISGUISES = (
    "127.0.0.1",
    "localhost",
    "[::1]",
    "0x7f.1",
    "127.1",
    "0177.0.0.1",  # octal
    "2130706433",  # all four bytes in one decimal number
    "0",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",  # through a NAT64
)
# Some forms of an address are none to the client, and so not even looked up.
REFUSED = re.compile("is refused: a private address|that is no URL")


@pytest.mark.parametrize("host", DISGUISES)
async def test_a_private_address_is_refused_as_name_and_as_literal(host: str) -> None:
    """ "localhost" has two addresses on many machines: the reason must survive that."""
    async with raw_server() as server:
        port = server.url.rpartition(":")[2]
        async with open_feed_session(
            user_agent="t", allow_private=False, ports=frozenset({int(port)})
        ) as guarded:
            error = await reason_of(guarded, f"http://{host}:{port}/rss")
    assert REFUSED.search(error.reason)
    assert not server.requests


@pytest.mark.parametrize("host", DISGUISES)
async def test_a_redirect_does_not_lead_inside(server: RawServer, host: str) -> None:
    """The first server plays a public one: the guard is told to let it pass."""
    strict = build_guard(WEB_PORTS)

    def guard(found: AddressFound) -> socket.socket:
        is_first = server.url.endswith(f":{found[4][1]}")
        return socket.socket(*found[:3]) if is_first else strict(found)

    async with raw_server() as inside:
        target = inside.url.replace("127.0.0.1", host)
        server.answers["/rss"] = http("302 Found", Location=f"{target}/secret")
        connector = aiohttp.TCPConnector(socket_factory=guard)
        async with aiohttp.ClientSession(connector=connector) as guarded:
            error = await reason_of(guarded, f"{server.url}/rss")
    assert REFUSED.search(error.reason)
    assert server.requests
    assert not inside.requests


async def test_a_dripping_server_ends_at_the_deadline(
    server: RawServer, session: aiohttp.ClientSession
) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)

    server.answers["/rss"] = drip
    error = await reason_of(session, f"{server.url}/rss", deadline=1.0)
    assert error.reason == "no complete answer within 1 s"


async def test_a_silent_server_is_left_before_the_deadline(
    server: RawServer, session: aiohttp.ClientSession
) -> None:
    left = asyncio.Event()

    async def hang(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<rss")
        await left.wait()

    server.answers["/rss"] = hang
    error = await reason_of(session, f"{server.url}/rss", deadline=60)
    left.set()
    assert error.reason == "the server fell silent"


async def test_an_endless_body_is_refused_at_its_cap(
    server: RawServer, session: aiohttp.ClientSession
) -> None:
    async def pour(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"<item/>" * 10_000)
            await writer.drain()

    server.answers["/rss"] = pour
    error = await reason_of(session, f"{server.url}/rss")
    assert error.reason == "the body is larger than 4 MiB"


async def test_an_announced_huge_body_is_not_even_read(
    server: RawServer, session: aiohttp.ClientSession
) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {MAX_BODY + 1}\r\n\r\n"
    server.answers["/rss"] = head.encode()
    error = await reason_of(session, f"{server.url}/rss")
    assert "larger than" in error.reason


async def test_a_gzip_bomb_is_refused_within_its_cap(
    server: RawServer, session: aiohttp.ClientSession
) -> None:
    bomb = gzip.compress(bytes(64 * 1024**2))
    server.answers["/rss"] = http("200 OK", bomb, Content_Encoding="gzip")
    tracemalloc.start()
    try:
        error = await reason_of(session, f"{server.url}/rss")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert error.reason == "the body is larger than 4 MiB"
    assert peak < 3 * MAX_BODY


async def test_a_cut_body_is_an_error_not_half_a_page(
    server: RawServer, session: aiohttp.ClientSession
) -> None:
    server.answers["/rss"] = b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n<rss><cha"
    error = await reason_of(session, f"{server.url}/rss")
    assert "cut off" in error.reason


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (http("200 OK", b"not gzip", Content_Encoding="gzip"), "badly compressed"),
        (b"", "the connection broke"),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "not HTTP"),
    ],
)
async def test_damage_below_the_page_is_named(
    server: RawServer, session: aiohttp.ClientSession, answer: bytes, words: str
) -> None:
    server.answers["/rss"] = answer
    assert words in (await reason_of(session, f"{server.url}/rss")).reason


async def test_a_closed_port_is_named(session: aiohttp.ClientSession) -> None:
    async with raw_server() as gone:
        url = gone.url
    error = await reason_of(session, f"{url}/rss")
    assert error.reason.startswith("no connection to 127.0.0.1")


async def test_no_reason_ever_shows_a_key(
    server: RawServer, session: aiohttp.ClientSession
) -> None:
    server.answers["/rss?token=hush"] = http("500 Broken")
    assert (
        "hush" not in (await reason_of(session, f"{server.url}/rss?token=hush")).reason
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://x.example/rss?token=hush",
        "https://x.example/rss?auth=hush&v=3",
        "https://hush:hush@x.example/rss",
        "https://x.example/rss#apikey=hush",
    ],
)
def test_what_is_shown_of_an_address_holds_no_key(url: str) -> None:
    assert shown(url) == "https://x.example/rss"
