"""A post whose answer was lost in a crash: what each mode makes of it."""

import asyncio
from dataclasses import dataclass

import pytest

from tests.crash.barrage import seen
from tests.crash.process import Bot, open_bot
from tests.crash.test_crashes import readings
from tests.e2e.stage import TITLE, approval, release

AGES = 200.0  # seconds: Discord and we have forgotten the nonce


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """How the daemon posts, and how often a lost answer lets an alert be seen."""

    is_bot: bool = True
    is_late: bool = True
    lacks: tuple[str, ...] = ()
    seen: int = 1


MODES = {
    "webhook": Mode(is_bot=False, is_late=False, seen=2),
    "bot in the nonce's time": Mode(is_late=False),
    "bot later, reading the channel": Mode(),
    "bot later, not allowed to read": Mode(lacks=("READ_MESSAGE_HISTORY",), seen=2),
}


async def killed_at_its_post(bot: Bot, *, is_read: bool) -> None:
    """Publish and kill the daemon after its first post was carried out.

    `is_read`: the answer came back, but what it says was not committed.
    """
    processed, goes_on = asyncio.Event(), asyncio.Event()
    discord = bot.world.discord

    async def strike(what: str, stage: str) -> None:
        if what == "POST" and stage == "processed":
            processed.set()
            await goes_on.wait()

    discord.on_request = strike
    bot.publish(release())
    async with asyncio.timeout(30):
        await processed.wait()
    with bot.disk_held():
        if is_read:
            goes_on.set()
            await discord.wait_for(lambda: bool(discord.answered(200)[-1:]))
            await asyncio.sleep(0.3)  # the daemon reads it, and waits for the disk
        bot.kill()
        await bot.died()
    goes_on.set()
    discord.on_request = None


@pytest.mark.parametrize("is_read", [False, True], ids=["unread", "unrecorded"])
@pytest.mark.parametrize("name", MODES)
async def test_a_lost_answer_is_made_up_for_as_the_mode_can(
    name: str, is_read: bool
) -> None:
    mode = MODES[name]
    async with open_bot(is_bot=mode.is_bot) as bot:
        discord = bot.world.discord
        discord.guild.lacks.update(mode.lacks)
        await bot.start()
        await bot.primed()
        await killed_at_its_post(bot, is_read=is_read)
        if mode.is_late:
            bot.age_doubt(AGES)
            discord.nonce_window = 0.0
        await bot.start()
        await bot.settled()
        cards = [m for m in discord.messages.values() if TITLE in m.title]
        assert len(cards) == mode.seen
        assert sum("resent" in card.footer for card in cards) == mode.seen - 1
        assert len(readings(bot)) == 1
        assert await bot.stop() == 0


@pytest.mark.parametrize("is_bot", [False, True], ids=["webhook", "bot"])
async def test_a_batch_in_doubt_is_repeated_whole(is_bot: bool) -> None:
    async with open_bot(is_bot=is_bot, FEATURE_LLM="0") as bot:
        discord = bot.world.discord
        await bot.start()
        await bot.primed()

        def strike(what: str, stage: str) -> None:
            newest = list(discord.messages.values())[-1:]
            if stage == "processed" and any(len(m.embeds) > 1 for m in newest):
                bot.kill()

        discord.on_request = strike
        bot.publish(*(approval(n) for n in range(12)))
        await bot.died()
        discord.on_request = None
        await bot.start()
        await bot.settled()
        batches = [m for m in discord.messages.values() if len(m.embeds) > 1]
        footers = [tuple(e["footer"]["text"][-8:] for e in m.embeds) for m in batches]
        assert len(set(footers)) == 1
        assert len(footers) == (1 if is_bot else 2)
        assert len(seen(bot)) == 12
