"""kill -9 while a request is under way, and outages that last longer than a deadline.

The points between two requests are those of `test_matrix`.
"""

import asyncio
from dataclasses import dataclass

import pytest

from catalyst_bot.simulation.discord_records import Message
from catalyst_bot.simulation.llm_records import Asked
from tests.crash.process import Bot, open_bot
from tests.e2e.stage import FIELD, TITLE, is_final, release


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A kill point, and what Discord and the model have seen once all is over."""

    server: str  # discord, llm or feeds
    what: str  # POST, PATCH, a document, a part of a prompt
    stage: str
    reaches_server: bool
    readings: int = 1


POINTS = {
    "the feed was read, nothing is committed": Point(
        server="feeds", what="wire", stage="sent", reaches_server=True
    ),
    "the post is on its way": Point(
        server="discord", what="POST", stage="received", reaches_server=False
    ),
    "the model was asked": Point(
        server="llm",
        what="Headline:",
        stage="received",
        reaches_server=True,
        readings=2,
    ),
    "the edit is on its way": Point(
        server="discord", what="PATCH", stage="received", reaches_server=False
    ),
}


def arm(bot: Bot, point: Point) -> asyncio.Event:
    """Kill the daemon once, when it reaches the point; return the event of that."""
    killed = asyncio.Event()

    def strike(what: str, stage: str) -> None:
        if killed.is_set() or stage != point.stage or point.what not in what:
            return
        killed.set()
        bot.kill()
        if not point.reaches_server:
            raise ConnectionError("killed before it was carried out")

    server = getattr(bot.world, point.server)
    server.on_request = strike
    return killed


def readings(bot: Bot) -> list[Asked]:
    """Return how often the model was asked about news; warming up asks it too."""
    return [asked for asked in bot.world.llm.prompts if "Headline:" in asked.prompt]


async def final_cards(bot: Bot, count: int = 1) -> list[Message]:
    """Wait until the newest `count` cards are final, and no job is left."""
    discord = bot.world.discord

    def newest() -> list[Message]:
        return sorted(discord.messages.values(), key=lambda m: m.created)[-count:]

    def are_final() -> bool:
        return len(newest()) == count and all(is_final(card) for card in newest())

    await discord.wait_for(are_final, timeout=40)
    await bot.settled()
    return newest()


@pytest.mark.parametrize("is_bot", [False, True], ids=["webhook", "bot"])
@pytest.mark.parametrize("name", POINTS)
async def test_nothing_is_lost_when_the_daemon_is_killed_while(
    name: str, is_bot: bool
) -> None:
    point = POINTS[name]
    async with open_bot(is_bot=is_bot, LLM_ENRICH_DEADLINE_SECS="20") as bot:
        await bot.start()
        await bot.primed()
        killed = arm(bot, point)
        bot.publish(release())
        async with asyncio.timeout(30):
            await killed.wait()
        await bot.died()
        await bot.start()
        (card,) = await final_cards(bot)
        discord = bot.world.discord
        assert card.field(FIELD).startswith("Bullish")
        assert len(discord.posts) == 1
        assert len(readings(bot)) == point.readings
        assert len(discord.edits) == 1
        assert ("resent" in card.footer) == (point.what == "POST" and not is_bot)
        assert TITLE in card.title
        assert await bot.stop() == 0


async def test_a_card_whose_time_ran_out_during_the_outage_says_so() -> None:
    async with open_bot(LLM_ENRICH_DEADLINE_SECS="5") as bot:
        await bot.start()
        await bot.primed()
        arm(bot, Point(server="llm", what="", stage="received", reaches_server=True))
        bot.publish(release())
        await bot.died()
        posted = bot.world.discord.posts[0].version.at
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, posted + 5.5 - loop.time()))  # the outage itself
        await bot.start()
        (card,) = await final_cards(bot)
        assert card.field(FIELD).startswith("⚠ No analysis — bot restarted")
        assert len(bot.world.discord.posts) == 1


async def test_an_alert_that_grew_stale_during_the_outage_is_not_posted_late() -> None:
    async with open_bot(ALERT_MAX_AGE_SECS="6") as bot:
        await bot.start()
        await bot.primed()
        point = POINTS["the post is on its way"]
        killed = arm(bot, point)
        bot.publish(release(age=0))
        async with asyncio.timeout(30):
            await killed.wait()
        await bot.died()
        await asyncio.sleep(6)  # the outage itself
        await bot.start()
        await bot.settled()
        assert bot.world.discord.posts == []
