"""The commands as a person types them, each in a process of its own."""

import asyncio
import json
import os
import time
from pathlib import Path

import pytest

from catalyst_bot.intake.symbols import LEAST
from catalyst_bot.simulation.llm_records import Mode
from tests.e2e.stage import TITLE, as_bot, is_final, open_stage, release
from tests.e2e.typed import typed
from tests.forked import start
from tests.symbols import body_of, many

ROOT = Path(__file__).parents[2]


async def command(
    *words: str, folder: Path, told: str = "", **env: str
) -> tuple[int, str, str]:
    """Run `catalyst-bot` with these words in a folder; exit code and both outputs.

    `told` is what it reads from its input, which is no terminal.
    """
    child = await start(*words, folder=folder, env=env, told=told)
    try:
        async with asyncio.timeout(60):
            out, err = await child.communicate()
    finally:
        if child.returncode is None:
            child.kill()
    return child.returncode or 0, out.decode(), err.decode()


async def test_score_tells_the_sentiment_the_tickers_and_the_words(
    tmp_path: Path,
) -> None:
    title = "Acme Corp (NASDAQ: ACME) posts great profit"
    code, out, _ = await command("score", title, "--json", folder=tmp_path)
    answer = json.loads(out)
    assert code == 0
    assert answer["label"] == "bullish"
    mention = {"symbol": "ACME", "method": "exchange", "role": "subject"}
    assert answer["tickers"] == [mention]
    assert any("profit" in fired["text"] for fired in answer["fired"])


@pytest.mark.parametrize(
    ("title", "label", "symbols"),
    [
        ("$ALDB Alderbrook wins contract despite weak demand", "bullish", ["ALDB"]),
        ("Alderbrook (ALDB) to acquire Brightmoor", "bullish", []),
        ("Alderbrook rival Brightmoor recalls pumps over fatal defect", "bullish", []),
        ("Brightmoor sees FY EPS $1.50 vs. $1.20 expected", "bullish", []),
    ],
)
async def test_score_weighs_what_is_played_down_and_compares_numbers(
    title: str, label: str, symbols: list[str]
) -> None:
    told = await typed("score", title, "--json", env={})
    answer = json.loads(told.stdout)
    assert (told.exit_code, answer["label"]) == (0, label)
    assert [mention["symbol"] for mention in answer["tickers"]] == symbols


async def test_score_of_nothing_is_neutral_and_no_error(tmp_path: Path) -> None:
    code, out, _ = await command("score", "", folder=tmp_path)
    assert code == 0
    assert "+0.0000 neutral" in out


async def test_a_wrong_configuration_lists_every_fault_and_exits_78(
    tmp_path: Path,
) -> None:
    (tmp_path / "sources.toml").write_text(
        '[[source]]\nname = "x"\nkind = "telepathy"\nurl = "https://x.example"\n'
        "interval_seconds = 0\nenabled = true\n"
    )
    code, _, err = await command(
        *("run", "--config-dir", str(tmp_path)),
        folder=tmp_path,
        LLM_MAX_CONCURRENT="many",
        LLM_PROVIDERS="ollama,gemni",
        DISCORD_WEBHOOK_URL="https://example.com/not-a-webhook/s3cr3t",
    )
    assert code == 78
    for fault in ("LLM_MAX_CONCURRENT", "DISCORD_WEBHOOK_URL", "kind", "interval"):
        assert fault in err
    assert "gemni is no provider" in err
    assert "s3cr3t" not in err


async def test_bad_usage_exits_2(tmp_path: Path) -> None:
    code, _, err = await command("alerts", "--limit", "none", folder=tmp_path)
    assert code == 2
    assert "limit" in err


async def test_alerts_before_the_first_run_say_what_to_do(tmp_path: Path) -> None:
    code, _, err = await command("alerts", folder=tmp_path)
    assert code == 1
    assert "run the daemon first" in err


async def test_alerts_and_why_show_what_was_sent_and_what_was_not() -> None:
    async with open_stage() as stage:
        async with stage.running():
            await stage.primed()
            stage.publish(release("Alderbrook to hold its annual meeting"), release())
            card = await stage.card(TITLE, until=is_final)
        env = stage.world.environment(stage.folder)
        code, out, _ = await command("alerts", "--json", folder=stage.folder, **env)
        (alert,) = json.loads(out)
        assert code == 0
        assert alert["title"] == TITLE
        assert alert["direction"] == "bullish"
        assert alert["read"] == "headline"
        assert card.footer.endswith(f"id:{alert['id']}")
        for wanted in ("ALDB", alert["id"]):
            code, out, _ = await command("why", wanted, folder=stage.folder, **env)
            assert code == 0
            assert TITLE in out
        code, out, _ = await command(
            "why", "ALDB", "--json", folder=stage.folder, **env
        )
        reasons = [entry["reason"] for entry in json.loads(out)["rejections"]]
        assert reasons == ["routine", "primed"]
        code, out, _ = await command("why", "NONE", folder=stage.folder, **env)
        assert code == 1
        asked = ("alerts", "--rejected")
        code, out, _ = await command(*asked, folder=stage.folder, **env)
        assert code == 0
        assert "routine" in out
        _, out, _ = await command(*asked, "--json", folder=stage.folder, **env)
        told = [(entry["reason"], entry["detail"]) for entry in json.loads(out)]
        assert ("routine", "a routine notice: 'annual meeting'") in told


