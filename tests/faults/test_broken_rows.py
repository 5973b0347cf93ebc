"""A stored row that cannot be read costs itself: the daemon starts, alerts go on."""

import shutil
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from catalyst_bot.simulation.feed_shapes import globenewswire
from catalyst_bot.simulation.world import World, open_world
from tests.e2e.stage import WIRE, Stage, approval, is_final, release
from tests.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

LOOSE = {"ALERT_MIN_SCORE": "0.1"}  # what a rumour scores
TALKS = "Alderbrook in talks to be acquired by Brightmoor"
UNTRUE = "Alderbrook says report of talks with Brightmoor is untrue"
DULL = "Alderbrook schedules a conference call"
DRUGS = 7
WAITING = 6  # the drug whose post, well and open, is found by the next start
# For a cell of text, one of a number and one with a word of a list, in this order.
DAMAGE = {
    "cut off": ('{"cut', "1.7e", "wai"),
    "of the wrong type": (b"\xff\x00", b"\xff\x00", b"\xff\x00"),
    "of a later version": ('{"version": 9}', float("inf"), "from the future"),
}
# Each breaks a row of its own: table, column, place in DAMAGE, which row.
CELLS = (
    ("alerts", "alert", 0, "key LIKE '%number-0'"),
    ("alerts", "analysis", 0, "key LIKE '%number-1'"),
    ("alerts", "changes", 0, "key LIKE '%number-2'"),
    ("alerts", "raised", 1, "key LIKE '%number-3'"),
    ("messages", "ref", 0, "alert_key LIKE '%number-4'"),
    ("conflicts", "state", 2, "1"),
    ("items", "last_seen", 1, "key LIKE '%untrue'"),
    ("rejections", "reason", 2, "title LIKE '%conference call'"),
    ("facts", "value", 0, "key = 'source:wire'"),
    ("facts", "value", 0, "key = 'pause'"),
    ("facts", "value", 0, "key = 'outages:alive'"),
    ("jobs", "created", 1, "queue LIKE 'post:%' AND key LIKE '%number-5|%'"),
)
OVERWRITTEN = ("facts", "items")  # by what the source lists now


@dataclass(frozen=True, slots=True)
class Past:
    """The database of a run that is over, and the world in which it ran."""

    world: World
    database: Path

    def posted(self, words: str) -> int:
        """Return how many cards have these words in their titles."""
        return sum(card.mentions(words) for card in self.world.discord.cards)

    def restarted(self, folder: Path) -> Stage:
        """Return a stage on a copy of the database."""
        shutil.copy(self.database, folder / "catalyst.db")
        old = release("Old news from last week", age=7 * 86_400)
        self.world.feeds.publish("wire", globenewswire([old]))
        return Stage(world=self.world, folder=folder, listed=(WIRE,), env=LOOSE)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def past(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Past]:
    folder = tmp_path_factory.mktemp("past")
    async with open_world() as world:
        stage = Stage(world=world, folder=folder, listed=(WIRE,), env=LOOSE)
        old = release("Old news from last week", age=7 * 86_400)
        world.feeds.publish("wire", globenewswire([old]))
        async with stage.running():
            await stage.primed()
            stage.publish(release(TALKS), *map(approval, range(DRUGS)), release(DULL))
            await stage.card(TALKS, until=is_final)
            stage.publish(release(UNTRUE))
            await stage.card(UNTRUE, until=is_final)
            await stage.card(f"number {WAITING}", until=is_final)
        yield Past(world, folder / "catalyst.db")


def open_again(database: sqlite3.Connection) -> None:
    """Let two posts wait, as if the process had ended before them."""
    database.execute("INSERT OR REPLACE INTO facts VALUES ('pause', 'null')")
    for number in (5, WAITING):
        database.execute(
            "UPDATE jobs SET state = 0, due = 0, heir = NULL, created = ?,"
            " body = substr(key, 1, instr(key, '|') - 1)"
            " WHERE queue LIKE 'post:%' AND key LIKE ?",
            (time.time(), f"%number-{number}|%"),
        )


def breaking(database: sqlite3.Connection, damage: tuple[object, ...]) -> None:
    """Break one cell of each row that is named."""
    for table, column, kind, row in CELLS:
        statement = f"UPDATE {table} SET {column} = ? WHERE {row}"  # noqa: S608
        assert database.execute(statement, (damage[kind],)).rowcount == 1, row


def broken(database: sqlite3.Connection) -> list[object]:
    """Return what stands in the cells that were broken."""
    return [
        database.execute(f"SELECT {column} FROM {table} WHERE {row}").fetchone()[0]  # noqa: S608
        for table, column, _, row in CELLS
        if table not in OVERWRITTEN
    ]


async def alerts_of(url: str) -> list[str]:
    """Return the headlines that the API lists."""
    async with (
        aiohttp.ClientSession(url) as client,
        client.get("/api/alerts", params={"limit": "50", "event": "news"}) as reply,
    ):
        assert reply.status == 200
        return [one["title"] for one in (await reply.json())["alerts"]]


@pytest.mark.parametrize("damage", DAMAGE)
async def test_one_broken_row_of_each_kind_costs_itself_and_is_told_of_once(
    past: Past, tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    stage = past.restarted(tmp_path)
    with closing(sqlite3.connect(tmp_path / "catalyst.db")) as database, database:
        open_again(database)
        breaking(database, DAMAGE[damage])
        before = broken(database)
    posted, repeated = past.posted(f"number {WAITING}"), past.posted(UNTRUE)
    news = f"Alderbrook receives FDA approval for a vaccine {damage}"
    async with stage.running() as app:
        await stage.primed()
        stage.publish(release(news), release(UNTRUE))
        await stage.card(news, until=is_final)
        await until(lambda: past.posted(f"number {WAITING}") > posted)
        listed = await alerts_of(app.url)
    assert past.posted(UNTRUE) == repeated
    assert any(news in title for title in listed)
    assert not any("number 0" in title for title in listed)
    told = [one for one in caplog.records if one.message == "stored row left out"]
    assert {one.table for one in told} >= {"alerts", "messages", "jobs", "facts"}  # type: ignore[attr-defined]
    names = [(one.table, one.key) for one in told]  # type: ignore[attr-defined]
    assert len(names) == len(set(names))
    with closing(sqlite3.connect(tmp_path / "catalyst.db")) as database:
        assert broken(database) == before
