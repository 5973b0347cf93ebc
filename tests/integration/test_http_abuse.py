"""The HTTP face against callers who ask too much, send too much, or may not."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from fastapi import FastAPI
from pydantic import BaseModel, Field

from catalyst_bot.ops.secret import Secret
from catalyst_bot.ops.tokens import ApiToken, Scope
from catalyst_bot.web.bodies import LARGEST_BODY
from catalyst_bot.web.rates import CALLERS, Rates
from catalyst_bot.web.routes import build_app
from catalyst_bot.web.server import open_server
from tests.clocks import ManualClock

ADMIN, READ, SCORE = "a" * 32, "r" * 32, "s" * 32
TOKENS = (
    ApiToken(secret=Secret(ADMIN)),
    ApiToken(secret=Secret(READ), scope=Scope.READ),
    ApiToken(secret=Secret(SCORE), scope=Scope.SCORE),
)
JSON = {"Content-Type": "application/json"}
BURST = 15  # of 60 a minute


class Order(BaseModel):
    """What a command that changes something may carry."""

    reason: str = Field(max_length=20)


class Desk:
    """An application with a reading, a scoring and a changing route."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.is_draining = False

    def app(self, *, host: str) -> FastAPI:
        rates = Rates(per_minute=60, monotonic=self.clock.monotonic)
        app = build_app(
            [],
            host=host,
            tokens=TOKENS,
            rates=rates,
            is_draining=lambda: self.is_draining,
        )

        @app.get("/healthz")
        @app.get("/api/score")
        @app.get("/api/alerts")
        async def show() -> str:
            return "shown"

        @app.post("/api/order")
        async def order(wanted: Order) -> str:
            return wanted.reason

        return app


@asynccontextmanager
async def open_client(
    desk: Desk,
    *,
    host: str = "0.0.0.0",  # noqa: S104 - the Door's, not the socket's
) -> AsyncIterator[aiohttp.ClientSession]:
    async with (
        asyncio.timeout(60),
        open_server(desk.app(host=host), host="127.0.0.1", port=0) as url,
        aiohttp.ClientSession(url) as client,
    ):
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def get(
    client: aiohttp.ClientSession, path: str, headers: dict[str, str]
) -> aiohttp.ClientResponse:
    async with client.get(path, headers=headers) as answer:
        await answer.read()
        return answer


async def test_each_token_has_a_rate_of_its_own_and_is_told_when_to_come_back() -> None:
    desk = Desk()
    async with open_client(desk) as client:
        for _ in range(BURST):
            assert (await get(client, "/api/alerts", bearer(READ))).status == 200
        refused = await get(client, "/api/alerts", bearer(READ))
        assert refused.status == 429
        assert refused.headers["Retry-After"] == "1"
        assert (await get(client, "/api/alerts", bearer(SCORE))).status == 200
        desk.clock.advance(1)
        assert (await get(client, "/api/alerts", bearer(READ))).status == 200
        assert (await get(client, "/api/alerts", bearer(READ))).status == 429


async def test_guessing_tokens_is_slowed_down_by_address() -> None:
    async with open_client(Desk()) as client:
        statuses = [
            (await get(client, "/api/alerts", bearer("x" * 32 + str(n)))).status
            for n in range(BURST + 1)
        ]
        assert statuses == [401] * BURST + [429]
        assert (await get(client, "/api/alerts", bearer(READ))).status == 200


async def test_on_this_machine_who_has_no_token_shares_a_rate_but_not_the_probes() -> (
    None
):
    async with open_client(Desk(), host="127.0.0.1") as client:
        statuses = {
            (await get(client, "/api/alerts", {})).status for _ in range(BURST + 1)
        }
        assert statuses == {200, 429}
        assert (await get(client, "/healthz", {})).status == 200
        assert (await get(client, "/api/alerts", bearer(ADMIN))).status == 200


async def test_a_page_may_be_loaded_again_and_again() -> None:
    async with open_client(Desk()) as client:
        files = [await get(client, "/static/app.js", {}) for _ in range(9 * BURST)]
        assert {answer.status for answer in files} == {404}  # there are none here
        statuses = [
            (await get(client, "/static/app.js", {})).status for _ in range(3 * BURST)
        ]
        assert statuses[-1] == 429


