"""`bench`: how fast and how good a model is at the questions of this product."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from catalyst_bot.cli.asking import (
    INTERRUPTED,
    check_model,
    provider_of,
    quiet_settings,
    settings_for,
)
from catalyst_bot.cli.bench_input import BadInput, Question, load_questions
from catalyst_bot.cli.bench_report import comparisons_of, report_of
from catalyst_bot.cli.bench_run import (
    Plan,
    Run,
    answer_locally,
    carry_out,
    sample,
)
from catalyst_bot.cli.bench_show import as_json, print_reports, progress, save
from catalyst_bot.cli.bench_tasks import TASKS, Task
from catalyst_bot.settings import Settings
from catalyst_bot.settings_clouds import LOCAL


def bench(
    file: Annotated[
        Path, typer.Argument(metavar="PAIRS|TITLES", help="CSV with a heading.")
    ],
    task: Annotated[
        str, typer.Option(help=f"What is asked: {', '.join(TASKS)}.")
    ] = "conflict",
    concurrency: Annotated[
        int,
        typer.Option("--async", min=0, max=100, help="So many at a time; 0: one."),
    ] = 0,
    most: Annotated[
        int, typer.Option("--max-pairs", min=1, help="At most; a sample of more.")
    ] = 50,
    seed: Annotated[int, typer.Option(help="Of the sample and the intervals.")] = 0,
    model: Annotated[
        list[str] | None, typer.Option(help="Instead of the set one; may be repeated.")
    ] = None,
    provider: Annotated[
        str, typer.Option(help="Instead of the first of LLM_PROVIDERS.")
    ] = "",
    local_only: Annotated[
        bool, typer.Option("--local-only", help="Ask no model: what the rules say.")
    ] = False,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Ask even what was answered before.")
    ] = False,
    calibrate: Annotated[
        int,
        typer.Option(min=0, max=100, help="Asked alone first; 0: no speedup is told."),
    ] = 3,
    stats: Annotated[
        bool, typer.Option("--stats", help="Add 95 % intervals, by bootstrap.")
    ] = False,
    outfile: Annotated[
        Path | None, typer.Option(help="For the rows; F_metrics.csv beside it.")
    ] = None,
    as_json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    env_file: Annotated[
        Path | None, typer.Option(help="Settings file; default: .env beside you.")
    ] = None,
) -> None:
    """Ask a model about many headlines; show its speed, and its hits by labels.

    PAIRS has the columns earlier,later (or text1,text2), TITLES has title; both may
    have label. Does the model beat the rules? --task verdict TITLES tells.
    """
    chosen = _task(task)
    settings = None if local_only else quiet_settings(env_file)
    provider = provider_of(provider, settings) if settings else ""
    questions = _questions(file, chosen, most=most, seed=seed)
    _check_folder(outfile)
    if settings is None:
        runs, is_whole = [answer_locally(chosen, questions)], True
    else:
        plan = Plan(
            task=chosen,
            questions=questions,
            provider=provider,
            model="",
            concurrency=max(1, concurrency),
            calibrate=calibrate,
        )
        models = _models(model or [], provider, settings)
        runs = [Run(plan=replace(plan, model=name)) for name in models]
        is_whole = _carry_out(runs, settings, uses_cache=not no_cache)
    begun = [run for run in runs if run.found]
    reports = [report_of(run, draws=stats, seed=seed) for run in begun]
    if outfile is not None and begun:
        save(outfile, begun, reports)
    comparisons = comparisons_of(begun)
    if as_json_:
        typer.echo(as_json(reports, comparisons))
    else:
        print_reports(reports, comparisons)
    if not is_whole:
        raise typer.Exit(INTERRUPTED)
    if not all(report.ok for report in reports):
        raise typer.Exit(1)


def _carry_out(runs: Sequence[Run], settings: Settings, *, uses_cache: bool) -> bool:
    """Do one run after the other; False when the user wanted no more."""
    try:
        for run in runs:
            chosen = settings_for(
                settings,
                concurrency=run.plan.concurrency,
                provider=run.plan.provider,
                model=run.plan.model,
                uses_cache=uses_cache,
            )
            with progress(run.plan.model) as note:
                asyncio.run(carry_out(run, chosen, note=note))
    except KeyboardInterrupt:
        return False
    return True


def _task(name: str) -> Task:
    if name not in TASKS:
        known = ", ".join(TASKS)
        raise typer.BadParameter(
            f"{name!r}: expected one of {known}", param_hint="--task"
        )
    return TASKS[name]


def _questions(file: Path, task: Task, *, most: int, seed: int) -> tuple[Question, ...]:
    try:
        questions = load_questions(file, task.form)
    except BadInput as error:
        raise typer.BadParameter(str(error), param_hint=task.form.word) from error
    return sample(questions, most=most, seed=seed)


def _models(named: Sequence[str], provider: str, settings: Settings) -> tuple[str, ...]:
    """Return the models to ask, each once; the one that is set when none is named."""
    for name in named:
        check_model(name)
    if provider == LOCAL:
        usual = settings.llm.model_name
    else:
        usual = getattr(settings, provider).model
    return tuple(dict.fromkeys(named or (usual,)))


def _check_folder(outfile: Path | None) -> None:
    """Say before anything is asked that there will be nowhere to write."""
    if outfile is not None and not outfile.parent.is_dir():
        raise typer.BadParameter(
            f"{outfile.parent} is no folder", param_hint="--outfile"
        )
