"""Whoever abuses the HTTP server of a running daemon is refused, and alerts go on."""

import asyncio
import io
import json
import socket

import aiohttp

from catalyst_bot.web.bodies import LARGEST_BODY
from tests.crash.process import Bot, open_bot
from tests.e2e.stage import release

RUBBISH = b"\x00\xff" * 200 + b"\r\n\r\n"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


async def statuses(client: aiohttp.ClientSession, path: str, times: int) -> list[int]:
    found = []
    for _ in range(times):
        async with client.get(path) as answer:
            found.append(answer.status)
            assert answer.status != 429 or int(answer.headers["Retry-After"]) >= 1
    return found


async def order(
    client: aiohttp.ClientSession, *, token: str = "", size: int = 2, kind: str = "json"
) -> int:
    """Return how the daemon answers an order to pause with a body of that size."""
    headers = {"Content-Type": f"application/{kind}"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    body = io.BytesIO(b"{" + b" " * (size - 2) + b"}")
    async with client.post("/api/pause", data=body, headers=headers) as answer:
        return answer.status


async def send_rubbish(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(RUBBISH)
    await reader.read()
    writer.close()


def token_of(bot: Bot) -> str:
    return str(json.loads((bot.folder / "catalyst.control").read_text())["token"])


async def test_abuse_is_refused_and_the_next_alert_is_posted() -> None:
    port = free_port()
    async with open_bot(
        FEATURE_LLM="0", HTTP_PORT=str(port), HTTP_REQUESTS_PER_MINUTE="60"
    ) as bot:
        await bot.start()
        await bot.primed()
        token = token_of(bot)
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
            flood = await statuses(client, "/api/status", 60)
            assert (flood[0], flood[-1]) == (200, 429)
            assert await statuses(client, "/healthz", 2) == [200, 200]
            assert await order(client, token=token, size=LARGEST_BODY + 1) == 413
            assert await order(client, token=token, kind="xml") == 415
            assert await order(client, token="x" * 43) in (401, 429)
        for _ in range(30):
            await send_rubbish(port)
        bot.publish(release())
        await bot.world.discord.wait_for(
            lambda: bool(bot.world.discord.messages), timeout=60
        )
        assert await bot.stop() == 0
        log = (bot.folder / "log-1").read_text()
        assert "Invalid HTTP" not in log
        assert token not in log
