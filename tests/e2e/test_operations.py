"""What an operator sees: health, readiness, metrics, signals, logs without secrets."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from catalyst_bot.simulation.world import Listed
from tests.crash.process import open_bot
from tests.e2e.stage import TITLE, approval, is_final, open_stage, release
from tests.systemd import open_systemd
from tests.waiting import until

SICK = {
    "an HTML page": b"<!DOCTYPE html><html><body>Access denied</body></html>",
    "an empty answer": b"",
    "a document with a DTD": b'<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel/></rss>',
    "JSON": b'{"items": []}',
    "rubbish": bytes(range(256)) * 40,
    "another kind of XML": b"<catalog><book/></catalog>",
}


async def get(url: str) -> tuple[int, dict[str, object]]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.json()


@pytest.mark.parametrize("name", SICK)
async def test_a_sick_source_says_so_in_health_and_harms_no_other(name: str) -> None:
    listed = (Listed(name="wire"), Listed(name="sick"))
    env = {"FEATURE_LLM": "0"}
    async with open_stage(listed=listed, env=env) as stage:
        stage.world.feeds.publish("sick", SICK[name])
        async with stage.running() as app:
            await until(
                lambda: (
                    {s.name: bool(s.last_success) for s in app.health.sources}
                    == {"wire": True, "sick": False}
                )
            )
            stage.publish(release())
            await stage.posted(1)
            status, health = await get(f"{app.url}/healthz")
            assert status == 200
            sources = health["sources"]
            assert isinstance(sources, list)
            (sick,) = [s for s in sources if s["name"] == "sick"]
            assert sick["reason"]
            assert sick["failures"] >= 1
            status, ready = await get(f"{app.url}/readyz")
            assert (status, ready["ready"]) == (200, True)


@pytest.mark.parametrize("fault", ["bomb", "endless", "drip", "hanging"])
async def test_a_feed_that_would_eat_the_bot_is_cut_off(fault: str) -> None:
    listed = (Listed(name="wire"), Listed(name="sick"))
    env = {"FEATURE_LLM": "0"}
    async with open_stage(listed=listed, env=env) as stage:
        document = stage.world.feeds["sick"]
        document.bomb = 50_000_000 if fault == "bomb" else 0
        document.is_endless = fault == "endless"
        document.drip = 0.05 if fault == "drip" else 0.0
        document.is_hanging = fault == "hanging"
        async with stage.running() as app:
            await until(
                lambda: any(
                    s.name == "wire" and s.last_success for s in app.health.sources
                )
            )
            stage.publish(release())
            card = await stage.card(TITLE, until=lambda _: True)
            assert card.title.startswith("ALDB ▲")
            if fault in ("bomb", "endless"):
                await until(
                    lambda: any(
                        s.name == "sick" and s.reason for s in app.health.sources
                    )
                )


async def test_a_webhook_that_is_gone_makes_the_bot_unready_and_is_left_alone() -> None:
    async with open_stage(env={"FEATURE_LLM": "0"}) as stage, stage.running() as app:
        await stage.primed()
        stage.world.discord.webhook_gone = True
        stage.publish(*(approval(n) for n in range(10)))
        await until(lambda: bool(app.health.destinations["default"]))
        status, ready = await get(f"{app.url}/readyz")
        assert (status, ready["ready"]) == (503, False)
        assert "404" in str(ready["checks"])
        stage.publish(approval(11))
        await until(
            lambda: b'items_seen_total{source="wire"} 12.0' in app.metrics.render()
        )
        assert len(stage.world.discord.requests) <= 10  # those that were under way


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


async def test_sigterm_in_a_burst_loses_nothing_and_repeats_nothing() -> None:
    async with open_bot(FEATURE_LLM="0") as bot:
        await bot.start()
        await bot.primed()
        discord = bot.world.discord
        discord.latency = 0.2
        bot.publish(*(approval(n) for n in range(40)))
        await discord.wait_for(lambda: len(discord.requests) >= 5, timeout=20)
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
            lambda: bool(bot.world.discord.requests), timeout=20
        )
        assert await bot.stop() == 0
        log = (bot.folder / "log-1").read_text()
        assert "alert accepted" in log
        assert bot.world.discord.webhook_token not in log
