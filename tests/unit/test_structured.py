"""Asking for an object: once, and once more where that helps."""

import json

import pytest

from catalyst_bot.llm.ladder import Rung
from catalyst_bot.llm.model import CompletionRequest, LLMError, LLMErrorKind
from catalyst_bot.llm.structured import StructuredLLM
from catalyst_bot.ops.metrics import Metrics
from tests.completing import ScriptedLLM

SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {"up": {"type": "boolean"}, "why": {"type": "string"}},
        "required": ["up", "why"],
    }
)
REQUEST = CompletionRequest(prompt="Is it good news?", schema=SCHEMA, subject=("q",))
GOOD = '{"up": true, "why": "record profit"}'
CUT = LLMError(LLMErrorKind.TRUNCATED, "cut", partial='{"up": true, "why": "rec')


class Asking:
    """A model with answers in a row, and a clock that each of them moves."""

    def __init__(self, *answers: str | LLMError, each: float = 1.0) -> None:
        self._answers, self._each = list(answers), each
        self.now = 0.0
        self.model = ScriptedLLM(self._next)
        self.metrics = Metrics()
        self.llm = StructuredLLM(
            self.model, metrics=self.metrics, monotonic=lambda: self.now
        )

    def _next(self, _: CompletionRequest) -> str | LLMError:
        self.now += self._each
        return self._answers.pop(0)

    def counted(self, rung: str) -> bool:
        line = f'catalyst_llm_json_total{{rung="{rung}"}} 1.0'
        return line in self.metrics.render().decode()


async def test_a_good_answer_is_asked_for_once() -> None:
    asking = Asking(GOOD)
    read = await asking.llm.ask(REQUEST, within=10.0)
    assert read.value == {"up": True, "why": "record profit"}
    assert (read.rung, read.completion.text) == (Rung.STRICT, GOOD)
    assert asking.counted("strict")


async def test_a_bad_answer_is_asked_for_again_without_being_shown_to_the_model() -> (
    None
):
    asking = Asking("I, BadModel, say: yes", GOOD)
    read = await asking.llm.ask(REQUEST, within=10.0)
    first, second = asking.model.asked
    assert read.rung is Rung.REASKED
    assert second.prompt.startswith(first.prompt)
    assert "not JSON" in second.prompt
    assert "BadModel" not in second.prompt
    assert second.question != first.question  # or a cache would answer with the first
    assert asking.counted("reasked")


async def test_two_bad_answers_are_an_error_and_no_guess() -> None:
    asking = Asking("yes", '{"up": "true", "why": ""}')
    with pytest.raises(LLMError) as caught:
        await asking.llm.ask(REQUEST, within=10.0)
    assert caught.value.kind is LLMErrorKind.BAD_JSON
    assert caught.value.detail == "up: not boolean"
    assert asking.counted("none")


async def test_nothing_is_asked_again_when_there_is_no_time_for_it() -> None:
    asking = Asking("yes", GOOD, each=6.0)
    with pytest.raises(LLMError) as caught:
        await asking.llm.ask(REQUEST, within=10.0)
    assert caught.value.kind is LLMErrorKind.BAD_JSON
    assert len(asking.model.asked) == 1


@pytest.mark.parametrize(
    ("needed", "value"), [(("up",), {"up": True}), ((), {"up": True, "why": "so"})]
)
async def test_a_cut_answer_serves_when_it_has_what_is_needed(
    needed: tuple[str, ...], value: object
) -> None:
    asking = Asking(CUT, '{"up": true, "why": "so"}')
    read = await asking.llm.ask(REQUEST, within=10.0, needed=needed)
    assert read.value == value
    assert read.rung is (Rung.PARTIAL if needed else Rung.REASKED)


async def test_a_cut_answer_may_hold_a_whole_object() -> None:
    asking = Asking(LLMError(LLMErrorKind.TRUNCATED, "cut", partial=f"{GOOD}\nSo I s"))
    assert (await asking.llm.ask(REQUEST, within=10.0)).rung is Rung.EMBEDDED


@pytest.mark.parametrize(
    "error",
    [
        LLMError(LLMErrorKind.TIMEOUT, "no answer"),
        LLMError(LLMErrorKind.TIMEOUT, "no answer", partial='{"up": tr'),
        LLMError(LLMErrorKind.BUSY, "3 ahead"),
    ],
)
async def test_other_failures_stay_what_they_are(error: LLMError) -> None:
    asking = Asking(error)
    with pytest.raises(LLMError) as caught:
        await asking.llm.ask(REQUEST, within=10.0)
    assert caught.value is error
    assert len(asking.model.asked) == 1


async def test_a_schema_that_cannot_be_checked_is_said_before_anything_is_sent() -> (
    None
):
    asking = Asking(GOOD)
    request = CompletionRequest(prompt="?", schema='{"type": "object", "not": {}}')
    with pytest.raises(ValueError, match="'not'"):
        await asking.llm.ask(request, within=10.0)
    assert not asking.model.asked
