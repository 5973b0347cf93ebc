"""A message of several cards whose answer was lost in a crash."""

import pytest

from tests.crash.barrage import seen
from tests.crash.process import open_bot
from tests.e2e.stage import approval


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
