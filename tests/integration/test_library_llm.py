"""What scripts get from the model, and what each failure looks like to them."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from catalyst_bot import llm_async
from catalyst_bot.errors import SettingsError
from catalyst_bot.llm.memory import report_memory
from catalyst_bot.llm_async import (
    AsyncLLMClient,
    LLMClientConfig,
    Priority,
    cleanup_gpu_memory,
    query_llm,
    query_llm_async,
)
from catalyst_bot.simulation.llm import FakeLLM
from catalyst_bot.simulation.llm_records import Mode
from tests.llm_client import prompt
from tests.scripts import stopped_llm
from tests.waiting import until


@pytest.fixture
async def model(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeLLM]:
    async with FakeLLM().open() as model:
        monkeypatch.setenv("LLM_ENDPOINT_URL", model.endpoint_url)
        monkeypatch.setenv("LLM_RETRY_DELAY", "0")
        yield model


async def test_a_query_brings_the_text_of_the_answer(model: FakeLLM) -> None:
    async with AsyncLLMClient() as client:
        answer = await client.query("What is new?", system="Be brief.")
    assert answer
    (asked,) = model.prompts
    assert (asked.body["prompt"], asked.body["system"]) == ("What is new?", "Be brief.")
    assert asked.body["model"] == "mistral"


@pytest.mark.parametrize(
    "mode",
    [
        Mode.DROP,
        Mode.CUT_BODY,
        Mode.HTTP_429,
        Mode.HTTP_500,
        Mode.MODEL_MISSING,
        Mode.ERROR_LINE,
        Mode.GARBAGE,
        Mode.EMPTY,
        Mode.CUT,
        Mode.HANG,
    ],
)
async def test_every_failure_is_none_and_a_line_in_the_log(
    model: FakeLLM, mode: Mode, caplog: pytest.LogCaptureFixture
) -> None:
    model.mode, model.retry_after = mode, 60.0
    config = LLMClientConfig(model.endpoint_url, timeout_secs=1.0, retry_delay=0)
    async with AsyncLLMClient(config) as client:
        assert await client.query(prompt()) is None
    assert [line for line in caplog.records if line.levelno >= logging.WARNING]


@pytest.mark.parametrize("nothing", ["", "  \n", None, 7, ["What?"]])
async def test_a_prompt_that_asks_nothing_is_the_callers_mistake(
    model: FakeLLM, nothing: str
) -> None:
    with pytest.raises(ValueError, match="prompt"):
        await query_llm_async(nothing)
    assert not model.requests


async def test_an_unknown_priority_is_named_with_the_known_ones(model: FakeLLM) -> None:
    urgent: Priority = "urgent"  # type: ignore[assignment]
    with pytest.raises(ValueError, match=r"high, normal or low, not 'urgent'"):
        await query_llm_async("What is new?", priority=urgent)
    assert not model.requests


async def test_high_priority_goes_before_normal_before_low(model: FakeLLM) -> None:
    model.latency = 0.02
    config = LLMClientConfig(model.endpoint_url, max_concurrent=1)
    order: tuple[Priority, ...] = ("low", "low", "normal", "high")
    async with AsyncLLMClient(config) as client:
        await asyncio.gather(
            *(
                client.query(f"{number}: This is {name}", priority=name)
                for number, name in enumerate(order)
            )
        )
    served = [asked.body["prompt"].split()[-1] for asked in model.prompts]
    assert served == ["low", "high", "normal", "low"]  # the first found the server idle


async def test_a_client_that_is_not_open_says_so(model: FakeLLM) -> None:
    with pytest.raises(RuntimeError, match="async with"):
        await AsyncLLMClient().query("What is new?")


async def test_all_queries_of_a_loop_share_one_client(model: FakeLLM) -> None:
    all_five = asyncio.Event()

    async def hold(_prompt: str, _stage: str) -> None:
        if model.in_flight == 5:
            all_five.set()
        await all_five.wait()

    model.on_request = hold
    answers = await asyncio.gather(*(query_llm_async(f"No. {n}") for n in range(12)))
    assert all(answers)
    assert model.max_in_flight == 5
    assert model.connections == 6  # one asked which weights answer


async def test_one_loop_after_another_leaves_nothing_behind(model: FakeLLM) -> None:
    for number in range(6):
        model.mode = Mode.OK if number % 2 else Mode.HTTP_500
        asked = query_llm_async("What is new?")
        answer = await asyncio.to_thread(asyncio.run, asked)
        assert (answer is None) == (model.mode is Mode.HTTP_500)
    assert not [loop for loop in llm_async._shared if loop.is_closed()]
    assert asyncio.get_running_loop() not in llm_async._shared


async def test_a_loop_closed_in_mid_query_ends_the_request(model: FakeLLM) -> None:
    model.mode = Mode.HANG

    async def leave() -> None:
        async with asyncio.timeout(0.2):
            await query_llm_async("What is new?")

    with pytest.raises(TimeoutError):
        await asyncio.to_thread(asyncio.run, leave())
    await until(lambda: model.in_flight == 0)


async def test_without_a_loop_a_query_is_a_plain_call(model: FakeLLM) -> None:
    assert await asyncio.to_thread(query_llm, "What is new?")


async def test_inside_a_loop_the_plain_call_names_the_other_one(model: FakeLLM) -> None:
    with pytest.raises(RuntimeError, match="query_llm_async"):
        query_llm("What is new?")


def test_the_environment_configures_as_it_does_the_daemon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LLM_MODEL_NAME", "qwen3:8b")
    monkeypatch.setenv("LLM_TIMEOUT_SECS", "7.5")
    monkeypatch.setenv("LLM_MAX_RETRIES", "2")
    monkeypatch.setenv("LLM_BREAKER_FAIL_MAX", "9")
    assert LLMClientConfig.from_env() == LLMClientConfig(
        model_name="qwen3:8b", timeout_secs=7.5, max_retries=2, breaker_fail_max=9
    )
    monkeypatch.setenv("LLM_MAX_RETRIES", "many")
    with pytest.raises(SettingsError, match="LLM_MAX_RETRIES"):
        LLMClientConfig.from_env()


def test_a_config_refuses_what_the_daemon_refuses() -> None:
    with pytest.raises(ValueError, match=r"(?s)LLM_TIMEOUT.*LLM_MAX_CONCURRENT"):
        LLMClientConfig(max_concurrent=0, timeout_secs=float("nan"))
    with pytest.raises(ValueError, match="/api/generate"):
        LLMClientConfig(endpoint_url="http://localhost:11434")


def reported(caplog: pytest.LogCaptureFixture) -> list[str]:
    lines = (record.getMessage() for record in caplog.records)
    return [line for line in lines if line.startswith("gpu_memory")]


async def test_memory_is_reported_by_model_and_then_not_for_five_minutes(
    model: FakeLLM, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await query_llm_async("What is new?")
    await asyncio.to_thread(cleanup_gpu_memory, force=True)
    assert reported(caplog) == [
        "gpu_memory model=mistral unloaded",
        "gpu_memory no model loaded",
    ]
    requests = len(model.requests)
    await query_llm_async("What is new now?")
    await asyncio.to_thread(cleanup_gpu_memory)
    assert len(reported(caplog)) == 2
    assert len(model.requests) == requests + 1


async def test_a_loaded_model_is_reported_with_its_bytes(
    model: FakeLLM, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await query_llm_async("What is new?")
    await report_memory(
        endpoint_url=model.endpoint_url, model="mistral", unloads=False, timeout=5.0
    )
    assert reported(caplog) == ["gpu_memory model=mistral:latest size_vram=4372824384"]


async def test_inside_a_loop_memory_is_tidied_without_waiting(
    model: FakeLLM, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    cleanup_gpu_memory(force=True)
    assert not model.requests
    await until(lambda: len(reported(caplog)) == 2)
    (asked,) = model.requests
    assert asked.body == {"model": "mistral", "prompt": "", "keep_alive": 0}


async def test_tidying_never_raises(
    model: FakeLLM,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    model.mode = Mode.GARBAGE
    await asyncio.to_thread(cleanup_gpu_memory, force=True)
    with stopped_llm() as url:
        monkeypatch.setenv("LLM_ENDPOINT_URL", url)
        await asyncio.to_thread(cleanup_gpu_memory, force=True)
    monkeypatch.setenv("LLM_ENDPOINT_URL", "nonsense")
    await asyncio.to_thread(cleanup_gpu_memory, force=True)
    lines = reported(caplog)
    assert len(lines) == 3
    assert all(line.startswith("gpu_memory not reported: ") for line in lines)
    assert not [record for record in caplog.records if record.exc_info]
