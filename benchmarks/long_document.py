"""How fast a long document is read: `python -m benchmarks.long_document`.

A simulated model takes 0.2 s for each answer, on a loopback socket. Each row stands
beside what the same questions cost one at a time, in the same run, or beside the limit
N / ceil(N / 10) that equal answers allow.
"""

import asyncio
import logging
import math
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from catalyst_bot.cli.asking import open_model, settings_for
from catalyst_bot.documents.model import Document
from catalyst_bot.llm.core import Core
from catalyst_bot.reading.long.chunks import Plan, cut
from catalyst_bot.reading.long.model import Answer, Budget
from catalyst_bot.reading.long.reader import LongReader
from catalyst_bot.settings import load_settings
from catalyst_bot.simulation.llm import FakeLLM

SERVICE = 0.2  # seconds of the model for an answer
AT_ONCE = 10
PLAN = Plan().within(4_096)  # what a model at Ollama holds
QUESTION = "What is the launch code of the pilot plant?"
NEEDLE = "The launch code of the pilot plant is 4711.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table."""

    what: str
    measured: str
    bar: str
    is_met: bool


def document(chunks: int, *, name: str) -> Document:
    """Return a text of so many chunks that nobody has read before."""
    line = f"{name} {{:06d}}: nothing happened at all.\n"
    size = len(line.format(0))
    lines = [line.format(number) for number in range(chunks * PLAN.chunk // size)]
    while len(cut("".join(lines), PLAN)) > chunks:
        lines.pop()
    lines[len(lines) // 2] = NEEDLE
    return Document(id=name, text="".join(lines))


@asynccontextmanager
async def opened(fake: FakeLLM, folder: Path) -> AsyncIterator[Core]:
    """Open the model as `ask` does, warm; its cache lies in `folder`."""
    settings = load_settings(
        {
            "LLM_ENDPOINT_URL": fake.endpoint_url,
            "DATABASE_URL": f"sqlite:///{folder}/catalyst.db",
        }
    )
    async with open_model(settings_for(settings, concurrency=AT_ONCE)) as asked:
        await asked.models.router.warm_up()
        yield asked.core


async def ask(core: Core, text: Document, *, at_once: int) -> Answer:
    reader = LongReader(
        core.structured, plan=PLAN, budget=Budget(calls=1_000), at_once=at_once
    )
    return await reader.answer(text, QUESTION)


async def fifty(core: Core) -> Row:
    answer = await ask(core, document(50, name="fifty"), at_once=AT_ONCE)
    return Row(
        what=f"50 chunks, {AT_ONCE} at a time",
        measured=f"{answer.seconds:.2f} s, {answer.calls} calls",
        bar="≤ 1.2 s; limit 1.0 s",
        is_met=answer.found and answer.seconds <= 1.2,
    )


async def against_one_at_a_time(core: Core, count: int) -> Row:
    one = await ask(core, document(count, name=f"one{count}"), at_once=1)
    many = await ask(core, document(count, name=f"many{count}"), at_once=AT_ONCE)
    limit = count / math.ceil(count / AT_ONCE)
    speedup = one.seconds / many.seconds
    return Row(
        what=f"{count} chunks, against one at a time",
        measured=f"{one.seconds:.2f} s / {many.seconds:.2f} s = {speedup:.2f} ×",
        bar=f"≥ 90 % of {limit:g} ×: {speedup / limit:.0%}",
        is_met=speedup >= 0.9 * limit and one.calls == many.calls == count,
    )


async def needle(fake: FakeLLM, folder: Path) -> tuple[Row, Row]:
    """Read 100,000 lines twice, the second time with all of it opened anew."""
    lines = [f"Item {number}: nothing happened.\n" for number in range(100_000)]
    lines[71_234] = NEEDLE
    text = Document(id="needle", text="".join(lines))
    async with opened(fake, folder) as core:
        first = await ask(core, text, at_once=AT_ONCE)
    most = math.ceil(len(text.text) / PLAN.chunk) + 5
    is_right = [one.start for one in first.citations] == [text.text.index(NEEDLE)]
    async with opened(fake, folder) as core:
        fake.requests.clear()
        second = await ask(core, text, at_once=AT_ONCE)
        again = len(fake.requests)
    ratio = first.seconds / second.seconds
    return (
        Row(
            what=f"a needle in 100,000 lines, {len(text.text) / 1e6:.1f} MB",
            measured=f"{'right' if is_right else 'wrong'} offset, "
            f"{first.calls} calls, {first.seconds:.1f} s",
            bar=f"found, ≤ {most} calls",
            is_met=is_right and first.calls <= most,
        ),
        Row(
            what="the same again, from the file of answers",
            measured=f"{again} requests, {second.seconds:.3f} s = {ratio:.0f} ×",
            bar="0 requests, ≥ 50 ×",
            is_met=not again and ratio >= 50,
        ),
    )


async def rows(folder: Path) -> list[Row]:
    async with FakeLLM().open() as fake:
        fake.latency = SERVICE
        async with opened(fake, folder) as core:
            found = [await fifty(core)]
            found += [
                await against_one_at_a_time(core, count) for count in (3, 5, 10, 100)
            ]
        return [*found, *await needle(fake, folder)]


async def main() -> None:
    logging.disable(logging.WARNING)
    table = Table("what", "measured", "bar", "", title="A long document")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        for row in await rows(Path(name)):
            verdict = "met" if row.is_met else "MISSED"
            table.add_row(row.what, row.measured, row.bar, verdict)
    table.caption = f"{time.monotonic() - began:.0f} s"
    Console().print(table)


if __name__ == "__main__":
    asyncio.run(main())
