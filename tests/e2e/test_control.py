"""Orders to the running daemon, as a person gives them: pause, resume, retract."""

import asyncio
import json
import stat

import aiohttp

from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.readings import counts_of
from catalyst_bot.simulation.discord_records import Message
from catalyst_bot.storage.archive import Archive
from catalyst_bot.storage.database import open_for_reading
from tests.crash.process import Bot, open_bot
from tests.e2e.stage import (
    TITLE,
    add_webhook,
    approval,
    in_channel,
    is_final,
    open_stage,
    release,
)
from tests.e2e.test_commands import command
from tests.waiting import until

READER = "a-token-that-may-only-read-0123456789"
WHY = "wrong @everyone company"


async def told(bot: Bot, *words: str) -> tuple[int, str]:
    """Run a command beside the daemon; return its exit code and all it said."""
    env_file = ("--env-file", str(bot.folder / "bot.env"))
    code, out, err = await command(*words, *env_file, folder=bot.folder)
    return code, out + err


def titled(bot: Bot, text: str) -> list[Message]:
    return [card for card in bot.world.discord.cards if card.mentions(text)]


async def seen(bot: Bot, text: str) -> None:
    """Wait until the daemon has recorded an alert with this headline."""
    async with asyncio.timeout(60), open_for_reading(bot.url) as database:
        archive = Archive(database)
        while text not in str(await archive.latest(9)):  # noqa: ASYNC110 - a process's
            await asyncio.sleep(0.1)


def waiting(metrics: Metrics) -> set[str]:
    """Return the queues in which a post waits."""
    pending = counts_of(metrics.jobs_pending, label="queue")
    return {queue for queue in pending if queue.startswith("post:") and pending[queue]}


async def test_a_pause_outlives_kill_9_and_what_was_held_goes_out_newest_first() -> (
    None
):
    async with open_bot(FEATURE_LLM="0") as bot:
        await bot.start()
        await bot.primed()
        code, text = await told(bot, "pause")
        assert (code, "Paused until somebody resumes" in text) == (0, True)
        for number in (1, 2):
            bot.publish(approval(number))
            await seen(bot, f"number {number}")
        bot.kill()
        await bot.died()
        await bot.start()
        await bot.primed()
        bot.publish(approval(3))
        await seen(bot, "number 3")
        assert bot.world.discord.cards == []
        assert "Paused: new alerts are held" in (await told(bot, "alerts"))[1]
        assert "new alerts are held" in (await told(bot, "doctor"))[1]
        code, text = await told(bot, "resume")
        assert code == 0
        assert "Resumed: 3 held posts go out now, newest first." in text
        await bot.settled()
        titles = [card.title for card in bot.world.discord.cards]
        assert [title[-1] for title in titles] == ["3", "2", "1"]
        assert (await told(bot, "resume"))[1].startswith("Nothing was paused.")
        assert await bot.stop() == 0


async def test_a_retracted_card_is_struck_through_in_both_modes() -> None:
    for is_bot in (False, True):
        async with open_bot(is_bot=is_bot) as bot:
            await bot.start()
            await bot.primed()
            bot.publish(release())
            discord = bot.world.discord
            await discord.wait_for(
                lambda: any(map(is_final, titled(bot, TITLE))), timeout=60
            )
            (card,) = titled(bot, TITLE)
            wanted = card.footer[-8:]
            code, text = await told(bot, "retract", wanted, *WHY.split())
            assert (code, f"Retracted: {TITLE}" in text) == (0, True)
            await discord.wait_for(
                lambda: titled(bot, f"~~{TITLE}~~") != [], timeout=60
            )
            (struck,) = discord.cards
            assert struck.title == f"RETRACTED ALDB ▲ ~~{TITLE}~~"
            description = struck.embeds[0]["description"]
            assert description.startswith(
                "**Retracted: wrong @\u200beveryone company**"
            )
            assert discord.pings == []
            assert "Retracted before" in (await told(bot, "retract", wanted, "x"))[1]
            code, text = await told(bot, "retract", "00000000", "no such")
            assert (code, "no alert has the id 00000000" in text) == (1, True)
            await bot.stop()


