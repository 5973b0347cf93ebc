"""Answers by code that a model wrote: what is checked, counted, and told to whom."""

import asyncio
import json
from collections.abc import Sequence

import pytest

from catalyst_bot.documents.model import Document
from catalyst_bot.llm.model import CompletionRequest, LLMError, LLMErrorKind
from catalyst_bot.llm.structured import StructuredLLM
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.reading.code.answerer import MOST_BLOCKS, CodeAnswerer
from catalyst_bot.reading.code.sandbox import Limits
from catalyst_bot.reading.long.model import Answer, Budget
from tests.completing import ScriptedLLM

QUESTION = "How much was the revenue?"
LINE = "Revenue was $5.1 billion (up 3%), the margin flat."
DOCUMENT = Document(id="report.txt", text=f"Report\n\n{LINE}\nNothing else.\n")
PROOF = json.dumps({"answer": "It was $5.1 billion.", "quotes": [LINE]})


class Author:
    """Writes these blocks one after the other, the last one for ever.

    What the code asks is answered in capital letters, and `down` is for a fault.
    """

    def __init__(self, *blocks: str | LLMErrorKind) -> None:
        self._blocks = list(blocks)
        self.shown: list[list[dict[str, str]]] = []
        self.asked: list[str] = []

    def say(self, request: CompletionRequest) -> str | LLMError:
        if not request.schema:
            self.asked.append(request.prompt)
            if request.prompt == "down":
                return LLMError(LLMErrorKind.TIMEOUT, "scripted", attempts=1)
            return request.prompt.upper()
        self.shown.append(json.loads(request.prompt)["blocks"])
        block = self._blocks.pop(0) if len(self._blocks) > 1 else self._blocks[0]
        if isinstance(block, LLMErrorKind):
            return LLMError(block, "scripted", attempts=1)
        return json.dumps({"code": block})

    def errors(self) -> Sequence[str]:
        """Return what the model was told of its blocks so far."""
        return [block["error"] for block in self.shown[-1]]


def answerer_of(author: Author, budget: Budget, *, room: int = 20_000) -> CodeAnswerer:
    llm = ScriptedLLM(author.say)
    loop = asyncio.get_running_loop()
    return CodeAnswerer(
        StructuredLLM(llm, metrics=Metrics(), monotonic=loop.time),
        llm,
        room=room,
        budget=budget,
        limits=Limits(seconds=30),
    )


async def answer_of(author: Author, **budget: float) -> Answer:
    terms = Budget(
        calls=int(budget.get("calls", 500)), seconds=budget.get("seconds", 60)
    )
    return await answerer_of(author, terms).answer(DOCUMENT, QUESTION)


async def test_an_answer_comes_with_the_place_that_proves_it() -> None:
    author = Author("print(context.find('Revenue'))", f"FINAL({PROOF})")
    answer = await answer_of(author)
    assert author.shown[1][0]["printed"] == "8\n"
    assert (answer.text, answer.found) == ("It was $5.1 billion.", True)
    (citation,) = answer.citations
    assert DOCUMENT.text[citation.start : citation.end] == citation.quote == LINE
    assert (answer.calls, answer.depth, answer.partial) == (2, 1, False)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (f"FINAL({LINE!r})", LINE),
        (
            "FINAL('(up 3%) is what it says: \"Revenue was $5.1 billion (up 3%)\"')",
            '(up 3%) is what it says: "Revenue was $5.1 billion (up 3%)"',
        ),
        (f"found = {PROOF}\nFINAL_VAR('found')", "It was $5.1 billion."),
        ("FINAL(None)", ""),
    ],
)
async def test_a_final_answer_is_a_value_whatever_brackets_it_has(
    code: str, text: str
) -> None:
    answer = await answer_of(Author(code))
    assert (answer.text, answer.found) == (text, bool(text))
    assert not answer.partial


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("FINAL_VAR('result')", "NameError: name 'result' is not defined"),
        ("FINAL('Error: no such thing')", "not to be found in context"),
        ("FINAL({'answer': 'It was 7.', 'quotes': [context[8:30]]})", "the number 7"),
        ("FINAL({'answer': 'Yes', 'quotes': []})", "FINAL takes"),
        ("FINAL({'answer': 'Yes', 'quotes': [5, 1]})", "FINAL takes"),
        ("FINAL({'answer': ' ', 'quotes': [context[8:30]]})", "the answer is empty"),
        ("FINAL(5.1)", "FINAL takes"),
        ("x = []\nfor i in range(40): x = [x, x]\nFINAL(x)", "FINAL takes"),
        ("llm_query('x' * 20001)", "at most 20000 characters"),
        ("llm_query(5)", "a prompt is a text"),
        ("llm_batch('abc')", "llm_batch takes a list"),
        ("llm_batch(['a'], max_concurrent=0)", "max_concurrent"),
        ("llm_query('down')", "RuntimeError: no answer: timeout"),
    ],
)
async def test_what_the_document_or_the_host_does_not_bear_out_goes_back(
    code: str, told: str
) -> None:
    author = Author(code, "FINAL(None)")
    answer = await answer_of(author)
    assert not answer.found
    (error,) = author.errors()
    assert told in error


