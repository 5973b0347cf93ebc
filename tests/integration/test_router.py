"""A chain of providers between simulated servers: who answers, who is left alone."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from catalyst_bot.clock import SystemClock
from catalyst_bot.llm.budget import Budget, Caps
from catalyst_bot.llm.chain import Guards, Listed, open_chain
from catalyst_bot.llm.model import Completion, CompletionRequest, LLMError, LLMErrorKind
from catalyst_bot.llm.providers.offers import Cloud, Local
from catalyst_bot.llm.router import Router
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.simulation.llm import FakeLLM
from catalyst_bot.simulation.llm_anthropic import FakeAnthropic
from catalyst_bot.simulation.llm_cloud import KEY
from catalyst_bot.simulation.llm_gemini import FakeGemini
from catalyst_bot.simulation.llm_records import Mode
from tests.asking import PLENTY, LongestPause
from tests.clocks import ManualClock
from tests.dialects import cloud_offer

QUESTION = CompletionRequest(prompt="What is new?")
EVENING = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)


@dataclass(slots=True)
class World:
    """Three servers, of which the first is our own, and a wall clock to turn."""

    local: FakeLLM
    gemini: FakeGemini
    anthropic: FakeAnthropic
    now: datetime = EVENING
    budgets: dict[str, Budget] = field(default_factory=dict)

    @asynccontextmanager
    async def router(
        self,
        *names: str,
        clock: ManualClock | None = None,
        key: str = KEY,
        retry_delay: float = 0.0,
        fail_max: int = 5,
        max_concurrent: int = 5,
    ) -> AsyncIterator[Router]:
        offers: dict[str, Local | Cloud] = {
            "ollama": Local(endpoint_url=self.local.endpoint_url, model="mistral"),
            "gemini": cloud_offer(self.gemini, key=key),
            "anthropic": cloud_offer(self.anthropic),
        }
        guards = Guards(
            max_concurrent=max_concurrent,
            max_attempts=3,
            retry_delay=retry_delay,
            fail_max=fail_max,
            reset=60.0,
            longest=PLENTY,
        )
        async with open_chain(
            [Listed(offer=offers[n], budget=self.budgets.get(n)) for n in names],
            guards=guards,
            clock=clock or SystemClock(),
            now=lambda: self.now,
            rng=LongestPause(),
            metrics=Metrics(),
        ) as router:
            yield router

    def today(self) -> date:
        return self.now.date()


@asynccontextmanager
async def open_servers() -> AsyncIterator[World]:
    async with (
        FakeLLM().open() as local,
        FakeGemini().open() as gemini,
        FakeAnthropic().open() as anthropic,
    ):
        yield World(local=local, gemini=gemini, anthropic=anthropic)


async def ask(
    router: Router,
    *,
    within: float = PLENTY,
    request: CompletionRequest = QUESTION,
) -> Completion | LLMError:
    try:
        return await router.complete(request, within=within)
    except LLMError as error:
        return error


async def answerers(router: Router, count: int = 1) -> Sequence[str]:
    """Ask different questions at once; the provider or the error's kind for each."""
    requests = [CompletionRequest(prompt=f"Question [#{n}]") for n in range(count)]
    ends = await asyncio.gather(*(ask(router, request=one) for one in requests))
    return [e.kind.value if isinstance(e, LLMError) else e.provider for e in ends]


async def test_the_first_that_is_listed_answers_and_no_text_goes_further() -> None:
    async with (
        open_servers() as world,
        world.router("ollama", "gemini", "anthropic") as router,
    ):
        assert await answerers(router, 5) == ["ollama"] * 5
        assert not world.gemini.requests
        assert not world.anthropic.requests


async def test_the_order_is_that_of_the_list() -> None:
    async with (
        open_servers() as world,
        world.router("anthropic", "gemini", "ollama") as router,
    ):
        assert await answerers(router) == ["anthropic"]
        await world.anthropic.stop_listening()
        assert await answerers(router) == ["gemini"]


@pytest.mark.parametrize(
    "mode",
    [
        Mode.DROP,
        Mode.CUT_BODY,
        Mode.HTTP_429,
        Mode.HTTP_500,
        Mode.HTTP_503,
        Mode.ERROR_LINE,
        Mode.MODEL_MISSING,
        Mode.BAD_KEY,
        Mode.TOO_LONG,
        Mode.GARBAGE,
        Mode.EMPTY,
    ],
)
async def test_a_fault_of_one_is_the_turn_of_the_next_at_once(mode: Mode) -> None:
    async with (
        open_servers() as world,
        world.router("ollama", "gemini", retry_delay=PLENTY) as router,
    ):
        world.local.mode = mode
        completion = await ask(router)
        assert isinstance(completion, Completion)
        assert completion.provider == "gemini"
        assert completion.model == "gemini-fictitious"
        assert completion.attempts == 2
        assert len(world.local.requests) == 1


