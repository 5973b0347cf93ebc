"""Commits together what is ready together.

Twenty edits end in the same millisecond; twenty transactions would hold up the next
post for as many writes to the disk. One does for all.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from catalyst_bot.storage.database import Database, outlives_the_disk
from catalyst_bot.storage.job_rows import add_jobs, end_jobs, record_writes
from catalyst_bot.storage.jobs import Job, NewJob
from catalyst_bot.storage.records import Write
from catalyst_bot.storage.schema import DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Jobs to finish, jobs to add and facts to record: all of it or nothing."""

    finished: Sequence[Job]
    then: Sequence[NewJob]
    facts: Sequence[Write]


@dataclass(slots=True)
class _Group:
    entries: list[Entry] = field(default_factory=list)
    outcomes: list[bool] | None = None


class Committer:
    """Whoever gets the turn commits for all who wait; `now` is the time of rows."""

    def __init__(self, database: Database, *, now: Callable[[], float]) -> None:
        self._database, self._now = database, now
        self._turn = asyncio.Lock()
        self._next = _Group()

    async def commit(self, entry: Entry) -> bool:
        """Return when it is on the disk; False: a lease was lost, nothing was written.

        Raises:
            StorageError: the commit failed; nothing of it was kept.
        """
        group = self._next
        place = len(group.entries)
        group.entries.append(entry)
        async with self._turn:
            if group.outcomes is None:  # also after a leader that was cancelled
                if self._next is group:
                    self._next = _Group()
                group.outcomes = await self._run(group.entries)
        return group.outcomes[place]

    async def _run(self, entries: Sequence[Entry]) -> list[bool]:
        if await self._together(entries):
            return [True] * len(entries)
        # Somebody's lease was lost: each for itself, so that only that one fails.
        return [await self._together([entry]) for entry in entries]

    @outlives_the_disk
    async def _together(self, entries: Sequence[Entry]) -> bool:
        finished = [job for entry in entries for job in entry.finished]
        facts = [write for entry in entries for write in entry.facts]
        async with self._database.write() as connection:
            if not await end_jobs(connection, finished, state=DONE, doubt=0, body=""):
                await connection.rollback()
                return False
            then = [job for entry in entries for job in entry.then]
            await add_jobs(connection, then, now=self._now())
            await record_writes(connection, facts)
        return True