async def test_a_batch_keeps_its_order_and_a_failure_is_no_text() -> None:
    author = Author(
        "print(llm_batch(['a', 'down', 'b', 'a'], max_concurrent=2))", "FINAL(None)"
    )
    answer = await answer_of(author)
    assert author.shown[1][0]["printed"] == "['A', {'error': 'timeout'}, 'B', 'A']\n"
    assert sorted(author.asked) == ["a", "b", "down"]
    assert (answer.failed, answer.depth) == (1, 2)


async def test_a_block_that_failed_does_not_run_again() -> None:
    author = Author(
        "llm_query('once')\n1 / 0", "llm_query('once')\n1 / 0", "FINAL(None)"
    )
    await answer_of(author)
    assert author.asked == ["once"]
    first, second = author.errors()
    assert "ZeroDivisionError" in first
    assert second == "This block has failed before, and is not run again."


async def test_output_is_shown_as_far_as_the_model_can_hold_it() -> None:
    author = Author("print('x' * 30_000)", "print('y' * 700)", "FINAL(None)")
    answerer = answerer_of(author, Budget(), room=1_000)
    await answerer.answer(DOCUMENT, QUESTION)
    begins = len(DOCUMENT.text)
    assert 900 - begins < len(author.shown[1][0]["printed"]) < 1_000 - begins
    older, newer = author.shown[2]
    assert newer["printed"] == 700 * "y" + "\n"
    assert 100 < len(older["printed"]) < 300 - begins


async def test_the_budget_of_calls_ends_it_and_is_told() -> None:
    asks = "for n in range(9): print(llm_batch([f'{n} a', f'{n} b']))"
    answer = await answer_of(Author(f"{asks}\nFINAL({PROOF})"), calls=6)
    assert answer.found
    assert answer.partial
    assert answer.reason == (
        "13 questions of the code not asked: the budget of 6 calls is used up"
    )
    answer = await answer_of(Author("print(1)"), calls=3)
    assert not answer.found
    assert (answer.partial, answer.calls) == (True, 3)
    assert answer.reason == "the budget of 3 calls is used up"


async def test_the_time_ends_it_in_the_middle_of_a_block() -> None:
    answer = await answer_of(Author("while True: pass"), seconds=1)
    assert answer.partial
    assert answer.reason == "the time of 1 s is over"


async def test_twenty_blocks_without_an_answer_are_enough() -> None:
    author = Author("print(1)")
    answer = await answer_of(author)
    assert len(author.shown) == MOST_BLOCKS == 20
    assert answer.reason == "20 blocks of code came to no answer"


async def test_a_model_that_writes_nothing_leaves_no_answer_and_says_why() -> None:
    answer = await answer_of(Author(LLMErrorKind.UNAVAILABLE))
    assert (answer.found, answer.asked, answer.failed) == (False, 1, 1)
    assert answer.reason == "the model wrote no code: unavailable"
