"""What has expired is forgotten step by step; what still protects is kept."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, event, func, select

from catalyst_bot.storage.database import Database
from catalyst_bot.storage.jobs import NewJob
from catalyst_bot.storage.records import touch_item
from catalyst_bot.storage.retention import Pruned, prune
from catalyst_bot.storage.schema import aliases, items, rejections
from tests.clocks import ManualClock
from tests.house import House, open_house
from tests.news import headline, page

DAY = 86_400.0
MANY = 300


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, ManualClock()) as house:
        yield house


async def pruned(house: House, *, days: float = 90) -> Pruned:
    return await prune(house.database, unix=house.clock.unix(), retention_days=days)


async def count(database: Database, table: Table) -> int:
    async with database.read() as connection:
        query = select(func.count()).select_from(table)
        return int((await connection.execute(query)).scalar_one())


async def test_pruning_forgets_what_expired_and_keeps_the_rest(house: House) -> None:
    await house.accept(page(headline("Acme posts record profit", identity="old")))
    await house.settle()
    house.clock.advance(91 * 86_400)
    fresh = headline("Acme again posts record", published_at=house.clock.now())
    await house.accept(page(fresh))
    assert (await pruned(house)).rows > 0
    (kept,) = await house.archive.latest(5)
    assert kept.alert.item.title == "Acme again posts record"


async def test_ended_jobs_are_pruned_but_the_record_of_posts_stays(
    house: House,
) -> None:
    await house.accept(page(headline("Acme posts record profit")))
    await house.settle()
    (stored,) = await house.archive.latest(1)
    key = stored.alert.key
    house.clock.advance(8 * 86_400)
    await pruned(house)
    again = [
        NewJob(queue="enrich", key=key, body=key),
        NewJob(queue="post:main", key=f"{key}|main", body=key),
    ]
    await house.ledger.done(then=again)
    assert len(await house.take("enrich")) == 1
    assert await house.take("post:main") == []


async def test_an_item_that_is_still_listed_keeps_all_its_names(house: House) -> None:
    await house.accept(page(headline("Acme halted", identity="listed")))
    await house.accept(page(headline("Acme holds a meeting", identity="gone")))
    names = await count(house.database, aliases)
    house.clock.advance(31 * DAY)
    listed, *_ = await house.archive.told_since(0, limit=9)
    touched = touch_item(listed.key, unix=house.clock.unix())
    await house.ledger.done(facts=[touched])
    await pruned(house)
    assert await count(house.database, items) == 1
    assert 0 < await count(house.database, aliases) < names
    house.clock.advance(31 * DAY)
    await pruned(house)
    assert await count(house.database, aliases) == 0


async def test_many_rows_go_in_many_steps_and_others_write_between_them(
    house: House,
) -> None:
    many = [headline(f"Acme holds meeting {n}") for n in range(MANY)]
    await house.accept(page(*many))
    house.clock.advance(91 * DAY)
    commits: list[None] = []

    @event.listens_for(house.database.writer.sync_engine, "commit")
    def count_commit(_: Connection) -> None:
        commits.append(None)

    done = await pruned(house)
    assert await count(house.database, rejections) == 0
    assert done.rows >= 2 * MANY  # an item and a rejection each
    assert len(commits) > 4
    assert done.longest > 0
