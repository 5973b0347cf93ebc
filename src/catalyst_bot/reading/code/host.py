"""The functions that code may call: to ask a model, and to name the answer."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from catalyst_bot.llm.batch import Batch, Outcome
from catalyst_bot.llm.model import CompletionRequest, Lane, LLMError
from catalyst_bot.llm.structured import Completer
from catalyst_bot.reading.code.checking import Finding, read_final
from catalyst_bot.reading.code.prompts import query_request
from catalyst_bot.reading.code.sandbox import Functions, Refused
from catalyst_bot.reading.long.spending import Spending

MOST_PROMPTS = 1_000  # of one call
OUT_OF_BUDGET = "budget"  # the error of what was not asked any more
# FINAL_VAR belongs to the sandbox: there are the variables.
PRELUDE = "def FINAL_VAR(_):\n    FINAL(eval(_))\n"


class Finished(Exception):
    """The code named its answer, and the document bears it out."""

    def __init__(self, finding: Finding | None) -> None:
        self.finding = finding
        super().__init__()


class Host:
    """Serves one question. Every value that comes in was made by code of strangers.

    A prompt has at most `room` characters; `at_once` are asked at a time at most.
    `asked` counts the prompts, `left_out` those for which the budget was used up.
    """

    def __init__(
        self,
        completer: Completer,
        *,
        text: str,
        question: str,
        room: int,
        spending: Spending,
        lane: Lane,
        at_once: int,
    ) -> None:
        self._completer, self._spending = completer, spending
        self._text, self._question = text, question
        self._room, self._lane, self._at_once = room, lane, at_once
        self.asked = self.left_out = 0

    @property
    def functions(self) -> Functions:
        """Return them by the names that the code calls them by."""
        functions = (self.llm_query, self.llm_batch, self.FINAL)
        return {function.__name__: function for function in functions}

    async def llm_query(self, prompt: object) -> object:
        """Return the model's text.

        Raises:
            Refused: there is none, or the prompt is no fit text.
        """
        (answer,) = await self._ask([self._checked(prompt)], 1)
        if isinstance(answer, str):
            return answer
        raise Refused(RuntimeError(f"no answer: {answer['error']}"))

    async def llm_batch(self, prompts: object, max_concurrent: object = 10) -> object:
        """Return the texts in the order of the prompts, {"error": kind} for a failure.

        Raises:
            Refused: they are no list of fit texts.
        """
        if not isinstance(prompts, list | tuple) or len(prompts) > MOST_PROMPTS:
            why = f"llm_batch takes a list of at most {MOST_PROMPTS} prompts"
            raise Refused(TypeError(why))
        if not isinstance(max_concurrent, int) or max_concurrent < 1:
            raise Refused(ValueError("max_concurrent is a number from 1"))
        checked = [self._checked(prompt) for prompt in prompts]
        return await self._ask(checked, min(max_concurrent, self._at_once))

    async def FINAL(self, value: object) -> object:  # noqa: N802 - as it is called
        """End the question.

        Raises:
            Finished: with the answer.
            Refused: the document does not bear it out, or it has not the asked form.
        """
        raise Finished(
            await asyncio.to_thread(read_final, value, self._text, self._question)
        )

    def _checked(self, prompt: object) -> str:
        if not isinstance(prompt, str) or not prompt.strip():
            raise Refused(TypeError("a prompt is a text that is not blank"))
        if len(prompt) > self._room:
            why = f"a prompt has at most {self._room} characters, not {len(prompt)}"
            raise Refused(ValueError(why))
        return prompt

    async def _ask(
        self, prompts: Sequence[str], at_once: int
    ) -> list[str | dict[str, str]]:
        answers: list[str | dict[str, str]] = [{"error": OUT_OF_BUDGET}] * len(prompts)
        requests = [query_request(prompt) for prompt in prompts]
        answered = 0
        for start, turn in self._spending.turns(requests):
            async with aclosing(self._turn(turn, at_once)) as outcomes:
                async for place, outcome in outcomes:
                    answers[start + place] = _value_of(outcome)
                    answered += 1
        self.asked += answered
        self.left_out += len(prompts) - answered
        return answers

    async def _turn(
        self, requests: Sequence[CompletionRequest], at_once: int
    ) -> AsyncGenerator[tuple[int, Outcome], None]:
        """Yield the outcomes, until a budget is used up."""
        left = self._spending.seconds_left
        batch = Batch(
            completer=self._completer,
            within=left,
            deadline=left,
            max_concurrent=at_once,
            lane=self._lane,
        )
        async with aclosing(batch.stream(requests)) as outcomes:
            async for place, outcome in outcomes:
                self._spending.note(outcome)
                yield place, outcome
                if self._spending.spent():
                    return


def _value_of(outcome: Outcome) -> str | dict[str, str]:
    if isinstance(outcome, LLMError):
        return {"error": outcome.kind.value}
    return outcome.text
