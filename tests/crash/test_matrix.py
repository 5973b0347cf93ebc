"""Eleven points at which the daemon is killed, in four ways of posting.

Nothing is lost in any cell, no job is left, and a card stands twice only where nobody
can know whether the first one arrived.
"""

import asyncio
from dataclasses import dataclass
from functools import partial

import pytest

from tests.crash.mortal import Moment, fork
from tests.crash.process import Bot, open_bot
from tests.e2e.stage import FIELD, TITLE, is_final, release

AGES = 200.0  # seconds: Discord and we have forgotten the nonce
AT_ONCE = 6  # cells
# A kept answer would spare the second reading that the table counts.
BARE = {
    "LLM_CACHE_ENABLED": "0",
    "LLM_ENRICH_DEADLINE_SECS": "60",
    "FEATURE_WEB": "0",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How the daemon posts, and what it is allowed after the outage."""

    is_bot: bool = True
    is_late: bool = True
    lacks: tuple[str, ...] = ()
    knows: bool = True  # whether a post that arrived is recognised


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What the servers saw of one alert, crash and restart together."""

    cards: int = 1
    readings: int = 1
    edits: int = 1


WAYS = {
    "webhook": Way(is_bot=False, is_late=False, knows=False),
    "bot": Way(is_late=False),
    "bot later, not allowed to read": Way(lacks=("READ_MESSAGE_HISTORY",), knows=False),
    "bot later, reading the channel": Way(),
}

# Where a string stands Discord kills it, having carried that out and answered nothing.
POINTS: dict[str, Moment | str] = {
    "before put": Moment(is_before=True, verb="put", queue="post"),
    "after put": Moment(is_before=False, verb="put", queue="post"),
    "after take": Moment(is_before=False, verb="take", queue="post"),
    "POST carried out, answer unread": "POST",
    "POST answered, id not recorded": Moment(is_before=True, verb="done", queue="post"),
    "after done(post)": Moment(is_before=False, verb="done", queue="post"),
    "model answered, verdict unsaved": Moment(
        is_before=True, verb="done", queue="enrich"
    ),
    "verdict saved": Moment(is_before=False, verb="done", queue="enrich"),
    "PATCH carried out, answer unread": "PATCH",
    "PATCH answered, not recorded": Moment(is_before=True, verb="done", queue="edit"),
    "after the last done": Moment(is_before=False, verb="done", queue="edit"),
}


def expected(point: str, way: Way) -> Counts:
    """Return the counts of a cell: one of each but for what was cut off."""
    if point.startswith("POST"):
        return Counts(cards=1 if way.knows else 2)
    if point.startswith("model answered"):
        return Counts(readings=2)
    return Counts(edits=2 if point.startswith("PATCH") else 1)


@pytest.mark.parametrize("name", WAYS)
async def test_every_kill_point_loses_nothing_and_repeats_only_what_nobody_knows(
    name: str,
) -> None:
    way, room = WAYS[name], asyncio.Semaphore(AT_ONCE)
    async with asyncio.TaskGroup() as group:
        cells = {
            point: group.create_task(cell(point, way, room), name=point)
            for point in POINTS
        }
    seen = {point: task.result() for point, task in cells.items()}
    assert seen == {point: expected(point, way) for point in POINTS}


async def cell(point: str, way: Way, room: asyncio.Semaphore) -> Counts:
    """Kill a daemon at the point, start it again, and count when all is over."""
    async with room, open_bot(is_bot=way.is_bot, **BARE) as bot:
        discord = bot.world.discord
        discord.guild.lacks.update(way.lacks)
        await killed(bot, POINTS[point])
        if way.is_late:
            bot.age_doubt(AGES)
            discord.nonce_window = 0.0
        bot.starter = fork
        await bot.start()
        return await counted(bot)


async def killed(bot: Bot, point: Moment | str) -> None:
    """Publish a release to a daemon that dies at the point."""
    discord = bot.world.discord

    def strike(what: str, stage: str) -> None:
        if (what, stage) == (point, "processed"):
            discord.on_request = None
            bot.kill()

    discord.on_request = strike
    moment = point if isinstance(point, Moment) else None
    bot.starter = partial(fork, moment=moment)
    await bot.start()
    await bot.primed()
    bot.publish(release())
    await bot.died()
    discord.on_request = None


async def counted(bot: Bot) -> Counts:
    """Wait until every card is final and no job is left; return what was seen."""
    discord = bot.world.discord

    def is_over() -> bool:
        return bool(discord.cards) and is_final(list(discord.messages.values())[-1])

    await discord.wait_for(is_over, timeout=60)
    await bot.settled()
    await bot.primed()  # so it is up, and has nothing to do
    cards = [card for card in discord.cards if TITLE in card.title]
    assert cards[-1].field(FIELD).startswith("Bullish")
    assert all("resent" in card.footer for card in cards[1:])
    assert len({str(edit.version.payload) for edit in discord.edits}) == 1
    assert await bot.stop() == 0
    readings = [a for a in bot.world.llm.prompts if "Headline:" in a.prompt]
    return Counts(cards=len(cards), readings=len(readings), edits=len(discord.edits))
