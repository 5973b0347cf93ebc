"""What an operator sees: health, readiness, metrics, signals, logs without secrets."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from tests.crash.process import open_bot
from tests.e2e.stage import TITLE, approval, is_final, open_stage, release
from tests.systemd import open_systemd
from tests.waiting import until


async def test_the_metrics_tell_what_happened() -> None:
    async with open_stage() as stage, stage.running() as app:
        await stage.primed()
        stage.publish(release())
        await stage.card(TITLE, until=is_final)
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{app.url}/metrics") as response,
        ):
            text = await response.text()
        for line in (
            'catalyst_alerts_total{result="posted"} 1.0',
            'catalyst_enrich_total{provider="ollama",result="analysed"} 1.0',
            'catalyst_discord_requests_total{method="POST",status="200"} 1.0',
            'catalyst_items_rejected_total{reason="primed"} 1.0',
        ):
            assert line in text


async def test_a_quiet_night_still_proves_that_the_disk_works() -> None:
    async with open_stage(env={"FEATURE_LLM": "0"}) as stage, stage.running() as app:
        await stage.primed()
        await until(lambda: app.health.ledger_age() > 3)
        await until(lambda: app.health.ledger_age() < 1)
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{app.url}/readyz") as response,
        ):
            ledger = (await response.json())["checks"]["ledger"]
        assert ledger["ok"]
        assert ledger["detail"].startswith("wrote ")


async def test_sigterm_in_a_burst_loses_nothing_and_repeats_nothing() -> None:
    async with open_bot(FEATURE_LLM="0") as bot:
        await bot.start()
        await bot.primed()
        discord = bot.world.discord
        discord.latency = 0.2
        bot.publish(*(approval(n) for n in range(40)))
        await discord.wait_for(lambda: len(discord.tries) >= 5, timeout=20)
        assert await bot.stop() == 0
        await bot.start()
        await discord.wait_for(lambda: len(discord.cards) >= 40, timeout=40)
        await bot.settled()
        titles = [card.title for card in discord.cards]
        assert len(titles) == len(set(titles)) == 40


@pytest.mark.parametrize("kind", ["path", "abstract"])
async def test_systemd_is_told_when_it_is_ready_alive_reloading_and_stopping(
    kind: str, tmp_path: Path
) -> None:
    name = str(tmp_path / "notify")
    address = name if kind == "path" else f"@{name}"
    async with open_systemd(address) as systemd, open_bot() as bot:
        await bot.start(systemd.environment | {"WATCHDOG_USEC": "200000"})
        await systemd.hear_of("READY=1")
        await systemd.hear_of("WATCHDOG=1")
        await systemd.hear_of("STATUS=")
        bot.reload()
        await systemd.hear_of("RELOADING=1", "MONOTONIC_USEC=")
        await systemd.hear_of("READY=1")
        async with asyncio.TaskGroup() as group:
            stopping = group.create_task(systemd.hear_of("STOPPING=1"))
            assert await bot.stop() == 0
            await stopping


async def test_no_log_line_ever_shows_the_webhooks_token() -> None:
    async with open_bot(LOG_LEVEL="DEBUG", FEATURE_LLM="0") as bot:
        await bot.start()
        await bot.primed()
        bot.world.discord.webhook_gone = True
        bot.publish(release())
        await bot.world.discord.wait_for(
            lambda: bool(bot.world.discord.tries), timeout=20
        )
        assert await bot.stop() == 0
        log = (bot.folder / "log-1").read_text()
        assert "alert accepted" in log
        assert bot.world.discord.webhook_token not in log
