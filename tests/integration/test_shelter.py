"""What stands in for a disk that takes nothing, and what is written back to it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, insert, select, update

from catalyst_bot.conflict import Dispute, Kind, State, Strength
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.storage import shelter
from catalyst_bot.storage.ballast import SIZE, Ballast
from catalyst_bot.storage.database import Database, open_database
from catalyst_bot.storage.disputes import save_dispute, settle_dispute
from catalyst_bot.storage.jobs import NewJob
from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.storage.records import Write
from catalyst_bot.storage.remembered import save_fact
from catalyst_bot.storage.schema import OPEN, alerts, aliases, conflicts, items, jobs
from catalyst_bot.storage.shelter import Shelter, open_shelter
from tests.clocks import ManualClock
from tests.house import ignore


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[tuple[Database, Ledger]]:
    async with open_database(
        f"sqlite:///{folder}/catalyst.db", lost=ignore
    ) as database:
        ledger = Ledger(
            database, clock=ManualClock(), metrics=Metrics(), health=Health()
        )
        yield database, ledger


def sights(count: int) -> list[Write]:
    """Return so many items, each with a name."""
    return [
        write
        for number in range(count)
        for write in (
            Write(
                _ITEM,
                {
                    "key": f"item {number}",
                    "source": "wire",
                    "title": f"Title {number}",
                    "tickers": "",
                    "published_at": "2026-11-20T17:00:00+00:00",
                    "first_seen": float(number),
                    "last_seen": float(number),
                },
            ),
            Write(
                _NAME,
                {"alias": f"name {number}", "item_key": f"item {number}", "seen_at": 0},
            ),
        )
    ]


_ITEM, _NAME, _ALERT = insert(items), insert(aliases), insert(alerts)


def alert_row(key: str) -> dict[str, object]:
    """Return an alert of which nothing but its key is looked at."""
    row = {"key": key, "id": key[:8], "tickers": "", "raised": 1.0}
    return {**row, "alert": "{}", "analysis": "{}"}


async def counted(place: Shelter) -> Sequence[int]:
    async with place.engine.connect() as connection:
        return [
            (await connection.execute(select(func.count()).select_from(t))).scalar_one()
            for t in (jobs, items, aliases)
        ]


async def test_open_jobs_and_the_newest_items_are_known_in_memory(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as (database, ledger):
        await ledger.done(
            then=[NewJob(queue="post", key="a")],
            facts=sights(shelter.MOST_ITEMS + 5),
        )
        place = open_shelter(database.path)
        assert await counted(place) == [1, shelter.MOST_ITEMS, shelter.MOST_ITEMS]
        await place.close()


async def test_only_what_changed_is_written_back_and_is_there_after_a_restart(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as (database, ledger):
        await ledger.done(
            then=[NewJob(queue="post", key="a"), NewJob(queue="post", key="b")],
            facts=[save_fact("kept", "1"), save_fact("changed", "1")],
        )
        place = open_shelter(database.path)
        async with place.engine.begin() as connection:
            ended = update(jobs).where(jobs.c.key == "a").values(state=1, fence=7)
            await connection.execute(ended)
            changed = save_fact("changed", "2")
            await connection.execute(changed.statement, [changed.row])
        await ledger.done(facts=[save_fact("kept", "of the disk")])
        async with place.engine.begin() as connection:
            kept = save_fact("kept", "of the disk")
            await connection.execute(kept.statement, [kept.row])
        place.write_back()
        await place.close()
    async with opened(tmp_path) as (database, ledger):
        assert await ledger.fact("changed") == "2"
        (waiting,) = await ledger.backlog()
        assert (waiting.pending, await ledger.is_open("post", "b")) == (1, True)


async def test_a_conflict_is_known_and_ended_without_the_disk(tmp_path: Path) -> None:
    waiting = Dispute(
        earlier="talks",
        later="denial",
        kind=Kind.DENIAL,
        strength=Strength.STRONG,
        reason="denies",
        at=1.0,
    )
    async with opened(tmp_path) as (database, ledger):
        told = [Write(_ALERT, alert_row(key)) for key in ("talks", "denial")]
        await ledger.done(facts=[*told, save_dispute(waiting)])
        place = open_shelter(database.path)
        async with place.engine.begin() as connection:
            ended = settle_dispute(replace(waiting, state=State.CONFIRMED))
            result = await connection.execute(ended.statement, ended.row)
            assert result.rowcount == 1
        await place.trim()
        place.write_back()
        await place.close()
        async with database.read() as connection:
            query = select(conflicts.c.state)
            assert (await connection.execute(query)).scalars().all() == ["confirmed"]


async def test_a_long_outage_does_not_fill_the_memory(tmp_path: Path) -> None:
    async with opened(tmp_path) as (database, _):
        place = open_shelter(database.path)
        row = {"queue": "post", "body": "", "due": 0.0, "error": ""}
        many = shelter.MOST_JOBS + 30
        rows = [
            {**row, "key": str(n), "created": float(n), "state": 1 if n else OPEN}
            for n in range(many)
        ]
        seen = sights(shelter.MOST_ITEMS + 30)
        async with place.engine.begin() as connection:
            await connection.execute(insert(jobs), rows)
            for statement in (_ITEM, _NAME):
                written = [w.row for w in seen if w.statement is statement]
                await connection.execute(statement, written)
        await place.trim()
        jobs_kept = shelter.MOST_JOBS + 1  # the open one stays, however old
        assert await counted(place) == [jobs_kept, *[shelter.MOST_ITEMS] * 2]
        await place.close()


def test_the_ballast_is_dropped_once_and_taken_in_again(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path / "catalyst.db")
    assert not ballast.drop()
    ballast.take_in()
    (file,) = tmp_path.iterdir()
    assert file.stat().st_blocks * 512 >= SIZE  # room on the disk, not a hole
    assert ballast.drop()
    assert not ballast.drop()
