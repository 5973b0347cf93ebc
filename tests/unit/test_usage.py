"""The books: who asked, who answered, what it cost, what was saved."""

import dataclasses
import math

import pytest

from catalyst_bot.llm.model import CompletionRequest, LLMError, LLMErrorKind
from catalyst_bot.llm.stats import NOBODY, rows_of, total_of
from catalyst_bot.llm.usage import MeteredLLM, Usage
from catalyst_bot.ops.metrics import Metrics
from tests.clocks import ManualClock
from tests.completing import ScriptedLLM, completion

VERDICT = CompletionRequest(prompt="?", purpose="verdict")
SCRIPT = CompletionRequest(prompt="?", purpose="script")


def books(clock: ManualClock | None = None) -> tuple[Usage, Metrics]:
    metrics = Metrics()
    usage = Usage(
        metrics=metrics,
        unix=(clock or ManualClock()).unix,
        cost=lambda answer: answer.completion_tokens * 0.01,
    )
    return usage, metrics


def test_every_question_stands_in_the_books_of_its_purpose() -> None:
    usage, metrics = books()
    fresh = dataclasses.replace(completion(service_s=2.0), queue_s=0.5, attempts=2)
    usage.answered(VERDICT, fresh)
    usage.answered(VERDICT, dataclasses.replace(fresh, cached=True, saved_s=2.0))
    usage.answered(SCRIPT, fresh)
    usage.failed(VERDICT, LLMError(LLMErrorKind.BUSY, "3 ahead"))
    usage.failed(VERDICT, LLMError(LLMErrorKind.TIMEOUT, "late", attempts=3))
    stats = usage.stats()
    nobody, script, verdict = stats.rows
    assert (nobody.provider, nobody.purpose) == (NOBODY, "verdict")
    assert (nobody.failed, nobody.attempts) == (2, 3)
    assert nobody.errors == (("busy", 1), ("timeout", 1))
    assert (script.calls, script.ok) == (1, 1)
    assert (verdict.ok, verdict.cached, verdict.hit_rate) == (1, 1, 0.5)
    assert (verdict.prompt_tokens, verdict.completion_tokens) == (40, 10)
    assert (verdict.saved_tokens, verdict.saved_s) == (50, 2.0)
    assert (verdict.queue_s, verdict.service_s) == (0.5, 2.0)
    assert math.isclose(verdict.cost_usd, 0.1)
    assert (stats.total.calls, stats.total.failed) == (5, 2)
    shown = metrics.render().decode()
    labels = 'provider="ollama",purpose="verdict"'
    assert f'llm_calls_total{{{labels},result="cached"}} 1.0' in shown
    assert f'llm_tokens_total{{kind="saved",{labels}}} 50.0' in shown
    assert f"llm_cost_usd_total{{{labels}}} 0.1" in shown


def test_the_middle_and_the_slowest_are_told_of_the_last_answers() -> None:
    usage, _ = books()
    assert usage.stats().service.p95 == 0.0
    for number in range(1, 101):
        usage.answered(SCRIPT, completion(service_s=float(number)))
    service = usage.stats().service
    assert (round(service.p50), round(service.p95)) == (50, 95)


def test_each_day_is_taken_once_and_what_was_given_back_again() -> None:
    clock = ManualClock()
    usage, _ = books(clock)
    usage.answered(SCRIPT, completion())
    clock.advance(86_400)
    usage.answered(SCRIPT, completion())
    taken = usage.take_new()
    assert {day for day, *_ in taken} == {"2026-11-20", "2026-11-21"}
    assert usage.take_new() == ()
    usage.answered(SCRIPT, completion())
    usage.give_back(taken)
    assert total_of(usage.take_new()).ok == 3
    assert total_of(taken).ok == rows_of(taken)[0].ok == 2


async def test_the_outermost_layer_keeps_the_books_and_passes_everything_on() -> None:
    usage, _ = books()
    model = ScriptedLLM()
    metered = MeteredLLM(model, usage)
    assert (await metered.complete(VERDICT, within=1.0)).text == "?"
    model.answer = lambda _: LLMError(LLMErrorKind.BUSY, "3 ahead")
    with pytest.raises(LLMError):
        await metered.complete(VERDICT, within=1.0)
    total = usage.stats().total
    assert (total.ok, total.failed) == (1, 1)
