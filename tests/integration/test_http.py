"""The HTTP face over real sockets: health, readiness, metrics, and who is let in."""

import asyncio
import json
import os
import signal
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import pytest
from fastapi import FastAPI

from catalyst_bot.errors import SettingsError, StorageError
from catalyst_bot.ops.health import Health, SourceHealth
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.redact import Redactor
from catalyst_bot.ops.secret import Secret
from catalyst_bot.ops.tokens import ApiToken
from catalyst_bot.web.probes import probe_routes
from catalyst_bot.web.rates import Rates
from catalyst_bot.web.routes import build_app
from catalyst_bot.web.server import CONNECTIONS, LONGEST_WAIT, open_server
from tests.clocks import ManualClock

TOKEN = "t" * 32
WEBHOOK = "https://discord.com/api/webhooks/123456789012345678/" + "canary" * 11


class Daemon:
    """The parts that the HTTP face shows; all well."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.metrics = Metrics()
        self.health = Health(monotonic=self.clock.monotonic)
        now = self.clock.unix()
        self.health.ledger_wrote()
        self.health.destination("discord", fault="")
        self.health.source(
            SourceHealth(name="wire", last_success=now, interval=30, items=20)
        )
        self.llm = "closed"

    def app(self, *, host: str = "127.0.0.1", tokens: tuple[str, ...] = ()) -> FastAPI:
        probes = probe_routes(
            health=self.health,
            metrics=self.metrics,
            llm_status=lambda: self.llm,
            redact=Redactor([Secret(WEBHOOK)]),
        )
        return build_app(
            [probes],
            host=host,
            tokens=[ApiToken(secret=Secret(token)) for token in tokens],
            rates=Rates(per_minute=6_000, monotonic=time.monotonic),
        )


@asynccontextmanager
async def open_client(app: FastAPI) -> AsyncIterator[aiohttp.ClientSession]:
    async with (
        asyncio.timeout(30),
        open_server(app, host="127.0.0.1", port=0) as url,
        aiohttp.ClientSession(url) as client,
    ):
        yield client


async def test_health_shows_sources_destinations_notices_and_the_model() -> None:
    daemon = Daemon()
    daemon.health.notice("disk", "full")
    async with open_client(daemon.app()) as client, client.get("/healthz") as answer:
        assert answer.status == 200
        body = await answer.json()
    assert body["status"] == "ok"
    assert body["sources"][0]["name"] == "wire"
    assert body["destinations"] == {"discord": ""}
    assert body["notices"] == {"disk": "full"}
    assert body["llm"] == "closed"


async def test_readiness_turns_503_and_names_the_failed_check() -> None:
    daemon = Daemon()
    async with open_client(daemon.app()) as client:
        async with client.get("/readyz") as answer:
            assert (answer.status, (await answer.json())["ready"]) == (200, True)
        daemon.health.destination("discord", fault="webhook deleted")
        async with client.get("/readyz") as answer:
            body = await answer.json()
        assert (answer.status, body["ready"]) == (503, False)
        assert body["checks"]["destination"] == {
            "ok": False,
            "detail": "discord: webhook deleted",
        }
        assert body["checks"]["ledger"]["ok"] is True


async def test_a_sick_model_is_shown_and_changes_nothing() -> None:
    daemon = Daemon()
    daemon.llm = "circuit open"
    async with open_client(daemon.app()) as client, client.get("/readyz") as answer:
        assert (answer.status, (await answer.json())["llm"]) == (200, "circuit open")


async def test_metrics_are_prometheus_text() -> None:
    daemon = Daemon()
    daemon.metrics.alerts.labels(result="posted").inc()
    async with open_client(daemon.app()) as client, client.get("/metrics") as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        assert 'catalyst_alerts_total{result="posted"} 1.0' in await answer.text()


async def test_no_reply_shows_a_secret() -> None:
    daemon = Daemon()
    daemon.health.destination("discord", fault=f"404 at {WEBHOOK}")
    daemon.health.notice("discord", f"POST {WEBHOOK}?wait=true failed")
    async with open_client(daemon.app()) as client:
        for path in ("/healthz", "/readyz", "/metrics"):
            async with client.get(path) as answer:
                text = await answer.text()
            assert "canary" not in text
            assert path == "/metrics" or json.loads(text)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example", 400),
        ("evil.example:8787", 400),
        ("127.0.0.1.evil.example", 400),
        ("192.0.2.1", 400),
        ("", 400),
        ("localhost:1", 200),
        ("LOCALHOST", 200),
        ("127.0.0.1", 200),
        ("[::1]:8787", 200),
    ],
)
async def test_a_foreign_host_name_is_refused(host: str, status: int) -> None:
    async with (
        open_client(Daemon().app()) as client,
        client.get("/healthz", headers={"Host": host}) as answer,
    ):
        assert answer.status == status


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (None, 401),
        ("", 401),
        (TOKEN, 401),
        ("Bearer", 401),
        (f"Bearer {TOKEN}x", 401),
        (f"Basic {TOKEN}", 401),
        (f"Bearer {TOKEN}", 200),
        ("bearer " + "u" * 40, 200),
    ],
)
async def test_beyond_this_machine_a_token_is_required(
    authorization: str | None, status: int
) -> None:
    app = Daemon().app(host="0.0.0.0", tokens=(TOKEN, "u" * 40))  # noqa: S104
    headers = {} if authorization is None else {"Authorization": authorization}
    async with open_client(app) as client:
        for path in ("/healthz", "/readyz", "/metrics"):
            async with client.get(path, headers=headers) as answer:
                assert answer.status == status
        async with client.get("/nothing", headers=headers) as answer:
            assert answer.status == (404 if status == 200 else 401)


async def test_a_host_that_looks_like_a_path_opens_no_other_path() -> None:
    app = Daemon().app(host="0.0.0.0", tokens=(TOKEN,))  # noqa: S104
    async with open_client(app) as client:
        for host in ("127.0.0.1:1/static/x?", "127.0.0.1:1/static/x#"):
            async with client.get("/metrics", headers={"Host": host}) as answer:
                assert answer.status == 401


@pytest.mark.parametrize("sent", [b"", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"])
async def test_connections_that_ask_nothing_are_closed_and_lock_nobody_out(
    sent: bytes,
) -> None:
    async with open_client(Daemon().app()) as client, AsyncExitStack() as stack:
        async with client.get("/healthz") as answer:
            url = answer.url
        silent = []
        for _ in range(CONNECTIONS + 10):
            reader, writer = await asyncio.open_connection(url.host, url.port)
            stack.callback(writer.close)
            writer.write(sent)
            silent.append(reader)
        async with client.get("/healthz") as answer:
            assert answer.status == 503
        for reader in silent:
            assert await reader.read() == b""
        async with client.get("/healthz") as answer:
            assert answer.status == 200


async def test_a_reply_may_take_longer_than_a_request_may() -> None:
    app, over = Daemon().app(), asyncio.Event()

    @app.get("/slow")
    async def slow() -> str:
        await over.wait()
        return "done"

    asyncio.get_running_loop().call_later(LONGEST_WAIT + 1, over.set)
    async with open_client(app) as client, client.get("/slow") as answer:
        assert answer.status == 200


async def test_errors_are_json_without_a_traceback() -> None:
    daemon = Daemon()
    app = daemon.app()

    @app.get("/broken")
    async def fail() -> None:
        raise RuntimeError(WEBHOOK)

    async with open_client(app) as client:
        for method, path, status, error in (
            ("GET", "/redoc", 404, "not_found"),
            ("OPTIONS", "/healthz", 405, "method_not_allowed"),
            ("GET", "/broken", 500, "internal_server_error"),
        ):
            async with client.request(method, path) as answer:
                body = await answer.json()
            assert (answer.status, body["error"]) == (status, error)
            assert set(body) == {"error", "detail", "id"}
            assert "canary" not in str(body)


async def test_the_reply_does_not_name_the_server() -> None:
    async with open_client(Daemon().app()) as client, client.get("/healthz") as answer:
        assert "Server" not in answer.headers


async def test_a_port_in_use_is_a_fault_that_names_a_free_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError) as caught:
            async with open_server(Daemon().app(), host="127.0.0.1", port=port):
                pass
    (fault,) = caught.value.faults
    assert fault.startswith(f"HTTP_PORT: {port} is in use on 127.0.0.1; ")
    free = int(fault.removesuffix(" is free").rpartition(" ")[2])
    assert free != port
    socket.create_server(("127.0.0.1", free)).close()


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
async def test_an_address_that_is_not_ours_is_a_fault(host: str) -> None:
    with pytest.raises(SettingsError, match="HTTP_HOST: cannot serve on"):
        async with open_server(Daemon().app(), host=host, port=0):
            pass


async def test_an_error_of_the_caller_keeps_its_name_and_frees_the_port() -> None:
    with pytest.raises(StorageError):
        async with open_server(Daemon().app(), host="127.0.0.1", port=0) as url:
            raise StorageError("disk full")
    port = int(url.rpartition(":")[2])
    socket.create_server(("127.0.0.1", port)).close()


async def test_the_end_waits_two_seconds_at_most_for_a_reply_that_hangs() -> None:
    app, began, ended = Daemon().app(), asyncio.Event(), asyncio.Event()

    @app.get("/hang")
    async def hang() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        async with open_server(app, host="127.0.0.1", port=0) as url:
            asking = tasks.create_task(ask(f"{url}/hang"))
            await began.wait()
            begun = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - begun < 10
        await ended.wait()
        asking.cancel()


async def ask(url: str) -> None:
    try:
        async with aiohttp.ClientSession() as client, client.get(url):
            pass
    except aiohttp.ClientError:
        return


async def test_sigterm_reaches_the_daemon_once_and_the_server_serves_on() -> None:
    loop, seen = asyncio.get_running_loop(), Signals()
    loop.add_signal_handler(signal.SIGTERM, seen.terminate)
    loop.add_signal_handler(signal.SIGUSR1, seen.mark.set)
    try:
        async with open_client(Daemon().app()) as client:
            os.kill(os.getpid(), signal.SIGTERM)
            await seen.after_all_earlier_ones()
            async with client.get("/healthz") as answer:
                assert answer.status == 200
        await seen.after_all_earlier_ones()
        assert seen.terminations == 1
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
        loop.remove_signal_handler(signal.SIGUSR1)


class Signals:
    """Counts SIGTERM; SIGUSR1 marks a place, for the loop keeps their order."""

    def __init__(self) -> None:
        self.terminations = 0
        self.mark = asyncio.Event()

    def terminate(self) -> None:
        self.terminations += 1

    async def after_all_earlier_ones(self) -> None:
        os.kill(os.getpid(), signal.SIGUSR1)
        async with asyncio.timeout(10):
            await self.mark.wait()
        self.mark.clear()
