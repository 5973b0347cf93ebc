"""`slow-llm`: a model that needs one to six seconds, and gets three."""

from types import MappingProxyType

from catalyst_bot.simulation.newsroom import WIRE_ONE, WIRE_TWO
from catalyst_bot.simulation.scenarios.scenario import Scenario
from catalyst_bot.simulation.stage import VERDICTS, Stage

# What the model needs for each headline, in real seconds.
NEWS = (
    (1.0, WIRE_ONE, "GLWS", "Glasswater Semiconductors wins record $300 million order"),
    (2.0, WIRE_TWO, "FENM", "Fennimore Foods warns of weak demand and severe losses"),
    (
        3.6,
        WIRE_ONE,
        "ALDB",
        "Alderbrook Therapeutics wins FDA approval for its drug",
    ),
    (1.5, WIRE_TWO, "KSTM", "Kestrelmont Shipping hit by fraud lawsuit in London"),
    (6.0, WIRE_ONE, "DUNM", "Dunmarrow Robotics reports great profit, strong growth"),
)
PAUSE = 60.0  # event seconds between two headlines


async def play(stage: Stage) -> None:
    """Publish one headline after the other, and wait until each card is final."""
    llm = stage.world.llm
    for seconds, _, _, title in NEWS:
        llm.latencies[title] = seconds
    llm.latency, llm.jitter = 1.0, 3.0
    for _, wire, symbol, title in NEWS:
        stage.room.release(wire, symbol, title)
        await stage.clock.sleep(PAUSE)
    for _, _, _, title in NEWS:
        await stage.shows(title, *VERDICTS, "⏱ Timed out")


SCENARIO = Scenario(
    name="slow-llm",
    about="a model that needs one to six seconds, and gets three",
    look_for=(
        "No card waits for the model: each is posted at once as ⏳ Pending.",
        "Where the model needs more than three seconds, the card says ⏱ Timed out.",
        "When the model is idle again, those get their verdict after all, marked late.",
    ),
    shows=("⏳ Pending", "Bullish", "Bearish", "⏱ Timed out"),
    play=play,
    overrides=MappingProxyType(
        {"LLM_ENRICH_DEADLINE_SECS": "3", "LLM_TIMEOUT_SECS": "9"}
    ),
)
