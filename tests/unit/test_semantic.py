"""A story in other words: found as related, served only under proof."""

import asyncio
from array import array
from dataclasses import replace

import pytest

from catalyst_bot.llm.embeddings import Vector
from catalyst_bot.llm.model import CompletionRequest, LLMError, LLMErrorKind, Story
from catalyst_bot.llm.semantic import SemanticLLM
from catalyst_bot.ops.metrics import Metrics
from tests.completing import ScriptedLLM
from tests.waiting import until

SCHEMA = '{"type": "object", "properties": {"side": {"enum": ["up", "down"]}}}'
NEAR, FAR = [1.0, 0.0], [0.0, 1.0]


class Embedder:
    """Gives texts with "far" another direction; `fault` is raised when set."""

    def __init__(self) -> None:
        self.fault: LLMError | None = None

    async def embed(self, text: str) -> Vector:
        if self.fault is not None:
            raise self.fault
        return array("f", FAR if "far" in text else NEAR)


class Semantic:
    """The tier over a model that says `side`, and `judges` two stories."""

    def __init__(self, *, judges: str = "yes") -> None:
        self.side, self.judges = "up", judges
        self.now = 0.0
        self.model = ScriptedLLM(self._answer)
        self.embedder = Embedder()
        self.metrics = Metrics()
        self.llm = SemanticLLM(
            self.model,
            embedder=self.embedder,
            ttl=100.0,
            monotonic=lambda: self.now,
            metrics=self.metrics,
        )

    def _answer(self, request: CompletionRequest) -> str:
        if request.purpose == "same_facts":
            return self.judges
        return f'{{"side": "{self.side}"}}'

    async def ask(self, text: str, *facts: str) -> tuple[bool, tuple[str, ...]]:
        """Return whether an earlier answer was served, and the related stories."""
        answer = await self.llm.complete(question(text, *facts), within=5.0)
        return answer.cached, answer.related

    @property
    def asked(self) -> int:
        return sum(one.purpose == "verdict" for one in self.model.asked)


def question(text: str, *facts: str) -> CompletionRequest:
    return CompletionRequest(
        prompt=text,
        schema=SCHEMA,
        purpose="verdict",
        story=Story(title=text, text=text, facts=facts),
    )


async def test_the_same_facts_in_other_words_are_answered_once() -> None:
    semantic = Semantic()
    assert await semantic.ask("Acme beats", "acme") == (False, ())
    assert await semantic.ask("Acme tops", "acme") == (True, ("Acme beats",))
    assert semantic.asked == 1
    served = await semantic.llm.complete(question("Acme tops", "acme"), within=5.0)
    assert (served.text, served.attempts) == ('{"side": "up"}', 0)
    assert served.prompt_tokens == 0  # the judge took as many as it saved


@pytest.mark.parametrize("judges", ["no", "No.", "", "yes and no", "maybe"])
async def test_only_a_plain_yes_of_the_model_serves(judges: str) -> None:
    semantic = Semantic(judges=judges or " ")
    await semantic.ask("Acme beats", "acme")
    assert await semantic.ask("Acme tops", "acme") == (False, ("Acme beats",))
    assert semantic.asked == 2


async def test_other_facts_are_not_even_judged_but_related() -> None:
    semantic = Semantic()
    await semantic.ask("Acme buys Bolt", "acme bolt")
    cached, related = await semantic.ask("Bolt buys Acme", "bolt acme")
    assert (cached, related) == (False, ("Acme buys Bolt",))
    assert semantic.asked == len(semantic.model.asked) == 2


async def test_what_is_far_is_neither_related_nor_served() -> None:
    semantic = Semantic()
    await semantic.ask("Acme beats", "acme")
    assert await semantic.ask("far away", "acme") == (False, ())


async def test_another_question_on_the_story_is_asked() -> None:
    semantic = Semantic()
    await semantic.ask("Acme beats", "acme")
    other = replace(question("Acme tops", "acme"), system="Only the risk.")
    assert not (await semantic.llm.complete(other, within=5.0)).cached


async def test_an_old_story_is_forgotten() -> None:
    semantic = Semantic()
    await semantic.ask("Acme beats", "acme")
    semantic.now = 101.0
    assert await semantic.ask("Acme tops", "acme") == (False, ())


async def test_without_embeddings_or_a_story_the_model_is_asked_as_ever() -> None:
    semantic = Semantic()
    await semantic.ask("Acme beats", "acme")
    semantic.embedder.fault = LLMError(LLMErrorKind.UNAVAILABLE, "HTTP 500")
    assert await semantic.ask("Acme tops", "acme") == (False, ())
    plain = CompletionRequest(prompt="What is new?")
    assert not (await semantic.llm.complete(plain, within=5.0)).cached


async def test_a_judge_that_is_sick_serves_nothing() -> None:
    semantic = Semantic()
    await semantic.ask("Acme beats", "acme")
    sick = LLMError(LLMErrorKind.TIMEOUT, "no answer")
    answer = semantic.model.answer
    semantic.model.answer = lambda one: (
        sick if one.purpose == "same_facts" else answer(one)
    )
    assert await semantic.ask("Acme tops", "acme") == (False, ("Acme beats",))


@pytest.mark.parametrize(("later", "result"), [("up", "held"), ("down", "false")])
async def test_one_served_answer_in_ten_is_asked_again(later: str, result: str) -> None:
    semantic = Semantic()
    await semantic.ask("Acme beats", "acme")
    audit = asyncio.create_task(semantic.llm.audit())
    for _ in range(10):
        await semantic.ask("Acme tops", "acme")
    semantic.side = later
    line = f'catalyst_llm_semantic_audits_total{{result="{result}"}} 1.0'
    await until(lambda: line in semantic.metrics.render().decode())
    assert semantic.asked == 2
    audit.cancel()
    await asyncio.wait([audit])
