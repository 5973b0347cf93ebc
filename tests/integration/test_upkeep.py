"""The model in the server's memory: there when news comes, given back when not."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest

from catalyst_bot.llm.client import LLMClient
from catalyst_bot.llm.model import CompletionRequest
from catalyst_bot.simulation.llm import FakeLLM
from catalyst_bot.simulation.llm_records import Asked, Mode
from tests.asking import client_of, ends_of
from tests.clocks import ManualClock
from tests.waiting import until

DOWN = "model not unloaded"


@asynccontextmanager
async def tended(client: LLMClient) -> AsyncIterator[None]:
    """Let the client look after the memory, as the daemon does."""
    task = asyncio.ensure_future(client.tend())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


def unloads(fake: FakeLLM) -> list[Asked]:
    return [asked for asked in fake.requests if asked.body.get("keep_alive") == 0]


def are_unloads(fake: FakeLLM, count: int) -> bool:
    return len(unloads(fake)) == count


async def test_each_opening_of_the_circuit_gives_the_memory_back_once() -> None:
    clock = ManualClock()
    async with (
        FakeLLM().open() as fake,
        client_of(fake, clock=clock, max_attempts=1) as client,
        tended(client),
    ):
        for opening in (1, 2):
            fake.modes = {"What is new?": Mode.HTTP_500}
            await ends_of(client, 5)
            assert not client.is_available
            await fake.wait_for(partial(are_unloads, fake, opening))
            clock.advance(10.0)
            await ends_of(client, 1)  # the probe fails: open again, but not anew
            clock.advance(20.0)
            fake.modes = {}
            for _ in range(2):
                assert await ends_of(client, 1) == ["ok"]
        assert len(unloads(fake)) == 2


async def test_a_server_that_is_gone_costs_one_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with (
        FakeLLM().open() as fake,
        client_of(fake, max_attempts=1) as client,
        tended(client),
    ):
        await fake.stop_listening()
        with caplog.at_level(logging.WARNING):
            await ends_of(client, 5)
            await until(lambda: DOWN in caplog.messages)
    assert caplog.messages.count(DOWN) == 1


async def test_an_idle_model_is_dropped_once_and_not_while_it_is_used() -> None:
    clock = ManualClock()
    async with FakeLLM().open() as fake, client_of(fake, clock=clock) as client:
        assert await ends_of(client, 1) == ["ok"]
        clock.advance(899.0)
        await client.drop_if_idle(900.0)
        assert not unloads(fake)
        clock.advance(1.0)
        for _ in range(2):
            await client.drop_if_idle(900.0)
        assert len(unloads(fake)) == 1
        assert await ends_of(client, 1) == ["ok"]  # which loads it again
        clock.advance(900.0)
        await client.drop_if_idle(900.0)
        assert len(unloads(fake)) == 2


async def test_a_model_at_work_is_not_idle() -> None:
    clock = ManualClock()
    async with FakeLLM().open() as fake, client_of(fake, clock=clock) as client:
        fake.mode = Mode.HANG
        request = CompletionRequest(prompt="What is new?")
        working = asyncio.ensure_future(client.complete(request, within=5000.0))
        await fake.wait_for(lambda: fake.serving == 1)
        clock.advance(1000.0)
        await client.drop_if_idle(900.0)
        assert not unloads(fake)
        working.cancel()
        await asyncio.wait([working])


@pytest.mark.parametrize(("slots", "limit"), [(1, 1), (2, 5), (0, 5)])
async def test_warming_up_finds_a_server_that_serves_one_at_a_time(
    slots: int, limit: int
) -> None:
    async with FakeLLM().open() as fake, client_of(fake) as client:
        fake.latency, fake.slots = 0.05, slots
        await client.warm_up()
        assert client.condition().limit == limit


async def test_a_model_that_is_busy_is_not_tried_out() -> None:
    async with FakeLLM().open() as fake, client_of(fake) as client:
        fake.modes = {"What is new?": Mode.HANG}
        request = CompletionRequest(prompt="What is new?")
        working = asyncio.ensure_future(client.complete(request, within=30.0))
        await fake.wait_for(lambda: fake.serving == 1)
        await client.warm_up()
        assert len(fake.prompts) == 1
        working.cancel()
        await asyncio.wait([working])
