"""Sixty alerts at once, and five times `kill -9` while they are posted and edited."""

import asyncio
from collections import Counter
from dataclasses import dataclass

from catalyst_bot.simulation.discord_records import Message
from tests.crash.process import Bot, open_bot
from tests.e2e.stage import FIELD, approval

ALERTS, KILLS = 60, 5
READING = 0.2  # seconds that the simulated model takes
WRITES = 2  # posts or edits between a start and the next kill
# The shipped deadlines: what is late is read late.
SHIPPED = {"LLM_ENRICH_DEADLINE_SECS": "10", "LLM_LATE_SECS": "120"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What subscribers saw in the end, and what the simulator counted at the kills."""

    lost: int  # alerts that nobody saw
    copies: int  # cards beyond the first of an alert
    unrecorded: int  # alerts in messages whose ids the daemon did not know when it died
    with_verdict: float  # share of the alerts; a copy that nobody knows stays as it is
    ends: Counter[str]  # what the cards say of the analysis, the reason left out
    too_many: int  # answers 429


async def barrage(*, is_bot: bool) -> Outcome:
    """Publish, kill five times, wait until the ledger is empty."""
    async with open_bot(is_bot=is_bot, **SHIPPED) as bot:
        discord = bot.world.discord
        bot.world.llm.latency = READING
        discord.latency = 0.05
        discord.limits = {"execute": (5, 2.0), "edit": (5, 2.0)}
        await bot.start()
        await bot.primed()
        bot.publish(*(approval(n) for n in range(ALERTS)))
        unrecorded, counted = 0, set[str]()
        for kill in range(KILLS):
            if kill:
                await bot.start()
            await killed_after(bot, writes=WRITES)
            made = set(discord.messages) - counted
            counted |= made
            unknown = made - await bot.recorded()
            unrecorded += sum(len(discord.messages[each].embeds) for each in unknown)
        await bot.start()
        await discord.wait_for(lambda: len(seen(bot)) == ALERTS, timeout=60)
        await bot.settled()
        told, read = seen(bot), {alert_of(c) for c in discord.cards if is_read(c)}
        return Outcome(
            lost=ALERTS - len(told),
            copies=sum(told.values()) - len(told),
            unrecorded=unrecorded,
            with_verdict=len(read) / ALERTS,
            ends=Counter(c.field(FIELD).partition(" — ")[0] for c in discord.cards),
            too_many=len(discord.answered(429)),
        )


async def killed_after(bot: Bot, *, writes: int) -> None:
    """Kill the daemon when it has made so many posts and edits since it started.

    Discord carries the last one out, and its answer finds nobody.
    """
    done, over = 0, asyncio.Event()

    def strike(what: str, stage: str) -> None:
        nonlocal done
        done += stage == "processed"
        if done >= writes:
            over.set()
            bot.kill()

    bot.world.discord.on_request = strike
    async with asyncio.timeout(60):
        await over.wait()
    await bot.died()
    bot.world.discord.on_request = None


def seen(bot: Bot) -> Counter[str]:
    """Return how often each alert is seen, by its id."""
    return Counter(map(alert_of, bot.world.discord.cards))


def alert_of(card: Message) -> str:
    """Return the id of the alert that the card is of."""
    return card.footer[-8:]


def is_read(card: Message) -> bool:
    """Tell whether the card ends with a verdict."""
    return card.field(FIELD).startswith("Bullish")
