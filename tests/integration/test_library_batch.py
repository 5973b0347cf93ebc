"""Objects, batches and books, as scripts get them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from catalyst_bot.llm_async import (
    AsyncLLMClient,
    Completion,
    LLMClientConfig,
    LLMError,
    LLMErrorKind,
    batch_llm,
    batch_llm_async,
)
from catalyst_bot.simulation.llm import FakeLLM
from catalyst_bot.simulation.llm_records import Mode
from tests.llm_client import prompt
from tests.redis_server import redis_server

SCHEMA = {
    "type": "object",
    "properties": {
        "direction": {"type": "string"},
        "confidence": {"type": "number", "maximum": 1},
    },
    "required": ["direction", "confidence"],
}


@pytest.fixture
async def model(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeLLM]:
    async with FakeLLM().open() as model:
        monkeypatch.setenv("LLM_ENDPOINT_URL", model.endpoint_url)
        monkeypatch.setenv("LLM_RETRY_DELAY", "0")
        yield model


async def test_an_object_is_what_the_schema_asks_for(model: FakeLLM) -> None:
    async with AsyncLLMClient() as client:
        found = await client.json(prompt(), SCHEMA)
    assert found is not None
    assert found["direction"] == "bullish"
    assert model.prompts[0].body["format"] == SCHEMA


@pytest.mark.parametrize("mode", [Mode.NOT_JSON, Mode.OUT_OF_RANGE, Mode.CUT])
async def test_a_bad_object_is_asked_for_twice_and_then_none(
    model: FakeLLM, mode: Mode, caplog: pytest.LogCaptureFixture
) -> None:
    model.mode = mode
    schema = {**SCHEMA, "required": ["direction", "confidence", "risk"]}
    async with AsyncLLMClient() as client:
        assert await client.json(prompt(), schema) is None
        assert await client.json(prompt(), schema) is None  # it was not kept either
    assert len(model.prompts) == 4
    assert "bad_json" in caplog.text


async def test_a_schema_that_is_not_checked_is_the_callers_mistake(
    model: FakeLLM,
) -> None:
    async with AsyncLLMClient() as client:
        with pytest.raises(ValueError, match="uniqueItems"):
            await client.json(prompt(), {**SCHEMA, "uniqueItems": True})
    assert not model.requests


async def test_a_failure_stands_in_its_place_with_kind_status_and_attempts(
    model: FakeLLM,
) -> None:
    model.modes = {"[#1]": Mode.HTTP_500, "[#3]": Mode.EMPTY}
    async with AsyncLLMClient() as client:
        outcomes = await client.batch([f"Item [#{n}]" for n in range(5)])
    texts = [one.text for one in outcomes if isinstance(one, Completion)]
    assert texts == [f"answer [#{n}]" for n in (0, 2, 4)]
    failed, empty = outcomes[1], outcomes[3]
    assert isinstance(failed, LLMError)
    assert isinstance(empty, LLMError)
    assert (failed.kind, failed.status, failed.attempts) == ("unavailable", 500, 3)
    assert (empty.kind, empty.attempts) == (LLMErrorKind.BAD_ANSWER, 1)


async def test_a_batch_with_a_schema_has_objects_only(model: FakeLLM) -> None:
    model.modes = {"Bolt": Mode.NOT_JSON}
    headlines = ("Acme Corp beats estimates", "Bolt Inc beats estimates")
    async with AsyncLLMClient() as client:
        good, bad = await client.batch([prompt(h) for h in headlines], schema=SCHEMA)
    assert isinstance(good, Completion)
    assert json.loads(good.text)["direction"] == "bullish"
    assert isinstance(bad, LLMError)
    assert bad.kind is LLMErrorKind.BAD_JSON


@pytest.mark.parametrize(
    ("prompts", "match"),
    [
        (["ok", ""], r"prompts\[1\]: prompt is empty"),
        (["ok", "ok", 7], r"prompts\[2\]: .*texts"),
        ("one text", "several texts"),
    ],
)
async def test_a_wrong_prompt_is_named_by_its_index_before_anything_is_sent(
    model: FakeLLM, prompts: list[str], match: str
) -> None:
    with pytest.raises(ValueError, match=match):
        await batch_llm_async(prompts)
    with pytest.raises(ValueError, match="max_concurrent"):
        await batch_llm_async(["ok"], max_concurrent=0)
    assert await batch_llm_async([]) == []
    assert not model.requests


async def test_who_leaves_a_stream_leaves_no_request_behind(model: FakeLLM) -> None:
    model.modes = {"[#0]": Mode.OK}
    model.mode = Mode.HANG
    async with AsyncLLMClient() as client:
        stream = client.stream_batch([f"Item [#{n}]" for n in range(8)])
        async with aclosing(stream):
            async for index, outcome in stream:
                assert (index, isinstance(outcome, Completion)) == (0, True)
                break
        await model.wait_for(lambda: model.in_flight == 0)


async def test_batches_from_loops_and_threads_in_turn_lose_nothing(
    model: FakeLLM,
) -> None:
    loop = asyncio.get_running_loop()
    async with AsyncLLMClient() as client:
        for number in range(3):
            prompts = [f"Round {number} item {n}" for n in range(4)]
            here = await client.batch(prompts)
            fresh = await asyncio.to_thread(batch_llm, prompts)
            there = await asyncio.to_thread(
                lambda: asyncio.run_coroutine_threadsafe(
                    client.batch(prompts),  # noqa: B023 - run at once
                    loop,
                ).result()
            )
            for outcomes in (here, fresh, there):
                assert [isinstance(one, Completion) for one in outcomes] == [True] * 4
    with pytest.raises(RuntimeError, match="batch_llm_async"):
        batch_llm(["What is new?"])


async def test_the_books_of_a_client_tell_what_was_asked_cached_and_failed(
    model: FakeLLM,
) -> None:
    model.modes = {"bad": Mode.HTTP_500}
    async with AsyncLLMClient() as client:
        for question in ("one", "one", "two", "bad"):
            await client.query(question)
        stats = client.stats()
    total = stats.total
    assert (total.calls, total.ok, total.cached, total.failed) == (4, 2, 1, 1)
    assert total.errors == (("unavailable", 1),)
    assert total.attempts == 2 + 3
    assert total.saved_tokens > 0
    assert {row.purpose for row in stats.rows} == {"script"}
    assert stats.service.p95 > 0.0


async def test_without_a_cache_every_question_is_asked(model: FakeLLM) -> None:
    config = LLMClientConfig(model.endpoint_url, cache_enabled=False)
    async with AsyncLLMClient(config) as client:
        for _ in range(2):
            assert await client.query("one")
    assert len(model.prompts) == 2


async def test_two_processes_with_one_redis_ask_once(model: FakeLLM) -> None:
    async with redis_server() as redis:
        config = LLMClientConfig(model.endpoint_url, cache_url=redis.url)
        for _ in range(2):
            async with AsyncLLMClient(config) as client:
                assert await client.query("one")
        redis.stop()
        async with AsyncLLMClient(config) as client:
            assert await client.query("one")
    assert len(model.prompts) == 2
    assert redis.url not in repr(config)


async def test_other_weights_under_the_same_name_are_asked_anew(
    model: FakeLLM,
) -> None:
    async with redis_server() as redis:
        config = LLMClientConfig(model.endpoint_url, cache_url=redis.url)
        for weights in ("old", "old", "new"):
            model.weights = weights
            async with AsyncLLMClient(config) as client:
                assert await client.query("one")
    assert len(model.prompts) == 2