async def test_a_hanging_first_leaves_time_for_the_next() -> None:
    async with open_servers() as world, world.router("ollama", "gemini") as router:
        world.local.mode = Mode.HANG
        completion = await ask(router, within=1.5)
        assert isinstance(completion, Completion)
        assert completion.provider == "gemini"
        assert 0.9 < completion.queue_s < 1.5
        await world.local.wait_for(lambda: not world.local.in_flight)


async def test_a_request_that_is_wrong_is_wrong_everywhere() -> None:
    async with open_servers() as world, world.router("gemini", "ollama") as router:
        world.gemini.models = ()  # so that the next is asked
        broken = CompletionRequest(prompt="x", schema='{"type":"object"}')
        assert isinstance(await ask(router, request=broken), Completion)
    async with open_servers() as world, world.router("ollama", "gemini") as router:
        wrong = CompletionRequest(prompt="x", schema="7")  # no format that Ollama knows
        error = await ask(router, request=wrong)
        assert isinstance(error, LLMError)
        assert error.kind is LLMErrorKind.BAD_REQUEST
        assert not world.gemini.requests


async def test_an_open_first_costs_the_next_less_than_fifty_milliseconds() -> None:
    async with open_servers() as world, world.router("ollama", "gemini") as router:
        await world.local.stop_listening()
        assert await answerers(router, 10) == ["gemini"] * 10
        connections = world.local.connections
        took = []
        for _ in range(20):
            began = time.perf_counter()
            assert await answerers(router) == ["gemini"]
            took.append(time.perf_counter() - began)
        assert min(took) < 0.05  # the rest is the machine's
        assert world.local.connections == connections
        assert router.is_available
        states = [(one.provider, one.state) for one in router.conditions()]
        assert states == [("ollama", "open"), ("gemini", "closed")]


async def test_a_first_that_recovers_is_asked_first_again_by_itself() -> None:
    clock = ManualClock()
    async with (
        open_servers() as world,
        world.router("ollama", "gemini", clock=clock) as router,
    ):
        await world.local.stop_listening()
        assert await answerers(router, 5) == ["gemini"] * 5
        await world.local.start_listening()
        assert await answerers(router, 3) == ["gemini"] * 3
        clock.advance(10.0)
        assert sorted(await answerers(router, 4)) == ["gemini"] * 3 + ["ollama"]
        assert await answerers(router) == ["ollama"]
        assert await answerers(router, 4) == ["ollama"] * 4


async def test_with_all_circuits_open_nobody_is_asked_until_the_first_probe() -> None:
    clock = ManualClock()
    async with (
        open_servers() as world,
        world.router("ollama", "gemini", clock=clock, fail_max=1) as router,
    ):
        await world.local.stop_listening()
        await world.gemini.stop_listening()
        error = await ask(router)
        assert isinstance(error, LLMError)
        assert (error.kind, error.attempts) == (LLMErrorKind.UNAVAILABLE, 2)
        assert not router.is_available
        assert router.obstacle() == "circuit open"
        assert router.retry_in() == 10.0
        clock.advance(10.0)
        assert router.is_available


async def test_a_refused_key_is_not_shown_again_and_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with (
        open_servers() as world,
        world.router("gemini", "ollama", key="wrong-key-of-a-test") as router,
    ):
        with caplog.at_level(logging.WARNING):
            assert await answerers(router, 3) == ["ollama"] * 3
            asked = len(world.gemini.requests)
            world.now += timedelta(days=400)
            assert await answerers(router, 3) == ["ollama"] * 3
        assert len(world.gemini.requests) == asked
        refused, local = router.conditions()
        assert refused.line == "gemini: off, key refused, HTTP 400"
        assert (local.provider, local.model, local.state) == (
            "ollama",
            "mistral",
            "closed",
        )
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert vars(caplog.records[0])["provider"] == "gemini"
    assert "wrong-key-of-a-test" not in caplog.text


async def test_a_lone_provider_without_access_says_why() -> None:
    async with (
        open_servers() as world,
        world.router("gemini", key="wrong-key-of-a-test") as router,
    ):
        for _ in range(2):
            error = await ask(router)
            assert isinstance(error, LLMError)
            assert (error.kind, error.detail) == (
                LLMErrorKind.AUTH,
                "key refused, HTTP 400",
            )
        assert len(world.gemini.requests) == 1
        assert not router.is_available
        assert router.obstacle() == "key refused, HTTP 400"
        assert router.retry_in() == 0.0


