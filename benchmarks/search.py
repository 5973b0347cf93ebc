"""How soon a search answers: `python -m benchmarks.search`.

The sources are simulated EDGARs on loopback sockets, each with a latency of its own,
and the scores those of a simulated model that takes 0.2 s. Each row stands beside the
same work one after the other, in the same run. The archive has 100,000 titles made of
those of SEntFiN (or of the demo's day); commits with and without its index go by turns.
"""

import asyncio
import csv
import logging
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import insert

from catalyst_bot.assembly.searching import ModelRanker
from catalyst_bot.cli.asking import open_model, settings_for
from catalyst_bot.clock import SystemClock
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.reading.likeness import Candidate, local_relevance
from catalyst_bot.search.edgar import EdgarNews
from catalyst_bot.search.model import Hit, Rank, SearchReply
from catalyst_bot.search.service import TIMEOUT, Search
from catalyst_bot.settings import load_settings
from catalyst_bot.simulation.edgar_search import FakeEdgar
from catalyst_bot.simulation.feed_shapes import Filing
from catalyst_bot.simulation.llm import FakeLLM
from catalyst_bot.simulation.script import parse_script
from catalyst_bot.sources.outside import Outside, open_outside
from catalyst_bot.storage.database import Database, open_database
from catalyst_bot.storage.fulltext import FullText, TextIndex
from catalyst_bot.storage.schema import items
from tests.house import ignore

