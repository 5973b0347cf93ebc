"""`extract`: the facts of documents as statements, a JSON for each document."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from catalyst_bot.assembly.filings import build_named
from catalyst_bot.assembly.outside import open_web_with
from catalyst_bot.cli.asking import (
    INTERRUPTED,
    check_model,
    look_at_model,
    open_model,
    provider_of,
    quiet_settings,
    settings_for,
)
from catalyst_bot.cli.bench_show import progress
from catalyst_bot.cli.extract_input import Library, targets_of
from catalyst_bot.cli.extract_run import OnProgress, Run, extract_all
from catalyst_bot.cli.extract_show import Report, print_plan, print_report
from catalyst_bot.cli.extract_store import (
    BadCheckpoint,
    Checkpoint,
    Store,
    Target,
    open_store,
    read_checkpoint,
    result_path,
)
from catalyst_bot.cli.targets import BadTarget
from catalyst_bot.clock import SystemClock
from catalyst_bot.ops.redact import Redactor
from catalyst_bot.reading.statements.extracting import TEMPERATURE
from catalyst_bot.settings import Settings


def extract(
    targets: Annotated[
        list[str],
        typer.Argument(metavar="PATH|URL|ACCESSION…", help="Folders are walked."),
    ],
    out: Annotated[
        Path, typer.Option(help="Folder for a JSON of each, and the checkpoint.")
    ] = Path("extracted"),
    concurrency: Annotated[
        int, typer.Option(min=1, max=100, help="Questions at a time.")
    ] = 20,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Documents at most, of those not done.")
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume/--no-resume", help="Leave out what the checkpoint has."),
    ] = True,
    skip_existing: Annotated[
        bool,
        typer.Option(
            "--skip-existing/--overwrite", help="Leave out what has its JSON already."
        ),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Read all, as --no-resume --overwrite do.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Ask and write nothing: what would be.")
    ] = False,
    temperature: Annotated[
        float, typer.Option(min=0.0, max=2.0, help="0 is repeatable.")
    ] = TEMPERATURE,
    model: Annotated[str, typer.Option(help="Instead of the set one.")] = "",
    provider: Annotated[
        str, typer.Option(help="Instead of the first of LLM_PROVIDERS.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    env_file: Annotated[
        Path | None, typer.Option(help="Settings file; default: .env beside you.")
    ] = None,
) -> None:
    """Take the facts out of documents, each with its place and grounded numbers.

    A run that was ended goes on where it was; a document that failed is tried again.
    """
    settings = quiet_settings(env_file)
    if model:
        check_model(model)
    chosen = settings_for(
        settings,
        concurrency=concurrency,
        provider=provider_of(provider, settings),
        model=model,
    )
    job = Job(
        out=out.resolve(),
        resumes=resume and not force,
        skips_existing=skip_existing and not force,
        limit=limit,
        concurrency=concurrency,
        temperature=temperature,
    )
    try:
        found = targets_of(targets, out=job.out)
        if dry_run:
            print_plan(job.pending(found, job.checkpoint()), as_json=as_json)
            return
        report = job.carry_out(found, chosen)
    except BadTarget as error:
        raise typer.BadParameter(str(error), param_hint="PATH|URL|ACCESSION") from error
    except BadCheckpoint as error:
        raise typer.BadParameter(str(error), param_hint="--resume") from error
    print_report(report, as_json=as_json)
    if report.is_interrupted:
        raise typer.Exit(INTERRUPTED)
    if report.run.unanswered and not report.run.extractions:
        asyncio.run(look_at_model(chosen))
    if report.run.failures or report.run.unanswered:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a person wants to be done, and where it goes."""

    out: Path  # absolute
    resumes: bool
    skips_existing: bool
    limit: int | None
    concurrency: int
    temperature: float

    def checkpoint(self) -> Checkpoint:
        """Return what is done by now, and touch nothing.

        Raises:
            BadCheckpoint: it cannot be read.
        """
        return read_checkpoint(self.out) if self.resumes else Checkpoint()

    def pending(
        self, found: Sequence[Target], checkpoint: Checkpoint
    ) -> tuple[Target, ...]:
        """Return what is left to read."""
        left = [one for one in found if not self._is_done(one, checkpoint)]
        return tuple(left[: self.limit])

    def carry_out(self, found: Sequence[Target], settings: Settings) -> Report:
        """Read what is left; the report has what was done when it was interrupted.

        Raises:
            BadCheckpoint: the one that is there cannot be read.
            CatalystError: another process writes there, or the disk takes nothing.
        """
        run, redact = Run(), Redactor(settings.secrets)
        is_interrupted = False
        with open_store(self.out, resumes=self.resumes, redact=redact) as store:
            pending = self.pending(found, store.checkpoint)
            if pending:
                try:
                    with progress("documents") as note:
                        asyncio.run(self._read(pending, run, store, settings, note))
                except KeyboardInterrupt:
                    is_interrupted = True
        return Report(
            run=run,
            out=self.out,
            found=len(found),
            left=len(pending),
            is_interrupted=is_interrupted,
        )

    def _is_done(self, target: Target, checkpoint: Checkpoint) -> bool:
        has_result = result_path(self.out, target).is_file()
        return has_result and (self.skips_existing or checkpoint.has(target))

    async def _read(
        self,
        pending: Sequence[Target],
        run: Run,
        store: Store,
        settings: Settings,
        note: OnProgress,
    ) -> None:
        async with (
            open_model(settings, warms_up=True) as asked,
            open_web_with(settings, clock=SystemClock()) as outside,
        ):
            await extract_all(
                pending,
                run=run,
                llm=asked.core.structured,
                library=Library(build_named(settings, outside)),
                store=store,
                concurrency=self.concurrency,
                temperature=self.temperature,
                note=note,
            )
