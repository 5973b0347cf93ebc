"""Shows what `bench` found: to a person, as JSON, as CSV files; and how far it is."""

import csv
import io
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.table import Table

from catalyst_bot.cli.bench_report import Comparison, Report
from catalyst_bot.cli.bench_run import OnProgress, Run
from catalyst_bot.cli.bench_tasks import RULES
from catalyst_bot.errors import CatalystError
from catalyst_bot.reading.scores import Measure

_CERTAIN = 0.05  # a difference with a smaller p is more than chance


@contextmanager
def progress(title: str, *, stream: TextIO = sys.stderr) -> Iterator[OnProgress]:
    """Keep one line of progress on a terminal, and say nothing elsewhere."""
    if not stream.isatty():
        yield lambda *_: None
        return
    longest = 0

    def note(done: int, total: int, failed: int, eta: float) -> None:
        nonlocal longest
        bad = f", {failed} failed" if failed else ""
        line = f"{title}: {done} of {total}{bad}, {eta:.0f} s left"
        longest = max(longest, len(line))
        stream.write(f"\r{line:<{longest}}")
        stream.flush()

    try:
        yield note
    finally:
        stream.write(f"\r{'':<{longest}}\r")
        stream.flush()


def print_reports(reports: Sequence[Report], comparisons: Sequence[Comparison]) -> None:
    """Print a table for each model, and a line for each comparison."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    for report in reports:
        console.print(_table(report))
    for comparison in comparisons:
        console.print(_compared(comparison))


def as_json(reports: Sequence[Report], comparisons: Sequence[Comparison]) -> str:
    """Return all of it as one JSON object."""
    runs = [
        {
            **asdict(report),
            "errors": dict(report.errors),
            "answers": dict(report.answers),
            "measures": {
                one.name: {"value": one.value, "low": one.low, "high": one.high}
                for one in report.measures
            },
        }
        for report in reports
    ]
    pairs = [asdict(comparison) for comparison in comparisons]
    return json.dumps({"runs": runs, "comparisons": pairs})


def save(path: Path, runs: Sequence[Run], reports: Sequence[Report]) -> None:
    """Write the rows to a file, and the numbers to one beside it: F_metrics.csv.

    Raises:
        CatalystError: a file cannot be written.
    """
    task = runs[0].plan.task
    more = ("model",) if len(runs) > 1 else ()
    rows = [
        (*task.cells(row), *(run.plan.model for _ in more))
        for run in runs
        for row in run.rows
    ]
    numbers = [
        (report.model, name, value)
        for report in reports
        for name, value in _numbers(report)
    ]
    try:
        path.write_text(_csv((*task.columns, *more), rows), encoding="utf-8")
        metrics_path(path).write_text(
            _csv(("model", "name", "value"), numbers), encoding="utf-8"
        )
    except OSError as error:
        raise CatalystError(
            f"{path}: {error.strerror}; nothing is lost if you "
            "ask again: the answers are in the cache"
        ) from error


def metrics_path(path: Path) -> Path:
    """Return where the numbers of a file of rows are written."""
    return path.with_name(f"{path.stem}_metrics{path.suffix}")


def _csv(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def _numbers(report: Report) -> Iterator[tuple[str, object]]:
    """Yield what was measured, by name; what was not measured is absent."""
    for part in (report, report.latency, report.speed):
        for name, value in asdict(part).items() if part else ():
            if isinstance(value, str | int | float) and name != "model":
                yield name, value
    for kind, count in report.errors:
        yield f"error_{kind}", count
    for one in report.measures:
        yield from _ends(one)


def _ends(one: Measure) -> Iterator[tuple[str, float]]:
    for name, value in (
        (one.name, one.value),
        (f"{one.name}_low", one.low),
        (f"{one.name}_high", one.high),
    ):
        if value is not None:
            yield name, value


def _table(report: Report) -> Table:
    title = (
        f"{report.task}: {report.model} ({report.provider}), {report.mode}, "
        f"{report.questions} asked"
    )
    table = Table(
        "", "", title=title, title_justify="left", show_header=False, box=None
    )
    for name, text in (*_course(report), *_speed(report), *_quality(report)):
        table.add_row(name, text)
    return table


def _course(report: Report) -> Iterator[tuple[str, str]]:
    errors = ", ".join(f"{count} {kind}" for kind, count in report.errors)
    yield (
        "answered",
        f"{report.ok} ({report.unknown} without a verdict, {report.cached} cached)",
    )
    yield "failed", f"{report.failed} ({errors})" if errors else "0"
    said = ", ".join(f"{count} {answer}" for answer, count in report.answers)
    yield "said", said or "nothing"
    yield "requests", f"{report.requests}, {report.repeated} of them sent again"
    yield "concurrency", f"{report.concurrency} asked, {report.used} used in the end"
    yield "wall", f"{report.wall_s:.2f} s"
    if took := report.latency:
        yield (
            "latency",
            f"mean {took.mean:.3g} ms, p50 {took.p50:.3g}, p95 {took.p95:.3g}",
        )


def _speed(report: Report) -> Iterator[tuple[str, str]]:
    speed = report.speed
    if speed is None:
        reason = "all is cached" if report.cached == report.questions else "no answers"
        reason = reason if report.requests or report.cached else "nobody was asked"
        yield "speedup", f"not measured: {reason}"
        return
    yield "alone", f"{speed.alone_ms:.0f} ms each, asked one by one"
    yield "speedup", f"{speed.speedup:.2f} x (asked x alone / wall)"
    yield "limit", f"{speed.limit:.2f} x at equal latency"
    yield "efficiency", f"{speed.efficiency:.0%}"
    if speed.why:
        yield "because", speed.why


def _quality(report: Report) -> Iterator[tuple[str, str]]:
    if not report.labelled:
        return
    yield "labelled", str(report.labelled)
    for one in report.measures:
        yield one.name.replace("_", " "), _shown(one)


def _shown(one: Measure) -> str:
    if one.value is None:
        return "–"
    interval = "" if one.low is None else f" ({one.low:.3f} to {one.high:.3f})"
    return f"{one.value:.3f}{interval}"


def _compared(one: Comparison) -> str:
    line = f"{one.first} and {one.second} agree on {one.agreement:.0%} of {one.common}"
    test = one.mcnemar
    if test is None:
        return f"{line}; without labels nobody knows which is right"
    line += (
        f"; {one.first} alone is right on {test.only_first}, {one.second} alone on "
        f"{test.only_second} (McNemar p = {test.p:.3f})"
    )
    if test.p >= _CERTAIN:
        return f"{line}: no difference that so few could show"
    first_wins = test.only_first > test.only_second
    better, worse = (one.first, one.second) if first_wins else (one.second, one.first)
    if better == RULES:
        return f"{line}: the rules beat {worse}"
    return f"{line}: {better} beats {'the ' if worse == RULES else ''}{worse}"
