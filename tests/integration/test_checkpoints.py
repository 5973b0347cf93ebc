"""What is committed moves from the log into the database while others write."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from catalyst_bot.simulation.beside import beside
from catalyst_bot.storage.checkpoints import checkpoint, keep_log_short
from tests.clocks import ManualClock
from tests.house import open_house
from tests.news import headline, page
from tests.waiting import until


def alerts_without_the_log(folder: Path) -> int:
    """Return how many alerts are in the database file alone."""
    alone = folder / "alone.db"
    shutil.copy(folder / "catalyst.db", alone)
    with closing(sqlite3.connect(alone)) as connection:
        tables = connection.execute(
            "SELECT count(*) FROM sqlite_master WHERE name = 'alerts'"
        ).fetchone()
        if tables == (0,):
            return 0
        return int(connection.execute("SELECT count(*) FROM alerts").fetchone()[0])


async def test_the_log_is_emptied_while_the_daemon_writes(tmp_path: Path) -> None:
    path = tmp_path / "catalyst.db"
    async with (
        open_house(tmp_path, ManualClock()) as house,
        beside(keep_log_short(path), name="checkpoints"),
    ):
        await house.accept(page(headline("Acme posts record profit")))
        assert alerts_without_the_log(tmp_path) == 0
        await until(lambda: alerts_without_the_log(tmp_path) == 1)


async def test_a_reader_and_a_missing_database_hold_up_nothing(tmp_path: Path) -> None:
    path = tmp_path / "catalyst.db"
    await checkpoint(tmp_path / "absent" / "catalyst.db")
    async with open_house(tmp_path, ManualClock()) as house:
        await house.accept(page(headline("Acme posts record profit")))
        async with asyncio.timeout(40), house.database.read() as reader:
            await reader.exec_driver_sql("BEGIN")
            await reader.exec_driver_sql("SELECT count(*) FROM alerts")
            await house.accept(
                page(headline("Beta posts record profit", tickers=("BETA",)))
            )
            await checkpoint(path)
            await house.accept(
                page(headline("Coda wins record order", tickers=("CODA",)))
            )
        assert len(await house.archive.latest(9)) == 3
