"""`llm-down`: nobody answers where the model should be; then it is started."""

from catalyst_bot.simulation.newsroom import WIRE_ONE, WIRE_TWO
from catalyst_bot.simulation.scenarios.scenario import Scenario
from catalyst_bot.simulation.stage import VERDICTS, Model, Stage

BEFORE = (
    (WIRE_ONE, "INVL", "Inverlock Aerospace wins record satellite contract"),
    (WIRE_TWO, "BMOR", "Brightmoor Energy suffers severe loss in pipeline fire"),
    (
        WIRE_ONE,
        "YARW",
        "Yarrowfield Genomics trial is a breakthrough, great survival benefit",
    ),
    (WIRE_TWO, "MSGT", "Mossgate Insurance warns of heavy losses"),
)
AFTER = (WIRE_ONE, "OKFL", "Oakenfell Networks raises guidance on strong growth")
PAUSE = 25.0  # event seconds between two headlines


async def play(stage: Stage) -> None:
    """Publish while the model is away, start it, wait for the verdicts."""
    stage.world.llm.latency = 0.6
    await stage.set_model(Model.DOWN)
    for wire, symbol, title in BEFORE:
        stage.room.release(wire, symbol, title)
        await stage.clock.sleep(PAUSE)
    for _, _, title in BEFORE:
        await stage.shows(title, "⚠ AI offline")
    await stage.set_model(Model.OK)
    for _, _, title in BEFORE:
        await stage.shows(title, *VERDICTS)
    stage.room.release(*AFTER)
    await stage.shows(AFTER[-1], *VERDICTS)


SCENARIO = Scenario(
    name="llm-down",
    about="the model is down from the start, and comes back",
    look_for=(
        "Alerts are as fast as ever; each card says ⚠ AI offline and why.",
        "After five failures the circuit opens: cards are offline from the first.",
        "The model comes back: the same cards get their verdicts, marked late.",
    ),
    shows=("⚠ AI offline", "Bullish", "Bearish"),
    play=play,
)
