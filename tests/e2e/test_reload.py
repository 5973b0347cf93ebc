"""SIGHUP to a real daemon: all of the new configuration is in force, or none of it."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from catalyst_bot.simulation.discord_records import Fault, FaultKind
from catalyst_bot.simulation.feed_shapes import WireItem, prnewswire
from catalyst_bot.simulation.world import Listed
from tests.crash.process import Bot, open_bot
from tests.e2e.stage import (
    TITLE,
    add_webhook,
    approval,
    in_channel,
    release,
    write_channels,
)
from tests.e2e.test_commands import command
from tests.systemd import Systemd, open_systemd
from tests.waiting import until

WIRE, OTHER = Listed(name="wire"), Listed(name="other")
SUCCESSFUL = "catalyst_config_last_reload_successful"
ZORPS = '[[words]]\nabout = "a word of ours"\nweight = 3.9\nwords = "zorps"\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A daemon that runs, and systemd, which started it."""

    bot: Bot
    systemd: Systemd

    async def reload(self) -> str:
        """Let the daemon read its files again; return what it says when it has."""
        self.bot.reload()
        await self.systemd.hear_of("RELOADING=1")
        return await self.systemd.hear_of("READY=1")

    async def get(self, path: str) -> str:
        url = await self.bot.page()
        async with aiohttp.ClientSession() as session, session.get(url + path) as reply:
            return await reply.text()

    async def cards(self, count: int) -> list[str]:
        """Wait for so many cards, and return their titles when all work is done."""
        discord = self.bot.world.discord
        await discord.wait_for(lambda: len(discord.cards) >= count, timeout=60)
        await self.bot.settled()
        return [card.title for card in discord.cards]

    async def some_cards(self, count: int) -> None:
        discord = self.bot.world.discord
        await discord.wait_for(lambda: len(discord.cards) > count, timeout=60)

    def publish(self, name: str, *items: WireItem) -> None:
        self.bot.world.feeds.publish(name, prnewswire(list(items)))

    async def read(self, name: str) -> None:
        """Wait until the daemon knows the page of a source as it is now."""
        page, feeds = self.bot.world.feeds[name], self.bot.world.feeds
        known = page.not_modified
        await feeds.wait_for(lambda: page.not_modified > known, timeout=60)


@asynccontextmanager
async def watched(
    tmp_path: Path, *, listed: Sequence[Listed] = (WIRE,), **env: str
) -> AsyncIterator[Watched]:
    async with (
        open_systemd(str(tmp_path / "notify")) as systemd,
        open_bot(is_bot=False, FEATURE_LLM="0", **env) as bot,
    ):
        bot.listed = listed
        one = Watched(bot=bot, systemd=systemd)
        one.publish("other", release("Old news of another wire", age=7 * 86_400))
        await bot.start(systemd.environment)
        await systemd.hear_of("READY=1")
        await bot.primed()
        yield one


async def test_sources_come_and_go_and_the_others_notice_nothing(
    tmp_path: Path,
) -> None:
    async with watched(tmp_path) as one:
        bot = one.bot
        bot.listed = (WIRE, OTHER)
        bot.configure()
        assert "reloaded" in await one.reload()
        await one.read("other")
        one.publish("other", approval(1))
        bot.publish(approval(2))
        assert len(await one.cards(2)) == 2
        bot.listed = (OTHER,)
        bot.configure()
        await one.reload()
        asked = len(bot.world.feeds["wire"].fetches)
        health = await one.get("/healthz")
        assert '"name":"other"' in health
        assert '"name":"wire"' not in health
        assert 'timestamp_seconds{source="wire"}' not in await one.get("/metrics")
        bot.publish(approval(3))
        one.publish("other", approval(4))
        assert len(await one.cards(3)) == 3
        assert len(bot.world.feeds["wire"].fetches) == asked
        bot.listed = (WIRE, OTHER)  # it is known: what came meanwhile is news
        bot.configure()
        await one.reload()
        assert len(await one.cards(4)) == 4


