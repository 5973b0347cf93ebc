"""Ninety days of 5,000 items in some minutes: `python -m benchmarks.ninety_days`.

The clock is simulated, the rest is real: ledger, archive, the nightly pruning and the
copy (one night in six, to spare the disk) at their New York times, over the end of
daylight saving and two holidays. Two more days follow, so that rows of RETENTION_DAYS
expire too. An item leaves what the pipeline leaves of it: five names, and a rejection
or, one in fifty, an alert with its jobs, its message and its analysis.
"""

import asyncio
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from catalyst_bot.card_state import Analysis, CardState, MessageRef, Phase
from catalyst_bot.intake.identity import identify
from catalyst_bot.market.calendar import session_at
from catalyst_bot.model import Alert, NewsItem, Reason, Rejection, Session
from catalyst_bot.ops.schedule import NEW_YORK, backup_job, prune_job
from catalyst_bot.storage import records
from catalyst_bot.storage.backup import back_up, copies
from catalyst_bot.storage.jobs import NewJob
from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.storage.records import Write
from catalyst_bot.storage.restoring import restore
from catalyst_bot.storage.retention import prune
from tests.clocks import ManualClock
from tests.house import BULLISH, House, open_house
from tests.news import headline, page

FIRST_DAY = date(2026, 9, 28)  # the clocks change on November 1
DAYS, MORE_DAYS = 90, 2
PAGES, PAGE, ALERTS = 10, 500, 10  # a day; items of each; alerts among them
KEEP = 2
HOURS = (4, 6, 7, 8, 9, 10, 12, 14, 16, 18)  # of the pages, New York time


@dataclass(slots=True)
class Nights:
    """What pruning and copying cost, night by night."""

    steps: list[float] = field(default_factory=list)  # seconds, the longest of a night
    waits: list[float] = field(default_factory=list)  # seconds of a commit beside them
    bare: list[float] = field(default_factory=list)  # of one by bare sqlite3 then
    rows: int = 0
    copies: list[float] = field(default_factory=list)  # seconds
    largest: int = 0  # bytes of the database with its log
    prunings: list[date] = field(default_factory=list)


class Newsroom:
    """Makes headlines of many companies."""

    def __init__(self) -> None:
        self._random = random.Random(1)
        letters = "abcdefghijklmnopqrstuvwxyz"
        self._words = ["".join(self._random.choices(letters, k=8)) for _ in range(3000)]
        self._number = 0

    def item(self, now: datetime) -> NewsItem:
        self._number += 1
        words = self._random.choices(self._words, k=9)
        title = f"{' '.join(words).title()} {self._number}"
        slug = "-".join(words)
        link = f"https://wire.example/{now:%Y/%m/%d}/{self._number}/en/{slug}"
        return replace(
            headline(
                title,
                identity=link,
                link=link,
                tickers=(f"T{self._random.randrange(5000)}",),
                summary=" ".join(self._random.choices(self._words, k=33))[:300],
                published_at=now,
                company=" ".join(words[:2]).title(),
            ),
            received_at=now,
        )


def names_of(item: NewsItem) -> tuple[str, ...]:
    """Return the names under which intake knows such an item again."""
    return (
        item.key,
        f"{item.key}#{sha256(item.state.encode()).hexdigest()[:12]}",
        f"{item.key}@{item.source}",
        f"link:{item.link}",
        f"title:{' '.join(item.tickers)}|{item.title.lower()}",
    )


def seen(item: NewsItem, *, alert_key: str | None, unix: float) -> list[Write]:
    return [
        records.save_item(item, alert_key=alert_key, unix=unix),
        *(
            records.save_alias(name, item_key=item.key, unix=unix, moves=True)
            for name in names_of(item)
        ),
    ]


async def accept(ledger: Ledger, items: Sequence[NewsItem], clock: ManualClock) -> None:
    """Commit a page: rejections, and alerts with their posts."""
    unix, now, writes, posts = clock.unix(), clock.now(), list[Write](), list[NewJob]()
    for number, item in enumerate(items):
        if number < ALERTS:
            alert = Alert(
                key=item.key, item=item, sentiment=0.8, value=0.5, raised_at=now
            )
            pending = Analysis(phase=Phase.PENDING)
            writes.append(records.save_alert(alert, pending, unix=unix))
            writes += seen(item, alert_key=item.key, unix=unix)
            key = f"{item.key}|main"
            posts.append(NewJob(queue="post:main", key=key, body=item.key))
        else:
            rejection = Rejection(
                item=item, reason=Reason.LOW_SCORE, detail="|+0.05| < 0.30", at=now
            )
            writes.append(records.save_rejection(rejection, unix=unix))
            writes += seen(item, alert_key=None, unix=unix)
    await ledger.done(then=posts, facts=writes)


