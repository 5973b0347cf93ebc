"""Measures what the guarded LLM client costs over a bare aiohttp client.

Run as `python -m benchmarks.llm_overhead`. All send the same questions to one server
that answers at once from a process of its own, in turns; the ratios are medians over
the turns. The bars are for aiohttp used as its documentation shows (`json=`,
`response.json()`); with orjson it is faster, and shown too. CPU is this process's own.
"""

import asyncio
import contextlib
import gc
import itertools
import json
import multiprocessing
import random
import statistics
import sys
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

ROUNDS = 25
REQUESTS_A_ROUND = 400
WIDTHS = (8, 64)
WITHIN = 60.0
CPU_BAR, RATE_BAR = 1.3, 0.85  # the project's own bars, as ratios to bare aiohttp
REQUESTS = tuple(  # different ones: equal questions of a moment are asked once
    CompletionRequest(
        prompt=f"<<<news:1a>>>\nHeadline: Acme Corp reports record {n}\n<<<end:1a>>>",
        system=SYSTEM,
        schema=SCHEMA,
    )
    for n in range(200)
)
FORM = json.loads(SCHEMA)
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
    """Send REQUESTS_A_ROUND, `width` at a time."""
    left = iter(range(REQUESTS_A_ROUND))

    async def worker() -> None:
        for _ in left:
            await ask()

    began, cpu = time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as group:
        for _ in range(width):
            group.create_task(worker())
    cpu, took = time.process_time() - cpu, time.perf_counter() - began
    return Round(rate=REQUESTS_A_ROUND / took, cpu=cpu / REQUESTS_A_ROUND * 1e6)


async def compare(url: str, width: int) -> dict[str, list[Round]]:
    """Return the rounds of each client, which took turns; ours is the last."""
    numbers = itertools.count()
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

        async def documented() -> object:
            body = {**body_of(next(numbers)), "format": FORM}
            async with session.post(url, json=body) as response:
                return await response.json()

        async def tuned() -> object:
            body = {**body_of(next(numbers)), "format": orjson.Fragment(SCHEMA)}
            async with session.post(url, data=orjson.dumps(body)) as response:
                return orjson.loads(await response.read())

        async def guarded() -> object:
            request = REQUESTS[next(numbers) % len(REQUESTS)]
            return await client.complete(request, within=WITHIN)

        asks = {"aiohttp": documented, "aiohttp + orjson": tuned, "ours": guarded}
        for ask in asks.values():  # opens the pools
            await measure(ask, width)
        gc.collect()
        gc.freeze()  # as the daemon does once it is open
        rounds: dict[str, list[Round]] = {name: [] for name in asks}
        for _ in range(ROUNDS):
            for name, ask in asks.items():
                rounds[name].append(await measure(ask, width))
    return rounds


def body_of(number: int) -> dict[str, object]:
    """Return what the plain clients send, without the schema."""
    request = REQUESTS[number % len(REQUESTS)]
    return {
        "model": "mistral",
        "prompt": request.prompt,
        "system": request.system,
        "stream": False,
    }


def ratios(rounds: dict[str, list[Round]], name: str) -> tuple[float, float]:
    """Return our requests and our CPU time as shares of another's in the same turn."""
    pairs = list(zip(rounds["ours"], rounds[name], strict=True))
    return (
        statistics.median(ours.rate / other.rate for ours, other in pairs),
        statistics.median(ours.cpu / other.cpu for ours, other in pairs),
    )


def main() -> int:
    """Print one line for each width and client; return 1 when a bar is missed."""
    table = Table(title=f"What the guarded client costs, {ROUNDS} x {REQUESTS_A_ROUND}")
    for name in ("at once", "client", "requests/s", "us", "ours: requests", "CPU"):
        table.add_column(name, justify="right")
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(there,), daemon=True)
    process.start()
    is_met = True
    try:
        url = f"http://127.0.0.1:{here.recv()}/api/generate"
        for width in WIDTHS:
            rounds = asyncio.run(compare(url, width))
            for name, mine in rounds.items():
                rate, cpu = ratios(rounds, name)
                if name == "aiohttp":
                    is_met = is_met and rate >= RATE_BAR and cpu <= CPU_BAR
                table.add_row(
                    str(width),
                    name,
                    f"{statistics.median(one.rate for one in mine):.0f}",
                    f"{statistics.median(one.cpu for one in mine):.0f}",
                    f"x{rate:.2f}",
                    f"x{cpu:.2f}",
                )
    finally:
        process.terminate()
        process.join()
    Console().print(table)
    bars = f"bars, to aiohttp as documented: requests >= {RATE_BAR}, CPU <= {CPU_BAR}"
    Console().print(bars, "met" if is_met else "MISSED")
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