async def test_a_source_with_another_interval_and_address_keeps_what_it_knows(
    tmp_path: Path,
) -> None:
    async with watched(tmp_path) as one:
        bot = one.bot
        bot.publish(approval(1))
        assert len(await one.cards(1)) == 1
        sources = bot.folder / "sources.toml"
        moved = sources.read_text().replace("/wire", "/moved")
        sources.write_text(
            moved.replace("interval_seconds = 1", "interval_seconds = 2")
        )
        one.publish("moved", approval(2), *bot.releases)
        await one.reload()
        assert len(await one.cards(2)) == 2
        first = bot.world.feeds["moved"].fetches[0]
        assert "if-none-match" not in first.headers  # it is of the other address


async def test_thresholds_and_rules_are_taken_up(tmp_path: Path) -> None:
    async with watched(tmp_path, ALERT_MIN_SCORE="1") as one:
        bot = one.bot
        title = "Alderbrook zorps its outlook"
        bot.publish(release(title))
        await one.read("wire")
        assert bot.world.discord.cards == []
        bot.env["ALERT_MIN_SCORE"] = "0.1"
        bot.configure()
        shipped = Path(__file__).parents[2] / "config" / "lexicon.toml"
        (bot.folder / "lexicon.toml").write_text(shipped.read_text() + ZORPS)
        await one.reload()
        bot.publish(release(f"{title} again"))
        assert len(await one.cards(1)) == 1
        assert '"zorps' in await one.get(f"/api/score?text={title}")


async def test_one_fault_keeps_all_as_it_was_and_every_fault_is_told(
    tmp_path: Path,
) -> None:
    async with watched(tmp_path) as one:
        bot = one.bot
        bot.listed = (OTHER,)
        bot.env |= {"ALERT_MIN_SCORE": "loud", "ALERT_WATCHLIST": "ABCD"}
        bot.configure()
        (bot.folder / "lexicon.toml").write_text(ZORPS.replace("3.9", "'much'"))
        told = await one.reload()
        assert "STATUS=reload failed: ALERT_MIN_SCORE" in told
        for place in (bot.log(), await one.get("/healthz")):
            assert "ALERT_MIN_SCORE" in place
            assert "lexicon.toml" in place
        assert f"{SUCCESSFUL} 0.0" in await one.get("/metrics")
        await one.systemd.hear_of("STATUS=reload failed")  # it stays in sight
        assert '"reload"' in await one.get("/api/status")
        bot.publish(release())  # the wire is listed no more, but it is polled
        assert len(await one.cards(1)) == 1
        bot.env["ALERT_MIN_SCORE"] = "0.3"
        bot.configure()
        (bot.folder / "lexicon.toml").unlink()
        await one.reload()
        assert f"{SUCCESSFUL} 1.0" in await one.get("/metrics")
        assert "reload failed" not in await one.get("/healthz")


async def test_what_needs_a_restart_is_named_and_never_shown(tmp_path: Path) -> None:
    async with watched(tmp_path) as one:
        bot = one.bot
        bot.env |= {
            "LOG_LEVEL": "ERROR",
            "LLM_MODEL_NAME": "another-model",
            "ALERT_MIN_SCORE": "0.4",
            "OPENAI_API_KEY": "canary-0123456789",
        }
        bot.configure()
        await one.reload()
        health = await one.get("/healthz")
        named = "restart needed: OPENAI_API_KEY, LLM_MODEL_NAME, LOG_LEVEL"
        assert sorted(named.split()) == sorted(_notice(health).split()), health
        assert "canary" not in health + bot.log()
        for name in ("LOG_LEVEL", "LLM_MODEL_NAME", "OPENAI_API_KEY"):
            del bot.env[name]
        bot.configure()
        await one.reload()
        assert "restart needed" not in await one.get("/healthz")


async def test_a_burst_under_reloads_loses_nothing_and_repeats_nothing(
    tmp_path: Path,
) -> None:
    async with watched(tmp_path) as one:
        bot, discord = one.bot, one.bot.world.discord
        discord.latency = 0.1
        for number in range(4):
            bot.publish(*(approval(10 * number + n) for n in range(10)))
            bot.listed = (Listed(name="wire", interval=1 + number % 2), OTHER)
            bot.configure()
            bot.reload()
            bot.reload()  # in the same moment: one reload, or two, but no less
            await one.some_cards(8 * number)
        titles = await one.cards(40)
        assert len(titles) == len(set(titles)) == 40


