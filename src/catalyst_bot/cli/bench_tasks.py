"""What `bench` asks: the questions of the product itself, asked as the product does."""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from catalyst_bot.cli.bench_input import PAIRS, TITLES, Form, Question
from catalyst_bot.enrichment.prompt import NEEDED, build_request
from catalyst_bot.enrichment.verdict import UnusableAnswer, read_verdict
from catalyst_bot.llm.model import Lane, LLMError, LLMErrorKind
from catalyst_bot.llm.structured import Asker
from catalyst_bot.model import NewsItem, SourceKind, side_of
from catalyst_bot.reading.conflicts.features import features_of
from catalyst_bot.reading.conflicts.rules import find_conflict
from catalyst_bot.reading.contradiction import Label, judge_conflict
from catalyst_bot.reading.scores import (
    Choice,
    Flag,
    Named,
    choice_measures,
    flag_measures,
)
from catalyst_bot.scoring import score_title

_CONTRADICTION = {Label.CONFLICT.value: "true", Label.CONSISTENT.value: "false"}
RULES = "rules"  # the name of what needs no model, where it stands beside one


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One question and what became of it.

    `answer` is in the words of the labels; "" when there is none, because the model
    cannot tell or, with `error`, because nobody answered. `rules` and `score` are what
    the rules and the fast tier say, where they say something.
    """

    question: Question
    answer: str
    confidence: float | None
    reasoning: str
    latency_ms: float
    attempts: int
    is_cached: bool
    error: str = ""
    rules: str = ""
    score: float | None = None


class Task(Protocol):
    """A kind of question, and how good its answers are."""

    name: str
    form: Form
    columns: tuple[str, ...]  # of the file of rows

    async def ask(self, question: Question, llm: Asker, *, within: float) -> Row:
        """Return what became of a question; an LLM error is in the row."""
        ...

    def answer(self, question: Question) -> Row:
        """Return what the rules say, without any model."""
        ...

    def measures(self, rows: Sequence[Row]) -> Named:
        """Return how good the answers to questions with labels are."""
        ...

    def cells(self, row: Row) -> tuple[object, ...]:
        """Return a row as the columns want it."""
        ...


class ConflictTask:
    """Whether a headline contradicts an earlier one: the judge of the alert path."""

    name = "conflict"
    form = PAIRS
    columns: tuple[str, ...] = (
        *("pair_id", "text1", "text2", "contradiction", "confidence"),
        *("reasoning", "latency_ms", "error"),
    )

    async def ask(self, question: Question, llm: Asker, *, within: float) -> Row:
        """Return the judge's verdict on a pair."""
        verdict = await judge_conflict(
            llm, *question.texts, within=within, lane=Lane.BATCH
        )
        is_known = verdict.label is not Label.UNKNOWN
        return Row(
            question=question,
            answer=verdict.label.value if is_known else "",
            confidence=verdict.confidence if is_known else None,
            reasoning=verdict.reasoning,
            latency_ms=verdict.latency_ms,
            attempts=verdict.attempts,
            is_cached=verdict.is_cached,
            error=verdict.error.value if verdict.error else "",
            rules=_conflict_by_rule(question)[0],
        )

    def answer(self, question: Question) -> Row:
        """Return what the rules say of a pair, and which of their words tells it."""
        began = time.perf_counter()
        label, reason = _conflict_by_rule(question)
        return _local(question, label, reason=reason, began=began)

    def measures(self, rows: Sequence[Row]) -> Named:
        """Return precision, recall, F1 and AUROC; who cannot tell flags nothing."""
        return flag_measures([_flag_of(row) for row in rows])

    def cells(self, row: Row) -> tuple[object, ...]:
        """Return a row of the file."""
        conflict = _CONTRADICTION.get(row.answer, "")
        return (
            *(row.question.id, *row.question.texts, conflict, row.confidence),
            *(row.reasoning, round(row.latency_ms, 1), row.error),
        )


