"""Measures the extraction of statements: one document, ten at once, and again.

Run as `python -m benchmarks.statements`. The model is simulated on loopback and takes
0.20 and 0.04 s for the statements of prose and key points, 0.36 and 0.07 s for their
contexts and 0.19 s for the terms: a hundredth of what a slow local model took. The
baseline asks the same questions of the same server one after the other; that of a run
that is repeated is the first run, 20 questions at a time.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.llm_stage import Row, stage
from catalyst_bot.cli.asking import settings_for
from catalyst_bot.cli.extract import Job
from catalyst_bot.cli.extract_input import targets_of
from catalyst_bot.documents.model import Document
from catalyst_bot.documents.reading import read_document
from catalyst_bot.llm.model import CompletionRequest
from catalyst_bot.llm.structured import Asker, StructuredLLM
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.reading.statements.extracting import extract_statements
from catalyst_bot.settings import load_settings
from catalyst_bot.simulation.llm import FakeLLM

DELAYS = {
    '"find": "statements", "kind": "body"': 0.20,
    '"find": "statements", "kind": "key_points"': 0.04,
    '"find": "contexts", "kind": "body"': 0.36,
    '"find": "contexts", "kind": "key_points"': 0.07,
    '"find": "key terms"': 0.19,
}
TEN = 10
LAPS = 5
CONCURRENCY = 20
MANY = 100  # documents that are read, and read again


def text_of(number: int) -> str:
    """Return a document with prose and key points, and no table."""
    return (
        f"Acme Corp reports revenue of ${number} million for the third quarter.\n\n"
        f"Acme hired {number} people.\n\n- Net income of $0.{number:03} a share\n"
    )


def document_of(number: int) -> Document:
    return read_document(text_of(number).encode(), id=f"document {number}")


@asynccontextmanager
async def slow_model() -> AsyncIterator[Asker]:
    """Open the client of a model that takes DELAYS, warmed up by one question."""
    async with stage(limit=CONCURRENCY) as (server, client):
        server.latencies, server.latency = DELAYS, 0.0
        await client.complete(CompletionRequest(prompt="Ready?"), within=5.0)
        yield StructuredLLM(client, metrics=Metrics(), monotonic=time.monotonic)


async def read(llm: Asker, documents: Sequence[Document], *, at_once: bool) -> float:
    """Return the seconds that it takes to read all of them."""
    turns = asyncio.Semaphore(CONCURRENCY if at_once else 1)
    began = time.perf_counter()

    async def one(document: Document) -> None:
        found = await extract_statements(llm, document, within=60.0, turns=turns)
        assert found.success
        assert not found.partial
        assert len(found.statements) > 1

    if at_once:
        async with asyncio.TaskGroup() as group:
            for document in documents:
                group.create_task(one(document))
    else:
        for document in documents:
            await one(document)
    return time.perf_counter() - began


async def measure_speed() -> list[Row]:
    """Measure one document and ten, each lap beside its baseline."""
    async with slow_model() as llm:
        ones, tens, ones_before, tens_before = [], [], [], []
        for lap in range(LAPS):
            documents = [document_of(lap * TEN + number) for number in range(TEN)]
            ones_before.append(await read(llm, documents[:1], at_once=False))
            ones.append(await read(llm, documents[:1], at_once=True))
            tens.append(await read(llm, documents, at_once=True))
        tens_before.append(await read(llm, documents, at_once=False))
    one, ten = median(ones), median(tens)
    ratio = median(tens_before) / ten
    return [
        Row(
            what="one document, s (limit 0.75)",
            ours=f"{one:.3f}",
            others=f"{median(ones_before):.3f}",
            bar="<= 0.80",
            is_met=one <= 0.80,
        ),
        Row(
            what=f"ten documents, {CONCURRENCY} questions at a time, s",
            ours=f"{ten:.3f} ({ratio:.1f} x)",
            others=f"{median(tens_before):.3f}",
            bar="<= 1.0, >= 8.6 x",
            is_met=ten <= 1.0 and ratio >= 8.6,
        ),
    ]


async def measure_again() -> list[Row]:
    """Measure a run of the command's job, the same again, and again by force."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "documents").mkdir()
        for number in range(MANY):
            path = folder / "documents" / f"{number:03}.txt"
            path.write_text(text_of(number))
        async with FakeLLM().open() as server:
            server.latencies = DELAYS
            first = await asyncio.to_thread(carry_out, folder, server, force=False)
            asked = len(server.prompts)
            second = await asyncio.to_thread(carry_out, folder, server, force=False)
            forced = await asyncio.to_thread(carry_out, folder, server, force=True)
            more = len(server.prompts) - asked
    others = f"{first:.2f}, {asked} requests"
    ratio = first / second
    return [
        Row(
            what=f"{MANY} documents again, from the checkpoint, s",
            ours=f"{second:.3f} ({ratio:.0f} x), {more} requests",
            others=others,
            bar=">= 50 x, 0 requests",
            is_met=ratio >= 50 and more == 0,
        ),
        Row(
            what="… by --force, from the cache of answers, written anew",
            ours=f"{forced:.2f} ({first / forced:.0f} x), {more} requests",
            others=others,
            bar="0 requests",
            is_met=more == 0,
        ),
    ]


def carry_out(folder: Path, server: FakeLLM, *, force: bool) -> float:
    """Return the seconds of one run, its model and cache opened anew."""
    settings = load_settings(
        {
            "LLM_ENDPOINT_URL": server.endpoint_url,
            "DATABASE_URL": f"sqlite:///{folder}/catalyst.db",
            "PATH": os.environ["PATH"],
        }
    )
    job = Job(
        out=folder / "out",
        resumes=not force,
        skips_existing=False,
        limit=None,
        concurrency=CONCURRENCY,
        temperature=0.0,
    )
    began = time.perf_counter()
    targets = targets_of([str(folder / "documents")], out=job.out)
    report = job.carry_out(targets, settings_for(settings, concurrency=CONCURRENCY))
    took = time.perf_counter() - began
    assert not report.run.failures
    return took


def main() -> None:
    """Print the table."""
    rows = asyncio.run(measure_speed()) + asyncio.run(measure_again())
    table = Table(title="Extraction of statements")
    for heading in ("what", "ours", "before", "bar", "met"):
        table.add_column(heading)
    for row in rows:
        table.add_row(
            row.what, row.ours, row.others, row.bar, "yes" if row.is_met else "NO"
        )
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
