"""Kept answers, from the daemon's point of view and from the operator's."""

import json
import os
from collections import Counter
from pathlib import Path

import aiohttp

from catalyst_bot.simulation.llm import FakeLLM
from tests.e2e.stage import FIELD, TITLE, is_final, open_stage, release
from tests.e2e.test_commands import command
from tests.e2e.typed import typed
from tests.redis_server import redis_server

COUNTED = ("ok", "cached", "attempts", "prompt_tokens", "saved_tokens")


async def test_an_answer_survives_the_daemon_and_is_shown_and_cleared() -> None:
    async with open_stage() as stage:
        env = stage.world.environment(stage.folder)
        database = Path(env["DATABASE_URL"].removeprefix("sqlite:///"))
        told: Counter[str] = Counter()  # by each daemon of itself
        for _ in range(2):
            async with stage.running() as app, aiohttp.ClientSession(app.url) as client:
                await stage.primed()
                stage.publish(release())
                card = await stage.card(TITLE, until=is_final)
                assert card.field(FIELD).startswith("Bullish")
                async with client.get("/api/usage") as answer:
                    total = (await answer.json())["total"]
                told.update({name: total[name] for name in COUNTED})
                metrics = app.metrics.render().decode()
            for path in database.parent.glob(f"{database.name}*"):
                path.unlink()  # the ledger is lost: the same story is news again
            stage.world.discord.messages.clear()
            stage.releases.clear()
            stage.publish(release("Old news from last week", age=7 * 86_400))
        asked = [one for one in stage.world.llm.prompts if TITLE in one.prompt]
        assert len(asked) == 1

        code, out, _ = await command(
            "cache", "stats", "--json", folder=stage.folder, **env
        )
        shown = json.loads(out)
        assert code == 0
        assert (shown["size"], shown["enabled"], shown["ttl"]) == (1, True, 3600.0)
        assert shown["bytes"] > 100
        (row,) = shown["usage"]["rows"]
        assert (row["provider"], row["purpose"]) == ("ollama", "verdict")
        assert (row["ok"], row["cached"], row["hit_rate"]) == (1, 1, 0.5)
        assert row["saved_tokens"] > 0
        assert told == {name: row[name] for name in COUNTED}
        assert 'catalyst_llm_cache_total{tier="disk"} 1.0' in metrics

        code, out, _ = await command("cache", "stats", folder=stage.folder, **env)
        assert "1 of 10000" in out
        assert "verdict" in out
        code, out, _ = await command("cache", "prune", folder=stage.folder, **env)
        assert (code, out) == (0, "disk: 0 deleted\n")
        code, out, _ = await command(
            "cache", "clear", "--yes", "--json", folder=stage.folder, **env
        )
        assert json.loads(out) == {"deleted": {"disk": 1}}


async def test_where_nothing_was_kept_nothing_is_made(tmp_path: Path) -> None:
    for words in (("stats",), ("clear", "--yes"), ("prune",)):
        code, out, err = await command("cache", *words, folder=tmp_path)
        assert (code, err) == (0, "")
        if words == ("stats",):
            assert "Nothing is kept yet" in out
    unsure = await typed("cache", "clear", env={"DATABASE_URL": "sqlite:///none.db"})
    assert unsure.exit_code == 2
    assert "--yes" in unsure.output
    assert not os.listdir(tmp_path)  # noqa: PTH208 - a blocking Path in a coroutine


async def test_clearing_reaches_the_redis_and_says_when_it_is_away(
    tmp_path: Path,
) -> None:
    async with redis_server() as redis:
        database = f"sqlite:///{tmp_path}/catalyst.db"
        env = {"LLM_CACHE_URL": redis.url, "DATABASE_URL": database}
        report = tmp_path / "report.txt"
        report.write_text("The launch code is 4711.")
        async with FakeLLM().open() as model:
            words = ("ask", str(report), "What is the launch code?")
            own = {"LLM_ENDPOINT_URL": model.endpoint_url}
            told = await typed(*words, env=env | own)
        assert told.exit_code == 0
        code, out, _ = await command("cache", "clear", "--yes", folder=tmp_path, **env)
        assert (code, out) == (0, "disk: 1 deleted\nredis: 1 deleted\n")
        code, out, _ = await command("doctor", folder=tmp_path, **env)
        assert "a Redis" in out
        redis.stop()
        code, _, err = await command("cache", "clear", "--yes", folder=tmp_path, **env)
        assert code == 1
        assert redis.url not in err
