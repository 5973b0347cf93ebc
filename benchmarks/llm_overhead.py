"""Measures what the guarded LLM client costs over a bare aiohttp client.

Run as `python -m benchmarks.llm_overhead`. Both send the same bodies to one server that
answers at once from a process of its own; rounds alternate, medians are shown. CPU is
this process's own, so the server's is not in it.
"""

import asyncio
import contextlib
import json
import multiprocessing
import random
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection

import aiohttp
import orjson
from rich.console import Console
from rich.table import Table

from catalyst_bot.clock import SystemClock
from catalyst_bot.enrichment.prompt import SCHEMA, SYSTEM
from catalyst_bot.llm.client import open_llm
from catalyst_bot.llm.model import CompletionRequest
from catalyst_bot.ops.metrics import Metrics

ROUNDS = 7
REQUESTS = 1500  # in one round
WIDTHS = (8, 64)
WITHIN = 60.0
CPU_BAR, RATE_BAR = 1.2, 0.85  # the project's own bars, as ratios to bare aiohttp
REQUEST = CompletionRequest(
    prompt="<<<news:1a>>>\nHeadline: Acme Corp reports record profit\n<<<end:1a>>>",
    system=SYSTEM,
    schema=SCHEMA,
)
VERDICT = {"direction": "bullish", "confidence": 0.8, "evidence": "record profit"}
PAYLOAD = orjson.dumps(
    {"model": "mistral", "response": json.dumps(VERDICT), "done_reason": "stop"}
)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + (
    f"Content-Length: {len(PAYLOAD)}\r\n\r\n".encode() + PAYLOAD
)

Ask = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round took."""

    rate: float  # requests in a second
    cpu: float  # microseconds of this process for one request


class Server(asyncio.Protocol):
    """Answers every request at once, without looking at it."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._pending = transport, b""

    def data_received(self, data: bytes) -> None:
        self._pending += data
        head, found, body = self._pending.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        if len(body) >= length:
            self._pending = body[length:]
            self._transport.write(ANSWER)


def serve(port: Connection) -> None:
    """Run the server until the process is ended; send its port first."""

    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(Server, "127.0.0.1", 0)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())


async def measure(ask: Ask, width: int) -> Round:
    """Send REQUESTS, `width` at a time."""
    left = iter(range(REQUESTS))

    async def worker() -> None:
        for _ in left:
            await ask()

    began, cpu = time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as group:
        for _ in range(width):
            group.create_task(worker())
    cpu, took = time.process_time() - cpu, time.perf_counter() - began
    return Round(rate=REQUESTS / took, cpu=cpu / REQUESTS * 1e6)


async def compare(url: str, width: int) -> tuple[list[Round], list[Round]]:
    """Return the rounds of bare aiohttp and of the guarded client, in turns."""
    async with (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
        open_llm(
            endpoint_url=url,
            model="mistral",
            max_concurrent=width,
            max_attempts=3,
            retry_delay=2.0,
            fail_max=5,
            reset=60.0,
            clock=SystemClock(),
            rng=random.Random(1),
            metrics=Metrics(),
        ) as client,
    ):

        async def bare() -> object:
            body = {
                "model": "mistral",
                "prompt": REQUEST.prompt,
                "system": REQUEST.system,
                "stream": False,
                "format": orjson.Fragment(REQUEST.schema),
            }
            async with session.post(url, data=orjson.dumps(body)) as response:
                return orjson.loads(await response.read())

        async def guarded() -> object:
            return await client.complete(REQUEST, within=WITHIN)

        for ask in (bare, guarded):  # opens both pools
            await measure(ask, width)
        plain, ours = [], []
        for _ in range(ROUNDS):
            plain.append(await measure(bare, width))
            ours.append(await measure(guarded, width))
    return plain, ours


def main() -> None:
    """Print one line for each width, and whether the bars are met."""
    table = Table(title=f"LLM client against bare aiohttp, {ROUNDS} x {REQUESTS}")
    for name in ("at once", "aiohttp/s", "ours/s", "ratio", "us", "ours us", "ratio"):
        table.add_column(name, justify="right")
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(there,), daemon=True)
    process.start()
    is_met = True
    try:
        url = f"http://127.0.0.1:{here.recv()}/api/generate"
        for width in WIDTHS:
            plain, ours = asyncio.run(compare(url, width))
            rates = [
                statistics.median(r.rate for r in rounds) for rounds in (plain, ours)
            ]
            cpus = [
                statistics.median(r.cpu for r in rounds) for rounds in (plain, ours)
            ]
            rate, cpu = rates[1] / rates[0], cpus[1] / cpus[0]
            is_met = is_met and rate >= RATE_BAR and cpu <= CPU_BAR
            table.add_row(
                str(width),
                *(f"{value:.0f}" for value in rates),
                f"{rate:.2f}",
                *(f"{value:.0f}" for value in cpus),
                f"{cpu:.2f}",
            )
    finally:
        process.terminate()
        process.join()
    Console().print(table)
    bars = f"bars: requests >= {RATE_BAR:.2f}, CPU <= {CPU_BAR:.2f}"
    Console().print(bars, "met" if is_met else "MISSED")


if __name__ == "__main__":
    main()