async def test_the_doctor_finds_everything_well_in_a_sound_world() -> None:
    async with open_stage() as stage:
        stage.configuration()
        env = stage.world.environment(stage.folder)
        code, out, _ = await command(
            *("doctor", "--json", "--config-dir", str(stage.folder)),
            folder=stage.folder,
            **env,
        )
        rows = {row["name"]: row for row in json.loads(out)}
        assert code == 0
        assert rows["Discord"]["state"] == "ok"
        assert rows["LLM"]["detail"] == "mistral is installed"
        assert rows["source wire"]["detail"] == "1 items"
        assert "***" in rows["DISCORD_WEBHOOK_URL"]["detail"]
        assert stage.world.discord.posts == []


async def test_the_doctor_names_what_is_sick_and_what_to_do() -> None:
    async with open_stage() as stage:
        stage.configuration()
        stage.world.discord.webhook_gone = True
        stage.world.llm.models = ("other:latest",)
        stage.world.feeds.publish("wire", b"<html>blocked</html>")
        env = stage.world.environment(stage.folder)
        code, out, _ = await command(
            *("doctor", "--config-dir", str(stage.folder)), folder=stage.folder, **env
        )
        assert code == 1
        for hint in ("new webhook", "ollama pull mistral", "HTML page"):
            assert hint in out


async def test_the_doctor_knows_the_bot_and_names_what_it_lacks() -> None:
    async with open_stage() as stage:
        stage.configuration()
        discord = stage.world.discord
        env = stage.world.environment(stage.folder) | as_bot(discord)

        async def row() -> dict[str, str]:
            asked = ("doctor", "--json", "--config-dir", str(stage.folder))
            _, out, _ = await command(*asked, folder=stage.folder, **env)
            assert discord.bot_token not in out
            rows: list[dict[str, str]] = json.loads(out)
            return next(found for found in rows if found["name"] == "Discord")

        assert (await row())["detail"].startswith("bot catalyst in #alerts")
        discord.guild.lacks = {"READ_MESSAGE_HISTORY"}
        assert (await row())["state"] == "warning"
        discord.guild.lacks = {"EMBED_LINKS", "READ_MESSAGE_HISTORY"}
        lacking = await row()
        assert lacking["state"] == "fault"
        assert "EMBED_LINKS, READ_MESSAGE_HISTORY" in lacking["hint"]
        discord.guild.lacks = {"VIEW_CHANNEL"}
        assert "VIEW_CHANNEL" in (await row())["detail"]
        discord.token_revoked = True
        assert "the token is not accepted" in (await row())["detail"]
        assert discord.posts == []


async def test_the_doctor_says_which_table_of_symbols_is_used_and_how_old_it_is() -> (
    None
):
    async with open_stage() as stage:
        stage.configuration()
        env = stage.world.environment(stage.folder)
        table = stage.folder / "symbols.json"

        async def row() -> dict[str, str]:
            asked = ("doctor", "--json", "--config-dir", str(stage.folder))
            _, out, _ = await command(*asked, folder=stage.folder, **env)
            rows: list[dict[str, str]] = json.loads(out)
            return next(found for found in rows if found["name"] == "symbols")

        first = await row()
        assert "built-in" in first["detail"]
        assert "FEEDS_USER_AGENT" in first["hint"]
        table.write_bytes(body_of(many(LEAST)))
        then = time.time() - 3 * 86_400
        os.utime(table, (then, then))
        good = await row()
        assert good["state"] == "ok"
        assert "5,000 from" in good["detail"]
        assert good["detail"].endswith("3 days old")
        table.write_bytes(b"half a ta")
        damaged = await row()
        assert damaged["state"] == "warning"
        assert "no table of symbols" in damaged["detail"]


async def test_without_a_webhook_and_a_page_alerts_appear_on_the_terminal() -> None:
    async with open_stage() as stage:
        stage.configuration()
        env = stage.world.environment(stage.folder)
        del env["DISCORD_WEBHOOK_URL"]
        env["FEATURE_WEB"] = "0"
        stage.world.llm.mode = Mode.OK
        child = await start(
            *("run", "--config-dir", str(stage.folder)),
            folder=stage.folder,
            env=env,
        )
        try:
            wire = stage.world.feeds["wire"]
            await stage.world.feeds.wait_for(lambda: wire.not_modified > 0, timeout=60)
            stage.publish(release())
            async with asyncio.timeout(30):
                posted = (await child.stdout.readline()).decode()
                edited = (await child.stdout.readline()).decode()
            assert TITLE in posted
            assert "Pending" in posted
            assert "Bullish" in edited
        finally:
            child.terminate()
            assert await child.wait() == 0


async def test_a_second_daemon_on_the_same_database_exits_78_and_names_the_first() -> (
    None
):
    async with open_stage() as stage, stage.running():
        env = stage.world.environment(stage.folder)
        code, _, err = await command(
            *("run", "--config-dir", str(stage.folder)), folder=stage.folder, **env
        )
        assert code == 78
        assert f"process {os.getpid()}" in err


async def test_a_port_in_use_exits_78_and_names_a_free_one() -> None:
    async with open_stage() as stage:
        stage.configuration()
        env = stage.world.environment(stage.folder)
        env["HTTP_PORT"] = str(stage.world.llm.port)
        code, _, err = await command(
            *("run", "--config-dir", str(stage.folder)), folder=stage.folder, **env
        )
        assert code == 78
        assert f"{stage.world.llm.port}" in err
