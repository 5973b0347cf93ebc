"""Many questions: in order, within the window, and none takes the others with it."""

import asyncio

import pytest

from catalyst_bot.llm.batch import Batch
from catalyst_bot.llm.model import (
    Completion,
    CompletionRequest,
    Lane,
    LLMError,
    LLMErrorKind,
)
from tests.completing import ScriptedLLM, completion
from tests.waiting import until


class HeldLLM:
    """Answers a question when it is let go; `in_flight` are those that wait."""

    def __init__(self) -> None:
        self.in_flight: dict[str, asyncio.Event] = {}
        self.asked: list[str] = []
        self.withins: list[float] = []
        self.most = 0

    async def complete(
        self,
        request: CompletionRequest,
        *,
        within: float,
        value: float = 0.0,
        lane: Lane = Lane.ALERT,
    ) -> Completion:
        assert lane is Lane.BATCH
        self.asked.append(request.prompt)
        self.withins.append(within)
        event = self.in_flight[request.prompt] = asyncio.Event()
        self.most = max(self.most, len(self.in_flight))
        try:
            await event.wait()
        finally:
            del self.in_flight[request.prompt]
        return completion(f"answer to {request.prompt}")

    def let_go(self, *prompts: str) -> None:
        for prompt in prompts or tuple(self.in_flight):
            self.in_flight[prompt].set()


def questions(count: int, *, distinct: int = 0) -> list[CompletionRequest]:
    numbers = (number % (distinct or count) for number in range(count))
    return [CompletionRequest(prompt=f"question {number}") for number in numbers]


async def test_outcomes_stand_in_the_order_of_the_questions() -> None:
    model = HeldLLM()
    batch = Batch(completer=model, within=5.0, max_concurrent=3)
    task = asyncio.create_task(batch.run(questions(3)))
    await until(lambda: len(model.in_flight) == 3)
    for number in (2, 0, 1):
        model.let_go(f"question {number}")
        await asyncio.sleep(0)
    answers = [one.text for one in await task if isinstance(one, Completion)]
    assert answers == [f"answer to question {number}" for number in range(3)]


async def test_the_window_slides_one_slow_question_holds_up_nobody() -> None:
    model = HeldLLM()
    batch = Batch(completer=model, within=5.0, max_concurrent=4)
    task = asyncio.create_task(batch.run(questions(20)))
    while len(model.asked) < 20 or len(model.in_flight) > 1:
        await until(lambda: len(model.in_flight) > 1 or len(model.asked) == 20)
        model.let_go(*(p for p in model.in_flight if p != "question 0"))
        await asyncio.sleep(0)
    assert list(model.in_flight) == ["question 0"]
    assert model.most == 4
    model.let_go()
    assert len(await task) == 20


async def test_equal_questions_are_asked_once() -> None:
    model = ScriptedLLM()
    outcomes = await Batch(completer=model, within=5.0).run(questions(20, distinct=5))
    assert len(model.asked) == 5
    assert len(outcomes) == 20


async def test_a_failure_is_the_outcome_of_its_own_question_only() -> None:
    bad = LLMError(LLMErrorKind.UNAVAILABLE, "HTTP 500", status=500, attempts=3)
    model = ScriptedLLM(lambda asked: bad if "1" in asked.prompt else asked.prompt)
    told: list[tuple[int, int, int, float]] = []
    batch = Batch(
        completer=model, within=5.0, on_progress=lambda *now: told.append(now)
    )
    first, second, third = await batch.run(questions(3))
    assert isinstance(first, Completion)
    assert isinstance(third, Completion)
    assert isinstance(second, LLMError)
    assert (second.kind, second.status, second.attempts) == ("unavailable", 500, 3)
    assert [now[:2] for now in told] == [(1, 3), (2, 3), (3, 3)]
    assert told[-1][2:] == (1, 0.0)


async def test_the_time_left_is_told_at_the_speed_so_far() -> None:
    now, etas = 0.0, []

    def answer(request: CompletionRequest) -> str:
        nonlocal now
        now += 2.0
        return request.prompt

    await Batch(
        completer=ScriptedLLM(answer),
        within=5.0,
        max_concurrent=1,
        on_progress=lambda done, total, failed, eta: etas.append(eta),
        monotonic=lambda: now,
    ).run(questions(4))
    assert etas == [6.0, 4.0, 2.0, 0.0]


async def test_a_broken_progress_bar_costs_no_answer(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def show(*_: object) -> None:
        raise ZeroDivisionError

    batch = Batch(completer=ScriptedLLM(), within=5.0, on_progress=show)
    assert len(await batch.run(questions(3))) == 3
    assert caplog.text.count("progress was not shown") == 3


async def test_what_the_deadline_leaves_no_time_for_is_not_sent() -> None:
    now = 0.0

    def answer(request: CompletionRequest) -> str:
        nonlocal now
        now += 2.0
        return request.prompt

    model = ScriptedLLM(answer)
    outcomes = await Batch(
        completer=model,
        within=5.0,
        max_concurrent=1,
        deadline=3.0,
        monotonic=lambda: now,
    ).run(questions(4))
    assert len(model.asked) == 2
    assert [getattr(one, "kind", "ok") for one in outcomes] == [
        "ok",
        "ok",
        LLMErrorKind.TIMEOUT,
        LLMErrorKind.TIMEOUT,
    ]


async def test_outcomes_are_streamed_as_they_come() -> None:
    model = HeldLLM()
    batch = Batch(completer=model, within=5.0, max_concurrent=3)
    stream = batch.stream(questions(3))
    first = asyncio.ensure_future(anext(stream))
    await until(lambda: len(model.in_flight) == 3)
    model.let_go("question 2")
    place, outcome = await first
    assert place == 2
    assert isinstance(outcome, Completion)
    await stream.aclose()
    assert not model.in_flight


async def test_who_cancels_a_batch_leaves_nothing_under_way() -> None:
    model = HeldLLM()
    task = asyncio.create_task(Batch(completer=model, within=5.0).run(questions(30)))
    await until(lambda: len(model.in_flight) == 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not model.in_flight
    assert len(model.asked) == 10


async def test_a_defect_below_is_raised_and_leaves_nothing_under_way() -> None:
    class Broken(HeldLLM):
        async def complete(self, request, **more):  # type: ignore[no-untyped-def]
            if request.prompt == "question 5":
                raise ZeroDivisionError
            return await super().complete(request, **more)

    model = Broken()
    with pytest.raises(ZeroDivisionError):
        await Batch(completer=model, within=5.0).run(questions(30))
    assert not model.in_flight


async def test_no_questions_are_no_requests_and_no_window_is_refused() -> None:
    model = ScriptedLLM()
    assert await Batch(completer=model, within=5.0).run([]) == []
    assert not model.asked
    with pytest.raises(ValueError, match="max_concurrent"):
        Batch(completer=model, within=5.0, max_concurrent=0)