async def test_orders_without_a_daemon_say_what_to_do() -> None:
    async with open_bot(FEATURE_LLM="0") as bot:
        await bot.start()
        await bot.primed()
        contact = bot.folder / "catalyst.control"
        assert stat.S_IMODE(contact.stat().st_mode) == 0o600
        kept = contact.read_text()
        wrong = json.loads(kept) | {"token": "not-the-token-of-this-run"}
        contact.write_text(json.dumps(wrong))
        code, text = await told(bot, "pause")
        assert (code, "does not accept the token" in text) == (1, True)
        contact.write_text("rubbish")
        code, text = await told(bot, "pause")
        assert (code, "cannot be used" in text) == (1, True)
        contact.write_text(kept)
        code, text = await told(bot, "retract", "not-an-id", "why")
        assert (code, "id: " in text) == (2, True)
        bot.kill()
        await bot.died()
        for _ in range(2):  # with the file that kill -9 left, and without
            code, text = await told(bot, "pause", "5")
            assert (code, "no daemon runs on" in text) == (1, True)
            contact.unlink(missing_ok=True)


async def test_status_probes_and_metrics_tell_of_a_pause_that_ends_by_itself() -> None:
    env = {"FEATURE_LLM": "0", "API_TOKENS": f"read:{READER}"}
    async with open_stage(env=env) as stage, stage.running() as app:
        await stage.primed()
        contact = json.loads((stage.folder / "catalyst.control").read_text())
        headers = {"Authorization": f"Bearer {contact['token']}"}
        async with aiohttp.ClientSession(app.url) as session:
            order = {"minutes": 0.05}
            refused = await session.post("/api/control/pause", json=order)
            assert refused.status == 401
            reader = {"Authorization": f"Bearer {READER}"}
            forbidden = await session.post(
                "/api/control/pause", json=order, headers=reader
            )
            assert forbidden.status == 403
            paused = await session.post(
                "/api/control/pause", json=order, headers=headers
            )
            hold = await paused.json()
            assert hold["until"] - hold["since"] == 3.0
            status = await (await session.get("/api/status")).json()
            assert status["hold"] == hold
            ready = await (await session.get("/readyz")).json()
            assert ready["ready"]
            assert "new alerts are held" in ready["checks"]["destination"]["detail"]
            assert b"catalyst_posts_paused 1.0" in app.metrics.render()
            stage.publish(release())
            await stage.posted(1)
            done = b'catalyst_alerts_total{result="posted"} 1.0'
            await until(lambda: done in app.metrics.render())
            shown = app.metrics.render()
            assert b"catalyst_posts_paused 0.0" in shown
            assert b"catalyst_alert_latency_seconds_count 0.0" in shown
            await until(lambda: not app.health.notices)
            for minutes in (-1.0, 1e9):
                bad = await session.post(
                    "/api/control/pause", json={"minutes": minutes}, headers=headers
                )
                assert bad.status == 422
                assert "minutes" in (await bad.json())["detail"]


async def test_orders_hold_for_every_channel_the_compact_one_too() -> None:
    async with open_stage() as stage:
        discord = stage.world.discord
        stage.env["DISCORD_WEBHOOK_URL_SMALL"] = small = add_webhook(discord)
        (stage.folder / "channels.toml").write_text(
            '[[channel]]\nname = "all"\nwebhook = "DISCORD_WEBHOOK_URL"\n'
            '[[channel]]\nname = "small"\nwebhook = "SMALL"\nstyle = "compact"\n'
        )
        async with stage.running() as app, aiohttp.ClientSession(app.url) as session:
            await stage.primed()
            contact = json.loads((stage.folder / "catalyst.control").read_text())
            session.headers["Authorization"] = f"Bearer {contact['token']}"
            await session.post("/api/control/pause", json={})
            stage.publish(release())
            await until(lambda: waiting(app.metrics) == {"post:all", "post:small"})
            assert discord.cards == []
            await session.post("/api/control/resume", json={})
            await discord.wait_for(
                lambda: (
                    len(discord.cards) == 2
                    and all(map(is_final, discord.cards))
                    and len(in_channel(discord, small)) == 1
                ),
                timeout=60,
            )
            order = {"id": discord.cards[0].footer[-8:], "reason": WHY}
            done = await (await session.post("/api/control/retract", json=order)).json()
            assert sorted(done["channels"]) == ["all", "small"]
            struck = f"RETRACTED ALDB ▲ ~~{TITLE}~~"
            await discord.wait_for(
                lambda: [card.title for card in discord.cards] == [struck] * 2,
                timeout=60,
            )
            for card in discord.cards:
                assert "Retracted: wrong" in card.embeds[0]["description"]
