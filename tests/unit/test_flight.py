"""Equal questions of one moment: who is asked, who waits, and until when."""

import asyncio

import pytest

from catalyst_bot.llm.flight import SingleFlight
from catalyst_bot.llm.model import (
    Completion,
    CompletionRequest,
    Lane,
    LLMError,
    LLMErrorKind,
)
from catalyst_bot.llm.terms import Terms
from tests.asking import PLENTY

QUESTION = CompletionRequest(prompt="What is new?")
ANSWER = Completion(
    text="nothing",
    provider="none",
    model="m",
    finish="stop",
    attempts=1,
    prompt_tokens=0,
    completion_tokens=0,
    queue_s=0.0,
    service_s=0.0,
)


class Model:
    """Answers when it is told to; `asked` has the terms of each question."""

    def __init__(self) -> None:
        self.asked: list[Terms] = []
        self.cancelled = 0
        self.outcome: asyncio.Future[Completion] | None = None
        loop = asyncio.get_running_loop()
        self.flight = SingleFlight(self.answer, monotonic=loop.time)

    async def answer(self, request: CompletionRequest, terms: Terms) -> Completion:
        self.asked.append(terms)
        self.outcome = asyncio.get_running_loop().create_future()
        try:
            return await self.outcome
        except asyncio.CancelledError:
            self.cancelled += 1
            raise

    async def ask(
        self,
        request: CompletionRequest = QUESTION,
        *,
        within: float = PLENTY,
        value: float = 0.0,
        lane: Lane = Lane.ALERT,
    ) -> "asyncio.Task[Completion]":
        """Start a question and let it get as far as it can."""
        task = asyncio.ensure_future(
            self.flight.complete(request, within=within, value=value, lane=lane)
        )
        for _ in range(3):
            await asyncio.sleep(0)
        return task

    def say(self) -> None:
        assert self.outcome is not None
        self.outcome.set_result(ANSWER)


async def test_equal_questions_are_asked_once() -> None:
    model = Model()
    tasks = [await model.ask() for _ in range(5)]
    model.say()
    assert await asyncio.gather(*tasks) == [ANSWER] * 5
    assert len(model.asked) == 1


async def test_a_later_question_is_asked_anew() -> None:
    model = Model()
    for _ in range(2):
        task = await model.ask()
        model.say()
        assert await task == ANSWER
    assert len(model.asked) == 2


async def test_other_questions_are_asked_for_themselves() -> None:
    model = Model()
    tasks = [
        await model.ask(CompletionRequest(prompt="What is new?", max_tokens=tokens))
        for tokens in (1, 2)
    ]
    assert len(model.asked) == 2
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def test_an_error_reaches_everybody() -> None:
    model = Model()
    tasks = [await model.ask() for _ in range(3)]
    assert model.outcome is not None
    model.outcome.set_exception(LLMError(LLMErrorKind.AUTH, "key refused"))
    for task in tasks:
        with pytest.raises(LLMError, match="auth"):
            await task


async def test_the_flight_has_the_latest_deadline_and_the_best_place() -> None:
    model = Model()
    await model.ask(within=20.0, lane=Lane.BATCH, value=0.9)
    (terms,) = model.asked
    before = terms.deadline
    await model.ask(within=30.0, lane=Lane.ALERT, value=0.2)
    await model.ask(within=10.0, lane=Lane.ALERT, value=0.1)
    assert terms.deadline == pytest.approx(before + 10.0, abs=1.0)
    assert (terms.lane, terms.value) == (Lane.ALERT, 0.2)
    model.say()


async def test_who_has_less_time_leaves_without_the_others() -> None:
    model = Model()
    hasty = await model.ask(within=0.5)
    patient = await model.ask()
    with pytest.raises(LLMError) as caught:
        await hasty
    assert caught.value.kind is LLMErrorKind.BUSY  # nothing was sent for it yet
    assert not patient.done()
    (terms,) = model.asked
    terms.sent = 1
    with pytest.raises(LLMError) as caught:
        await (await model.ask(within=0.02))
    assert caught.value.kind is LLMErrorKind.TIMEOUT
    model.say()
    assert await patient == ANSWER


async def test_one_who_is_cancelled_takes_nobody_along() -> None:
    model = Model()
    first, second = await model.ask(), await model.ask()
    first.cancel()
    await asyncio.wait([first])
    assert first.cancelled()
    model.say()
    assert await second == ANSWER
    assert not model.cancelled


async def test_the_last_to_leave_ends_it() -> None:
    model = Model()
    tasks = [await model.ask() for _ in range(3)]
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    assert model.cancelled == 1
    fresh = await model.ask()  # not the one that was given up
    model.say()
    assert await fresh == ANSWER


async def test_who_comes_in_the_very_moment_of_the_answer_has_it_too() -> None:
    model = Model()
    first = await model.ask()
    model.say()
    await asyncio.sleep(0)  # the flight has ended, its waiters do not know yet
    assert not first.done()
    async with asyncio.timeout(PLENTY):
        assert await model.flight.complete(QUESTION, within=PLENTY) == ANSWER
    assert await first == ANSWER
    assert len(model.asked) == 1
