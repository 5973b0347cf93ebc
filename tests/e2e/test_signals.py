"""SIGTERM at any moment: the daemon stops in time, and the next start finishes all."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from catalyst_bot.simulation.discord_records import Fault, FaultKind
from catalyst_bot.simulation.llm_records import Mode
from tests.crash.process import Bot, open_bot
from tests.e2e.stage import FIELD, approval, is_final
from tests.events import listening
from tests.waiting import until

LONGEST_STOP = 20.0  # seconds; systemd kills after 30

Scene = Callable[[Bot], Awaitable[None]]


async def while_a_page_is_open(bot: Bot) -> None:
    async with (
        aiohttp.ClientSession(await bot.page()) as client,
        listening(client) as ear,
    ):
        await ear.hear()
        bot.publish(approval(1))
        await _posts(bot, 1)
        await stopped(bot)


async def while_the_model_hangs(bot: Bot) -> None:
    bot.world.llm.mode = Mode.HANG
    bot.publish(approval(1))
    await bot.world.llm.wait_for(
        lambda: any("Headline:" in asked.prompt for asked in bot.world.llm.prompts),
        timeout=60,
    )
    await stopped(bot)
    bot.world.llm.mode = Mode.OK


async def while_discord_hangs(bot: Bot) -> None:
    discord = bot.world.discord
    discord.outage = Fault(kind=FaultKind.HANG)
    bot.publish(approval(1))
    await discord.wait_for(lambda: bool(discord.tries), timeout=60)
    await stopped(bot)
    discord.outage = None


async def while_an_edit_hangs(bot: Bot) -> None:
    discord = bot.world.discord
    discord.faults.append(Fault(kind=FaultKind.HANG, method="PATCH"))
    bot.publish(approval(1))
    await discord.wait_for(
        lambda: any(request.method == "PATCH" for request in discord.requests),
        timeout=60,
    )
    await stopped(bot)


async def while_a_feed_hangs(bot: Bot) -> None:
    page, feeds = bot.world.feeds["wire"], bot.world.feeds
    page.is_hanging = True
    asked = len(page.fetches)
    bot.publish(approval(1))
    await feeds.wait_for(lambda: len(page.fetches) > asked, timeout=60)
    await stopped(bot)
    page.is_hanging = False


async def while_the_queue_is_full(bot: Bot) -> None:
    discord = bot.world.discord
    discord.limits = {"execute": (1, 2.0), "edit": (1, 2.0)}
    bot.publish(*(approval(number) for number in range(40)))
    await _posts(bot, 1)
    await stopped(bot)
    discord.limits = {}


SCENES: dict[str, tuple[Scene, int]] = {
    "a page is open": (while_a_page_is_open, 1),
    "the model hangs": (while_the_model_hangs, 1),
    "Discord hangs": (while_discord_hangs, 1),
    "an edit hangs": (while_an_edit_hangs, 1),
    "a feed hangs": (while_a_feed_hangs, 1),
    "the queue is full": (while_the_queue_is_full, 40),
}


@pytest.mark.parametrize("name", SCENES)
async def test_sigterm_is_obeyed_in_time_and_nothing_is_lost_while(name: str) -> None:
    scene, count = SCENES[name]
    async with running() as bot:
        await scene(bot)
        await bot.start()
        await finished(bot, count)


async def test_sigterm_during_the_start_is_obeyed_when_it_is_over() -> None:
    async with open_bot() as bot:
        with bot.disk_held():
            await bot.start()
            await until(lambda: _catches(bot, signal.SIGTERM))
            assert bot.child is not None
            bot.child.send_signal(signal.SIGTERM)
        assert await _ended(bot) == 0
        await bot.start()
        await bot.primed()
        bot.publish(approval(1))
        await finished(bot, 1)


async def test_a_second_sigterm_ends_it_now_and_nothing_is_lost() -> None:
    async with running() as bot:
        discord = bot.world.discord
        discord.outage = Fault(kind=FaultKind.HANG)
        bot.publish(approval(1))
        await discord.wait_for(lambda: bool(discord.tries), timeout=60)
        assert bot.child is not None
        bot.child.send_signal(signal.SIGTERM)
        await until(lambda: "stopping" in bot.log())
        bot.child.send_signal(signal.SIGTERM)
        assert await _ended(bot) == 1
        discord.outage = None
        await bot.start()
        await finished(bot, 1)


@asynccontextmanager
async def running() -> AsyncIterator[Bot]:
    async with open_bot(LLM_LATE_SECS="600") as bot:
        await bot.start()
        await bot.primed()
        yield bot


async def stopped(bot: Bot) -> None:
    """Stop the daemon; it must say how it ended itself."""
    assert bot.child is not None
    bot.child.send_signal(signal.SIGTERM)
    assert await _ended(bot) == 0


async def finished(bot: Bot, count: int) -> None:
    """Wait until each of so many alerts stands once, and says something definite."""
    await _posts(bot, count)
    discord = bot.world.discord
    await discord.wait_for(
        lambda: all(map(is_final, discord.cards)) and len(discord.cards) == count,
        timeout=60,
    )
    await bot.settled()
    titles = [card.title for card in discord.cards]
    assert len(set(titles)) == len(titles) == count
    assert all(card.field(FIELD) for card in discord.cards)


async def _posts(bot: Bot, count: int) -> None:
    discord = bot.world.discord
    await discord.wait_for(lambda: len(discord.cards) >= count, timeout=60)


async def _ended(bot: Bot) -> int:
    assert bot.child is not None
    async with asyncio.timeout(LONGEST_STOP):
        return await bot.child.wait()


def _catches(bot: Bot, number: int) -> bool:
    """Tell whether a signal would not end the process any more."""
    assert bot.child is not None
    lines = Path(f"/proc/{bot.child.pid}/status").read_text().splitlines()
    (caught,) = (line.split()[1] for line in lines if line.startswith("SigCgt"))
    return bool(int(caught, 16) >> (number - 1) & 1)
