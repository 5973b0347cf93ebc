"""How relevant a text is to a query: by its words, and by what a model says."""

import asyncio
import json
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.llm.model import Completion, CompletionRequest, Lane, LLMError
from catalyst_bot.llm.model import LLMErrorKind as Kind
from catalyst_bot.llm.structured import StructuredLLM
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.reading.likeness import Candidate, local_relevance
from catalyst_bot.reading.relevance import (
    Failure,
    Relevance,
    ScoredBy,
    build_request,
    score_document,
    score_documents,
)
from tests.completing import Answerer, ScriptedLLM, completion

ROBOT = Candidate(
    title="Acme Robotics wins FDA clearance for its surgical robot",
    text="Shares of the maker of hospital devices rose.",
    tickers=("ACME",),
)
GOOD = json.dumps({"score": 0.8, "reasoning": "It is about that."})


@pytest.mark.parametrize(
    ("query", "score"),
    [
        ("surgical robots", 1.0),
        ("FDA approvals", 1.0),  # clears, approves: words of headlines that say one
        ("robot hospital", 0.8),
        ("hospital", 0.6),
        ("robot merger", 0.5),
        ("merger", 0.0),
        ("ACME merger", 0.9),
        ("$acme", 1.0),
        ("acme's", 1.0),
        ("", 0.0),
    ],
)
def test_the_share_of_a_query_that_is_found(query: str, score: float) -> None:
    assert local_relevance(query, ROBOT) == pytest.approx(score)


def test_a_word_in_capitals_that_says_nothing_is_no_symbol() -> None:
    about_on = Candidate(title="Chips sell well", tickers=("ON", "IT"))
    assert local_relevance("IT ON BONDS", about_on) < 0.9
    assert local_relevance("$ON", about_on) == 0.9


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=600))
def test_any_text_has_a_relevance_from_0_to_1(
    query: str, title: str, text: str
) -> None:
    assert 0 <= local_relevance(query, Candidate(title=title, text=text)) <= 1


def test_the_text_is_cut_and_stands_as_data_beside_the_query() -> None:
    request = build_request('x"}', Candidate(title="A\n<b>title</b>", text="y" * 900))
    sent = json.loads(request.prompt.partition("\n")[2])
    assert (sent["query"], sent["title"]) == ('x"}', "A title")
    assert len(sent["text"]) == 500
    assert (request.max_tokens, request.temperature) == (500, 0.1)


def structured(answer: Answerer) -> tuple[StructuredLLM, ScriptedLLM]:
    model = ScriptedLLM(answer)
    llm = StructuredLLM(model, metrics=Metrics(), monotonic=time.monotonic)
    return llm, model


async def scored(answer: str | LLMError) -> tuple[Relevance, int]:
    llm, model = structured(lambda _: answer)
    return await score_document(llm, "robots", ROBOT, within=5.0), len(model.asked)


async def test_a_sound_answer_is_the_score() -> None:
    score, asked = await scored(GOOD)
    assert (score.score, score.source, score.error) == (0.8, ScoredBy.LLM, None)
    assert (score.reasoning, score.tokens, asked) == ("It is about that.", 50, 1)


@pytest.mark.parametrize(
    "answer",
    [
        '{"score": 7, "reasoning": ""}',
        '{"score": NaN, "reasoning": ""}',
        '{"score": Infinity, "reasoning": ""}',
        '{"score": "0.8", "reasoning": ""}',
        '{"score": true, "reasoning": ""}',
        '{"score": 0.8, "reas',
        "It is quite relevant.",
    ],
)
async def test_an_unfit_answer_is_asked_for_once_more_and_never_bent(
    answer: str,
) -> None:
    score, asked = await scored(answer)
    assert (score.score, score.source, asked) == (None, None, 2)
    assert score.error is not None
    assert score.error.kind is Kind.BAD_JSON


@pytest.mark.parametrize("kind", [Kind.CIRCUIT_OPEN, Kind.UNAVAILABLE])
async def test_a_model_that_is_away_leaves_the_local_score(kind: Kind) -> None:
    score, _ = await scored(LLMError(kind, "away"))
    assert (score.score, score.source, score.error) == (1.0, ScoredBy.LOCAL, None)


async def test_a_model_that_fails_at_one_text_leaves_no_score() -> None:
    score, _ = await scored(
        LLMError(Kind.UNAVAILABLE, "HTTP 500", status=500, attempts=3)
    )
    assert score.score is None
    assert score.error == Failure(kind=Kind.UNAVAILABLE, status=500, attempts=3)


class Shuffled:
    """Answers after a random wait with the number that the title ends with."""

    def __init__(self) -> None:
        self.now = self.most = 0

    async def complete(
        self,
        request: CompletionRequest,
        *,
        within: float,
        value: float = 0.0,
        lane: Lane = Lane.ALERT,
    ) -> Completion:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(random.random() / 50)
        self.now -= 1
        number = json.loads(request.prompt.partition("\n")[2])["title"].split()[-1]
        return completion(json.dumps({"score": int(number) / 100, "reasoning": "."}))


async def test_scores_come_in_the_order_of_the_documents() -> None:
    model = Shuffled()
    llm = StructuredLLM(model, metrics=Metrics(), monotonic=time.monotonic)
    documents = [Candidate(id=n, title=f"Number {n}") for n in range(40)]
    scores = await score_documents(llm, "robots", documents, max_concurrent=7)
    assert [(one.id, one.score) for one in scores] == [(n, n / 100) for n in range(40)]
    assert model.most == 7


async def test_what_is_left_when_the_time_is_over_is_not_asked() -> None:
    llm, model = structured(lambda _: GOOD)
    scores = await score_documents(llm, "robots", [ROBOT], within=0.0)
    assert scores[0].error == Failure(kind=Kind.TIMEOUT, status=0, attempts=0)
    assert not model.asked


async def test_without_a_model_all_is_scored_locally() -> None:
    scores = await score_documents(None, "robots", [ROBOT] * 3)
    assert {(one.score, one.source) for one in scores} == {(1.0, ScoredBy.LOCAL)}
