"""Takes the statements out of a document, all its sections at once.

chunk of a section -> statements -> their contexts    each chunk on its own
all of them        -> key terms and normal forms
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from typing import Any

from catalyst_bot.documents.model import Document, Kind
from catalyst_bot.llm.model import CompletionRequest, Lane, LLMError, LLMErrorKind
from catalyst_bot.llm.structured import Asker, Structured
from catalyst_bot.reading.statements.chunks import MOST_CHUNKS, Chunk, Plan, plan_of
from catalyst_bot.reading.statements.grounding import (
    Draft,
    grounded,
    grounded_context,
    is_same_fact,
    verbatim_terms,
)
from catalyst_bot.reading.statements.model import Extraction, Statement
from catalyst_bot.reading.statements.questions import (
    MOST_STATEMENTS,
    ask_contexts,
    ask_statements,
    ask_terms,
)
from catalyst_bot.text import fold_title, plain_text

TEMPERATURE = 0.0  # the same document gets the same statements


async def extract_statements(
    llm: Asker,
    document: Document,
    *,
    within: float,
    lane: Lane = Lane.BATCH,
    value: float = 0.0,
    max_concurrent: int = 20,
    temperature: float = TEMPERATURE,
    turns: AbstractAsyncContextManager[Any] | None = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> Extraction:
    """Return what the model finds in a document and its text bears out.

    No LLM error is raised: what could not be asked makes the extraction partial.

    Args:
        within: seconds for the whole document.
        max_concurrent: questions at a time; `turns`, a semaphore that several documents
            share, in its place.
        temperature: 0 (repeatable) to 2 (wild).
    """
    plan = plan_of(document)
    work = _Work(
        llm=llm,
        document=document,
        until=monotonic() + within,
        lane=lane,
        value=value,
        temperature=temperature,
        turns=turns or asyncio.Semaphore(max_concurrent),
        monotonic=monotonic,
    )
    async with asyncio.TaskGroup() as group:
        reads = [group.create_task(work.read(chunk)) for chunk in plan.chunks]
    found = [task.result() for task in reads]
    statements = await work.with_terms(_distinct(found))
    return _extraction(work, plan, found, statements)


def _extraction(
    work: "_Work",
    plan: Plan,
    found: Sequence[tuple[Statement, ...] | None],
    statements: tuple[Statement, ...],
) -> Extraction:
    """Return how it went; `found` are the statements of each chunk, None: not read."""
    is_read = not plan.chunks or any(one is not None for one in found)
    faults = [f"{error.kind}: {error.detail}" for error in work.errors[:1]]
    if plan.is_cut:
        faults.append(f"too long: only {MOST_CHUNKS} pieces of it were read")
    return Extraction(
        document_id=work.document.id,
        success=is_read,
        statements=statements,
        tables_processed=_tables(plan.chunks, found),
        tables_skipped=plan.tables_skipped,
        statements_dropped=work.dropped,
        api_calls=work.calls,
        unanswered=len(work.errors),
        partial=bool(faults),
        error="; ".join(faults),
    )


@dataclass(slots=True, kw_only=True)
class _Work:
    """The questions about one document, and what they have cost."""

    llm: Asker
    document: Document
    until: float
    lane: Lane
    value: float
    temperature: float
    turns: AbstractAsyncContextManager[Any]
    monotonic: Callable[[], float]
    calls: int = 0
    dropped: int = 0
    errors: list[LLMError] = field(default_factory=list)

    async def read(self, chunk: Chunk) -> tuple[Statement, ...] | None:
        """Return the statements of a chunk with contexts, None when it was not read."""
        request = ask_statements(self.document, chunk, temperature=self.temperature)
        answer = await self._ask(request)
        if answer is None:
            return None
        listed = answer.value["statements"][:MOST_STATEMENTS]
        drafts = [
            Draft(statement=one["statement"], quote=one["quote"]) for one in listed
        ]
        checked = [grounded(draft, self.document, chunk) for draft in drafts]
        kept = [one for one in checked if one is not None]
        self.dropped += len(checked) - len(kept)
        return await self._with_contexts(chunk, kept) if kept else ()

    async def with_terms(
        self, statements: Sequence[Statement]
    ) -> tuple[Statement, ...]:
        """Return the statements in their normal form, with their key terms."""
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._terms(statements[at : at + MOST_STATEMENTS]))
                for at in range(0, len(statements), MOST_STATEMENTS)
            ]
        return tuple(one for task in tasks for one in task.result())

    async def _with_contexts(
        self, chunk: Chunk, statements: Sequence[Statement]
    ) -> tuple[Statement, ...]:
        request = ask_contexts(
            self.document, chunk, statements, temperature=self.temperature
        )
        answer = await self._ask(request)
        listed = answer.value["contexts"] if answer is not None else ()
        contexts = {one["number"]: one["context"] for one in listed}
        return tuple(
            replace(
                one,
                context=grounded_context(
                    contexts.get(number, ""), self.document, chunk
                ),
            )
            for number, one in enumerate(statements, start=1)
        )

    async def _terms(self, statements: Sequence[Statement]) -> list[Statement]:
        answer = await self._ask(ask_terms(statements, temperature=self.temperature))
        listed = answer.value["terms"] if answer is not None else ()
        found = {one["number"]: one for one in listed}
        return [
            _normal(
                one,
                other=found[number]["statement"],
                terms=found[number]["key_terms"],
            )
            if number in found
            else one
            for number, one in enumerate(statements, start=1)
        ]

    async def _ask(self, request: CompletionRequest) -> Structured | None:
        """Return the object that was asked for; None and a noted error without one."""
        async with self.turns:
            left = self.until - self.monotonic()
            if left <= 0:
                self.errors.append(LLMError(LLMErrorKind.TIMEOUT, "its time was over"))
                return None
            try:
                read = await self.llm.ask(
                    request, within=left, value=self.value, lane=self.lane
                )
            except LLMError as error:
                self.calls += error.attempts
                self.errors.append(error)
                return None
        self.calls += 0 if read.completion.cached else read.completion.attempts
        return read


def _normal(statement: Statement, *, other: str, terms: Sequence[str]) -> Statement:
    """Return a statement in the other words, if they say the same, with its terms."""
    line = plain_text(other, limit=1_000)
    text = line if is_same_fact(statement.statement, line) else statement.statement
    return replace(statement, statement=text, key_terms=verbatim_terms(text, terms))


def _distinct(
    found: Sequence[tuple[Statement, ...] | None],
) -> list[Statement]:
    """Return all statements in the order of the text, each of them once."""
    listed = sorted(
        (one for some in found for one in some or ()), key=lambda one: one.offsets
    )
    first: dict[str, Statement] = {}
    for one in listed:
        first.setdefault(fold_title(one.statement), one)
    return list(first.values())


def _tables(
    chunks: Sequence[Chunk], found: Sequence[tuple[Statement, ...] | None]
) -> int:
    """Return how many tables were read."""
    return len(
        {
            passage.section.table_id
            for chunk, read in zip(chunks, found, strict=True)
            if chunk.kind is Kind.TABLE and read is not None
            for passage in chunk.passages
        }
    )
