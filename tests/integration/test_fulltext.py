"""Everything that was seen is found by its words, as it now is, until it is pruned."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from catalyst_bot.storage.database import Database, open_database
from catalyst_bot.storage.fulltext import AT_ONCE, FullText, TextIndex
from catalyst_bot.storage.restoring import restore
from catalyst_bot.storage.retention import prune
from catalyst_bot.storage.schema import items
from catalyst_bot.storage.shelter import open_shelter
from tests.clocks import NOON, ManualClock
from tests.house import House, ignore, open_house
from tests.news import headline, page

DAY = 86_400.0
CHECK = "INSERT INTO items_text(items_text, rank) VALUES ('integrity-check', 1)"
HOSTILE = (
    *('"', "*", "acme*", "NEAR(acme, 2)", "title:acme", "acme AND", "(acme", "-acme"),
    *("acme OR NOT", "^acme", "'; DROP TABLE items; --", "\x00acme", "\ud800", "acme+"),
)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, ManualClock()) as house:
        yield house


async def titles(database: Database, query: str, limit: int = 10) -> list[str]:
    await TextIndex(database).catch_up()
    return [one.title for one in await FullText(database).find(query, limit=limit)]


async def check(database: Database) -> None:
    """Raise where the index and the items differ."""
    async with database.write() as connection:
        await connection.exec_driver_sql(CHECK)


async def test_alerts_and_rejected_items_are_found_by_word_and_ticker(
    house: House,
) -> None:
    link = "https://wire.example/acme-profit"
    await house.accept(
        page(
            headline("Acme Corp posts record profit", link=link),
            headline("Globex to hold its annual meeting", tickers=("GLBX",)),
        )
    )
    await TextIndex(house.database).catch_up()
    (found,) = await FullText(house.database).find("acme PROFITS", limit=10)
    assert (found.title, found.tickers) == ("Acme Corp posts record profit", ("ACME",))
    assert (found.link, found.source) == (link, "wire")
    assert found.published_at == NOON
    assert await titles(house.database, "glbx") == ["Globex to hold its annual meeting"]
    assert await titles(house.database, "dividend") == []


async def test_items_with_all_the_words_go_first(house: House) -> None:
    some = [headline(f"Acme opens plant number {n}") for n in range(5)]
    both = headline("Globex and Acme settle a long and tedious quarrel over a plant")
    await house.accept(page(both, *some))
    found = await titles(house.database, "acme quarrel", limit=3)
    assert found[0].startswith("Globex and Acme settle")
    assert len(found) == 3


async def test_words_that_say_nothing_find_only_where_there_are_no_others(
    house: House,
) -> None:
    await house.accept(
        page(headline("Acme Corp posts record profit"), headline("The end of the week"))
    )
    assert await titles(house.database, "the profit of") == [
        "Acme Corp posts record profit"
    ]
    assert await titles(house.database, "of the") == ["The end of the week"]


async def test_only_what_was_published_since_then_is_found(house: House) -> None:
    old = headline("Acme opens a plant", published_at=NOON - timedelta(days=2))
    await house.accept(page(old, headline("Acme opens another one")))
    since = NOON - timedelta(days=1)
    await TextIndex(house.database).catch_up()
    found = await FullText(house.database).find("acme", limit=9, since=since)
    assert [one.title for one in found] == ["Acme opens another one"]


@pytest.mark.parametrize("query", HOSTILE)
async def test_no_sign_of_a_query_is_an_operator(house: House, query: str) -> None:
    await house.accept(page(headline("Acme Corp posts record profit")))
    assert len(await titles(house.database, query)) <= 1


async def test_a_changed_title_is_found_by_its_new_words_only(house: House) -> None:
    first = headline("Acme Corp posts record profit", identity="1")
    await house.accept(page(first))
    assert await titles(house.database, "record") == [first.title]
    await house.accept(page(replace(first, title="Acme Corp posts a loss", state="2")))
    assert await titles(house.database, "record") == []
    assert await titles(house.database, "loss") == ["Acme Corp posts a loss"]


async def test_what_is_pruned_is_found_no_more_and_an_alert_as_long_as_it_is_kept(
    house: House,
) -> None:
    alert = headline("Acme Corp posts record profit")
    await house.accept(page(alert, headline("Acme holds a meeting")))
    await house.settle()
    assert len(await titles(house.database, "acme")) == 2
    house.clock.advance(31 * DAY)
    await prune(house.database, unix=house.clock.unix(), retention_days=90)
    assert await titles(house.database, "acme") == [alert.title]
    house.clock.advance(60 * DAY)
    await prune(house.database, unix=house.clock.unix(), retention_days=90)
    assert await titles(house.database, "acme") == []


async def test_a_restored_copy_finds_what_its_rows_say(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/catalyst.db"
    async with open_house(tmp_path, ManualClock()) as house:
        await house.accept(page(headline("Acme Corp posts record profit")))
        path = house.database.path
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("UPDATE items SET rowid = rowid + 7")  # as VACUUM INTO may
        database.execute("VACUUM INTO ?", (str(copy),))
    restore(url, copy, unix=0.0)
    async with open_database(url, lost=ignore) as database:
        assert await titles(database, "acme") == ["Acme Corp posts record profit"]


async def test_what_changed_while_the_disk_was_away_is_found_by_its_new_words(
    house: House,
) -> None:
    await house.accept(page(headline("Acme Corp posts record profit")))
    assert len(await titles(house.database, "record")) == 1
    place = open_shelter(house.database.path)
    async with place.engine.begin() as connection:
        await connection.execute(update(items).values(title="Acme Corp posts a loss"))
    place.write_back()
    await place.close()
    assert await titles(house.database, "loss") == ["Acme Corp posts a loss"]
    await check(house.database)
    assert await titles(house.database, "record") == []
    assert await titles(house.database, "loss") == ["Acme Corp posts a loss"]


async def test_what_a_crash_left_out_of_the_index_is_found_after_the_next_start(
    tmp_path: Path,
) -> None:
    many = [headline(f"Acme opens plant number {n}") for n in range(2 * AT_ONCE + 1)]
    async with open_house(tmp_path, ManualClock()) as house:
        await house.accept(page(headline("Acme names a new chief")))
        await titles(house.database, "acme")
        await house.accept(page(*many))
        assert await FullText(house.database).find("plant", limit=999) == ()
        url = f"sqlite:///{house.database.path}"
    async with open_database(url, lost=ignore) as database:
        assert len(await titles(database, "plant", limit=999)) == len(many)
        await check(database)


async def test_what_changes_or_goes_before_it_is_in_the_index_leaves_that_sound(
    house: House,
) -> None:
    await house.accept(page(headline("Acme names a new chief")))
    await titles(house.database, "acme")
    first = headline("Globex posts record profit", identity="1", tickers=("GLBX",))
    await house.accept(page(first, headline("Initech holds a meeting")))
    await house.accept(page(replace(first, title="Globex posts a loss", state="2")))
    async with house.database.write() as connection:
        await connection.execute(delete(items).where(items.c.title.like("Initech%")))
    await house.accept(page(headline("Umbrella holds a meeting")))
    assert await titles(house.database, "globex") == ["Globex posts a loss"]
    assert await titles(house.database, "meeting") == ["Umbrella holds a meeting"]
    await check(house.database)
