"""`halt`: three halts, and what becomes of their cards."""

from types import MappingProxyType

from catalyst_bot.simulation.newsroom import WIRE_ONE
from catalyst_bot.simulation.scenarios.scenario import Scenario
from catalyst_bot.simulation.stage import VERDICTS, Stage

NEWS_HALT, PAUSED, SUSPENDED = "LRKH", "VRDM", "ELVS"
NEWS = "Larkhaven Biologics trial meets primary endpoint"


async def play(stage: Stage) -> None:
    """Halt for news, pause for volatility, suspend; change a code; resume two."""
    room, llm = stage.room, stage.world.llm
    llm.latency = 0.5
    room.halt(NEWS_HALT, "T1")
    await _carded(stage, f"{NEWS_HALT} ", "(T1)")
    room.release(WIRE_ONE, NEWS_HALT, NEWS)
    room.halt(PAUSED, "LUDP")
    await stage.clock.sleep(60)
    room.halt(SUSPENDED, "H11")
    room.recode(NEWS_HALT, "T2")
    await _carded(stage, f"{NEWS_HALT} ", "(T2)")
    await _carded(stage, f"{PAUSED} ", "(LUDP)")
    await _carded(stage, f"{SUSPENDED} ", "(H11)")
    room.resume(PAUSED)
    await stage.clock.sleep(60)
    room.resume(NEWS_HALT)
    for symbol in (NEWS_HALT, PAUSED):
        await _carded(stage, f"{symbol} ", "Trading resumes")
    await stage.shows(NEWS, *VERDICTS)
    await stage.cards_are(lambda: _says_that_it_resumes(stage, NEWS))


def _says_that_it_resumes(stage: Stage, title: str) -> bool:
    cards = stage.world.discord.cards
    return any(card.mentions(title) and card.field("Resumed") for card in cards)


async def _carded(stage: Stage, *parts: str) -> None:
    """Wait for a card whose title has all these parts."""
    discord = stage.world.discord

    def is_there() -> bool:
        titles = [card.title for card in discord.cards]
        return any(all(part in title for part in parts) for title in titles)

    await stage.cards_are(is_there)


SCENARIO = Scenario(
    name="halt",
    about="halts and what becomes of them, on the same card",
    look_for=(
        "LRKH and its warrants stop for news: one card, not two.",
        "The reason changes from T1 to T2, then trading resumes: edits of that card.",
        "The news for which LRKH stood still says when it trades again.",
        "VRDM: a volatility pause of five minutes. ELVS: a halt that stays.",
    ),
    shows=("Bearish", "Bullish"),
    play=play,
    overrides=MappingProxyType({"LLM_ENRICH_DEADLINE_SECS": "10"}),
)