SENTFIN = Path(__file__).parents[2] / "shared" / "data" / "sentfin_dev.csv"
SERVICE = 0.2  # seconds of the model for an answer
FILINGS = 20
ITEMS, COMMITS, AT_ONCE = 100_000, 1_000, 3
QUERIES = ("T77", "profit guidance", "shares of the company rise on record profit")
PACE = (
    0.01  # seconds between commits: 300 items a second, fifteen times those of `soak`
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table."""

    what: str
    measured: str
    bar: str
    is_met: bool


@asynccontextmanager
async def edgars(latencies: Sequence[float]) -> AsyncIterator[list[FakeEdgar]]:
    """Open a server for each latency, each with filings of its own."""
    async with AsyncExitStack() as stack:
        servers = []
        for number, latency in enumerate(latencies):
            server = await stack.enter_async_context(FakeEdgar().open())
            server.latency = latency
            server.filings = [filing(number * FILINGS + n) for n in range(FILINGS)]
            servers.append(server)
        yield servers


def filing(number: int) -> Filing:
    return Filing(
        form="8-K",
        company=f"ACME {number}",
        cik=str(7_000_000 + number),
        accession=f"0009999999-26-{number:06d}",
        accepted_at=datetime.now(UTC) - timedelta(minutes=number),
        items=("2.02: Results of Operations",),
    )


def search_over(
    servers: Sequence[FakeEdgar], outside: Outside, ranker: ModelRanker | None = None
) -> Search:
    async def fetch(url: str, *, within: float) -> bytes:
        return (await outside.get(url, deadline=within)).body

    def relevance(query: str, hit: Hit) -> float:
        return local_relevance(query, Candidate(title=hit.title, tickers=hit.tickers))

    return Search(
        {
            f"s{number}": EdgarNews(
                server.origin, fetch=fetch, clock=outside.clock, within=TIMEOUT
            )
            for number, server in enumerate(servers)
        },
        relevance=relevance,
        ranker=ranker,
        clock=outside.clock,
        metrics=Metrics(),
    )


async def timed(
    search: Search, *, sources: Sequence[str] | None = None, rank: Rank = Rank.LOCAL
) -> tuple[SearchReply, float]:
    began = time.perf_counter()
    reply = await search.search("acme results", sources=sources, limit=50, rank=rank)
    return reply, time.perf_counter() - began


async def one_by_one(search: Search, count: int) -> float:
    return sum([(await timed(search, sources=[f"s{n}"]))[1] for n in range(count)])


async def together(
    outside: Outside, latencies: Sequence[float], *, most: float, least: float
) -> Row:
    async with edgars(latencies) as servers:
        search = search_over(servers, outside)
        await timed(search)  # the connections stand from now on
        reply, took = await timed(search)
        alone = await one_by_one(search, len(servers))
    limit = sum(latencies) / max(latencies)
    return Row(
        what=f"sources of {', '.join(f'{one:g}' for one in latencies)} s",
        measured=f"{took:.3f} s; one by one {alone:.2f} s, {alone / took:.2f} ×",
        bar=f"≤ {most:g} s, ≥ {least:g} ×; limit {limit:.2g} ×",
        is_met=took <= most
        and alone / took >= least
        and all(state.count == FILINGS for state in reply.sources),
    )


async def hanging(outside: Outside) -> Row:
    async with edgars((0.5, 0.3, 0.2)) as servers:
        servers[0].is_hanging = True
        reply, took = await timed(search_over(servers, outside))
    return Row(
        what="one of three hangs",
        measured=f"{took:.2f} s, {len(reply.results)} results",
        bar="3.0–3.2 s, all results of the others",
        is_met=3.0 <= took <= 3.2
        and len(reply.results) == 2 * FILINGS
        and not reply.sources[0].ok,
    )


async def then_scored(outside: Outside, folder: Path) -> Row:
    async with FakeLLM().open() as model, edgars((0.5, 0.3, 0.2)) as servers:
        settings = load_settings(
            {
                "LLM_ENDPOINT_URL": model.endpoint_url,
                "DATABASE_URL": f"sqlite:///{folder}/catalyst.db",
            }
        )
        model.latency = SERVICE
        chosen = settings_for(settings, concurrency=10, uses_cache=False)
        async with open_model(chosen) as asked:
            await asked.models.router.warm_up()
            search = search_over(servers, outside, ModelRanker(asked.core))
            await timed(search, rank=Rank.LLM)  # the connections stand from now on
            reply, took = await timed(search, rank=Rank.LLM)
            alone = await one_by_one(search, len(servers))
    scored = sum(one.scored_by == "llm" for one in reply.results)
    sequential = alone + scored * SERVICE
    return Row(
        what="sources of 0.5, 0.3, 0.2 s, then 20 scores of 0.2 s, 10 at a time",
        measured=f"{took:.3f} s; one by one {sequential:.2f} s, "
        f"{sequential / took:.2f} ×",
        bar="≤ 1 s, ≥ 5 ×; limit 5.6 ×",
        is_met=took <= 1.0 and scored == 20 and sequential / took >= 5,
    )


def words() -> list[str]:
    if not SENTFIN.exists():
        day = files("catalyst_bot.simulation").joinpath("day.txt")
        lines = parse_script(day.read_text(encoding="utf-8"))
        return " ".join(line.text for line in lines).split()
    with SENTFIN.open(encoding="utf-8", newline="") as file:
        return " ".join(row["title"] for row in csv.DictReader(file)).split()


def rows(known: Sequence[str], start: int, count: int) -> list[dict[str, object]]:
    draw = random.Random(start)
    return [
        {
            "key": f"feed:{number}",
            "source": "wire",
            "title": " ".join(draw.choices(known, k=11)),
            "tickers": f" T{draw.randrange(5000)} ",
            "published_at": "2026-11-20T17:00:00+00:00",
            "first_seen": float(number),
            "last_seen": float(number),
            "link": f"https://wire.example/{number}",
        }
        for number in range(start, start + count)
    ]


async def write(database: Database, seen: Sequence[dict[str, object]]) -> float:
    began = time.perf_counter()
    async with database.write() as connection:
        await connection.execute(insert(items), seen)
    return time.perf_counter() - began


@asynccontextmanager
async def archive(
    folder: Path, known: Sequence[str], *, is_indexed: bool
) -> AsyncIterator[Database]:
    name = "with" if is_indexed else "without"
    async with open_database(f"sqlite:///{folder}/{name}.db", lost=ignore) as database:
        for start in range(0, ITEMS, 5_000):
            await write(database, rows(known, start, 5_000))
        if is_indexed:
            await TextIndex(database).catch_up()
        yield database


async def archive_rows(folder: Path) -> list[Row]:
    known = words()
    async with (
        archive(folder, known, is_indexed=True) as indexed,
        archive(folder, known, is_indexed=False) as plain,
    ):
        found = [await query(indexed, text) for text in QUERIES]
        taken: dict[bool, list[float]] = {True: [], False: []}
        keeping = asyncio.create_task(TextIndex(indexed).run())
        for number in range(COMMITS):
            seen = rows(known, ITEMS + number * AT_ONCE, AT_ONCE)
            turns = ((True, indexed), (False, plain))
            for is_indexed, database in turns if number % 2 else reversed(turns):
                taken[is_indexed].append(await write(database, seen))
            await asyncio.sleep(PACE)
        keeping.cancel()
    return [*found, commits(taken[True], taken[False])]


async def query(database: Database, text: str) -> Row:
    full, took = FullText(database), []
    for _ in range(9):
        began = time.perf_counter()
        found = await full.find(text, limit=100)
        took.append(time.perf_counter() - began)
    middle = statistics.median(took)
    return Row(
        what=f"archive of {ITEMS:,} items: {text}",
        measured=f"{middle * 1000:.0f} ms for {len(found)}",
        bar="≤ 500 ms",
        is_met=middle <= 0.5,
    )


def commits(indexed: list[float], plain: list[float]) -> Row:
    def at(taken: list[float], share: float) -> float:
        return sorted(taken)[int(share * (len(taken) - 1))] * 1000

    ratio = at(indexed, 0.99) / at(plain, 0.99)
    return Row(
        what=f"a commit of {AT_ONCE} items into it, p50 and p99",
        measured=f"{at(indexed, 0.5):.2f} and {at(indexed, 0.99):.1f} ms; without the "
        f"index {at(plain, 0.5):.2f} and {at(plain, 0.99):.1f} ms",
        bar=f"p99 ≤ 1.25 ×: {ratio:.2f} ×",
        is_met=ratio <= 1.25,
    )


async def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        async with open_outside(
            user_agent="benchmark", allow_private=True, clock=SystemClock()
        ) as outside:
            first = [
                await together(outside, (0.5, 0.3, 0.2), most=0.55, least=1.8),
                await together(outside, (0.3,) * 6, most=0.4, least=5),
                await then_scored(outside, Path(name)),
                await hanging(outside),
            ]
        return [*first, *await archive_rows(Path(name))]


def main() -> None:
    logging.disable(logging.WARNING)
    table = Table("what", "measured", "bar", "")
    for row in asyncio.run(measure()):
        table.add_row(row.what, row.measured, row.bar, "" if row.is_met else "missed")
    Console().print(table)


if __name__ == "__main__":
    main()
