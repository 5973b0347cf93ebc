"""The scripts of README.md and docs/library.md, run as they stand."""

import importlib.util
import re
from pathlib import Path

import pytest

from catalyst_bot.simulation.discord import FakeDiscord
from catalyst_bot.simulation.llm import FakeLLM
from tests.scripts import Ran, run_script, stopped_llm

ROOT = Path(__file__).parents[2]
SCRIPTS = {
    re.match(r"# (\S+)\.py\n", block)[1]: block  # type: ignore[index]
    for block in re.findall(
        r"^```python\n(.*?)^```$",
        "".join((ROOT / name).read_text() for name in ("README.md", "docs/library.md")),
        re.MULTILINE | re.DOTALL,
    )
}
TESTED = {
    "ask",
    "ask_without_a_loop",
    "ask_many",
    "ask_for_an_object",
    "ask_a_batch",
    "batch_without_a_loop",
    "ask_a_stopped_server",
    "free_the_gpu",
    "alert",
    "alert_and_wait",
    "readme",
}


async def run(name: str, folder: Path, **env: str) -> Ran:
    ran = await run_script(SCRIPTS[name], folder, **env)
    assert ran.code == 0, ran.err
    return ran


def test_every_script_of_the_page_is_tested_here() -> None:
    assert SCRIPTS.keys() == TESTED


async def test_a_query_gets_an_answer(tmp_path: Path) -> None:
    async with FakeLLM().open() as model:
        for name in ("ask", "ask_without_a_loop"):
            ran = await run(name, tmp_path, LLM_ENDPOINT_URL=model.endpoint_url)
            assert ran.out.strip()
            assert "no answer" not in ran.out
            assert not ran.err
    assert len(model.prompts) == 2
    assert model.prompts[0].body["system"] == "You explain markets to beginners."


async def test_several_queries_get_an_answer_each(tmp_path: Path) -> None:
    async with FakeLLM().open() as model:
        ran = await run("ask_many", tmp_path, LLM_ENDPOINT_URL=model.endpoint_url)
    assert "no answer" not in ran.out
    assert len(model.prompts) == 3
    assert not ran.err


async def test_an_object_fits_the_model_it_was_asked_for_with(tmp_path: Path) -> None:
    async with FakeLLM().open() as model:
        url = model.endpoint_url
        ran = await run("ask_for_an_object", tmp_path, LLM_ENDPOINT_URL=url)
    assert re.fullmatch(r"direction='bullish' confidence=0\.\d+\n", ran.out)
    assert model.prompts[0].body["format"]["required"] == ["direction", "confidence"]
    assert not ran.err


async def test_a_batch_is_answered_in_order_and_then_from_the_cache(
    tmp_path: Path,
) -> None:
    async with FakeLLM().open() as model:
        ran = await run("ask_a_batch", tmp_path, LLM_ENDPOINT_URL=model.endpoint_url)
    lines = ran.out.splitlines()
    assert lines[19] == "20 of 20, 0 failed, 0 s left"
    numbers = [re.findall(r"number (\d+)", line)[0] for line in lines[20:40]]
    assert numbers == [str(number) for number in range(20)]
    assert sorted(lines[40:60]) == sorted(f"again {n} True" for n in range(20))
    assert lines[60].startswith("20 asked, 20 cached, ")
    assert len(model.prompts) == 20
    assert model.max_in_flight <= 5
    assert not ran.err


async def test_a_thread_without_a_loop_asks_batch_after_batch(tmp_path: Path) -> None:
    async with FakeLLM().open() as model:
        url = model.endpoint_url
        ran = await run("batch_without_a_loop", tmp_path, LLM_ENDPOINT_URL=url)
    assert ran.out.splitlines() == ["[True, True]"] * 2
    assert not ran.err


async def test_ten_queries_at_a_stopped_server_log_five_failures_then_skip(
    tmp_path: Path,
) -> None:
    with stopped_llm() as url:
        ran = await run("ask_a_stopped_server", tmp_path, LLM_ENDPOINT_URL=url)
    assert ran.out.split() == ["None"] * 10
    assert ran.err.splitlines() == [
        *(f"llm_server_overload attempt={number}/3" for number in (1, 2, 3, 1, 2)),
        "llm_circuit_breaker state_change from=closed to=open",
        *["llm_circuit_open skipping_request"] * 8,
    ]


async def test_the_gpu_is_given_back(tmp_path: Path) -> None:
    async with FakeLLM().open() as model:
        ran = await run("free_the_gpu", tmp_path, LLM_ENDPOINT_URL=model.endpoint_url)
    assert ran.err.splitlines() == [
        "gpu_memory model=mistral unloaded",
        "gpu_memory no model loaded",
    ]
    assert [asked.body["keep_alive"] for asked in model.requests] == [0]


@pytest.mark.parametrize("name", ["alert", "readme"])
async def test_an_alert_whose_script_ends_at_once_is_posted_and_still_edited(
    name: str, tmp_path: Path
) -> None:
    async with FakeLLM().open() as model, FakeDiscord().open() as discord:
        model.latency = 0.5
        ran = await run(
            name,
            tmp_path,
            # by name: it is resolved after the script's last line
            LLM_ENDPOINT_URL=model.endpoint_url.replace("127.0.0.1", "localhost"),
            DISCORD_WEBHOOK_URL=discord.webhook_url,
        )
    card = discord.find("Alderbrook")
    assert [version.method for version in card.history] == ["POST", "PATCH"]
    assert card.history[0].field("AI analysis").startswith("⏳ Pending")
    assert card.field("AI analysis").startswith("Bullish")
    assert card.title.startswith("ALDB")
    assert "Alderbrook posts record profit" in card.title
    printed = (card.id, card.channel_id) if name == "alert" else ()
    assert ids_in(ran.out) == printed
    assert not ran.err


async def test_a_script_that_goes_on_waits_until_every_card_is_final(
    tmp_path: Path,
) -> None:
    async with FakeLLM().open() as model, FakeDiscord().open() as discord:
        model.latency = 0.5
        ran = await run(
            "alert_and_wait",
            tmp_path,
            LLM_ENDPOINT_URL=model.endpoint_url,
            DISCORD_WEBHOOK_URL=discord.webhook_url,
        )
    assert discord.find("Alderbrook").field("AI analysis").startswith("Bullish")
    assert ran.out == "every card is final\n"


def ids_in(printed: str) -> tuple[str, ...]:
    """Return the id and the channel's id of a printed result."""
    return tuple(re.findall(r"'(?:id|channel_id)': '(\d+)'", printed))


def test_nothing_of_this_needs_tornado() -> None:
    assert importlib.util.find_spec("tornado") is None


async def test_the_library_does_not_import_the_web_server(tmp_path: Path) -> None:
    ran = await run_script(
        "import sys, catalyst_bot.alerts, catalyst_bot.llm_async\n"
        "heavy = {'fastapi', 'uvicorn', 'sqlalchemy', 'apscheduler', 'tornado'}\n"
        "print(sorted(heavy & sys.modules.keys()))\n",
        tmp_path,
    )
    assert ran.out.strip() == "[]"