async def test_spent_money_is_asked_for_again_on_the_next_utc_day(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with (
        open_servers() as world,
        world.router("anthropic", "ollama") as router,
    ):
        world.anthropic.mode = Mode.SPEND_LIMIT
        with caplog.at_level(logging.WARNING):
            assert await answerers(router, 3) == ["ollama"] * 3
            asked = len(world.anthropic.requests)
            world.now = MIDNIGHT - timedelta(seconds=1)
            assert await answerers(router, 3) == ["ollama"] * 3
        assert len(world.anthropic.requests) == asked
        assert caplog.messages == ["provider not asked"]
        world.anthropic.mode, world.now = Mode.OK, MIDNIGHT
        assert await answerers(router, 2) == ["anthropic"] * 2


async def test_a_day_that_ends_elsewhere_is_tried_again_within_the_hour() -> None:
    async with open_servers() as world, world.router("gemini", "ollama") as router:
        world.gemini.mode = Mode.SPEND_LIMIT
        assert await answerers(router) == ["ollama"]
        world.gemini.mode = Mode.OK
        world.now += timedelta(minutes=59)
        assert await answerers(router) == ["ollama"]
        world.now += timedelta(minutes=1)
        assert await answerers(router) == ["gemini"]


async def test_a_cap_of_requests_holds_under_concurrency_and_over_retries() -> None:
    async with open_servers() as world:
        world.budgets["gemini"] = Budget(Caps(requests=7), today=world.today)
        async with world.router("gemini", "ollama") as router:
            world.gemini.script = [Mode.HTTP_500, Mode.HTTP_429]
            ends = await answerers(router, 12)
            assert len(world.gemini.requests) == 7
            assert (ends.count("gemini"), ends.count("ollama")) == (5, 7)
            world.now = MIDNIGHT
            assert await answerers(router) == ["gemini"]


async def test_a_request_too_dear_for_the_rest_of_the_day_leaves_it_to_smaller() -> (
    None
):
    async with open_servers() as world:
        world.budgets["gemini"] = Budget(Caps(tokens=4_000), today=world.today)
        async with world.router("gemini", "ollama") as router:
            dear = CompletionRequest(prompt="long " * 2_500)
            completion = await ask(router, request=dear)
            assert isinstance(completion, Completion)
            assert completion.provider == "ollama"
            assert await answerers(router) == ["gemini"]


async def test_with_the_budget_gone_and_nobody_else_the_reason_is_told() -> None:
    async with open_servers() as world:
        world.budgets["gemini"] = Budget(Caps(requests=1), today=world.today)
        async with world.router("gemini") as router:
            assert await answerers(router) == ["gemini"]
            error = await ask(router)
            assert isinstance(error, LLMError)
            assert error.kind is LLMErrorKind.SPEND_LIMIT
            assert error.detail == "our limit of 1 requests a day is reached"


async def test_the_last_in_the_chain_makes_all_its_attempts() -> None:
    async with open_servers() as world, world.router("ollama", "gemini") as router:
        await world.local.stop_listening()
        world.gemini.script = [Mode.HTTP_500, Mode.HTTP_503]
        completion = await ask(router)
        assert isinstance(completion, Completion)
        assert (completion.provider, completion.attempts) == ("gemini", 4)


async def test_equal_questions_share_an_answer_of_whoever_gives_it() -> None:
    async with open_servers() as world, world.router("ollama", "gemini") as router:
        world.local.mode, world.gemini.latency = Mode.HTTP_500, 0.05
        ends = await asyncio.gather(*(ask(router) for _ in range(8)))
        assert {e.provider for e in ends if isinstance(e, Completion)} == {"gemini"}
        assert len(ends) == 8
        assert (len(world.local.requests), len(world.gemini.requests)) == (1, 1)


async def test_who_joins_later_gives_the_whole_chain_more_time() -> None:
    async with open_servers() as world, world.router("ollama", "gemini") as router:
        world.local.mode, world.gemini.latency = Mode.HANG, 1.5
        first = asyncio.ensure_future(ask(router, within=2.0))
        await world.local.wait_for(lambda: world.local.serving == 1)
        second = asyncio.ensure_future(ask(router, within=6.0))
        early, late = await first, await second
        assert isinstance(early, LLMError)
        assert early.kind is LLMErrorKind.TIMEOUT
        assert isinstance(late, Completion)
        assert late.provider == "gemini"


async def test_leaving_ends_the_question_wherever_it_is() -> None:
    async with open_servers() as world, world.router("ollama", "gemini") as router:
        world.local.mode, world.gemini.mode = Mode.HTTP_500, Mode.HANG
        task = asyncio.ensure_future(ask(router))
        await world.gemini.wait_for(lambda: world.gemini.serving == 1)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        await world.gemini.wait_for(lambda: not world.gemini.in_flight)
        assert world.gemini.aborted == 1
        world.gemini.mode = Mode.OK
        assert await answerers(router) == ["gemini"]


async def test_warming_up_asks_no_cloud_anything() -> None:
    async with open_servers() as world, world.router("ollama", "gemini") as router:
        await router.warm_up()
        assert world.local.loads
        assert world.gemini.looks > 0
        assert not world.gemini.requests


async def test_only_our_own_model_is_dropped_when_it_falls_sick() -> None:
    async with (
        open_servers() as world,
        world.router("ollama", "gemini", fail_max=1) as router,
    ):
        tending = asyncio.ensure_future(router.tend())
        world.local.script = [Mode.HTTP_500]
        assert await answerers(router) == ["gemini"]
        await world.local.wait_for(
            lambda: any(
                asked.body.get("keep_alive") == 0 for asked in world.local.requests
            )
        )
        tending.cancel()
        await asyncio.wait([tending])
