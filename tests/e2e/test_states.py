"""Every state of the field `AI analysis`, as the subscriber meets it."""

import asyncio

import pytest

from catalyst_bot.simulation.discord_records import Message
from catalyst_bot.simulation.llm_records import Mode
from tests.e2e.stage import (
    FIELD,
    TITLE,
    Stage,
    approval,
    is_final,
    open_stage,
    release,
    says,
)
from tests.waiting import until

DEADLINE = 3.0


async def last_card(stage: Stage) -> Message:
    stage.publish(release())
    return await stage.card(TITLE, until=is_final)


async def test_a_healthy_model_gives_a_verdict() -> None:
    async with open_stage() as stage, stage.running():
        await stage.primed()
        card = await last_card(stage)
        assert card.field(FIELD).startswith("Bullish")
        assert card.field("Agreement") == "✔ agree: VADER bullish, model bullish"
        assert "mistral" in card.field("Model")


async def test_a_hanging_model_times_out_at_the_deadline_and_is_left_alone() -> None:
    env = {"LLM_ENRICH_DEADLINE_SECS": str(DEADLINE), "LLM_TIMEOUT_SECS": "60"}
    async with open_stage(env=env) as stage, stage.running():
        await stage.primed()
        stage.world.llm.mode = Mode.HANG
        card = await last_card(stage)
        assert card.field(FIELD).startswith("⏱ Timed out")
        waited = card.edits[0].at - card.history[0].at
        assert DEADLINE - 0.5 < waited < 4 * DEADLINE  # by the deadline of the card
        assert stage.world.llm.in_flight == 0


async def test_a_verdict_that_the_deadline_cuts_behind_its_reason_is_shown() -> None:
    env = {"LLM_ENRICH_DEADLINE_SECS": str(DEADLINE)}
    async with open_stage(env=env) as stage, stage.running():
        await stage.primed()
        stage.world.llm.mode = Mode.STALL
        card = await last_card(stage)
        assert card.field(FIELD).startswith("Bullish")
        await stage.world.llm.wait_for(lambda: not stage.world.llm.in_flight)


async def test_a_model_that_refuses_connections_is_offline_with_its_reason() -> None:
    async with open_stage() as stage, stage.running():
        await stage.primed()
        await stage.world.llm.stop_listening()
        card = await last_card(stage)
        assert card.field(FIELD).startswith("⚠ AI offline (connection refused)")


async def test_a_model_that_is_not_installed_says_how_to_get_it() -> None:
    env = {"LLM_MODEL_NAME": "unknown"}
    async with open_stage(env=env) as stage, stage.running():
        await stage.primed()
        card = await last_card(stage)
        assert card.field(FIELD).startswith("⚠ AI offline")
        assert "ollama pull unknown" in card.field(FIELD)


@pytest.mark.parametrize(
    "mode", [Mode.GARBAGE, Mode.EMPTY, Mode.CUT, Mode.NOT_JSON, Mode.OUT_OF_RANGE]
)
async def test_an_answer_of_no_use_is_never_shown_as_one(mode: Mode) -> None:
    async with open_stage() as stage, stage.running():
        await stage.primed()
        stage.world.llm.mode = mode
        card = await last_card(stage)
        assert card.field(FIELD).startswith("⚠ No analysis — unusable answer")


async def test_a_hostile_answer_pings_nobody_and_links_nowhere() -> None:
    async with open_stage() as stage, stage.running():
        await stage.primed()
        stage.world.llm.mode = Mode.LINKS_AND_MENTIONS
        card = await last_card(stage)
        shown = str(card.embeds)
        assert card.field(FIELD).startswith("Bullish")
        assert stage.world.discord.pings == []
        assert "evil" not in shown
        assert "@everyone" not in shown


async def test_a_number_that_the_text_has_not_is_withheld() -> None:
    async with open_stage() as stage, stage.running():
        await stage.primed()
        stage.world.llm.mode = Mode.WRONG_NUMBER
        card = await last_card(stage)
        assert "low — reason withheld" in card.field(FIELD)


async def test_with_the_model_off_there_is_no_field_and_no_edit() -> None:
    async with open_stage(env={"FEATURE_LLM": "0"}) as stage, stage.running():
        await stage.primed()
        stage.publish(release())
        card = await stage.card(TITLE, until=lambda _: True)
        assert card.field(FIELD) == ""
        stage.publish(approval(1))
        await stage.posted(2)
        assert stage.world.discord.edits == []
        assert stage.world.llm.requests == []


async def test_cards_that_wait_for_a_model_are_ended_when_it_was_switched_off() -> None:
    rumour = "Alderbrook in talks to be acquired by Brightmoor"
    denial = "Alderbrook says report of talks with Brightmoor is untrue"
    async with open_stage(env={"ALERT_MIN_SCORE": "0.1"}) as stage:
        stage.world.llm.mode = Mode.HANG
        async with stage.running():
            await stage.primed()
            stage.publish(release(rumour))
            await stage.posted(1)
            stage.publish(release(denial))
            await stage.posted(2)
        stage.env |= {"FEATURE_LLM": "0"}
        async with stage.running():
            for title in (rumour, denial):
                await stage.card(title, until=says("⚠ No analysis — switched off"))
            later = stage.world.discord.find(denial)
    assert "denial, unconfirmed" in later.field("Conflicts with")


