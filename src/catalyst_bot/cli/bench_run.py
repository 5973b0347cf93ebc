"""Asks one model all questions of a benchmark, a few at a time, and takes the time.

One question at a time and many go the same way: a window of one, or of many.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import fmean

from catalyst_bot.cli.asking import look_at_model, open_model
from catalyst_bot.cli.bench_input import Question
from catalyst_bot.cli.bench_tasks import RULES, Row, Task
from catalyst_bot.clock import SystemClock
from catalyst_bot.llm.model import (
    Completion,
    CompletionRequest,
    Condition,
    Lane,
    LLMError,
    LLMErrorKind,
)
from catalyst_bot.llm.structured import StructuredLLM
from catalyst_bot.llm.usage import MeteredLLM
from catalyst_bot.llm_chain import Models
from catalyst_bot.llm_layers import open_layers
from catalyst_bot.settings import Settings

NOBODY = "no model"  # who answers when only the rules do
OnProgress = Callable[[int, int, int, float], object]  # done, total, failed, ETA in s


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is asked, of whom, and how many at a time."""

    task: Task
    questions: tuple[Question, ...]
    provider: str
    model: str
    concurrency: int  # 1: one after the other
    calibrate: int  # questions asked before, one at a time, to know what one takes


@dataclass(slots=True, kw_only=True)
class Run:
    """What came of a plan; times in seconds.

    It grows while the run goes on: an interrupted one has what was done by then.
    """

    plan: Plan
    found: dict[int, Row] = field(default_factory=dict)  # by the place of the question
    wall: float = 0.0
    alone: float | None = None  # what one question takes when it is asked alone
    limit: int = 0  # requests that the server was given at a time, in the end

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return what is done, in the order of the questions."""
        return tuple(self.found[place] for place in sorted(self.found))


async def carry_out(run: Run, settings: Settings, *, note: OnProgress) -> None:
    """Ask all questions and fill the run; `note` is called after each answer.

    Raises:
        CatalystError: the model cannot be asked; the text says what to do.
    """
    plan = run.plan
    async with _open(settings) as opened:
        if await opened.has_news_in(plan, within=settings.llm.timeout):
            await look_at_model(settings)
            await opened.models.router.warm_up()
            run.alone = await opened.time_alone(plan, within=settings.llm.timeout)
        try:
            await _ask_all(run, opened.llm, within=settings.llm.timeout, note=note)
        finally:
            run.limit = opened.condition.limit


def answer_locally(task: Task, questions: Sequence[Question]) -> Run:
    """Return the run of the rules alone: no model, no settings, no network."""
    plan = Plan(
        task=task,
        questions=tuple(questions),
        provider=NOBODY,
        model=RULES,
        concurrency=1,
        calibrate=0,
    )
    clock = SystemClock()
    began = clock.monotonic()
    found = {place: task.answer(one) for place, one in enumerate(questions)}
    return Run(plan=plan, found=found, wall=clock.monotonic() - began)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """The model behind its cache, the cache without the model, and the reverse."""

    models: Models
    llm: StructuredLLM
    knowing: StructuredLLM  # answers from the cache alone
    asking: StructuredLLM  # never looks into it

    @property
    def condition(self) -> Condition:
        return self.models.router.conditions()[0]

    async def has_news_in(self, plan: Plan, *, within: float) -> bool:
        """Tell whether the model has to be asked at all."""
        for question in plan.questions:
            row = await plan.task.ask(question, self.knowing, within=within)
            if row.error:
                return True
        return False

    async def time_alone(self, plan: Plan, *, within: float) -> float | None:
        """Return the mean seconds of some questions asked one by one, uncached."""
        took = []
        for question in plan.questions[: plan.calibrate]:
            row = await plan.task.ask(question, self.asking, within=within)
            if not row.error:
                took.append(row.latency_ms / 1000)
        return fmean(took) if took else None


class _Nobody:
    """Answers nothing: what comes through is what the cache knows."""

    async def complete(
        self,
        request: CompletionRequest,  # noqa: ARG002 - it is not asked
        *,
        within: float,  # noqa: ARG002
        value: float = 0.0,  # noqa: ARG002
        lane: Lane = Lane.ALERT,  # noqa: ARG002
    ) -> Completion:
        raise LLMError(LLMErrorKind.UNAVAILABLE, "not in the cache")


@asynccontextmanager
async def _open(settings: Settings) -> AsyncIterator[_Opened]:
    clock = SystemClock()
    async with (
        open_model(settings) as asked,
        open_layers(
            _Nobody(),
            offers=asked.models.offers,
            cost=asked.models.tally.cost,
            cache=settings.cache,
            file=asked.file,
            clock=clock,
            metrics=asked.metrics,
        ) as known,
    ):
        metered = MeteredLLM(asked.models.router, asked.core.usage)
        yield _Opened(
            models=asked.models,
            llm=asked.core.structured,
            knowing=known.core.structured,
            asking=StructuredLLM(
                metered, metrics=asked.metrics, monotonic=clock.monotonic
            ),
        )


async def _ask_all(
    run: Run, llm: StructuredLLM, *, within: float, note: OnProgress
) -> None:
    plan, clock, failed = run.plan, SystemClock(), 0
    left, began = iter(enumerate(plan.questions)), clock.monotonic()

    async def work() -> None:
        nonlocal failed
        for place, question in left:
            row = run.found[place] = await plan.task.ask(question, llm, within=within)
            run.wall = clock.monotonic() - began
            failed += bool(row.error)
            done, total = len(run.found), len(plan.questions)
            note(done, total, failed, run.wall / done * (total - done))

    async with asyncio.TaskGroup() as group:
        for _ in range(plan.concurrency):
            group.create_task(work())


def sample(
    questions: Sequence[Question], *, most: int, seed: int
) -> tuple[Question, ...]:
    """Return at most `most` of them, the same ones for a seed, in their order."""
    if len(questions) <= most:
        return tuple(questions)
    rng = random.Random(seed)  # noqa: S311 - which ones
    places = sorted(rng.sample(range(len(questions)), most))
    return tuple(questions[place] for place in places)
