"""Two models behind the cards: who read one, and what if the first is sick."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from catalyst_bot.simulation.discord_records import Message
from catalyst_bot.simulation.llm_anthropic import FakeAnthropic
from catalyst_bot.simulation.llm_cloud import KEY
from catalyst_bot.simulation.llm_gemini import FakeGemini
from catalyst_bot.simulation.llm_openai import FakeOpenAI
from catalyst_bot.simulation.llm_records import Mode
from tests.e2e.stage import FIELD, Stage, is_final, open_stage, release
from tests.e2e.test_commands import command
from tests.waiting import until

LOCAL_THEN_GEMINI = {
    "LLM_PROVIDERS": "ollama,gemini",
    "GEMINI_API_KEY": KEY,
    "GEMINI_MODEL": "gemini-fictitious",
    "LLM_BREAKER_FAIL_MAX": "1",
    "LLM_BREAKER_RESET_SECS": "0.1",
}


@asynccontextmanager
async def open_two(**more: str) -> AsyncIterator[tuple[Stage, FakeGemini]]:
    async with FakeGemini().open() as gemini:
        env = LOCAL_THEN_GEMINI | {"GEMINI_BASE_URL": gemini.base_url} | more
        async with open_stage(env=env) as stage:
            yield stage, gemini


async def card_of(stage: Stage, drug: str) -> Message:
    title = f"Alderbrook receives FDA approval for {drug} tablets"
    stage.publish(release(title))
    return await stage.card(title, until=is_final)


async def answer_of(client: aiohttp.ClientSession, path: str) -> Any:
    async with client.get(path) as answer:
        assert answer.status == 200
        return await answer.json()


async def test_the_local_model_down_the_cloud_reads_and_the_card_says_so() -> None:
    async with open_two() as (stage, gemini), stage.running() as app:
        await stage.primed()
        first = await card_of(stage, "Veltrix")
        assert first.field("Model").startswith("mistral (ollama) • ")
        assert not gemini.requests

        await stage.world.llm.stop_listening()
        second = await card_of(stage, "Norvane")
        assert second.field(FIELD).startswith("Bullish")
        assert second.field("Model").startswith("gemini-fictitious (gemini) • ")
        assert [asked.key for asked in gemini.requests] == [KEY]

        await stage.world.llm.start_listening()

        for drug in ("Ambrel", "Bisotan", "Cortavix", "Dulmera", "Evostat"):
            card = await card_of(
                stage, drug
            )  # a probe is due after a tenth of a second
            if card.field("Model").startswith("mistral (ollama)"):
                break
        else:
            pytest.fail("the local model was not asked again")
        text = app.metrics.render().decode()
        assert 'catalyst_llm_breaker_state{provider="gemini"} 0.0' in text


async def test_each_cloud_reads_cards_and_judges_conflicts() -> None:
    async with (
        FakeGemini().open() as gemini,
        FakeOpenAI().open() as openai,
        FakeAnthropic().open() as anthropic,
    ):
        env = {"LLM_PROVIDERS": "gemini,openai,anthropic", "ALERT_MIN_SCORE": "0.1"}
        clouds: dict[str, FakeGemini | FakeOpenAI | FakeAnthropic] = {
            "gemini": gemini,
            "openai": openai,
            "anthropic": anthropic,
        }
        for name, cloud in clouds.items():
            env |= {
                f"{name.upper()}_API_KEY": KEY,
                f"{name.upper()}_BASE_URL": cloud.base_url,
                f"{name.upper()}_MODEL": cloud.models[0],
            }
        issuers = iter(("Alderbrook", "Fennimore", "Glasswater"))
        async with open_stage(env=env) as stage, stage.running():
            await stage.primed()
            for name, cloud in clouds.items():
                issuer = next(issuers)
                rumour = f"{issuer} in talks to be acquired by Brightmoor"
                denial = f"{issuer} says report of talks with Brightmoor is untrue"
                ticker = issuer[:4].upper()
                stage.publish(release(rumour, ticker=ticker))
                card = await stage.card(rumour, until=is_final)
                assert card.field("Model").startswith(f"{cloud.models[0]} ({name})")
                stage.publish(release(denial, ticker=ticker))
                await stage.card(denial, until=is_confirmed)
                assert {asked.streams for asked in cloud.requests} == {True, False}
                await cloud.stop_listening()


def is_confirmed(card: Message) -> bool:
    return "denial, confirmed" in str(card.embeds)


async def test_a_key_alone_sends_no_text_anywhere() -> None:
    async with open_two(LLM_PROVIDERS="ollama") as (stage, gemini), stage.running():
        await stage.primed()
        await stage.world.llm.stop_listening()
        card = await card_of(stage, "Veltrix")
        assert card.field(FIELD).startswith("⚠ AI offline (connection refused)")
        assert not gemini.requests
        assert not gemini.looks


async def test_a_wrong_key_alone_is_the_reason_on_every_card() -> None:
    more = {"LLM_PROVIDERS": "gemini", "GEMINI_API_KEY": "wrong-key-of-a-test"}
    async with open_two(**more) as (stage, gemini), stage.running():
        await stage.primed()
        for drug in ("Veltrix", "Norvane"):
            card = await card_of(stage, drug)
            assert card.field(FIELD).startswith(
                "⚠ AI offline (key refused, HTTP 400) — "
            )
        assert len(gemini.requests) == 1
        assert len(card.history) == 1  # it was posted so: nobody had to be waited for


async def test_a_restart_does_not_begin_the_day_of_money_anew() -> None:
    more = {"LLM_PROVIDERS": "gemini", "GEMINI_DAILY_REQUESTS": "1"}
    async with open_two(**more) as (stage, gemini):
        async with stage.running():
            await stage.primed()
            card = await card_of(stage, "Veltrix")
            assert card.field(FIELD).startswith("Bullish")
        async with stage.running():
            await until(lambda: gemini.looks > 0)
            card = await card_of(stage, "Norvane")
            assert card.field(FIELD).startswith(
                "⚠ AI offline (our limit of 1 requests a day is reached)"
            )
        assert len(gemini.requests) == 1


async def test_the_commands_name_who_read_a_card() -> None:
    async with open_two() as (stage, _):
        async with stage.running():
            await stage.primed()
            stage.world.llm.mode = Mode.HTTP_500
            await card_of(stage, "Veltrix")
        env = stage.world.environment(stage.folder)
        _, out, _ = await command("alerts", "--json", folder=stage.folder, **env)
        (alert,) = json.loads(out)
        assert (alert["provider"], alert["model"]) == ("gemini", "gemini-fictitious")
        _, out, _ = await command("why", alert["id"], folder=stage.folder, **env)
        assert "gemini-fictitious (gemini)" in out


@pytest.mark.parametrize(
    ("mode", "model", "words"),
    [
        (Mode.OK, "gemini-fictitious", ("gemini-fictitious is known there",)),
        (
            Mode.BAD_KEY,
            "gemini-fictitious",
            ("key refused, HTTP 400", "set GEMINI_API_KEY"),
        ),
        (Mode.OK, "gemini-9", ("gemini knows no model gemini-9", "set GEMINI_MODEL")),
    ],
)
async def test_the_doctor_looks_at_each_provider(
    mode: Mode, model: str, words: tuple[str, ...]
) -> None:
    async with open_two(GEMINI_MODEL=model) as (stage, gemini):
        gemini.mode = mode
        stage.configuration()
        env = stage.world.environment(stage.folder) | stage.env
        _, out, _ = await command(
            *("doctor", "--json", "--config-dir", str(stage.folder)),
            folder=stage.folder,
            **env,
        )
        rows = {row["name"]: row for row in json.loads(out)}
        assert rows["LLM"]["detail"] == "mistral is installed"
        shown = f"{rows['LLM gemini']['detail']} {rows['LLM gemini']['hint']}"
        assert all(word in shown for word in words)
        assert KEY not in out
        assert not gemini.requests


async def test_the_api_tells_how_each_provider_is_and_what_it_was_used_for() -> None:
    more = {"LLM_BREAKER_RESET_SECS": "600", "GEMINI_DAILY_REQUESTS": "50"}
    async with (
        open_two(**more) as (stage, _),
        stage.running() as app,
        aiohttp.ClientSession(app.url) as client,
    ):
        await stage.primed()
        await card_of(stage, "Veltrix")
        await stage.world.llm.stop_listening()
        await card_of(stage, "Norvane")
        llm = (await answer_of(client, "/api/status"))["llm"]
        states = [(one["provider"], one["state"]) for one in llm["providers"]]
        assert states == [("ollama", "open"), ("gemini", "closed")]
        assert llm["providers"][0]["fault"] == "connection refused"
        assert llm["providers"][1]["model"] == "gemini-fictitious"
        usage = await answer_of(client, "/api/usage")
        used = [(one["provider"], one["purpose"], one["ok"]) for one in usage["rows"]]
        assert used == [("gemini", "verdict", 1), ("ollama", "verdict", 1)]
        assert usage["total"]["calls"] == 2
        (day,) = usage["today"]
        assert (day["provider"], day["requests"], day["cap_requests"]) == (
            "gemini",
            1,
            50,
        )
        newest, first = (await answer_of(client, "/api/alerts"))["alerts"]
        assert (newest["provider"], first["provider"]) == ("gemini", "ollama")
