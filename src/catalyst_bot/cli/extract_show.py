"""Shows what `extract` did, or would do: to a person, or as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import typer
from rich.console import Console

from catalyst_bot.cli.extract_run import Run
from catalyst_bot.cli.extract_store import Target
from catalyst_bot.reading.statements.model import Extraction
from catalyst_bot.text import counted

_SHOWN = 3  # statements of a document


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A run and its frame: `left` of the `found` documents were not done before."""

    run: Run
    out: Path  # absolute
    found: int
    left: int
    is_interrupted: bool


def print_plan(pending: Sequence[Target], *, as_json: bool) -> None:
    """Print which documents would be read."""
    if as_json:
        typer.echo(json.dumps({"pending": [one.id for one in pending]}))
        return
    for one in pending:
        typer.echo(one.id)
    found = counted(len(pending), "document")
    typer.echo(f"{found} would be read. Nothing was asked or written.")


def print_report(report: Report, *, as_json: bool) -> None:
    """Print a few statements of each document, what failed, and where all of it is."""
    run = report.run
    if as_json:
        rows = {
            "documents": [asdict(one) for one in run.extractions],
            "failed": run.failures,
            "done_before": report.found - report.left,
            "interrupted": report.is_interrupted,
            "api_calls": run.api_calls,
            "out": str(report.out),
        }
        typer.echo(json.dumps(rows))
        return
    console = Console(highlight=False, markup=False, soft_wrap=True)
    for one in run.extractions:
        console.print(f"{one.document_id}: {_told(one)}")
        for statement in one.statements[:_SHOWN]:
            console.print(f"  • {statement.statement}", style="dim")
    for name, error in run.failures.items():
        console.print(f"{name}: failed: {error}", style="red")
    console.print(_summary(report))


def _told(one: Extraction) -> str:
    parts = [counted(len(one.statements), "statement")]
    if one.statements_dropped:
        parts.append(f"{one.statements_dropped} dropped")
    if one.tables_processed or one.tables_skipped:
        parts.append(f"{counted(one.tables_processed, 'table')} read")
    if one.tables_skipped:
        parts.append(f"{one.tables_skipped} skipped")
    parts.append(counted(one.api_calls, "call"))
    return ", ".join(parts) + (f". Partial: {one.error}" if one.partial else "")


def _summary(report: Report) -> str:
    run = report.run
    read = counted(len(run.extractions), "document")
    words = f"{read} read, {len(run.failures)} failed, "
    words += f"{report.found - report.left} left out, in {report.out}"
    if report.is_interrupted:
        words += "; interrupted: run it again to go on"
    return words
