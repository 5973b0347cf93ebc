"""The benchmark's window against a simulated server: what is asked, what is told."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from catalyst_bot.cli.asking import settings_for
from catalyst_bot.cli.bench_input import Question
from catalyst_bot.cli.bench_report import Report, limit_of, report_of
from catalyst_bot.cli.bench_run import Plan, Run, carry_out
from catalyst_bot.cli.bench_tasks import TASKS, Row
from catalyst_bot.errors import CatalystError
from catalyst_bot.settings import load_settings
from catalyst_bot.simulation.llm import FakeLLM
from catalyst_bot.simulation.llm_records import Mode


def pairs(count: int) -> tuple[Question, ...]:
    """Return so many different pairs, every second of which is a conflict."""
    return tuple(
        Question(
            id=str(number),
            texts=(
                f"Acme wins navy order {number}",
                f"Acme {'denies' if number % 2 else 'books'} navy order {number}",
            ),
            label="conflict" if number % 2 else "consistent",
        )
        for number in range(count)
    )


@dataclass(slots=True, kw_only=True)
class Bench:
    """A server, a folder for the cache, and what was told of the progress."""

    fake: FakeLLM
    folder: Path
    told: list[tuple[int, int, int]] = field(default_factory=list)

    async def run(
        self,
        questions: tuple[Question, ...],
        *,
        at_once: int = 1,
        calibrate: int = 3,
        uses_cache: bool = True,
        task: str = "conflict",
    ) -> Run:
        plan = Plan(
            task=TASKS[task],
            questions=questions,
            provider="ollama",
            model="mistral",
            concurrency=at_once,
            calibrate=calibrate,
        )
        settings = load_settings(
            {
                "LLM_ENDPOINT_URL": self.fake.endpoint_url,
                "LLM_RETRY_DELAY": "0.05",
                "LLM_BREAKER_FAIL_MAX": "100",
                "DATABASE_URL": f"sqlite:///{self.folder}/catalyst.db",
            }
        )
        run = Run(plan=plan)
        await carry_out(
            run,
            settings_for(
                settings,
                concurrency=plan.concurrency,
                provider=plan.provider,
                model=plan.model,
                uses_cache=uses_cache,
            ),
            note=lambda done, total, failed, _: self.told.append((done, total, failed)),
        )
        return run

    def asked(self) -> int:
        """Return how many questions about headlines came since the last call."""
        count = sum("Headline" in one.prompt for one in self.fake.prompts)
        self.fake.requests.clear()
        return count


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with FakeLLM().open() as fake:
        yield Bench(fake=fake, folder=tmp_path)


def report(run: Run) -> Report:
    return report_of(run, draws=False, seed=0)


def shape(row: Row) -> Row:
    """Return a row without its time."""
    return replace(row, latency_ms=0.0)


@pytest.mark.parametrize("task", ["conflict", "verdict"])
async def test_one_at_a_time_and_many_find_the_same(bench: Bench, task: str) -> None:
    questions = pairs(12)
    if task == "verdict":
        questions = tuple(replace(one, texts=one.texts[:1]) for one in questions)
    bench.fake.latency, bench.fake.jitter = 0.01, 3.0
    one, many = [
        await bench.run(questions, at_once=count, uses_cache=False, task=task)
        for count in (1, 6)
    ]
    assert [*map(shape, one.rows)] == [*map(shape, many.rows)]
    assert 1 < bench.fake.max_in_flight <= 6  # fewer where the server seems slow
    assert bench.told[-1] == (12, 12, 0)


async def test_many_at_a_time_come_near_the_limit(bench: Bench) -> None:
    bench.fake.latency = 0.2
    found = report(await bench.run(pairs(40), at_once=8))
    assert found.speed is not None
    assert found.speed.limit == 8.0
    assert found.speed.speedup > 2.5  # 7.7 on an idle machine
    assert found.wall_s < 40 * 0.2 / 2
    assert 1 < found.used <= 8
    assert (found.requests, found.repeated) == (40, 0)


async def test_a_server_with_one_slot_is_told_as_no_speedup(bench: Bench) -> None:
    bench.fake.latency, bench.fake.slots = 0.2, 1
    found = report(await bench.run(pairs(20), at_once=8))
    assert found.ok == 20
    assert found.speed is not None
    assert found.speed.speedup < 2.0  # 1.0 on an idle machine; latencies tell 6.6
    assert found.speed.efficiency < 0.4
    assert "OLLAMA_NUM_PARALLEL" in found.speed.why
    assert found.used < 8


@pytest.mark.parametrize(
    ("count", "limit"), [(20, 6.67), (50, 7.14), (100, 7.69), (200, 8.0)]
)
def test_the_limit_is_that_of_full_rounds(count: int, limit: float) -> None:
    assert limit_of(count, concurrency=8) == pytest.approx(limit, abs=0.005)


async def test_a_second_run_asks_nothing_and_claims_no_speedup(bench: Bench) -> None:
    first = await bench.run(pairs(10), at_once=5)
    assert bench.asked() == 13  # three of them to know what one takes alone
    again = await bench.run(pairs(10), at_once=5)
    assert not bench.fake.requests
    found = report(again)
    assert (found.cached, found.requests, found.speed) == (10, 0, None)
    assert found.latency is None
    assert [row.answer for row in again.rows] == [row.answer for row in first.rows]


async def test_without_the_cache_everything_is_asked_anew(bench: Bench) -> None:
    for _ in range(2):
        await bench.run(pairs(4), calibrate=0, uses_cache=False)
        assert bench.asked() == 4


async def test_equal_pairs_are_asked_once(bench: Bench) -> None:
    bench.fake.latency = 0.02
    run = await bench.run(pairs(5) * 4, at_once=5, calibrate=0)
    assert bench.asked() == 5
    assert len(run.rows) == 20


async def test_failed_pairs_are_counted_and_judged_by_nobody(bench: Bench) -> None:
    bench.fake.modes = {'order 1"': Mode.HTTP_500, 'order 2"': Mode.NOT_JSON}
    found = report(await bench.run(pairs(6), calibrate=0))
    assert (found.ok, found.failed, found.labelled) == (4, 2, 4)
    assert dict(found.errors) == {"unavailable": 1, "bad_json": 1}
    assert dict(found.answers) == {"conflict": 2, "consistent": 2}
    assert {one.name: one.value for one in found.measures}["recall"] == 1.0


async def test_when_all_failed_nothing_is_measured(bench: Bench) -> None:
    bench.fake.mode = Mode.NOT_JSON
    found = report(await bench.run(pairs(3)))
    assert (found.ok, found.failed) == (0, 3)
    assert (found.latency, found.speed, found.measures) == (None, None, ())


async def test_refused_requests_are_sent_again_and_told(bench: Bench) -> None:
    bench.fake.latency, bench.fake.capacity = 0.2, 3
    found = report(await bench.run(pairs(20), at_once=8, calibrate=0))
    assert (found.ok, found.failed) == (20, 0)
    assert found.repeated > 0
    assert found.requests == 20 + found.repeated


async def test_a_server_that_is_down_is_said_before_anything_is_asked(
    bench: Bench,
) -> None:
    await bench.fake.stop_listening()
    with pytest.raises(CatalystError, match=r"connection refused.*ollama serve"):
        await bench.run(pairs(3))


async def test_a_model_that_is_not_there_is_to_be_pulled(bench: Bench) -> None:
    bench.fake.models = ("llama3:latest",)
    with pytest.raises(CatalystError, match="ollama pull mistral"):
        await bench.run(pairs(3))
    assert bench.asked() == 0


async def test_the_rules_stand_beside_the_models_verdict(bench: Bench) -> None:
    title = "Acme beats estimates and raises its outlook"
    question = Question(id="1", texts=(title,), label="bullish")
    run = await bench.run((question,), task="verdict", calibrate=0)
    (row,) = run.rows
    assert (row.answer, row.rules) == ("bullish", "bullish")
    measures = {one.name: one.value for one in report(run).measures}
    assert (measures["accuracy"], measures["rules_accuracy"]) == (1.0, 1.0)