class VerdictTask:
    """Which way a headline points: the verdict on a card, beside the fast tier's."""

    name = "verdict"
    form = TITLES
    columns: tuple[str, ...] = (
        *("id", "title", "label", "rules", "rules_score", "verdict", "confidence"),
        *("reasoning", "latency_ms", "error"),
    )

    async def ask(self, question: Question, llm: Asker, *, within: float) -> Row:
        """Return the verdict on a headline; one that is mixed counts as neutral."""
        (title,) = question.texts
        item, score = _news_of(title), score_title(title)
        began, error = time.monotonic(), ""
        answer, confidence, reasoning = "", None, ""
        attempts, is_cached = 0, False
        try:
            # the same fence in every run: another one is another prompt
            request = build_request(item, fence=random.Random(title))  # noqa: S311
            read = await llm.ask(request, within=within, lane=Lane.BATCH, needed=NEEDED)
            verdict = read_verdict(read.value, item, score)
        except LLMError as fault:
            error, attempts = fault.kind.value, fault.attempts
        except UnusableAnswer:
            error, attempts = LLMErrorKind.BAD_ANSWER.value, read.completion.attempts
        else:
            side = verdict.direction.value
            answer = "neutral" if side == "mixed" else side
            confidence, reasoning = verdict.confidence, verdict.reason
            attempts = read.completion.attempts
            is_cached = read.completion.cached
        return Row(
            question=question,
            answer=answer,
            confidence=confidence,
            reasoning=reasoning,
            latency_ms=1000 * (time.monotonic() - began),
            attempts=attempts,
            is_cached=is_cached,
            error=error,
            rules=side_of(score).value,
            score=score,
        )

    def answer(self, question: Question) -> Row:
        """Return which side the fast tier is on."""
        began = time.perf_counter()
        score = score_title(question.texts[0])
        row = _local(question, side_of(score).value, reason="", began=began)
        return replace(row, score=score)

    def measures(self, rows: Sequence[Row]) -> Named:
        """Return accuracy and macro F1, of the model and of the rules."""
        label = [row.question.label for row in rows]
        said = {"": [row.answer for row in rows], "rules_": [row.rules for row in rows]}
        return tuple(
            (prefix + name, value)
            for prefix, answers in said.items()
            for name, value in choice_measures(
                [
                    Choice(label=right, answer=answer)
                    for right, answer in zip(label, answers, strict=True)
                ]
            )
        )

    def cells(self, row: Row) -> tuple[object, ...]:
        """Return a row of the file."""
        return (
            *(row.question.id, *row.question.texts, row.question.label),
            *(row.rules, row.score, row.answer, row.confidence),
            *(row.reasoning, round(row.latency_ms, 1), row.error),
        )


TASKS: Mapping[str, Task] = {
    task.name: task for task in (ConflictTask(), VerdictTask())
}


def _conflict_by_rule(question: Question) -> tuple[str, str]:
    """Return the label that the rules give a pair, and why."""
    earlier, later = question.texts
    found = find_conflict(features_of(earlier), features_of(later))
    if found is None:
        return Label.CONSISTENT.value, ""
    return Label.CONFLICT.value, f"{found.kind.value}: {found.reason}"


def _local(question: Question, answer: str, *, reason: str, began: float) -> Row:
    return Row(
        question=question,
        answer=answer,
        confidence=None,
        reasoning=reason,
        latency_ms=1000 * (time.perf_counter() - began),
        attempts=0,
        is_cached=False,
        rules=answer,
    )


def _flag_of(row: Row) -> Flag:
    is_flagged, certainty = row.answer == Label.CONFLICT.value, row.confidence
    if certainty is not None and not is_flagged:
        certainty = 1 - certainty
    return Flag(
        is_true=row.question.label == Label.CONFLICT.value,
        is_flagged=is_flagged,
        certainty=certainty,
    )


def _news_of(title: str) -> NewsItem:
    """Return a headline as if it had just come in, of no known company."""
    return NewsItem(
        source="bench",
        kind=SourceKind.FEED,
        title=title,
        published_at=datetime.now(UTC),
        received_at=datetime.now(UTC),
        received=0.0,
    )
