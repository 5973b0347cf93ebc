"""The ledger against a dict: every verb, crashes, clock steps and stale handles."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
)

from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.storage.database import Database, open_database
from catalyst_bot.storage.jobs import Job, NewJob, joined
from catalyst_bot.storage.ledger import FURTHEST_DUE, Ledger
from catalyst_bot.storage.remembered import save_fact
from catalyst_bot.storage.row_time import CLOCK_JUMP
from tests.clocks import ManualClock
from tests.house import ignore

LEASE = 15.0
QUEUE = "post"
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What a job's row should say."""

    body: str
    created: float
    due: float
    priority: float = 0.0
    is_open: bool = True
    is_leased: bool = False
    attempt: int = 0
    unfinished: int = 0
    doubt: int = 0
    doubt_since: float = 0.0
    fence: int = 0


@cache
def migrated() -> bytes:
    """Return an empty database; each machine works on a copy of it."""

    async def make(url: str) -> None:
        async with open_database(url, lost=ignore):
            pass

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(make(f"sqlite:///{folder}/catalyst.db"))
        return (Path(folder) / "catalyst.db").read_bytes()


class LedgerAgainstDict(RuleBasedStateMachine):
    """One queue of a ledger, and what it should hold after each verb."""

    handles = Bundle("handles")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        (self.folder / "catalyst.db").write_bytes(migrated())
        self.runner = asyncio.Runner()
        self.clock = ManualClock()
        self.rows: dict[str, Entry] = {}
        self.facts: dict[str, str] = {}
        self.offset = 0.0
        self.run(self.start())

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.runner.close()
        shutil.rmtree(self.folder)

    def run(self, work: Awaitable[T]) -> T:
        async def awaited() -> T:
            return await work

        return self.runner.run(awaited())

    async def start(self) -> None:
        self.stack = AsyncExitStack()
        database: Database = await self.stack.enter_async_context(
            open_database(f"sqlite:///{self.folder}/catalyst.db", lost=ignore)
        )
        self.ledger = Ledger(
            database, clock=self.clock, metrics=Metrics(), health=Health()
        )
        self.offset = self.clock.wall_offset

    @property
    def now(self) -> float:
        """The wall clock as it was when the rows last followed it."""
        return self.clock.unix() - self.clock.wall_offset + self.offset

    def holds(self, job: Job) -> bool:
        row = self.rows[job.key]
        return row.is_open and row.fence == job.fence

    def end(self, job: Job, **values: object) -> None:
        row = self.rows[job.key]
        ended = replace(row, is_leased=False, fence=row.fence + 1)
        self.rows[job.key] = replace(ended, **values)  # type: ignore[arg-type]

    def add(self, job: NewJob) -> None:
        self.rows.setdefault(
            job.key,
            Entry(
                body=job.body,
                created=self.now,
                due=self.now + job.delay,
                priority=job.priority,
            ),
        )

    @rule(
        key=st.sampled_from("abcdef"),
        delay=st.sampled_from([0.0, 10.0, 9000.0]),
        priority=st.sampled_from([0.0, 1.0]),
    )
    def put(self, key: str, delay: float, priority: float) -> None:
        job = NewJob(queue=QUEUE, key=key, body=key, delay=delay, priority=priority)
        assert self.run(self.ledger.done(then=[job]))
        self.add(job)

    @rule(target=handles, limit=st.integers(1, 4), floor=st.sampled_from([0.0, 1.0]))
    def take(self, limit: int, floor: float) -> object:
        self.follow_clock()
        taken = self.run(
            self.ledger.take(QUEUE, limit, lease=LEASE, wait=0.0, floor=floor)
        )
        could = {
            key: (-row.priority, row.due)
            for key, row in self.rows.items()
            if row.is_open and row.due <= self.now and row.priority >= floor
        }
        keys = [job.key for job in taken]
        assert len(set(keys)) == len(keys) == min(limit, len(could))
        left = [rank for key, rank in could.items() if key not in keys]
        assert not left or all(could[key] <= min(left) for key in keys)
        for job in taken:
            self.lease(job)
        return multiple(*taken)

    def lease(self, job: Job) -> None:
        row = self.rows[job.key]
        assert (job.body, job.created, job.attempt) == (
            row.body,
            row.created,
            row.attempt + 1,
        )
        assert (job.in_doubt, job.unfinished) == (row.doubt > 0, row.unfinished)
        since = row.doubt_since if row.doubt else self.now
        assert job.doubt_since == since
        self.rows[job.key] = replace(
            row,
            due=self.now + LEASE,
            is_leased=True,
            attempt=row.attempt + 1,
            unfinished=row.unfinished + 1,
            doubt=row.doubt + 1,
            doubt_since=since,
            fence=row.fence + 1,
        )
        assert job.fence == row.fence + 1

    def follow_clock(self) -> None:
        jump, self.offset = self.clock.wall_offset - self.offset, self.clock.wall_offset
        if abs(jump) > CLOCK_JUMP:
            for key, row in self.rows.items():
                if row.is_open:
                    self.rows[key] = replace(
                        row,
                        due=row.due + jump,
                        created=row.created + jump,
                        doubt_since=row.doubt_since + jump,
                    )

    @rule(job=handles, then=st.sampled_from(["", "e", "f"]), value=st.text(max_size=3))
    def done(self, job: Job, then: str, value: str) -> None:
        is_ours = self.holds(job)
        more = [NewJob(queue=QUEUE, key=then, body=then)] if then else []
        facts = [save_fact("etag", value)]
        assert self.run(self.ledger.done([job], then=more, facts=facts)) is is_ours
        if is_ours:
            self.end(job, is_open=False, doubt=0, body="")
            self.facts["etag"] = value
            for new in more:
                self.add(new)

    @rule(
        job=handles,
        delay=st.sampled_from([0.0, 30.0]),
        not_sent=st.booleans(),
        is_unfinished=st.booleans(),
    )
    def retry(
        self, job: Job, delay: float, not_sent: bool, is_unfinished: bool
    ) -> None:
        is_ours = self.holds(job)
        given = self.run(
            self.ledger.retry(
                job,
                delay=delay,
                error="why",
                not_sent=not_sent,
                is_unfinished=is_unfinished,
            )
        )
        assert given is is_ours
        if is_ours:
            row = self.rows[job.key]
            self.end(
                job,
                due=self.now + delay,
                doubt=row.doubt - not_sent,
                unfinished=row.unfinished if is_unfinished else 0,
            )

    @rule(job=handles)
    def give_up(self, job: Job) -> None:
        is_ours = self.holds(job)
        assert self.run(self.ledger.give_up(job, error="why")) is is_ours
        if is_ours:
            self.end(job, is_open=False, body="")

    @rule(target=handles, first=handles, second=handles)
    def join(self, first: Job, second: Job) -> object:
        if first.key == second.key or first.is_joined or second.is_joined:
            return multiple()
        group, is_ours = [first, second], self.holds(first) and self.holds(second)
        heir = joined(group, now=self.now)
        if is_ours and heir.key in self.rows:
            return multiple()
        heirs = self.run(self.ledger.join([group], lease=LEASE))
        assert heirs == ([heir] if is_ours else [])
        if not is_ours:
            return multiple()
        for job in group:
            self.end(job, is_open=False, doubt=0, body="")
        self.rows[heir.key] = Entry(
            body=heir.body,
            created=heir.created,
            due=self.now + LEASE,
            priority=heir.priority,
            is_leased=True,
            attempt=1,
            unfinished=1,
            doubt=1,
            doubt_since=self.now,
            fence=1,
        )
        return multiple(heir)

    @rule(seconds=st.sampled_from([1.0, 16.0, 4000.0]))
    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule(seconds=st.sampled_from([-3600.0, -2.0, 2.0, 3600.0]))
    def set_wall_clock(self, seconds: float) -> None:
        self.clock.wall_offset += seconds

    @rule()
    def crash(self) -> None:
        self.run(self.stack.aclose())  # what is committed is all that is left
        self.run(self.start())
        self.run(self.ledger.recover())
        for key, row in self.rows.items():
            due = self.now if row.is_leased else row.due
            due = min(due, self.now + FURTHEST_DUE)
            if row.is_open:
                self.rows[key] = replace(row, is_leased=False, due=due)

    @invariant()
    def agrees(self) -> None:
        waiting = {entry.queue: entry for entry in self.run(self.ledger.backlog())}
        count = sum(row.is_open for row in self.rows.values())
        assert (waiting[QUEUE].pending if waiting else 0) == count
        assert self.run(self.ledger.fact("etag")) == self.facts.get("etag")
        for key, row in self.rows.items():
            assert self.run(self.ledger.is_open(QUEUE, key)) is self.is_open(key, row)

    def is_open(self, key: str, row: Entry) -> bool:
        """Tell whether a job is open, or the one that stands for it."""
        return row.is_open or any(
            heir.is_open and f'"{key}"' in heir.body
            for name, heir in self.rows.items()
            if name.startswith("joined|")
        )


TestLedgerAgainstDict = LedgerAgainstDict.TestCase
TestLedgerAgainstDict.settings = settings(
    max_examples=20, stateful_step_count=30, deadline=None
)