async def deliver(ledger: Ledger, clock: ManualClock) -> None:
    """Post, read and edit all that waits."""
    unix = clock.unix()
    posts = await ledger.take("post:main", 100, lease=15, wait=0)
    state = CardState(analysis=Analysis(phase=Phase.PENDING), posted_after=0.1)
    messages = [
        records.save_message(job.body, ref_of(job.body), state, unix=unix)
        for job in posts
    ]
    asked = [NewJob(queue="enrich", key=job.body, body=job.body) for job in posts]
    await ledger.done(posts, then=asked, facts=messages)
    readings = await ledger.take("enrich", 100, lease=15, wait=0)
    analysis = Analysis(phase=Phase.ANALYSED, verdict=BULLISH)
    verdicts = [records.save_analysis(job.body, analysis) for job in readings]
    changed = [NewJob(queue="edit:main", key=f"{j.body}|1", body=j.body) for j in posts]
    await ledger.done(readings, then=changed, facts=verdicts)
    edits = await ledger.take("edit:main", 100, lease=15, wait=0)
    counted = [records.count_edit(job.body, "main") for job in edits]
    await ledger.done(edits, facts=counted)


def ref_of(key: str) -> MessageRef:
    number = str(abs(hash(key)))[:19]
    return MessageRef(
        channel="main", channel_id=number, message_id=number, position=0, cards=1
    )


def agenda(first: date, days: int) -> Iterator[tuple[datetime, str]]:
    """Yield what happens when, in order: pages, and the jobs of each night."""
    begin = datetime(first.year, first.month, first.day, tzinfo=NEW_YORK)
    end = begin + timedelta(days=days)  # the same hour of the wall clock
    moments = [
        (datetime(d.year, d.month, d.day, hour, tzinfo=NEW_YORK), "page")
        for d in (first + timedelta(days=n) for n in range(days))
        for hour in HOURS
    ]
    for job in (prune_job(nothing), backup_job(nothing)):
        moment = job.at.get_next_fire_time(None, begin)
        while moment is not None and moment < end:
            moments.append((moment, job.name))
            after = moment + timedelta(microseconds=1)
            moment = job.at.get_next_fire_time(moment, after)
    return iter(sorted((when.astimezone(UTC), what) for when, what in moments))


async def nothing() -> None:
    """Stand for the run of a job whose times alone are wanted."""


async def committing(ledger: Ledger, folder: Path, nights: Nights) -> None:
    """Commit all the time, as alerts do, and by bare sqlite3 into a file beside."""
    while True:
        began = time.perf_counter()
        await ledger.probe()
        nights.waits.append(time.perf_counter() - began)
        nights.bare.append(await asyncio.to_thread(commit_bare, folder / "bare.db"))
        await asyncio.sleep(0.02)


