"""`day`: a whole market day of 160 items; its script is `day.txt`."""

from importlib.resources import files

from catalyst_bot.simulation.scenarios.scenario import DAY, Scenario
from catalyst_bot.simulation.script import Line, parse_script, play_script
from catalyst_bot.simulation.stage import Stage

WATCHES = """
[[watch]]
query = "drug approval"

[[watch]]
query = "merger talks"
"""


def day_lines() -> tuple[Line, ...]:
    """Return the bundled day, in the order of its events."""
    script = files("catalyst_bot.simulation").joinpath("day.txt")
    return parse_script(script.read_text(encoding="utf-8"))


async def play(stage: Stage) -> None:
    """Play the script, from before the open to after the close."""
    llm, discord = stage.world.llm, stage.world.discord
    llm.latency, llm.jitter, llm.slots = 0.4, 0.8, 4
    discord.latency, discord.jitter = 0.06, 0.06
    await play_script(stage, day_lines(), day=DAY.date())


SCENARIO = Scenario(
    name="day",
    about="a market day in less than a minute",
    look_for=(
        "Each card is posted at once; a second later it has the model's verdict.",
        "HRTM, first: the model hangs on it. The card says so; the verdict comes late.",
        "LRKH: halted for news, the news comes, trading resumes on the same card.",
        "DUNM: $212 million becomes $112 million; the card keeps what it said before.",
        "NTLC: a report of talks, then its denial; each card names the other.",
        "Watches: what two standing queries take, by its words or by the model's.",
        "At lunch the model is gone: ⚠ AI offline. It comes back, so do the verdicts.",
        "After the close: fourteen reports in five minutes, and no post waits.",
    ),
    shows=(
        "Bullish",
        "Bearish",
        "⏱ Timed out",
        "⚠ AI offline",
        "⚠ No analysis",
    ),
    play=play,
    start=DAY.replace(hour=8, minute=45),
    until=DAY.replace(hour=16, minute=20),
    speed=720.0,
    channels=WATCHES,
)
