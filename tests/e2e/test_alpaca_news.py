"""Alpaca's news in the whole product: a pushed headline becomes a card."""

from datetime import UTC, datetime
from pathlib import Path

from catalyst_bot.app import Parts
from catalyst_bot.simulation.alpaca import Note
from catalyst_bot.simulation.discord import FakeDiscord
from catalyst_bot.simulation.world import Listed
from catalyst_bot.sources.recorder import Recorder
from tests.e2e.stage import WIRE, Stage, is_final, open_stage, release
from tests.e2e.test_record_replay import replayed
from tests.waiting import until

STREAM = Listed(name="stream", kind="alpaca")
TITLE = "Alderbrook receives FDA approval for its heart drug"


def note(number: int, headline: str = TITLE) -> Note:
    now = datetime.now(UTC)
    return Note(id=number, headline=headline, symbols=("ALDB",), created_at=now)


async def streaming(stage: Stage) -> None:
    await stage.primed()
    app = stage.app
    assert app is not None
    await until(lambda: all(s.items or s.last_success for s in app.health.sources))
    await stage.world.alpaca.wait_for(lambda: stage.world.alpaca.entered > 0)


async def test_a_pushed_headline_becomes_a_card_with_a_verdict() -> None:
    async with open_stage(listed=[STREAM]) as stage, stage.running():
        await streaming(stage)
        await stage.world.alpaca.push(note(1))
        card = await stage.card("Alderbrook", until=is_final)
        assert card.title.startswith("ALDB ▲")


async def test_an_update_edits_the_card_and_posts_no_second_one() -> None:
    alone = {"FEATURE_CONTRADICTION": "0"}  # it takes nobody who compares headlines
    async with open_stage(listed=[STREAM], env=alone) as stage, stage.running():
        await streaming(stage)
        await stage.world.alpaca.push(note(1))
        await stage.card("Alderbrook", until=is_final)
        await stage.world.alpaca.push(
            note(1, "Alderbrook receives FDA approval for its lung drug")
        )
        card = await stage.card("lung drug", until=lambda m: True)
        assert "~~Alderbrook receives FDA approval for its heart" in card.field(
            "Headline changed"
        )
        assert len(stage.world.discord.messages) == 1


async def test_a_story_of_a_wire_and_of_the_stream_is_one_alert() -> None:
    async with open_stage(listed=[WIRE, STREAM]) as stage, stage.running():
        await streaming(stage)
        stage.publish(release(TITLE))
        await stage.card("Alderbrook", until=is_final)
        await stage.world.alpaca.push(note(1))
        await stage.card("Alderbrook", until=lambda m: "stream" in m.field("Also"))
        assert len(stage.world.discord.messages) == 1


async def test_what_was_missed_during_a_restart_is_posted_after_it() -> None:
    async with open_stage(listed=[STREAM]) as stage:
        async with stage.running():
            await streaming(stage)
            await stage.world.alpaca.push(
                note(1, "Fennimore receives FDA approval for its vaccine")
            )
            await stage.card("Fennimore", until=is_final)
        stage.world.alpaca.list_only(note(2))
        async with stage.running():
            await stage.card("Alderbrook", until=is_final)
        assert len(stage.world.discord.messages) == 2


async def test_a_recorded_stream_can_be_played_again(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "day.jsonl.gz")
    parts = Parts(observer=recorder)
    async with open_stage(listed=[STREAM], parts=parts) as stage, stage.running():
        await streaming(stage)
        await stage.world.alpaca.push(note(1))
        await stage.card("Alderbrook", until=is_final)
    recorder.close()
    async with FakeDiscord().open() as discord:
        env = {"FEATURE_LLM": "0", "DISCORD_WEBHOOK_URL": discord.webhook_url}
        path = tmp_path / "day.jsonl.gz"
        code, _, err = await replayed(path, "--webhook", "--speed", "0", env=env)
        assert code == 0, err
        assert [card.title for card in discord.messages.values()] == [f"ALDB ▲ {TITLE}"]
