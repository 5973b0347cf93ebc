"""Polls run against polls wanted: 200 sources on one loop, and APScheduler beside it.

    python -m benchmarks.polling [SECONDS]

Sources of 1, 2 and 5 s ask a loopback server, which answers 304. Each side runs alone,
is given the time in which our sources start, and is then counted for SECONDS (10).
"""

import asyncio
import logging
import random
import resource
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import aiohttp
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from catalyst_bot.clock import SystemClock
from catalyst_bot.model import Page, SourceKind, SourceState
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.sources.catalogue import SourceConfig
from catalyst_bot.sources.fetch import fetch, open_feed_session
from catalyst_bot.sources.hosts import HostGate
from catalyst_bot.sources.parsers import build_parser
from catalyst_bot.sources.poller import SPREAD, Poller
from catalyst_bot.sources.report import SourceReport

SOURCES = 200
INTERVALS = (1.0, 2.0, 5.0)
ANSWER = b"HTTP/1.1 304 Not Modified\r\n\r\n"


@dataclass
class Server:
    """Counts requests; answers each with 304 and keeps the connection."""

    url: str = ""
    requests: int = 0

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                self.requests += 1
                writer.write(ANSWER)
        except (ConnectionError, asyncio.IncompleteReadError):
            writer.close()


class Known:
    """A sink whose sources have all been polled before."""

    async def state_of(self, source: str) -> SourceState:
        return SourceState(etag=f'"{source}"', is_primed=True)

    async def accept(self, page: Page) -> None:
        raise AssertionError(f"a 304 made a page of {page.source}")


@dataclass(frozen=True, kw_only=True)
class Result:
    """One side: polls in the window, and CPU seconds over the whole run."""

    polls: int
    all_polls: int
    cpu: float


def configs(url: str) -> list[SourceConfig]:
    return [
        SourceConfig(
            name=f"source {number}",
            kind=SourceKind.FEED,
            url=f"{url}/{number}",
            interval=INTERVALS[number % len(INTERVALS)],
            enabled=True,
            is_market=False,
            zone=ZoneInfo("UTC"),
        )
        for number in range(SOURCES)
    ]


def steady(_kind: SourceKind, _interval: float, _moment: datetime) -> float:
    return 1.0  # no session slows a benchmark


async def ours(
    session: aiohttp.ClientSession, server: Server, seconds: float
) -> Result:
    clock, metrics, health = SystemClock(), Metrics(), Health()
    gate = HostGate(clock=clock)
    async with asyncio.TaskGroup() as group:
        loops = [
            group.create_task(
                Poller(
                    config,
                    session=session,
                    gate=gate,
                    parser=build_parser(config),
                    sink=Known(),
                    clock=clock,
                    report=SourceReport(
                        config.name, clock=clock, metrics=metrics, health=health
                    ),
                    pace=steady,
                    random=random.random,
                ).run()
            )
            for config in configs(server.url)
        ]
        result = await count(server, seconds)
        for loop in loops:
            loop.cancel()
    return result


async def apscheduler(
    session: aiohttp.ClientSession, server: Server, seconds: float
) -> Result:
    clock = SystemClock()

    async def poll(config: SourceConfig) -> None:
        headers = {"If-None-Match": f'"{config.name}"'}
        await fetch(session, config.url, headers=headers, clock=clock)

    scheduler = AsyncIOScheduler()
    for config in configs(server.url):
        scheduler.add_job(
            poll,
            "interval",
            args=[config],
            seconds=config.interval,
            jitter=config.interval / 10,
        )
    scheduler.start()
    try:
        return await count(server, seconds)
    finally:
        scheduler.shutdown(wait=False)


async def count(server: Server, seconds: float) -> Result:
    cpu, start = _cpu(), server.requests
    await asyncio.sleep(SPREAD)
    before = server.requests
    await asyncio.sleep(seconds)
    return Result(
        polls=server.requests - before,
        all_polls=server.requests - start,
        cpu=_cpu() - cpu,
    )


@asynccontextmanager
async def open_server() -> AsyncIterator[Server]:
    server = Server()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    async with listening:
        yield server


async def main(seconds: float) -> None:
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    ideal = sum(seconds / config.interval for config in configs(""))
    print(f"{SOURCES} sources of 1, 2 and 5 s; {seconds:g} s; ideal {ideal:.0f} polls")
    print(f"{'':14}{'polls':>8}{'of ideal':>10}{'us CPU a poll':>15}")
    for name, side in (("a task each", ours), ("APScheduler", apscheduler)):
        async with (
            open_server() as server,
            open_feed_session(
                user_agent="benchmark", allow_private=True, ports=frozenset()
            ) as session,
        ):
            result = await side(session, server, seconds)
        share, cost = result.polls / ideal, result.cpu / result.all_polls * 1e6
        print(f"{name:14}{result.polls:8}{share:10.3f}{cost:15.0f}")


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0))
