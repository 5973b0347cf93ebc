"""The database is lost: what a copy knows is not posted again, nor stale news."""

import json
from pathlib import Path

from tests.crash.process import Bot, open_bot
from tests.e2e.stage import approval, open_stage, release
from tests.e2e.test_commands import command


def lose_database(folder: Path) -> None:
    for path in folder.glob("catalyst.db*"):
        path.write_bytes(b"the disk has failed")


async def typed(bot: Bot, *words: str) -> tuple[int, str, str]:
    env_file = str(bot.folder / "bot.env")
    return await command(*words, "--env-file", env_file, folder=bot.folder)


async def test_a_lost_database_is_restored_and_nothing_it_knew_is_posted_again() -> (
    None
):
    async with open_bot(FEATURE_LLM="0") as bot:
        discord = bot.world.discord
        await bot.start()
        await bot.primed()
        bot.publish(*(approval(number) for number in range(5)))
        await discord.wait_for(lambda: len(discord.messages) == 5, timeout=60)
        await bot.settled()
        code, out, _ = await typed(bot, "backup", "--json")
        assert code == 0
        copy = Path(json.loads(out)["path"])
        code, _, err = await typed(bot, "restore")
        assert code == 78
        assert "is in use by process" in err
        bot.kill()
        await bot.died()
        lose_database(bot.folder)

        code, out, err = await typed(bot, "restore")
        assert (code, err) == (0, "")
        assert f"restored from {copy}, 5 alerts" in out
        assert "catalyst.db.before-" in out
        stale = release("Alderbrook raises its dividend", age=1200)
        bot.publish(approval(5), stale)
        await bot.start()
        await discord.wait_for(lambda: len(discord.messages) == 6, timeout=60)
        await bot.settled()
        titles = [message.title for message in discord.messages.values()]
        assert len(set(titles)) == 6
        assert not any("dividend" in title for title in titles)


async def test_without_a_copy_restore_says_where_it_looked(tmp_path: Path) -> None:
    env = {"DATABASE_URL": f"sqlite:///{tmp_path}/catalyst.db"}
    code, _, err = await command("restore", folder=tmp_path, **env)
    assert code == 1
    assert f"no copy in {tmp_path / 'backups'}" in err


async def test_the_doctor_says_how_old_the_newest_copy_is() -> None:
    async with open_stage(env={"FEATURE_LLM": "0"}) as stage:
        stage.configuration()
        backups = stage.folder / "backups"
        asked = ("doctor", "--json", "--config-dir", str(stage.folder))
        env = stage.world.environment(stage.folder)

        async def row() -> dict[str, str]:
            _, out, _ = await command(*asked, folder=stage.folder, **env)
            rows: list[dict[str, str]] = json.loads(out)
            return next(found for found in rows if found["name"] == "backup")

        assert (await row())["state"] == "ok"
        backups.mkdir()
        (backups / "catalyst-20260101T034000Z.db").touch()
        late = await row()
        assert late["state"] == "warning"
        assert "1 in" in late["detail"]
        assert "catalyst-bot backup" in late["hint"]
