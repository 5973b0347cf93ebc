"""The ping to a dead-man service: only while ready, and never in anybody's way."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest

from catalyst_bot.ops.heartbeat import Heartbeat
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.secret import Secret
from tests.servers import Answer, RawServer, http, raw_server
from tests.waiting import until

PERIOD = 0.05
PATH = "/ping/0123456789abcdef0123"


@dataclass
class Running:
    service: RawServer
    metrics: Metrics = field(default_factory=Metrics)
    is_ready: bool = True

    def count(self, result: str) -> float:
        found = self.metrics.heartbeat_pings.labels(result)
        return sum(
            sample.value
            for metric in found.collect()
            for sample in metric.samples
            if sample.name.endswith("_total")
        )


@asynccontextmanager
async def pinging(answer: bytes | Answer | None = None) -> AsyncIterator[Running]:
    async with raw_server() as service, aiohttp.ClientSession() as session:
        service.answers[PATH] = http("200 OK", b"OK") if answer is None else answer
        running = Running(service)
        heartbeat = Heartbeat(
            Secret(service.url + PATH),
            session=session,
            is_ready=lambda: running.is_ready,
            metrics=running.metrics,
            period=PERIOD,
            jitter=lambda: 0.5,
        )
        async with asyncio.TaskGroup() as group:
            task = group.create_task(heartbeat.run())
            yield running
            task.cancel()


async def test_it_pings_while_the_bot_is_ready_and_not_else() -> None:
    async with pinging() as running:
        await until(lambda: running.count("ok") >= 2)
        running.is_ready = False
        await until(lambda: running.count("withheld") == 1)
        sent = len(running.service.requests)
        running.is_ready = True
        await until(lambda: running.count("ok") > sent)


@pytest.mark.parametrize(
    "answer",
    [
        http("500 Internal Server Error"),
        http("302 Found", Location="http://127.0.0.1:1/elsewhere"),
        b"rubbish\r\n\r\n",
        b"",
    ],
)
async def test_a_failure_is_told_once_and_mended_by_the_next_good_answer(
    answer: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with pinging(answer) as running:
        await until(lambda: running.count("failed") >= 3)
        assert caplog.text.count("heartbeat ping failed") == 1
        running.service.answers[PATH] = http("200 OK")
        await until(lambda: running.count("ok") >= 1)
        assert "heartbeat ping answered again" in caplog.text
    assert "0123456789abcdef" not in caplog.text


async def test_it_asks_less_often_while_nobody_answers() -> None:
    arrived: list[float] = []

    async def refuse(writer: asyncio.StreamWriter) -> None:
        arrived.append(asyncio.get_running_loop().time())
        writer.write(http("500 Internal Server Error"))
        await writer.drain()

    async with pinging(refuse):
        await until(lambda: len(arrived) == 5)
    assert arrived[4] - arrived[3] >= PERIOD * 2**3
