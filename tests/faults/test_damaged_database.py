"""A database that cannot be read: set aside, told, and nothing old is posted as new."""

import json
import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from catalyst_bot.storage.damage import damaged_files
from tests.crash.process import Bot, open_bot
from tests.e2e.stage import approval
from tests.e2e.test_commands import command


def rubbish(path: Path) -> None:
    path.write_bytes(b"This is no database. " * 400)


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def torn_pages(path: Path) -> None:
    """Overwrite the inner pages; the header still says that it is a database."""
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))


async def posted(bot: Bot, count: int) -> None:
    discord = bot.world.discord
    await discord.wait_for(lambda: len(discord.cards) == count, timeout=60)
    await bot.settled()


async def health(bot: Bot) -> str:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{bot.origin}/healthz") as answer,
    ):
        return await answer.text()


async def told(bot: Bot, *words: str) -> tuple[int, str, str]:
    """Run a command on the daemon's settings; exit code and both outputs."""
    files = ("--env-file", str(bot.env_file), "--config-dir", str(bot.folder))
    return await command(*words, *files, folder=bot.folder)


@pytest.mark.parametrize("damage", [rubbish, nothing, torn_pages])
async def test_a_damaged_database_is_begun_anew_and_old_news_stays_old(
    damage: Callable[[Path], None],
) -> None:
    async with open_bot(FEATURE_LLM="0") as bot:
        await bot.start()
        await bot.primed()
        bot.publish(approval(1))
        await posted(bot, 1)
        assert await bot.stop() == 0
        damage(bot.database)
        await bot.start()
        await bot.primed()
        bot.publish(approval(2))
        await posted(bot, 2)  # the first one is still listed, and not news
        (aside,) = damaged_files(bot.database)
        assert aside.name in await health(bot)
        code, out, _ = await told(bot, "doctor", "--json")
        (row,) = [r for r in json.loads(out) if r["name"] == "database"]
        assert code == 1
        assert aside.name in row["detail"]
        assert await bot.stop() == 0


async def test_damage_that_shows_while_running_is_healed_by_the_next_start() -> None:
    async with open_bot(FEATURE_LLM="0") as bot:
        await bot.start()
        await bot.primed()
        bot.publish(approval(1))
        await posted(bot, 1)
        with closing(sqlite3.connect(bot.database)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        torn_pages(bot.database)
        bot.publish(approval(2))
        assert bot.child is not None
        assert await bot.child.wait() == 1
        assert len(damaged_files(bot.database)) == 1
        await bot.start()
        await bot.primed()
        bot.publish(approval(3))
        await bot.world.discord.wait_for(
            lambda: any("number 3" in c.title for c in bot.world.discord.cards),
            timeout=60,
        )
        assert sum("number 1" in c.title for c in bot.world.discord.cards) == 1
        assert await bot.stop() == 0


async def test_a_power_loss_loses_no_alert_that_was_accepted() -> None:
    async with open_bot(FEATURE_LLM="0") as bot:
        await bot.start()
        await bot.primed()
        bot.publish(*(approval(n) for n in range(8)))
        await posted(bot, 8)
        bot.kill()
        await bot.died()
        log = bot.database.with_name(f"{bot.database.name}-wal")
        os.truncate(log, log.stat().st_size - 100)  # of the last commit
        with closing(sqlite3.connect(bot.database)) as disk:
            assert disk.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert disk.execute("SELECT count(*) FROM alerts").fetchone() == (8,)
        await bot.start()
        await bot.primed()
        bot.publish(approval(9))
        discord = bot.world.discord
        await discord.wait_for(
            lambda: len({card.title for card in discord.cards}) == 9, timeout=60
        )
        await bot.settled()
        repeated = len(discord.cards) - 9  # what the cut commit had recorded
        assert sum("resent" in card.footer for card in discord.cards) == repeated
        assert await bot.stop() == 0


async def test_a_database_of_a_newer_version_is_left_alone() -> None:
    async with open_bot(FEATURE_LLM="0") as bot:
        await bot.start()
        await bot.primed()
        assert await bot.stop() == 0
        with closing(sqlite3.connect(bot.database)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
        code, _, err = await told(bot, "run")
        assert code == 78
        assert "newer version (schema 9999): install that version again" in err
        assert damaged_files(bot.database) == ()


async def test_a_second_daemon_is_refused_with_the_pid_of_the_first() -> None:
    async with open_bot(FEATURE_LLM="0") as bot:
        await bot.start()
        await bot.primed()
        assert bot.child is not None
        code, _, err = await told(bot, "run")
        assert code == 78
        assert f"in use by process {bot.child.pid}" in err
        bot.child.send_signal(signal.SIGTERM)
        assert await bot.child.wait() == 0
