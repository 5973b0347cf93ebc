"""The guarded client before a sick server: who is sent, tried again, refused."""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Callable

import pytest

from catalyst_bot.llm.breaker import Breaker
from catalyst_bot.llm.client import LLMClient
from catalyst_bot.llm.model import (
    Answer,
    CompletionRequest,
    Lane,
    LLMError,
    LLMErrorKind,
)
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.simulation.llm import FakeLLM
from catalyst_bot.simulation.llm_records import Mode
from tests.asking import PLENTY, QUESTION, ask, client_of, ends_of
from tests.clocks import ManualClock

OPENED = "llm_circuit_breaker state_change from=closed to=open"
SKIPPED = "llm_circuit_open skipping_request"


def overload(attempt: int) -> str:
    return f"llm_server_overload attempt={attempt}/3"


async def test_an_answer_says_what_it_took() -> None:
    async with FakeLLM().open() as fake, client_of(fake) as client:
        fake.script = [Mode.HTTP_500, Mode.HTTP_503]
        completion = await client.complete(QUESTION, within=PLENTY)
    assert completion.text
    assert (completion.provider, completion.model) == ("ollama", "mistral")
    assert (completion.finish, completion.attempts) == ("stop", 3)
    assert 0.0 <= completion.service_s < PLENTY
    assert 0.0 <= completion.queue_s < PLENTY