async def test_a_reload_in_the_middle_of_a_poll_costs_no_item(tmp_path: Path) -> None:
    async with watched(tmp_path) as one:
        bot, page = one.bot, one.bot.world.feeds["wire"]
        page.latency = 2.0
        asked = len(page.fetches)
        await bot.world.feeds.wait_for(lambda: len(page.fetches) > asked, timeout=60)
        bot.publish(release())
        bot.listed = (Listed(name="wire", interval=2),)
        bot.configure()
        await one.reload()
        page.latency = 0.0
        assert len(await one.cards(1)) == 1


async def test_a_reload_asked_for_before_the_start_is_over_comes_after_it(
    tmp_path: Path,
) -> None:
    async with (
        open_systemd(str(tmp_path / "notify")) as systemd,
        open_bot(FEATURE_LLM="0") as bot,
    ):
        bot.world.feeds.publish("other", prnewswire([release(age=7 * 86_400)]))
        with bot.disk_held():  # the daemon waits for it: it cannot be ready
            await bot.start(systemd.environment)
            await until(lambda: _catches_hangups(bot))
            bot.listed = (OTHER,)
            bot.configure()
            bot.reload()
        await systemd.hear_of("READY=1")
        await systemd.hear_of("RELOADING=1")
        await systemd.hear_of("READY=1", "reloaded")
        one = Watched(bot=bot, systemd=systemd)
        await one.read("other")
        health = await one.get("/healthz")
        assert "damaged" not in health
        assert '"name":"other"' in health
        assert '"name":"wire"' not in health


async def test_a_reload_asked_for_during_the_stop_changes_nothing(
    tmp_path: Path,
) -> None:
    async with watched(tmp_path) as one:
        bot, discord = one.bot, one.bot.world.discord
        discord.outage = Fault(
            kind=FaultKind.HANG
        )  # the stop waits five seconds for this post
        bot.publish(release())
        await discord.wait_for(lambda: bool(discord.tries), timeout=60)
        assert bot.child is not None
        bot.child.send_signal(signal.SIGTERM)
        await one.systemd.hear_of("STOPPING=1")
        bot.listed = (WIRE, OTHER)
        bot.configure()
        bot.reload()
        async with asyncio.timeout(60):
            assert await bot.child.wait() == 0
        assert len(bot.world.feeds["other"].fetches) == 0
        discord.outage = None
        await bot.start()
        titles = await one.cards(1)
        assert all(TITLE in title for title in titles)


def _notice(health: str) -> str:
    """Return the line about a restart in the answer of /healthz."""
    return str(json.loads(health)["notices"].get("restart", ""))


def _catches_hangups(bot: Bot) -> bool:
    """Tell whether SIGHUP would not end the process any more."""
    assert bot.child is not None
    lines = Path(f"/proc/{bot.child.pid}/status").read_text().splitlines()
    (caught,) = (line.split()[1] for line in lines if line.startswith("SigCgt"))
    return bool(int(caught, 16) & 1)


async def test_the_command_reloads_and_tells_how_it_went(tmp_path: Path) -> None:
    async with watched(tmp_path) as one:
        bot = one.bot
        bot.listed = (Listed(name="wire", interval=2), OTHER)
        bot.env["LOG_LEVEL"] = "WARNING"
        bot.configure()
        code, said = await _reload_command(bot)
        assert (code, said.splitlines()) == (
            0,
            [
                "Reloaded.",
                "sources added: other",
                "sources changed: wire",
                "Restart needed: LOG_LEVEL",
            ],
        )
        sources = bot.folder / "sources.toml"
        sources.write_text(sources.read_text() + "\n[[source]]\nname = 'wire'\n")
        code, said = await _reload_command(bot)
        assert code == 78
        assert "entry 3 ('wire'): kind: expected one of" in said
        assert "name: already used by entry 1" in said


async def test_the_command_signals_a_daemon_without_http(tmp_path: Path) -> None:
    async with watched(tmp_path, FEATURE_WEB="0") as one:
        code, said = await _reload_command(one.bot)
        assert (code, "was told to reload" in said) == (0, True)
        await one.systemd.hear_of("READY=1", "reloaded")
        await one.bot.stop()
        code, said = await _reload_command(one.bot)
        assert code == 1
        assert "no daemon runs on" in said


