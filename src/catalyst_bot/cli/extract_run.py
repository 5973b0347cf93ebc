"""Reads documents one beside the other and keeps each as soon as it is done."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from catalyst_bot.cli.extract_store import Store, Target
from catalyst_bot.clock import SystemClock
from catalyst_bot.documents.model import Document
from catalyst_bot.errors import CatalystError
from catalyst_bot.llm.structured import Asker
from catalyst_bot.reading.statements.extracting import extract_statements
from catalyst_bot.reading.statements.model import Extraction

PATIENCE = 3_600.0  # seconds for one document; each question has LLM_TIMEOUT_SECS

OnProgress = Callable[[int, int, int, float], object]  # done, total, failed, ETA in s


class Library(Protocol):
    """Gets a document by its id; what cannot be had raises a CatalystError."""

    async def document(self, id: str) -> Document: ...  # noqa: A002


@dataclass(slots=True, kw_only=True)
class Run:
    """What came of each document, in the order they ended; it grows meanwhile."""

    extractions: list[Extraction] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)  # id: error
    api_calls: int = 0
    unanswered: int = 0  # questions


async def extract_all(
    targets: Sequence[Target],
    *,
    run: Run,
    llm: Asker,
    library: Library,
    store: Store,
    concurrency: int,
    temperature: float,
    note: OnProgress,
) -> None:
    """Read all targets, asking `concurrency` questions at a time; fill the run.

    Raises:
        CatalystError: the disk does not take the results.
    """
    left, clock = iter(targets), SystemClock()
    turns, began = asyncio.Semaphore(concurrency), clock.monotonic()

    async def work() -> None:
        for target in left:
            await _extract(
                target,
                run=run,
                llm=llm,
                library=library,
                store=store,
                turns=turns,
                temperature=temperature,
            )
            done = len(run.extractions) + len(run.failures)
            pace = (clock.monotonic() - began) / done
            note(done, len(targets), len(run.failures), pace * (len(targets) - done))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(concurrency, len(targets))):
                group.create_task(work())
    except* CatalystError as errors:
        raise errors.exceptions[0] from errors


async def _extract(
    target: Target,
    *,
    run: Run,
    llm: Asker,
    library: Library,
    store: Store,
    turns: asyncio.Semaphore,
    temperature: float,
) -> None:
    try:
        document = await library.document(target.id)
    except CatalystError as error:
        reason = run.failures[target.id] = store.redact(str(error))
        await store.fail(target, reason)
        return
    extraction = await extract_statements(
        llm, document, within=PATIENCE, temperature=temperature, turns=turns
    )
    extraction = replace(extraction, error=store.redact(extraction.error))
    run.api_calls += extraction.api_calls
    run.unanswered += extraction.unanswered
    await store.keep(target, extraction)
    if extraction.success:
        run.extractions.append(extraction)
    else:
        run.failures[target.id] = extraction.error
