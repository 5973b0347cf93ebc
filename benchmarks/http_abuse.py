"""How late the event loop is while strangers abuse the HTTP server.

Run as `python -m benchmarks.http_abuse`. The daemon and its simulated world are in this
process, the abuse comes from another. For each kind of abuse: how late timers of 5 ms
were, by the clock and by this thread's own work (a busy machine is late as well), what
was answered, and how long an alert took from the page to Discord meanwhile. The
baseline is the same daemon left alone, in the same run.
"""

import asyncio
import json
import logging
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote

import aiohttp
from rich.console import Console
from rich.table import Table

from tests.e2e.stage import Stage, approval, open_stage

SECONDS = 6.0  # of each kind
AT_ONCE = 20  # clients
STORED = 60  # alerts there are to list
TICK = 0.005
LONG = quote("Acme beats, raises guidance @everyone <a> 1.5 " * 80)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One kind: lags in ms, answers by status, seconds to Discord."""

    kind: str
    clock: tuple[float, float]  # p99 and worst
    work: tuple[float, float]
    answers: str
    posted: float


Client = Callable[[aiohttp.ClientSession, Counter[str]], Awaitable[None]]


async def get(
    client: aiohttp.ClientSession, seen: Counter[str], path: str, **headers: str
) -> None:
    """Ask once and count the answer."""
    async with client.get(path, headers=headers) as answer:
        await answer.read()
        seen[str(answer.status)] += 1


async def lists(client: aiohttp.ClientSession, seen: Counter[str]) -> None:
    """Ask for the longest list there is."""
    await get(client, seen, "/api/alerts?limit=200")


async def scores(client: aiohttp.ClientSession, seen: Counter[str]) -> None:
    """Have a long hostile text scored."""
    await get(client, seen, f"/api/score?text={LONG[:4000]}")


async def guesses(client: aiohttp.ClientSession, seen: Counter[str]) -> None:
    """Guess tokens, under a foreign name."""
    await get(client, seen, "/api/status", Host="evil.example")


async def bodies(client: aiohttp.ClientSession, seen: Counter[str]) -> None:
    """Send a body that never ends."""

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 65_536

    json_body = {"Content-Type": "application/json"}
    async with client.post("/api/pause", data=endless(), headers=json_body) as answer:
        seen[str(answer.status)] += 1


async def rubbish(client: aiohttp.ClientSession, seen: Counter[str]) -> None:
    """Open a connection and send what is no HTTP, slowly."""
    base = client._base_url  # noqa: SLF001 - ours
    assert base is not None
    reader, writer = await asyncio.open_connection(base.host, base.port)
    try:
        writer.write(b"\x00\xffGET / HTTP/9.9\r\n" * 100)
        line = await reader.readline()
        seen[line.split(b" ")[1].decode() if b" " in line else "closed"] += 1
    finally:
        writer.close()


async def streams(client: aiohttp.ClientSession, seen: Counter[str]) -> None:
    """Follow the stream and read nothing."""
    async with client.get("/events") as answer:
        seen[str(answer.status)] += 1
        await asyncio.sleep(1)


KINDS: Mapping[str, Client] = MappingProxyType(
    {kind.__name__: kind for kind in (lists, scores, guesses, bodies, rubbish, streams)}
)


async def abuse(kind: str, url: str) -> None:
    """Be twenty abusers for some seconds; print what was answered."""
    seen: Counter[str] = Counter()
    until = time.monotonic() + SECONDS

    async def one(client: aiohttp.ClientSession) -> None:
        while time.monotonic() < until:
            try:
                await KINDS[kind](client, seen)
            except (aiohttp.ClientError, OSError):
                seen["broken off"] += 1

    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(url, connector=connector) as client:
        with suppress(TimeoutError):
            async with asyncio.timeout(SECONDS + 5), asyncio.TaskGroup() as group:
                for _ in range(AT_ONCE if kind != "streams" else 3 * AT_ONCE):
                    group.create_task(one(client))
    print(json.dumps(seen))


@dataclass(frozen=True, slots=True)
class Lag:
    """How late one tick was, in ms."""

    clock: float
    work: float


@asynccontextmanager
async def lags(found: list[Lag]) -> AsyncIterator[None]:
    """Note how late each tick is."""

    async def tick() -> None:
        while True:
            due, worked = time.perf_counter() + TICK, time.thread_time() + TICK
            await asyncio.sleep(TICK)
            late, work = time.perf_counter() - due, time.thread_time() - worked
            found.append(Lag(late * 1000, max(0.0, work) * 1000))

    async with asyncio.TaskGroup() as group:
        ticking = group.create_task(tick())
        try:
            yield
        finally:
            ticking.cancel()


def ends(lags: list[float]) -> tuple[float, float]:
    """Return the 99th percentile and the worst."""
    ordered = sorted(lags)
    return ordered[int(len(ordered) * 0.99)], ordered[-1]


async def measured(stage: Stage, url: str, kind: str, number: int) -> Measured:
    """Return the figures of one kind of abuse; "" is none."""
    found: list[Lag] = []
    async with lags(found):
        child = None
        if kind:
            words = ("-m", "benchmarks.http_abuse", kind, url)
            child = await asyncio.create_subprocess_exec(
                sys.executable, *words, stdout=asyncio.subprocess.PIPE
            )
        await asyncio.sleep(2)  # it has started
        found.clear()
        begun = time.monotonic()
        stage.publish(approval(number))
        await stage.card(f"number {number}", until=lambda _: True)
        posted = time.monotonic() - begun
        await asyncio.sleep(max(0.0, SECONDS - 2 - posted))
        out = (await child.communicate())[0].decode() if child else "{}"
    answers = ", ".join(f"{n} × {status}" for status, n in json.loads(out).items())
    return Measured(
        kind=kind or "none",
        clock=ends([lag.clock for lag in found]),
        work=ends([lag.work for lag in found]),
        answers=answers,
        posted=posted,
    )


async def run() -> list[Measured]:
    """Return the figures of every kind, first without any abuse."""
    async with open_stage(env={"FEATURE_LLM": "0"}) as stage, stage.running() as app:
        await stage.primed()
        stage.publish(*(approval(number) for number in range(STORED)))
        await stage.posted(STORED)
        found = []
        for number, kind in enumerate(("", *KINDS), start=STORED):
            found.append(await measured(stage, app.url, kind, number))
        return found


def main() -> None:
    """Abuse, when called by itself; else measure and print."""
    if len(sys.argv) == 3:
        asyncio.run(abuse(*sys.argv[1:]))
        return
    logging.disable()
    table = Table(
        "abuse", "late p99, worst", "by own work", "news posted after", "answers"
    )
    for row in asyncio.run(run()):
        late, work = (f"{p99:.1f}, {top:.1f} ms" for p99, top in (row.clock, row.work))
        table.add_row(row.kind, late, work, f"{row.posted:.2f} s", row.answers)
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
