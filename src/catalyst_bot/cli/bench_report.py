"""What a run of `bench` was worth.

Its speed against the limit, its answers against labels, and one set of answers against
another.
"""

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean, median, quantiles

from catalyst_bot.cli.bench_run import Run
from catalyst_bot.cli.bench_tasks import RULES, Row
from catalyst_bot.reading.scores import (
    DRAWS,
    McNemar,
    Measure,
    mcnemar,
    with_intervals,
)

POOR = 0.7  # of the limit; below it the report says why
_SHARED = 1.3  # times what an answer takes alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Of the answers that were not cached, in milliseconds."""

    mean: float
    p50: float
    p95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How much sooner all was done than one after the other."""

    alone_ms: float  # mean of the calibration
    speedup: float  # asked x alone / wall
    limit: float  # asked / ceil(asked / concurrency), at equal latency
    efficiency: float  # speedup / limit
    why: str  # it is poor, "" when it is not


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one model did; numbers that nothing was measured for are None."""

    task: str
    provider: str
    model: str
    mode: str  # "sync" or "async"
    concurrency: int  # asked for
    used: int  # what the server took of it in the end
    questions: int
    ok: int  # answered, "cannot tell" among them
    unknown: int
    failed: int
    errors: tuple[tuple[str, int], ...]
    cached: int
    requests: int
    repeated: int  # of them, after a 429, a 5xx or a connection that broke
    answers: tuple[tuple[str, int], ...]  # by answer
    wall_s: float
    latency: Latency | None
    speed: Speed | None
    labelled: int  # answered ones with a label
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two sets of answers to the same questions."""

    first: str
    second: str
    common: int  # questions that both have answered
    agreement: float
    mcnemar: McNemar | None  # where there are labels


def report_of(run: Run, *, draws: bool, seed: int) -> Report:
    """Return the report on what is done of a run; `draws`: with intervals."""
    plan, rows = run.plan, run.rows
    ok = [row for row in rows if not row.error]
    labelled = [row for row in ok if row.question.label]
    rng = random.Random(seed)  # noqa: S311 - draws
    return Report(
        task=plan.task.name,
        provider=plan.provider,
        model=plan.model,
        mode="async" if plan.concurrency > 1 else "sync",
        concurrency=plan.concurrency,
        used=min(plan.concurrency, run.limit or plan.concurrency),
        questions=len(plan.questions),
        ok=len(ok),
        unknown=sum(not row.answer for row in ok),
        failed=len(rows) - len(ok),
        errors=_counted([row.error for row in rows]),
        cached=sum(row.is_cached for row in rows),
        requests=sum(row.attempts for row in rows if not row.is_cached),
        repeated=_repeated(rows),
        answers=_counted([row.answer for row in ok]),
        wall_s=run.wall,
        latency=_latency(ok),
        speed=_speed(run),
        labelled=len(labelled),
        measures=with_intervals(
            labelled, plan.task.measures, rng=rng, draws=DRAWS if draws else 0
        )
        if labelled
        else (),
    )


def comparisons_of(runs: Sequence[Run]) -> tuple[Comparison, ...]:
    """Return the rules against each model, and each two models."""
    found = [
        _compared(
            RULES,
            run.plan.model,
            [(row.question.label, row.rules, row.answer) for row in run.rows],
        )
        for run in runs
        if run.plan.model != RULES
    ]
    found += [
        _compared(
            one.plan.model,
            other.plan.model,
            [
                (row.question.label, row.answer, other.found[place].answer)
                for place, row in sorted(one.found.items())
                if place in other.found
            ],
        )
        for one, other in combinations(runs, 2)
    ]
    return tuple(one for one in found if one.common)


def limit_of(count: int, *, concurrency: int) -> float:
    """Return the greatest speedup of so many questions that all take equally long."""
    return count / math.ceil(count / concurrency)


def _speed(run: Run) -> Speed | None:
    asked = [row for row in run.rows if not row.is_cached and not row.error]
    if run.alone is None or not asked or not run.wall:
        return None
    speedup = len(asked) * run.alone / run.wall
    limit = limit_of(len(asked), concurrency=run.plan.concurrency)
    efficiency = speedup / limit
    return Speed(
        alone_ms=1000 * run.alone,
        speedup=speedup,
        limit=limit,
        efficiency=efficiency,
        why=_why(run, asked, alone=run.alone) if efficiency < POOR else "",
    )


def _why(run: Run, asked: Sequence[Row], *, alone: float) -> str:
    """Return what held the questions up, the likeliest first."""
    wanted = run.plan.concurrency
    if 0 < run.limit < wanted:
        return (
            f"the server served {run.limit} at a time in the end, not {wanted} "
            "(Ollama: OLLAMA_NUM_PARALLEL)"
        )
    failed = sum(bool(row.error) for row in run.rows)
    again = _repeated(run.rows)
    if failed or again:
        return f"{failed} failed, and {again} requests were sent again"
    took = fmean(row.latency_ms for row in asked) / 1000
    if took > _SHARED * alone:
        return (
            f"an answer took {took:.2f} s among others and {alone:.2f} s alone: "
            "the server shares its time"
        )
    return "few questions, uneven answers, or so quick ones that our own work counts"


def _latency(ok: Sequence[Row]) -> Latency | None:
    took = [row.latency_ms for row in ok if not row.is_cached]
    if not took:
        return None
    p95 = quantiles(took, n=20, method="inclusive")[18] if len(took) > 1 else took[0]
    return Latency(mean=fmean(took), p50=median(took), p95=p95)


def _compared(
    first: str, second: str, said: Sequence[tuple[str, str, str]]
) -> Comparison:
    """Compare answers, given as (label, the first's, the second's), "" for none."""
    common = [(label, one, other) for label, one, other in said if one and other]
    rights = [(one == label, other == label) for label, one, other in common if label]
    same = sum(one == other for _, one, other in common)
    return Comparison(
        first=first,
        second=second,
        common=len(common),
        agreement=same / len(common) if common else 0.0,
        mcnemar=mcnemar(rights) if rights else None,
    )


def _repeated(rows: Sequence[Row]) -> int:
    return sum(max(0, row.attempts - 1) for row in rows if not row.is_cached)


def _counted(words: Sequence[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(word for word in words if word).items()))