async def test_ten_queries_at_a_stopped_server_stop_asking(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with FakeLLM().open() as fake, client_of(fake) as client:
        await fake.stop_listening()
        with caplog.at_level(logging.WARNING):
            ends = [await ask(client) for _ in range(10)]
    assert caplog.messages == [
        *(overload(attempt) for attempt in (1, 2, 3, 1, 2)),
        OPENED,
        *[SKIPPED] * 8,
    ]
    kinds = [end.kind for end in ends if isinstance(end, LLMError)]
    assert kinds[:2] == [LLMErrorKind.UNAVAILABLE] * 2
    assert kinds[2:] == [LLMErrorKind.CIRCUIT_OPEN] * 8
    attempts = [end.attempts for end in ends if isinstance(end, LLMError)]
    assert attempts == [3, 2, *[0] * 8]


async def test_a_healed_server_is_found_by_one_probe_and_trusted_after_two() -> None:
    clock = ManualClock()
    async with FakeLLM().open() as fake, client_of(fake, clock=clock) as client:
        await fake.stop_listening()
        await ends_of(client, 5)
        assert (client.is_available, client.retry_in()) == (False, 10.0)
        await fake.start_listening()
        assert await ends_of(client, 3) == ["circuit_open"] * 3
        clock.advance(10.0)
        assert await ends_of(client, 8) == ["ok"] + ["circuit_open"] * 7
        assert len(fake.prompts) == 1
        assert await ends_of(client, 1) == ["ok"]
        assert await ends_of(client, 8) == ["ok"] * 8
        assert (
            client.condition().line == "ollama: circuit closed, 0 in flight, 0 waiting"
        )


async def test_a_hanging_server_never_sees_more_than_the_limit(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with FakeLLM().open() as fake, client_of(fake) as client:
        fake.mode = Mode.HANG
        with caplog.at_level(logging.WARNING):
            ends = await ends_of(client, 30, within=2.0)
        assert ends.count("timeout") == 5
        assert set(ends) <= {"timeout", "circuit_open", "busy"}  # never a false timeout
        assert fake.max_in_flight == 5
        await fake.wait_for(lambda: not fake.in_flight)
        assert fake.aborted == 5
        assert not client.is_available
        assert client.is_idle
    assert caplog.messages.count("llm_timeout attempt=1/3") == 5
    assert caplog.messages.count(OPENED) == 1


async def test_a_missing_model_is_said_once_and_not_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with FakeLLM().open() as fake, client_of(fake) as client:
        fake.models = ()
        with caplog.at_level(logging.WARNING):
            assert [await ends_of(client, 1) for _ in range(7)] == [
                ["model_missing"]
            ] * 7
        assert len(fake.requests) == 7
        assert client.is_available
        assert client.condition().line.endswith(
            "last fault: model mistral is not installed: ollama pull mistral"
        )
    assert [record.levelname for record in caplog.records] == ["ERROR"]


async def test_bad_answers_say_nothing_about_the_server() -> None:
    async with FakeLLM().open() as fake, client_of(fake) as client:
        for mode in (Mode.GARBAGE, Mode.EMPTY, Mode.CUT):
            fake.mode = mode
            await ends_of(client, 6)
        assert client.is_available
        assert len(fake.requests) == 18


async def test_a_429_costs_no_attempt(caplog: pytest.LogCaptureFixture) -> None:
    async with FakeLLM().open() as fake, client_of(fake, max_attempts=1) as client:
        fake.script, fake.retry_after = [Mode.HTTP_429] * 4, 0.0
        with caplog.at_level(logging.WARNING):
            completion = await client.complete(QUESTION, within=PLENTY)
    assert completion.attempts == 5
    assert not caplog.messages


async def test_a_429_does_not_count_in_the_number_of_the_attempt(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with FakeLLM().open() as fake, client_of(fake) as client:
        fake.script = [Mode.HTTP_429, Mode.HTTP_500, Mode.HTTP_429, Mode.HTTP_500]
        fake.retry_after = 0.0
        with caplog.at_level(logging.WARNING):
            await client.complete(QUESTION, within=PLENTY)
    assert caplog.messages == [overload(1), overload(2)]


async def test_a_429_without_a_wait_is_asked_again_without_a_storm() -> None:
    async with FakeLLM().open() as fake, client_of(fake, retry_delay=0.0) as client:
        fake.mode = Mode.HTTP_429
        await ends_of(client, 1, within=1.0)
        assert 1 < len(fake.requests) <= 10  # a tenth of a second apart at least


async def test_a_wait_beyond_the_deadline_ends_the_question() -> None:
    async with FakeLLM().open() as fake, client_of(fake) as client:
        fake.mode, fake.retry_after = Mode.HTTP_429, PLENTY + 1
        error = await ask(client)
        assert isinstance(error, LLMError)
        assert (error.kind, error.retry_after) == (LLMErrorKind.RATE_LIMITED, 31.0)
        assert len(fake.requests) == 1


async def test_a_wait_that_leaves_no_time_for_the_answer_is_why_there_is_none() -> None:
    async with FakeLLM().open() as fake, client_of(fake) as client:
        fake.script, fake.retry_after = [Mode.HTTP_429, Mode.HANG], 1.0
        with pytest.raises(LLMError, match="HTTP 429") as caught:
            await client.complete(QUESTION, within=1.7)
        assert caught.value.kind is LLMErrorKind.RATE_LIMITED
        assert caught.value.attempts == len(fake.requests)


async def test_a_retry_that_cannot_be_in_time_is_not_made() -> None:
    async with FakeLLM().open() as fake, client_of(fake, retry_delay=60.0) as client:
        fake.mode = Mode.HTTP_500
        error = await ask(client)
        assert isinstance(error, LLMError)
        assert (error.kind, error.detail) == (LLMErrorKind.UNAVAILABLE, "HTTP 500")
        assert error.attempts == len(fake.requests) == 1


async def test_nobody_holds_a_slot_while_backing_off() -> None:
    async with (
        FakeLLM().open() as fake,
        client_of(fake, max_concurrent=1, retry_delay=PLENTY / 2) as client,
    ):
        fake.script = [Mode.HTTP_500]
        first = asyncio.ensure_future(ask(client))
        await fake.wait_for(lambda: len(fake.prompts) == 1 and not fake.in_flight)
        assert await ends_of(client, 3) == ["ok"] * 3
        assert not first.done()
        assert fake.max_in_flight == 1
        first.cancel()
        await asyncio.wait([first])


async def test_who_waited_behind_a_hung_request_is_busy_and_not_timed_out() -> None:
    async with (
        FakeLLM().open() as fake,
        client_of(fake, max_concurrent=1, fail_max=100) as client,
    ):
        fake.mode = Mode.HANG
        assert await ends_of(client, 2, within=2.0) == ["timeout", "busy"]
        assert len(fake.prompts) == 1


async def test_a_cancelled_question_leaves_nothing_behind() -> None:
    async with FakeLLM().open() as fake, client_of(fake, max_concurrent=2) as client:
        fake.mode = Mode.HANG
        tasks = [asyncio.ensure_future(ask(client)) for _ in range(6)]
        await fake.wait_for(lambda: fake.serving == 2)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        assert all(task.cancelled() for task in tasks)
        await fake.wait_for(lambda: not fake.in_flight)
        assert client.is_idle
        assert client.is_available
        fake.mode = Mode.OK
        assert await ends_of(client, 2) == ["ok", "ok"]


async def test_a_deadline_that_cuts_a_stream_leaves_what_came_before() -> None:
    question = CompletionRequest(prompt="What is new?", in_pieces=True)
    async with FakeLLM().open() as fake, client_of(fake) as client:
        whole = await client.complete(question, within=PLENTY)
        fake.mode = Mode.STALL
        with pytest.raises(LLMError) as caught:
            await client.complete(question, within=2.0)
        assert caught.value.kind is LLMErrorKind.TIMEOUT
        assert caught.value.partial
        assert whole.text.startswith(caught.value.partial)
        await fake.wait_for(lambda: not fake.in_flight)
        assert fake.aborted == 1


async def test_a_slow_drip_ends_at_the_deadline() -> None:
    async with FakeLLM().open() as fake, client_of(fake) as client:
        fake.mode, fake.drip_pause = Mode.DRIP, 0.01
        assert await ends_of(client, 1, within=2.0) == ["timeout"]
        await fake.wait_for(lambda: not fake.in_flight)
        assert fake.aborted == 1


async def test_without_time_nothing_is_sent() -> None:
    async with FakeLLM().open() as fake, client_of(fake) as client:
        assert await ends_of(client, 3, within=0.01) == ["timeout"] * 3
        assert await ends_of(client, 1, within=-1.0) == ["timeout"]
        assert not fake.requests
        assert client.is_available


async def test_the_gauges_show_the_load_and_the_circuit() -> None:
    metrics = Metrics()

    def shown() -> list[str]:
        text = metrics.render().decode()
        return sorted(line for line in text.splitlines() if 'r="ollama"}' in line)

    async with (
        FakeLLM().open() as fake,
        client_of(fake, max_concurrent=2, metrics=metrics) as client,
    ):
        fake.mode = Mode.HANG
        tasks = [asyncio.ensure_future(ask(client)) for _ in range(5)]
        await fake.wait_for(lambda: fake.serving == 2)
        assert shown() == [
            'catalyst_llm_breaker_state{provider="ollama"} 0.0',
            'catalyst_llm_in_flight{provider="ollama"} 2.0',
            'catalyst_llm_limit{provider="ollama"} 2.0',
            'catalyst_llm_waiting{provider="ollama"} 3.0',
        ]
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await fake.stop_listening()
        await ends_of(client, 5)
        assert shown() == [
            'catalyst_llm_breaker_state{provider="ollama"} 2.0',
            'catalyst_llm_in_flight{provider="ollama"} 0.0',
            'catalyst_llm_limit{provider="ollama"} 2.0',
            'catalyst_llm_waiting{provider="ollama"} 0.0',
        ]


async def test_warming_up_loads_the_model_and_opens_the_pool() -> None:
    async with FakeLLM().open() as fake, client_of(fake, max_concurrent=4) as client:
        await client.warm_up()
        assert fake.connections == 4
        fake.latency = 0.02
        assert await ends_of(client, 4) == ["ok"] * 4
        assert fake.connections == 4
        assert fake.loads == [("mistral:latest", 4096)]


async def test_a_failed_warm_up_is_one_line_and_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with FakeLLM().open() as fake, client_of(fake) as client:
        await fake.stop_listening()
        with caplog.at_level(logging.INFO):
            await client.warm_up()
        assert caplog.messages == ["model not loaded"]
        assert client.condition().line.endswith("last fault: connection refused")
        assert client.is_available


class Metronome:
    """A provider whose answers take `seconds` of a manual clock."""

    name = "metronome"

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.seconds = 1.0

    async def attempt(
        self, request: CompletionRequest, *, timeout: float | None
    ) -> Answer:
        await asyncio.sleep(0)  # others may come meanwhile
        self._clock.advance(self.seconds)
        if self.seconds > 10.0:
            raise LLMError(LLMErrorKind.TIMEOUT, "too slow")
        return Answer(text="yes", model="m", finish="stop")

    async def stream(
        self, request: CompletionRequest, *, timeout: float | None
    ) -> AsyncGenerator[str | Answer, None]:
        yield await self.attempt(request, timeout=timeout)

    async def check(self, *, timeout: float) -> None: ...

    async def load(self, *, timeout: float) -> None: ...

    async def loaded(self, *, timeout: float) -> tuple[str, ...]:
        return ()

    async def unload(self, *, timeout: float) -> None: ...


def timed_client(provider: Metronome, clock: ManualClock) -> LLMClient:
    rng = random.Random(1)
    monotonic: Callable[[], float] = clock.monotonic
    return LLMClient(
        provider,
        breaker=Breaker(fail_max=5, reset=60.0, monotonic=monotonic, rng=rng),
        clock=clock,
        rng=rng,
        metrics=Metrics(),
        max_concurrent=1,
        max_attempts=3,
        retry_delay=0.0,
    )


async def test_who_reads_filings_does_not_make_alerts_seem_hopeless() -> None:
    clock = ManualClock()
    provider = Metronome(clock)
    client = timed_client(provider, clock)
    provider.seconds = 8.0
    await client.complete(QUESTION, within=100.0, lane=Lane.LATE)
    provider.seconds = 1.0
    assert await ends_of(client, 2, within=5.0) == ["ok", "ok"]


@pytest.mark.parametrize(("within", "is_available"), [(7.9, True), (8.2, False)])
async def test_a_timeout_counts_only_with_time_for_two_usual_answers(
    within: float, is_available: bool
) -> None:
    clock = ManualClock()
    provider = Metronome(clock)
    client = timed_client(provider, clock)
    provider.seconds = 4.0
    await client.complete(QUESTION, within=100.0)
    provider.seconds = 50.0
    for _ in range(5):
        await ask(client, within=within)
    assert client.is_available is is_available


async def test_equal_questions_of_a_moment_are_one_request() -> None:
    async with FakeLLM().open() as fake, client_of(fake) as client:
        fake.latency = 0.1
        questions = (client.complete(QUESTION, within=PLENTY) for _ in range(20))
        answers = await asyncio.gather(*questions)
        assert len({answer.text for answer in answers}) == 1
        assert len(fake.prompts) == 1


async def test_an_answer_under_way_is_given_the_time_of_the_latest_asker() -> None:
    async with FakeLLM().open() as fake, client_of(fake) as client:
        fake.latency = 2.5
        hasty = asyncio.ensure_future(client.complete(QUESTION, within=2.0))
        await fake.wait_for(lambda: fake.serving == 1)
        patient = await client.complete(QUESTION, within=PLENTY)
        with pytest.raises(LLMError, match="timeout"):
            await hasty
        assert patient.text
        assert len(fake.prompts) == 1


async def test_never_more_than_the_rate_allows_retries_included() -> None:
    async with (
        FakeLLM().open() as fake,
        client_of(fake, rate_per_minute=5) as client,
    ):
        fake.script = [Mode.HTTP_500, Mode.HTTP_500]
        ends = await ends_of(client, 12, within=3.0)
        assert len(fake.prompts) == 5
        assert ends.count("ok") == 3


async def test_a_server_that_refuses_what_it_cannot_take_loses_nothing() -> None:
    async with (
        FakeLLM().open() as fake,
        client_of(fake, max_concurrent=10, retry_delay=0.1) as client,
    ):
        fake.capacity, fake.latency = 3, 0.05
        assert await ends_of(client, 20) == ["ok"] * 20
        assert len(fake.prompts) <= 50


async def test_the_limit_comes_down_to_what_the_server_serves() -> None:
    async with (
        FakeLLM().open() as fake,
        client_of(fake, max_concurrent=8) as client,
    ):
        fake.slots, fake.latency = 1, 0.05
        assert await ends_of(client, 20) == ["ok"] * 20
        assert client.condition().limit == 1
