"""`bench` as a person types it: what it prints, writes and exits with."""

import asyncio
import csv
import json
import signal
from pathlib import Path

import pytest

from catalyst_bot.cli.bench_input import PAIRS, TITLES
from catalyst_bot.simulation.llm import FakeLLM
from catalyst_bot.simulation.llm_records import Mode
from tests.e2e.terminal import open_terminal
from tests.e2e.test_commands import command
from tests.e2e.typed import typed
from tests.forked import start

CANARY = "canary-key-that-must-not-be-shown"
SAMPLE, TITLES_SAMPLE = str(PAIRS.sample_path), str(TITLES.sample_path)


def environment(fake: FakeLLM, folder: Path) -> dict[str, str]:
    return {
        "LLM_ENDPOINT_URL": fake.endpoint_url,
        "LLM_RETRY_DELAY": "0.05",
        "DATABASE_URL": f"sqlite:///{folder}/catalyst.db",
        "ANTHROPIC_API_KEY": CANARY,
    }


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def written_in(folder: Path) -> str:
    """Return all that stands in the CSV files of a folder."""
    return "".join(path.read_text() for path in folder.glob("*.csv"))


async def test_bench_prints_speed_and_quality_and_writes_rows_and_numbers(
    tmp_path: Path,
) -> None:
    async with FakeLLM().open() as fake:
        fake.latency = 0.1
        env = environment(fake, tmp_path)
        code, out, err = await command(
            *("bench", SAMPLE, "--async", "8", "--stats", "--outfile", "rows.csv"),
            folder=tmp_path,
            **env,
        )
        assert (code, err) == (0, "")  # and so no line of progress on a pipe
        for word in ("speedup", "limit", "efficiency", "p95", "precision", "auroc"):
            assert word in out
        assert "8 asked, 8 used in the end" in out

        rows = rows_of(tmp_path / "rows.csv")
        assert list(rows[0]) == [
            *("pair_id", "text1", "text2", "contradiction", "confidence"),
            *("reasoning", "latency_ms", "error"),
        ]
        assert [row["pair_id"] for row in rows[:2]] == ["sample-01", "sample-02"]
        assert {row["contradiction"] for row in rows} == {"true", "false"}
        numbers = {
            row["name"]: row["value"] for row in rows_of(tmp_path / "rows_metrics.csv")
        }
        assert float(numbers["limit"]) == pytest.approx(20 / 3)
        assert 0 < float(numbers["f1_low"]) <= float(numbers["f1"])
        assert CANARY not in out + written_in(tmp_path)

        asked = len(fake.prompts)
        code, out, _ = await command(
            "bench", SAMPLE, "--async", "8", "--json", folder=tmp_path, **env
        )
        (run,) = json.loads(out)["runs"]
        assert (code, run["cached"], run["speed"]) == (0, 20, None)
        assert len(fake.prompts) == asked

        _, out, _ = await command("cache", "stats", "--json", folder=tmp_path, **env)
        usage = {row["purpose"]: row for row in json.loads(out)["usage"]["rows"]}
        assert (usage["conflict"]["ok"], usage["conflict"]["cached"]) == (23, 20)


async def test_the_verdicts_of_two_models_are_set_against_the_rules(
    tmp_path: Path,
) -> None:
    async with FakeLLM().open() as fake:
        fake.models = ("mistral:latest", "other:latest")
        code, out, _ = await command(
            *("bench", TITLES_SAMPLE, "--task", "verdict", "--async", "4"),
            *("--model", "mistral", "--model", "other", "--outfile", "rows.csv"),
            folder=tmp_path,
            **environment(fake, tmp_path),
        )
        assert code == 0
        assert "rules accuracy" in out
        for two in ("rules and mistral", "rules and other", "mistral and other"):
            assert f"{two} agree on" in out
        assert "McNemar p = " in out
        assert {one.body["model"] for one in fake.prompts} == {"mistral", "other"}
    (first, *_) = rows_of(tmp_path / "rows.csv")
    assert first["verdict"] in ("bullish", "bearish", "neutral")
    assert first["reasoning"]


async def test_a_run_without_any_answer_exits_1_and_measures_nothing(
    tmp_path: Path,
) -> None:
    async with FakeLLM().open() as fake:
        fake.mode = Mode.NOT_JSON
        code, out, _ = await command(
            "bench", SAMPLE, "--json", folder=tmp_path, **environment(fake, tmp_path)
        )
    (run,) = json.loads(out)["runs"]
    assert (code, run["failed"], run["errors"]) == (1, 20, {"bad_json": 20})
    assert (run["measures"], run["speed"], run["latency"]) == ({}, None, None)


