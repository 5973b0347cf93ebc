"""Questions to documents, at the terminal and through the daemon's API."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from typer.testing import CliRunner

from catalyst_bot.cli.ask import Inquiry, Terms, build_reader
from catalyst_bot.cli.main import cli
from catalyst_bot.cli.targets import BadTarget, load_target
from catalyst_bot.documents.allowance import TAGS
from catalyst_bot.reading.long.chunks import Plan
from catalyst_bot.reading.long.model import Budget
from catalyst_bot.simulation.llm import FakeLLM
from catalyst_bot.simulation.llm_records import Mode
from tests.e2e.stage import TITLE, Stage, approval, is_final, open_stage, release
from tests.e2e.terminal import open_terminal
from tests.e2e.typed import typed
from tests.forked import start
from tests.servers import RawServer, http, raw_server

QUESTION = "What is the launch code of the pilot plant?"
NEEDLE = "The launch code of the pilot plant is 4711."
FILLER = "".join(f"Item {number}: nothing happened.\n" for number in range(1_000))


async def test_at_a_terminal_the_answer_comes_with_its_places(tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text(f"{FILLER}{NEEDLE}\n{FILLER}")
    async with FakeLLM().open() as fake:
        fake.latency = 0.2
        settings = tmp_path / ".env"
        settings.write_text(f"LLM_ENDPOINT_URL={fake.endpoint_url}\n")
        settings.chmod(0o600)
        words = ("ask", "report.txt", QUESTION, "--async", "2")
        async with open_terminal(words, folder=tmp_path) as terminal:
            await terminal.shows("chunks: 2 of ")
            await terminal.shows(" s left")
            await terminal.shows(NEEDLE)
            start = len(FILLER)
            place = f"line 1001, characters {start}–{start + len(NEEDLE)}"
            await terminal.shows(place)
            assert await terminal.ends() == 0


async def test_what_two_places_say_is_put_together_and_cites_both(
    tmp_path: Path,
) -> None:
    other = NEEDLE.replace("4711", "0815")
    report = tmp_path / "report.txt"
    report.write_text(f"{NEEDLE}\n{FILLER * 2}{other}\n")
    async with FakeLLM().open() as fake:
        env = {
            "LLM_ENDPOINT_URL": fake.endpoint_url,
            "DATABASE_URL": f"sqlite:///{tmp_path}/catalyst.db",
        }
        told = await typed("ask", str(report), QUESTION, "--json", env=env)
    answer = json.loads(told.stdout)
    assert told.exit_code == 0
    assert [one["quote"] for one in answer["citations"]] == [NEEDLE, other]


async def test_the_flags_set_how_much_is_read_and_a_spent_one_is_named(
    tmp_path: Path,
) -> None:
    report = tmp_path / "report.txt"
    report.write_text(f"{NEEDLE}\n{FILLER}{NEEDLE.replace('4711', '0815')}\n")
    async with FakeLLM().open() as fake:
        fake.latency = 0.3
        settings = {
            "LLM_ENDPOINT_URL": fake.endpoint_url,
            "LLM_CACHE_ENABLED": "0",
            "DATABASE_URL": f"sqlite:///{tmp_path}/catalyst.db",
        }

        async def ask(*words: str, **env: str) -> dict[str, Any]:
            fake.requests.clear()
            words = ("ask", str(report), QUESTION, "--json", *words)
            told = await typed(*words, env={**settings, **env})
            answer: dict[str, Any] = json.loads(told.stdout)
            return answer

        usual = await ask()
        assert at_once(fake) > 1
        fake.latency = 0.02
        chunks = ("--chunk", "2000", "--overlap", "0", "--async", "1")
        short = await ask(*chunks)
        assert (short["calls"], short["partial"], at_once(fake)) == (16, False, 1)
        by_settings = await ask(READ_CHUNK_CHARS="2000", READ_OVERLAP_CHARS="0")
        assert by_settings["calls"] == short["calls"] > usual["calls"]
        for words, reason in (
            (("--max-calls", "2"), "2 of 15 chunks were read: "),
            (("--max-tokens", "1"), "1 of 15 chunks were read: "),
            (("--timeout", "0.1"), " of 15 chunks were read: "),
            (("--max-depth", "1"), "the depth of 1 is used up"),
        ):
            answer = await ask(*chunks, *words)
            assert answer["partial"], words
            assert reason in answer["reason"]


def at_once(fake: FakeLLM) -> int:
    """Return how many chunks were asked about at a time, at most."""
    asked = [one for one in fake.prompts if QUESTION in one.prompt]
    return max(
        sum(one.started <= other.started < one.answered for one in asked)
        for other in asked
    )


async def test_silence_of_the_document_and_of_the_model_end_differently(
    tmp_path: Path,
) -> None:
    report, empty = tmp_path / "report.txt", tmp_path / "empty.txt"
    report.write_text("Acme hired 3 people.\n")
    empty.touch()
    async with FakeLLM().open() as fake:
        env = {
            "LLM_ENDPOINT_URL": fake.endpoint_url,
            "DATABASE_URL": f"sqlite:///{tmp_path}/catalyst.db",
        }
        unsaid = await typed("ask", str(report), QUESTION, env=env)
        nothing = await typed("ask", str(empty), QUESTION, env=env)
        fake.mode = Mode.NOT_JSON
        failed = await typed("ask", str(report), "Who was hired?", env=env)
    assert unsaid.exit_code == 0
    assert "The document does not say." in unsaid.output
    assert nothing.exit_code == 2
    assert "empty" in nothing.output
    assert failed.exit_code == 1
    assert "1 × bad_json" in failed.output


async def test_an_interrupted_question_tells_what_it_found_and_exits_130(
    tmp_path: Path,
) -> None:
    (tmp_path / "report.txt").write_text(f"{NEEDLE}\n{FILLER}")
    async with FakeLLM().open() as fake:
        fake.modes = {"Item 900:": Mode.HANG}
        child = await start(
            *("ask", "report.txt", QUESTION),
            *("--async", "1"),  # what was answered is noted before the next is asked
            folder=tmp_path,
            env={"LLM_TIMEOUT_SECS": "60", "LLM_ENDPOINT_URL": fake.endpoint_url},
        )
        try:
            await fake.wait_for(
                lambda: any("Item 900:" in one.prompt for one in fake.prompts),
                timeout=60,
            )
            ours = os.getpriority(os.PRIO_PROCESS, 0)
            its = os.getpriority(os.PRIO_PROCESS, child.pid)
            assert its == min(19, ours + 10)  # a daemon's alerts go first
            child.send_signal(signal.SIGINT)
            async with asyncio.timeout(60):
                out, _ = await child.communicate()
        finally:
            if child.returncode is None:
                child.kill()
    assert child.returncode == 130
    assert out.decode().startswith(NEEDLE)
    assert "Partial: interrupted; " in out.decode()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((" ",), "QUESTION"),
        (("?" * 501,), "longer than 500 characters"),
        ((QUESTION, "--chunk", "10"), "--chunk"),
        ((QUESTION, "--max-calls", "0"), "--max-calls"),
    ],
)
def test_bad_usage_exits_2_and_names_what_is_wrong(
    words: tuple[str, ...], told: str
) -> None:
    result = CliRunner(env={"COLUMNS": "200"}).invoke(cli, ["ask", "a.txt", *words])
    assert result.exit_code == 2
    assert told in result.output


async def test_nothing_to_read_exits_2_and_says_what_would_be(tmp_path: Path) -> None:
    told = await typed("ask", str(tmp_path / "absent.txt"), QUESTION, env={})
    assert (told.exit_code, told.stdout) == (2, "")
    assert "no such file" in told.stderr


@asynccontextmanager
async def posted(
    stage: Stage, server: RawServer
) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    """Run the daemon until an alert with a document stands; yield API and its id."""
    page = f"<html><body><p>{FILLER}</p><p>{NEEDLE}</p></body></html>".encode()
    server.answers["/release"] = http("200 OK", page, Content_Type="text/html")
    async with stage.running() as app, aiohttp.ClientSession(app.url) as client:
        await stage.primed()
        stage.publish(replace(release(), link=f"{server.url}/release"))
        await stage.card(TITLE, until=is_final)
        async with client.get("/api/alerts") as answer:
            (alert,) = (await answer.json())["alerts"]
        yield client, alert["id"]


async def test_the_document_behind_an_alert_answers_at_the_api_and_the_command() -> (
    None
):
    async with raw_server() as server, open_stage() as stage:
        llm = stage.world.llm
        async with posted(stage, server) as (client, alert_id):
            order = {"alert_id": alert_id, "question": QUESTION}
            async with client.post("/api/ask", json=order) as answer:
                assert answer.status == 200
                told = await answer.json()
            assert told["answer"]["text"] == NEEDLE
            assert told["answer"]["citations"][0]["quote"] == NEEDLE
            assert (told["parts"], told["missing"]) == (["release"], [])

            page = f"<html><p>{NEEDLE}</p>{'<br>' * TAGS}<p>The end.".encode()
            whole = server.answers["/release"]
            server.answers["/release"] = http("200 OK", page, Content_Type="text/html")
            async with client.post("/api/ask", json=order) as answer:
                told = await answer.json()
            assert (told["answer"]["text"], told["characters"]) == (NEEDLE, len(NEEDLE))
            assert told["missing"] == ["what is past 600,000 characters or 30,000 tags"]
            server.answers["/release"] = whole

            for change, status, detail in (
                ({"alert_id": "00000000"}, 404, "no alert has the id 00000000"),
                ({"question": "  "}, 422, "question"),
                ({"question": "?" * 501}, 422, "question"),
                ({"timeout_s": 0}, 422, "timeout_s"),
                ({"timeout_s": "5"}, 422, "timeout_s"),
            ):
                async with client.post("/api/ask", json=order | change) as answer:
                    assert answer.status == status
                    assert detail in (await answer.json())["detail"]

            # two are read at a time, and an alert is read while they are
            llm.modes = {'"question"': Mode.HANG}
            slow = order | {"question": "What hangs in this plant?", "timeout_s": 4}

            async def ask_slowly() -> str:
                async with client.post("/api/ask", json=slow) as answer:
                    assert answer.status == 503
                    return str((await answer.json())["detail"])

            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(ask_slowly()) for _ in range(2)]
                await llm.wait_for(lambda: llm.serving >= 2, timeout=40)
                async with client.post("/api/ask", json=order) as answer:
                    assert answer.status == 429
                    assert answer.headers["Retry-After"]
                stage.publish(approval(1))
                await stage.card("drug number 1", until=is_final)
            assert all("the time of " in task.result() for task in tasks)

            # who hangs up gives the place back
            patient = slow | {"question": "Who waits for this plant?", "timeout_s": 120}
            leaver = asyncio.ensure_future(client.post("/api/ask", json=patient))
            await llm.wait_for(lambda: llm.serving >= 1, timeout=40)
            leaver.cancel()
            await llm.wait_for(lambda: llm.serving == 0, timeout=40)
            llm.modes = {}

            settings = stage.configuration().settings
            terms = Terms(plan=Plan(), budget=Budget(), at_once=5)
            inquiry = Inquiry(terms=terms, settings=settings, build=build_reader)
            found = await inquiry.run(alert_id[:6], QUESTION, lambda *_: None)
            assert found.text == NEEDLE
            with pytest.raises(BadTarget, match="no alert has the id 00000000"):
                await load_target("00000000", settings)


async def test_without_a_model_there_is_nobody_to_ask() -> None:
    async with (
        raw_server() as server,
        open_stage(env={"FEATURE_LLM": "0"}) as stage,
        posted(stage, server) as (client, alert_id),
    ):
        order = {"alert_id": alert_id, "question": QUESTION}
        async with client.post("/api/ask", json=order) as answer:
            assert answer.status == 503
            assert "FEATURE_LLM" in (await answer.json())["detail"]


async def test_whoever_asks_as_the_daemon_ends_is_told_so() -> None:
    async def ask(client: aiohttp.ClientSession, url: str, order: object) -> object:
        async with client.post(url, json=order) as answer:
            problem = await answer.json()
            return answer.status, problem.get("error"), problem.get("detail")

    async with (
        raw_server() as server,
        open_stage() as stage,
        aiohttp.ClientSession() as client,
        asyncio.TaskGroup() as group,
    ):
        llm = stage.world.llm
        async with posted(stage, server) as (_, alert_id):
            assert stage.app is not None
            llm.mode, url = Mode.HANG, stage.app.url.rstrip("/")
            orders = {
                "ask": {"alert_id": alert_id, "question": QUESTION},
                "score": {"query": "plants", "documents": [{"title": "A new plant"}]},
                "search": {"query": "profit", "rank": "llm"},
            }
            asked = {
                name: group.create_task(ask(client, f"{url}/api/{name}", order))
                for name, order in orders.items()
            }
            await llm.wait_for(lambda: llm.serving >= len(asked), timeout=40)
    ending = (503, "service_unavailable", "the daemon is about to end")
    assert asked["ask"].result() == ending
    assert asked["score"].result() == ending
    # The model has 5 s to order what was found: on a slow machine they are over first.
    assert asked["search"].result() in (ending, (200, None, None))
