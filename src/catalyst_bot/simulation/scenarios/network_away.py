"""`network-away`: nothing that is far can be reached for a while; the model can."""

from types import MappingProxyType

from catalyst_bot.simulation.chaos import Chaos
from catalyst_bot.simulation.newsroom import WIRE_ONE, WIRE_TWO
from catalyst_bot.simulation.scenarios.scenario import Scenario
from catalyst_bot.simulation.stage import VERDICTS, Stage

BEFORE = (WIRE_ONE, "KSTM", "Kestrelmont Shipping raises guidance on record demand")
MEANWHILE = (
    (WIRE_ONE, "GLWS", "Glasswater Semiconductors wins $120 million contract"),
    (WIRE_TWO, "FENM", "Fennimore Foods cuts guidance, warns of weak demand"),
    (WIRE_TWO, "ALDB", "Alderbrook Therapeutics receives FDA approval for its drug"),
)
AFTER = (WIRE_ONE, "OKFL", "Oakenfell Networks raises guidance on strong growth")
AWAY = 60.0  # event seconds, before, between and after what is published meanwhile


async def play(stage: Stage) -> None:
    """Show one card, take the network away, publish, and give it back."""
    stage.world.llm.latency = 0.5
    stage.room.release(*BEFORE)
    await stage.shows(BEFORE[-1], *VERDICTS)
    await stage.network.turn(Chaos.REFUSE)
    await stage.clock.sleep(AWAY)
    for headline in MEANWHILE:
        stage.room.release(*headline)
        await stage.clock.sleep(AWAY)
    await stage.network.turn(Chaos.NONE)
    for _, _, title in MEANWHILE:
        await stage.shows(title, *VERDICTS)
    stage.room.release(*AFTER)
    await stage.shows(AFTER[-1], *VERDICTS)


SCENARIO = Scenario(
    name="network-away",
    about="neither Discord nor any source can be reached for a while",
    look_for=(
        "The page goes on; each source says that there is no connection.",
        "Three headlines are published meanwhile: nobody sees them.",
        "The network is back: all three are posted, once each, with their verdicts.",
    ),
    shows=("⏳ Pending", "Bullish", "Bearish"),
    play=play,
    overrides=MappingProxyType({"LLM_LATE_SECS": "0"}),
)