async def test_with_progressive_alerts_off_the_verdict_is_stored_not_shown() -> None:
    env = {"FEATURE_PROGRESSIVE_ALERTS": "0"}
    async with open_stage(env=env) as stage, stage.running() as app:
        await stage.primed()
        stage.publish(release())
        card = await stage.card(TITLE, until=lambda _: True)
        await stage.world.llm.wait_for(
            lambda: any(asked.answered for asked in stage.world.llm.prompts)
        )
        await until(
            lambda: (
                b'enrich_total{provider="ollama",result="analysed"} 1.0'
                in app.metrics.render()
            )
        )
        stage.publish(approval(1))  # behind it: an edit would be there by now
        await stage.posted(2)
        assert card.field(FIELD) == ""
        assert stage.world.discord.edits == []


async def test_more_alerts_than_the_model_can_read_are_skipped_not_timed_out() -> None:
    env = {"LLM_MAX_CONCURRENT": "1", "LLM_ENRICH_DEADLINE_SECS": "6"}
    async with open_stage(env=env) as stage, stage.running():
        await stage.primed()
        stage.world.llm.latency = 2.0
        stage.publish(approval(100))
        await stage.card("number 100", until=is_final)
        stage.publish(*(approval(n) for n in range(8)))
        await stage.posted(9)
        discord = stage.world.discord
        await discord.wait_for(lambda: all(map(is_final, discord.cards)), timeout=40)
        states = [m.field(FIELD).split(" — ")[0] for m in discord.cards]
        assert sum(state == "⏭ Skipped (busy)" for state in states) >= 3
        assert sum(state.startswith("Bullish") for state in states) >= 3
        assert stage.world.llm.max_in_flight == 1


async def test_a_watched_company_is_read_before_those_that_came_first() -> None:
    env = {
        "LLM_MAX_CONCURRENT": "1",
        "LLM_ENRICH_DEADLINE_SECS": "30",
        "LLM_TIMEOUT_SECS": "30",
        "ALERT_WATCHLIST": "wtch",
    }
    async with open_stage(env=env) as stage, stage.running() as app:
        await stage.primed()
        llm, all_wait = stage.world.llm, asyncio.Event()

        async def hold(_prompt: str, _stage: str) -> None:
            await all_wait.wait()

        llm.on_request = hold
        others = [approval(n) for n in range(5)]
        stage.publish(approval(100, ticker="WTCH"), *others)
        await until(
            lambda: b'llm_waiting{provider="ollama"} 5.0' in app.metrics.render()
        )
        all_wait.set()
        await stage.card("number 100", until=is_final)
        asked = [one.prompt for one in llm.prompts if "Headline" in one.prompt]
        (place,) = [n for n, text in enumerate(asked) if "number 100" in text]
        assert place <= 1  # one may have been with the model already


async def test_a_verdict_that_comes_late_replaces_the_indicator_and_says_how_late() -> (
    None
):
    env = {"LLM_LATE_SECS": "60", "LLM_BREAKER_RESET_SECS": "1"}
    async with open_stage(env=env) as stage, stage.running():
        await stage.primed()
        await stage.world.llm.stop_listening()
        card = await last_card(stage)
        assert card.field(FIELD).startswith("⚠ AI offline")
        await stage.world.llm.start_listening()
        card = await stage.card(TITLE, until=says("Bullish"))
        assert "(late +" in card.field(FIELD)


async def test_while_the_circuit_is_open_cards_are_posted_offline_at_once() -> None:
    env = {"LLM_BREAKER_FAIL_MAX": "1", "LLM_BREAKER_RESET_SECS": "600"}
    async with open_stage(env=env) as stage, stage.running():
        await stage.primed()
        await stage.world.llm.stop_listening()
        await last_card(stage)
        stage.publish(approval(2))
        card = await stage.card("number 2", until=lambda _: True)
        first = card.history[0].field(FIELD)
        assert first.startswith("⚠ AI offline (circuit open, retry <t:")
        assert card.edits == ()


async def test_when_the_circuit_opens_the_model_gives_its_memory_back_once() -> None:
    env = {"LLM_BREAKER_FAIL_MAX": "1", "LLM_BREAKER_RESET_SECS": "600"}
    async with open_stage(env=env) as stage, stage.running():
        await stage.primed()
        llm = stage.world.llm
        await llm.wait_for(lambda: bool(llm.loads))
        llm.modes = {"Headline:": Mode.HTTP_500}
        card = await last_card(stage)
        assert card.field(FIELD).startswith("⚠ AI offline")
        await llm.wait_for(
            lambda: any(asked.body.get("keep_alive") == 0 for asked in llm.requests)
        )
        drops = [asked for asked in llm.requests if asked.body.get("keep_alive") == 0]
        assert len(drops) == 1