def test_callers_beyond_a_number_are_forgotten_longest_silent_first() -> None:
    rates = Rates(per_minute=60, monotonic=ManualClock().monotonic)
    for _ in range(BURST):
        assert rates.take("first") == 0
    assert rates.take("first") > 0
    for number in range(CALLERS - 1):
        rates.take(str(number))
    assert rates.take("first") > 0
    for number in range(CALLERS):
        rates.take(str(number))
    assert rates.take("first") == 0


@pytest.mark.parametrize(
    ("token", "path", "status"),
    [
        (READ, "/api/alerts", 200),
        (READ, "/api/score", 403),
        (SCORE, "/api/score", 200),
        (ADMIN, "/api/score", 200),
        ("", "/api/score", 401),
    ],
)
async def test_a_token_opens_what_its_scope_says(
    token: str, path: str, status: int
) -> None:
    async with open_client(Desk()) as client:
        answer = await get(client, path, bearer(token))
        assert answer.status == status


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1"])  # noqa: S104
@pytest.mark.parametrize(
    ("token", "status"), [(None, 401), (READ, 403), (SCORE, 403), (ADMIN, 200)]
)
async def test_who_changes_something_needs_a_full_token_on_this_machine_too(
    host: str, token: str | None, status: int
) -> None:
    headers = bearer(token) if token else {}
    async with open_client(Desk(), host=host) as client:
        answer = await client.post(
            "/api/order", json={"reason": "why"}, headers=headers
        )
        assert answer.status == status


@pytest.mark.parametrize(
    ("headers", "body", "status", "detail"),
    [
        ({}, None, 415, "application/json"),
        ({"Content-Type": "text/plain"}, b"{}", 415, "application/json"),
        (
            {"Content-Type": "application/x-www-form-urlencoded"},
            b"reason=x",
            415,
            "application/json",
        ),
        ({"Content-Type": "application/json; charset=utf-8"}, b"{}", 422, "reason: "),
        (JSON, b'{"reason": "' + b"canary" * 9 + b'"}', 422, "reason: "),
        (JSON, b"{", 422, ""),
        (JSON, b"{" + b" " * LARGEST_BODY, 413, "at most"),
    ],
)
async def test_a_body_that_is_not_wanted_is_refused_with_its_reason(
    headers: dict[str, str], body: bytes | None, status: int, detail: str
) -> None:
    content, sent = body and io.BytesIO(body), {**headers, **bearer(ADMIN)}
    async with (
        open_client(Desk()) as client,
        client.post("/api/order", data=content, headers=sent) as a,
    ):
        problem = await a.json()
        assert a.status == status
        assert detail in problem["detail"]
        assert set(problem) == {"error", "detail", "id"}
        assert "canary" not in str(problem)


async def test_a_body_without_a_length_is_counted_while_it_comes() -> None:
    head = (
        "POST /api/order HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {ADMIN}\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    )
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    async with open_client(Desk()) as client:
        port = (await get(client, "/api/alerts", bearer(READ))).url.port
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head.encode())
        for _ in range(LARGEST_BODY // 0x10000 + 1):  # and no end of it
            writer.write(chunk)
        assert (await reader.readline()).split()[1] == b"413"
        writer.close()
        assert (await get(client, "/api/alerts", bearer(READ))).status == 200


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\xff" * 500 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_refused_and_harms_nobody(raw: bytes) -> None:
    async with open_client(Desk()) as client:
        port = (await get(client, "/api/alerts", bearer(READ))).url.port
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(raw)
        status = (await reader.readline()).split(b" ")[1:2]
        assert status in ([b"400"], [b"401"])
        writer.close()
        assert (await get(client, "/api/alerts", bearer(READ))).status == 200


async def test_while_it_ends_the_daemon_answers_those_who_watch_it_only() -> None:
    desk = Desk()
    async with open_client(desk) as client:
        desk.is_draining = True
        assert (await get(client, "/api/alerts", bearer(ADMIN))).status == 503
        assert (await get(client, "/healthz", bearer(ADMIN))).status == 200
