"""After an outage: the newest alerts first, and one line on what was missed."""

import itertools
import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from catalyst_bot.simulation.discord import FakeDiscord
from catalyst_bot.simulation.discord_records import Fault, FaultKind, Message
from tests.crash.process import open_bot
from tests.e2e.stage import approval, open_stage
from tests.waiting import until

SILENT = 1 << 12
ENV = {"FEATURE_LLM": "0", "CATCH_UP_AFTER_SECS": "2", "ALERT_MAX_AGE_SECS": "900"}
AWAY = Fault(kind=FaultKind.DROP)


def summaries(discord: FakeDiscord) -> list[Message]:
    return [message for message in discord.messages.values() if not message.embeds]


def cards(discord: FakeDiscord) -> list[str]:
    """Return the numbers of the drugs on the cards, in the order of the posts."""
    ids = dict.fromkeys(write.message_id for write in discord.posts)
    shown = [card for name in ids for card in discord.messages[name].cards()]
    return [card.title.rpartition(" ")[2] for card in shown if card.embeds]


async def test_a_network_that_was_away_is_caught_up_newest_first_with_one_line() -> (
    None
):
    async with open_stage(env=dict(ENV)) as stage, stage.running() as app:
        await stage.primed()
        discord, wire = stage.world.discord, stage.world.feeds["wire"]
        discord.outage, wire.status = AWAY, 503
        await until(lambda: "catch-up" in app.health.notices)
        now = datetime.now(UTC)
        missed = [
            replace(approval(n), published_at=now - timedelta(seconds=20 * n))
            for n in range(1, 61)  # the last 15 are older than 15 minutes
        ]
        random.Random(1).shuffle(missed)
        stage.publish(*missed)
        discord.outage, wire.status = None, 200
        await discord.wait_for(lambda: bool(summaries(discord)), timeout=60)
        (told,) = summaries(discord)
        found = re.fullmatch(
            r"Caught up after \d+ s \(no source answered\): (\d+) alerts posted, "
            r"(\d+) older than 15 min not posted: `alerts --rejected`",
            told.content,
        )
        assert found, told.content
        assert int(found[1]) == len(cards(discord))
        assert int(found[1]) + int(found[2]) == 60
        assert told.flags & SILENT
        order = [int(number) for number in cards(discord)]
        pairs = list(itertools.combinations(order, 2))  # some start at once
        assert sum(first < second for first, second in pairs) > 0.75 * len(pairs)
        assert "catch-up" not in app.health.notices
        assert app.health.caught_up == told.content
        assert b'catalyst_outages_total{cause="feeds"} 1.0' in app.metrics.render()


async def test_alerts_that_discord_did_not_take_go_newest_first_when_it_is_back() -> (
    None
):
    async with open_stage(env=dict(ENV)) as stage, stage.running() as app:
        await stage.primed()
        discord = stage.world.discord
        discord.outage = Fault(kind=FaultKind.DROP, method="POST")
        stage.publish(approval(1), approval(2))
        await until(lambda: "Discord did not answer" in _notice(app.health.notices))
        stage.publish(approval(3))
        await until(
            lambda: b'items_seen_total{source="wire"} 4.0' in app.metrics.render()
        )
        wire = stage.world.feeds["wire"]
        wire.status = 503  # what is worse while it lasts is told too
        await until(lambda: "no source answered" in _notice(app.health.notices))
        discord.outage, wire.status = None, 200
        await discord.wait_for(lambda: bool(summaries(discord)), timeout=60)
        (told,) = summaries(discord)
        assert "3 alerts posted" in told.content
        assert sorted(cards(discord)) == ["1", "2", "3"]


async def test_a_bot_that_was_down_tells_so_once() -> None:
    async with open_bot(is_bot=False, **ENV) as bot:
        await bot.start()
        await bot.primed()
        bot.publish(approval(1))
        discord = bot.world.discord
        await discord.wait_for(lambda: len(discord.cards) == 1, timeout=60)
        await bot.settled()
        bot.kill()
        await bot.died()
        bot.publish(approval(2), approval(3))
        await bot.start()
        await discord.wait_for(lambda: bool(summaries(discord)), timeout=60)
        (told,) = summaries(discord)
        assert re.match(
            r"Caught up after \d+ s \(the bot was not running\): 2 alerts posted",
            told.content,
        )
        assert await bot.stop() == 0
        assert len(summaries(discord)) == 1


async def test_a_short_hiccup_is_not_told() -> None:
    env = ENV | {"CATCH_UP_AFTER_SECS": "600"}
    async with open_stage(env=env) as stage, stage.running() as app:
        await stage.primed()
        wire = stage.world.feeds["wire"]
        wire.status = 503
        await until(lambda: app.health.sources[0].failures > 0)
        wire.status = 200
        stage.publish(approval(1))
        await stage.posted(1)
        stage.publish(approval(2))  # behind it: a word would be there by now
        await stage.posted(2)
        assert summaries(stage.world.discord) == []
        assert "catch-up" not in app.health.notices


def _notice(notices: object) -> str:
    return str(notices)