def commit_bare(path: Path) -> float:
    """Return the seconds of a commit of one row: what the disk alone costs now."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("CREATE TABLE IF NOT EXISTS probes (at REAL)")
        began = time.perf_counter()
        connection.execute("INSERT INTO probes VALUES (?)", (began,))
        return time.perf_counter() - began


def is_copied(unix: float) -> bool:
    """Tell whether the copy of this night is made: one in six takes time enough."""
    return int(unix // 86_400) % 6 == 0


async def night(house: House, folder: Path, what: str, nights: Nights) -> None:
    """Prune or copy, while alerts are committed."""
    unix, url = house.clock.unix(), f"sqlite:///{folder}/catalyst.db"
    async with asyncio.TaskGroup() as group:
        beside = group.create_task(committing(house.ledger, folder, nights))
        if what == "prune":
            done = await prune(house.database, unix=unix, retention_days=90)
            nights.steps.append(done.longest)
            nights.rows += done.rows
            nights.prunings.append(house.clock.now().astimezone(NEW_YORK).date())
        elif is_copied(unix):
            began = time.perf_counter()
            await back_up(url, folder=folder / "backups", keep=KEEP, unix=unix)
            nights.copies.append(time.perf_counter() - began)
        beside.cancel()


async def live(folder: Path, clock: ManualClock, nights: Nights) -> None:
    """Live all days."""
    newsroom = Newsroom()
    async with open_house(folder, clock) as house:
        for moment, what in agenda(FIRST_DAY, DAYS + MORE_DAYS):
            clock.advance((moment - clock.now()).total_seconds())
            if what == "page":
                items = [newsroom.item(clock.now()) for _ in range(PAGE)]
                await accept(house.ledger, identify(page(*items)).items, clock)
                await deliver(house.ledger, clock)
            else:
                await night(house, folder, what, nights)
                nights.largest = max(nights.largest, size_of(folder))


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("catalyst.db*"))


def lose(folder: Path) -> None:
    for path in folder.glob("catalyst.db*"):
        path.unlink()


async def restored(folder: Path, clock: ManualClock) -> tuple[float, int, int]:
    """Lose the database; return seconds, alerts, and posts of what the copy knows."""
    url = f"sqlite:///{folder}/catalyst.db"
    lose(folder)
    began = time.perf_counter()
    newest = copies(url, folder / "backups")[0]
    done = restore(url, newest.path, unix=clock.unix())
    took = time.perf_counter() - began
    async with open_house(folder, clock) as house:
        known = [stored.alert.item for stored in await house.archive.latest(100)]
        clock.advance((known[0].published_at - clock.now()).total_seconds())
        await house.accept(page(*known))
        await house.post()
        return took, done.alerts, len(house.screen.messages)


async def main() -> None:
    began = time.perf_counter()
    start = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=NEW_YORK)
    clock, nights = ManualClock(start.astimezone(UTC)), Nights()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        await live(folder, clock, nights)
        took, alerts, repeated = await restored(folder, clock)
    table = Table("what", "measured", "bar")
    for row in rows_of(nights):
        table.add_row(*row)
    table.add_row("restore; alerts in it", f"{took:.1f} s; {alerts:,}", "works")
    table.add_row("posts of 100 alerts that the copy knows", str(repeated), "0")
    Console().print(table)
    Console().print(f"{time.perf_counter() - began:.0f} s in all; {days_told()}")


def rows_of(nights: Nights) -> Iterator[tuple[str, str, str]]:
    """Yield what was measured, and the bar of it."""
    yield "the database with its log", f"{nights.largest / 1e6:.0f} MB", "≤ 1 GB"
    step = f"{1e3 * median(nights.steps):.1f} and {1e3 * max(nights.steps):.1f} ms"
    yield "longest step of a pruning: median and worst night", step, "≤ 50 ms"
    yield "a commit beside pruning and copying: p50, p99, max", told(nights.waits), "–"
    yield "a commit by bare sqlite3 then: p50, p99, max", told(nights.bare), "–"
    days = f"{len(set(nights.prunings))} of {DAYS + MORE_DAYS}"
    yield "days with one pruning; rows", f"{days}; {nights.rows:,}", "each"
    copied = f"{median(nights.copies):.1f} and {nights.copies[-1]:.1f} s"
    yield "a copy: median and last", copied, "–"


def told(seconds: Sequence[float]) -> str:
    """Return p50, p99 and the longest in milliseconds."""
    ordered = sorted(seconds)
    shown = (median(ordered), ordered[len(ordered) * 99 // 100], ordered[-1])
    return ", ".join(f"{1e3 * value:.1f}" for value in shown) + " ms"


def days_told() -> str:
    """Return what kinds of days went by."""
    days = [FIRST_DAY + timedelta(days=n) for n in range(DAYS)]
    noons = [datetime(d.year, d.month, d.day, 12, tzinfo=NEW_YORK) for d in days]
    closed = sum(
        session_at(noon) is Session.CLOSED and noon.weekday() < 5 for noon in noons
    )
    changes = sum(a.utcoffset() != b.utcoffset() for a, b in pairwise(noons))
    return f"{len(days)} days, {closed} holidays, {changes} change of the clocks"


if __name__ == "__main__":
    asyncio.run(main())