async def _reload_command(bot: Bot) -> tuple[int, str]:
    env_file = ("--env-file", str(bot.env_file))
    code, out, err = await command("reload", *env_file, folder=bot.folder)
    return code, out + err


async def test_channels_come_and_go_and_their_rules_change(tmp_path: Path) -> None:
    async with watched(tmp_path) as one:
        bot, discord = one.bot, one.bot.world.discord
        second = add_webhook(discord)
        bot.env["DISCORD_WEBHOOK_URL_SECOND"] = second
        bot.configure()
        first = 'name = "first"\nwebhook = "DISCORD_WEBHOOK_URL"'
        write_channels(
            bot.folder,
            f'{first}\ntickers = ["OTHR"]',
            'name = "second"\nwebhook = "SECOND"',
        )
        await one.reload()
        bot.publish(approval(1))
        await one.some_cards(0)
        await bot.settled()
        assert len(in_channel(discord, second)) == 1
        assert in_channel(discord, discord.webhook_url) == []
        assert '"second"' in await one.get("/healthz")
        write_channels(bot.folder, first)
        await one.reload()
        bot.publish(approval(2))
        await one.some_cards(1)
        await bot.settled()
        assert len(in_channel(discord, discord.webhook_url)) == 1
        assert '"second"' not in await one.get("/healthz")
        write_channels(bot.folder, 'name = "first"\nwebhook = "NOBODY"')
        assert "STATUS=reload failed" in await one.reload()
        bot.publish(approval(3))
        await one.some_cards(2)
        assert len(in_channel(discord, discord.webhook_url)) == 2


async def test_a_dead_channel_is_tried_again_by_a_reload(tmp_path: Path) -> None:
    async with watched(tmp_path) as one:
        bot, discord = one.bot, one.bot.world.discord
        discord.webhook_gone = True
        bot.publish(approval(1))
        await until(lambda: "destination dead" in bot.log())
        assert "reload when it is mended" in await one.get("/healthz")
        discord.webhook_gone = False
        await one.reload()
        bot.publish(approval(2))
        await discord.wait_for(
            lambda: any(card.mentions("number 2") for card in discord.cards), timeout=60
        )
        assert "reload when it is mended" not in await one.get("/healthz")


async def test_doctor_shows_every_queue_and_metric_of_the_daemon_and_its_reload(
    tmp_path: Path,
) -> None:
    async with watched(tmp_path) as one:
        bot = one.bot
        lexicon = bot.folder / "lexicon.toml"
        lexicon.write_text(ZORPS.replace("3.9", "'much'"))
        assert "reload failed" in await one.reload()
        lexicon.unlink()
        files = ("--env-file", str(bot.env_file), "--config-dir", str(bot.folder))
        _, out, _ = await command("doctor", "--json", *files, folder=tmp_path)
        rows = {row["name"]: row for row in json.loads(out)}
        served, wanted = (
            rows["daemon metrics"]["detail"].split(" served")[0].split(" of ")
        )
        assert served == wanted
        queues = {"post:default", "edit:default", "enrich", "late"}
        assert {f"queue {queue}" for queue in queues} <= rows.keys()
        assert rows["daemon reload"]["state"] == "warning"
        assert rows["feature LLM"]["state"] == "off"


async def test_a_status_message_stays_the_same_whatever_its_channel_is_called(
    tmp_path: Path,
) -> None:
    async with watched(tmp_path, STATUS_MESSAGE_SECS="1") as one:
        bot, discord = one.bot, one.bot.world.discord

        def edits() -> list[int]:
            return [len(m.edits) for m in discord.messages.values() if not m.embeds]

        async def goes_on() -> None:
            """Wait until the one message that there is was edited twice more."""
            known = sum(edits())
            await discord.wait_for(lambda: sum(edits()) > known + 1, timeout=60)
            assert len(edits()) == 1

        await goes_on()
        everything = 'name = "everything"\nwebhook = "DISCORD_WEBHOOK_URL"'
        some = 'name = "some"\nwebhook = "DISCORD_WEBHOOK_URL"\ntickers = ["OTHR"]'
        for entries in ((everything, some), (some, everything)):
            write_channels(bot.folder, *entries)
            await one.reload()
            await goes_on()
        discord.webhook_gone = True
        await until(lambda: "destination dead" in bot.log())
        discord.webhook_gone = False
        await one.reload()
        await goes_on()
