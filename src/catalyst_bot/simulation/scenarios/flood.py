"""`flood`: two hundred headlines within a second, and one model to read them."""

from types import MappingProxyType

from catalyst_bot.simulation.issuers import SYMBOLS, issuer
from catalyst_bot.simulation.newsroom import WIRE_ONE, WIRE_TWO
from catalyst_bot.simulation.scenarios.scenario import Scenario
from catalyst_bot.simulation.stage import FIELD, Stage

HEADLINES = 200
BATCHES = 4  # in a second


async def play(stage: Stage) -> None:
    """Publish all of it, then wait until every card is posted and final."""
    llm, discord = stage.world.llm, stage.world.discord
    llm.latency, llm.slots = 0.5, 2
    for batch in range(BATCHES):
        for number in range(batch, HEADLINES, BATCHES):
            wire = (WIRE_ONE, WIRE_TWO)[number % 2]
            stage.room.release(wire, _symbol(number), _title(number))
        await stage.clock.sleep(15)

    def is_over() -> bool:
        cards = discord.cards
        said = [card.field(FIELD) for card in cards]
        return len(said) >= HEADLINES and not any(s.startswith("⏳") for s in said)

    await stage.cards_are(is_over)


def _title(number: int) -> str:
    name = issuer(_symbol(number)).name
    if number % 2:
        return f"{name} cuts full-year guidance by ${number + 20} million after a fire"
    return f"{name} raises full-year guidance by ${number + 20} million"


def _symbol(number: int) -> str:
    return SYMBOLS[number % len(SYMBOLS)]


SCENARIO = Scenario(
    name="flood",
    about="two hundred headlines within a second",
    look_for=(
        "All two hundred are posted, as fast as Discord's own limit allows.",
        "The model reads what it can in time; the other cards say ⏭ Skipped (busy).",
        "Posts never wait for edits: watch how the first cards are edited meanwhile.",
    ),
    shows=("Bullish", "⏭ Skipped (busy)"),
    play=play,
    overrides=MappingProxyType({"LLM_LATE_SECS": "0"}),
)