async def test_a_server_that_is_away_exits_1_and_says_what_to_do(
    tmp_path: Path,
) -> None:
    async with FakeLLM().open() as fake:
        env = environment(fake, tmp_path)
    code, out, err = await command("bench", SAMPLE, folder=tmp_path, **env)
    assert (code, out) == (1, "")
    assert "connection refused" in err
    assert "ollama serve" in err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("absent.csv",), "bench_pairs.csv"),
        ((SAMPLE, "--task", "verdict"), "expected the columns title or headline"),
        ((SAMPLE, "--async", "-1"), "--async"),
        ((SAMPLE, "--provider", "gemini"), "GEMINI_API_KEY"),
        ((SAMPLE, "--outfile", "no/such/folder.csv"), "is no folder"),
    ],
)
async def test_bad_input_exits_2_and_names_what_is_wrong(
    tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    code, _, err = await command("bench", *words, folder=tmp_path)
    assert code == 2
    assert told in " ".join(err.replace("│", " ").split())


async def test_an_interrupted_run_saves_what_it_has_and_exits_130(
    tmp_path: Path,
) -> None:
    async with FakeLLM().open() as fake:
        fake.modes = {"Merrow Shipping sets": Mode.HANG}
        child = await start(
            *("bench", SAMPLE, "--calibrate", "0", "--outfile", "rows.csv"),
            folder=tmp_path,
            env={"LLM_TIMEOUT_SECS": "60", **environment(fake, tmp_path)},
        )
        try:
            await fake.wait_for(
                lambda: any(
                    "Merrow Shipping sets" in one.prompt for one in fake.prompts
                ),
                timeout=60,
            )
            child.send_signal(signal.SIGINT)
            async with asyncio.timeout(60):
                out, _ = await child.communicate()
        finally:
            if child.returncode is None:
                child.kill()
        assert child.returncode == 130
        assert "answered" in out.decode()
        rows = rows_of(tmp_path / "rows.csv")
        assert [row["pair_id"] for row in rows][-1] == "sample-16"
        assert len(rows) == 16


async def test_on_a_terminal_the_progress_is_told_with_the_time_left(
    tmp_path: Path,
) -> None:
    async with FakeLLM().open() as fake:
        fake.latency = 0.1
        settings = tmp_path / ".env"
        settings.write_text(f"LLM_ENDPOINT_URL={fake.endpoint_url}\n")
        settings.chmod(0o600)
        words = ("bench", SAMPLE, "--calibrate", "0")
        async with open_terminal(words, folder=tmp_path) as terminal:
            await terminal.shows("mistral: 1 of 20, ")
            await terminal.shows(" s left")
            await terminal.shows("wall")
            assert await terminal.ends() == 0


async def test_the_rules_alone_read_titles_and_pairs_of_ones_own(
    tmp_path: Path,
) -> None:
    rules = ("--local-only", "--json")
    told = await typed("bench", TITLES_SAMPLE, "--task", "verdict", *rules, env={})
    (run,) = json.loads(told.stdout)["runs"]
    assert run["measures"]["accuracy"]["value"] > 0.5
    pairs = tmp_path / "pairs.csv"
    first = "Alderbrook Holdings Inc Q3 results on May 5"
    pairs.write_text(
        "pair_id,earlier,later,label\n"
        f"date,{first},Correction: {first.replace('5', '6')},1\n"
    )
    told = await typed("bench", str(pairs), *rules, env={})
    (run,) = json.loads(told.stdout)["runs"]
    assert run["measures"]["recall"]["value"] == 1.0


async def test_the_rules_alone_need_no_model_and_no_settings(tmp_path: Path) -> None:
    code, out, err = await command(
        *("bench", SAMPLE, "--local-only", "--json", "--outfile", "rows.csv"),
        folder=tmp_path,
        LLM_ENDPOINT_URL="http://127.0.0.1:9",
    )
    assert (code, err) == (0, "")
    (run,) = json.loads(out)["runs"]
    assert (run["model"], run["requests"], run["failed"]) == ("rules", 0, 0)
    assert run["measures"]["precision"]["value"] >= 0.9
    reasons = {row["reasoning"] for row in rows_of(tmp_path / "rows.csv")}
    assert any(reason.startswith("denial: ") for reason in reasons)
