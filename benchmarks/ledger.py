"""What one commit costs, and how soon an idle worker has its job.

`python -m benchmarks.ledger`. The product's ledger and bare sqlite3 write by turns, to
the same disk with the same pragmas: a job with a body of 400 bytes for each commit.
"""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from rich.console import Console
from rich.table import Table

from catalyst_bot.clock import SystemClock
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.simulation.beside import beside
from catalyst_bot.storage.checkpoints import keep_log_short
from catalyst_bot.storage.database import open_database
from catalyst_bot.storage.jobs import NewJob
from catalyst_bot.storage.ledger import Ledger
from tests.house import ignore

COMMITS, WAKES = 2000, 200
TRIPS = 17  # to the database's thread, by both transactions of a wake-up together
BODY = "x" * 400
INSERT = (
    "INSERT INTO jobs (queue, key, body, created, due) VALUES ('bench', ?, ?, ?, ?)"
)


def bare(path: Path) -> sqlite3.Connection:
    """Open a database like the ledger's, with one table of jobs."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(
        "CREATE TABLE jobs (queue TEXT, key TEXT, body TEXT, created REAL, due REAL, "
        "state INTEGER DEFAULT 0, PRIMARY KEY (queue, key))"
    )
    connection.execute("CREATE INDEX due ON jobs (queue, due) WHERE state = 0")
    return connection


def commit_bare(connection: sqlite3.Connection, number: int) -> float:
    began = time.perf_counter()
    now = time.time()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(INSERT, (str(number), BODY, now, now))
    connection.execute("COMMIT")
    return time.perf_counter() - began


async def commit(ledger: Ledger, number: int) -> float:
    began = time.perf_counter()
    await ledger.done(then=[NewJob(queue="bench", key=str(number), body=BODY)])
    return time.perf_counter() - began


async def wake(ledger: Ledger, number: int) -> float:
    """Return the seconds from the call that puts a job to the job in an idle hand."""
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(ledger.take("idle", 1, lease=15, wait=5))
        await asyncio.sleep(0.02)  # it has looked, and waits
        began = time.perf_counter()
        await ledger.done(then=[NewJob(queue="idle", key=str(number), body=BODY)])
        (job,) = await waiting
        took = time.perf_counter() - began
    await ledger.done([job])
    return took


async def bare_trips() -> float:
    """Return the seconds of so many trips to a thread, from idle."""
    await asyncio.sleep(0.02)
    began = time.perf_counter()
    for _ in range(TRIPS):
        await asyncio.to_thread(int)
    return time.perf_counter() - began


def told(seconds: Sequence[float]) -> tuple[str, str]:
    """Return p50 and p99 in milliseconds."""
    ordered = sorted(seconds)
    shown = [ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]]
    first, last = (f"{1000 * value:.2f} ms" for value in shown)
    return first, last


async def main() -> None:
    clock = SystemClock()
    full, plain = list[float](), list[float]()
    wakes, trips = list[float](), list[float]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "catalyst.db"
        async with (
            open_database(f"sqlite:///{path}", lost=ignore) as database,
            beside(keep_log_short(path), name="checkpoints"),
        ):
            ledger = Ledger(database, clock=clock, metrics=Metrics(), health=Health())
            with closing(bare(folder / "bare.db")) as connection:
                for number in range(COMMITS):
                    plain.append(commit_bare(connection, number))
                    full.append(await commit(ledger, number))
            for number in range(WAKES):
                trips.append(await bare_trips())
                wakes.append(await wake(ledger, number))
    ratio = sorted(full)[COMMITS // 2] / sorted(plain)[COMMITS // 2]
    table = Table("what", "p50", "p99", "bar")
    table.add_row("a commit by bare sqlite3", *told(plain), "–")
    bar = "p50 ≤ 6 × sqlite3, p99 ≤ 5 ms"
    table.add_row(f"a commit by the ledger, {ratio:.1f} ×", *told(full), bar)
    table.add_row(f"{TRIPS} trips to a thread, nothing done", *told(trips), "–")
    table.add_row("a job is put → an idle worker has it", *told(wakes), "≤ 5 ms")
    Console().print(table)


if __name__ == "__main__":
    asyncio.run(main())
