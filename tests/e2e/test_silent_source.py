"""A source that answers and has no news any more, as operator and reader see it."""

import json
from datetime import UTC, datetime

from catalyst_bot.app import App, Parts
from catalyst_bot.clock import FastClock
from catalyst_bot.simulation.world import Listed
from catalyst_bot.sources.rhythm import SLOT
from catalyst_bot.storage.notes import Notes
from tests.e2e.stage import approval, open_stage
from tests.e2e.test_status_message import says
from tests.waiting import until

NOON = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)  # a Friday, 12:00 in New York
SPEED = 1200.0  # ten minutes are half a second
ENV = {"FEATURE_LLM": "0", "STATUS_MESSAGE_SECS": "1"}


async def learnt(app: App, source: str) -> None:
    """Let the bot know a source that has had news in nearly all ten minutes."""
    hours = {f"full {hour:02d}": {"slots": 120, "lively": 118} for hour in range(24)}
    rhythm = json.dumps({"hours": hours, "oddness": 0, "last_news": NOON.timestamp()})
    await Notes(app.ledger, prefix="rhythm:").write({source: rhythm})


async def test_a_wire_that_falls_silent_is_told_once_until_it_speaks_again() -> None:
    listed = [Listed(name="wire", interval=SLOT / 4)]
    parts = Parts(clock=FastClock(start=NOON, speed=SPEED))
    async with (
        open_stage(listed=listed, env=ENV, parts=parts) as stage,
        stage.running() as app,
    ):
        await learnt(app, "wire")
        await stage.primed()
        await until(lambda: "silence of wire" in app.health.notices)
        assert "no news for" in app.health.notices["silence of wire"]
        assert b'source_silent{source="wire"} 1.0' in app.metrics.render()
        await says(
            stage.world.discord,
            lambda m: "silence of wire: answers, but has had no news" in m.content,
        )
        stage.publish(approval(1))
        await until(lambda: "silence of wire" not in app.health.notices)
        await says(stage.world.discord, lambda m: "silence" not in m.content)
