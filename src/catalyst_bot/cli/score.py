"""`score TEXT`: what the fast tier makes of a headline, without a daemon."""

from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table

from catalyst_bot.configuration import load_scorer, read_settings, symbol_store
from catalyst_bot.intake.tickers import find_tickers
from catalyst_bot.scoring.explanation import Evidence, Trace
from catalyst_bot.scoring.reading import (
    HeadlineReading,
    NamedTicker,
    headline_of,
    read_headline,
)


def score(
    text: Annotated[str, typer.Argument(help="The headline.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    config_dir: Annotated[
        Path | None, typer.Option(help="Where lexicon.toml and catalysts.toml lie.")
    ] = None,
) -> None:
    """Print a headline's score, its catalysts and tickers, and all that fired."""
    scorer = load_scorer(config_dir)
    symbols = symbol_store(read_settings(None))
    symbols.load()
    title = headline_of(text)
    found = [
        NamedTicker(symbol=one.symbol, method=one.method.value, role=one.role.value)
        for one in find_tickers(title, symbols.table)
    ]
    read = read_headline(title, scorer=scorer, tickers=found)
    if as_json:
        typer.echo(orjson.dumps(read).decode())
    else:
        Console(highlight=False, markup=False).print(_table(read))


def _table(read: HeadlineReading) -> Table:
    table = Table("", "", "", show_header=False, box=None)
    table.add_row("headline", read.text or "(nothing to read)", "")
    table.add_row("score", f"{read.score:+.4f} {read.label.value}", "")
    table.add_row("plain VADER", f"{read.vader:+.4f}", "")
    if read.reason:
        table.add_row("", read.reason, "")
    for ticker in read.tickers:
        table.add_row(ticker.role, ticker.symbol, ticker.method)
    if read.suppressed:
        table.add_row("suppressed", "such headlines are never alerts", "")
    if read.truncated:
        table.add_row("cut", "what is past 400 characters or 64 words is not read", "")
    for catalyst in read.catalysts:
        table.add_row("catalyst", *_of_catalyst(catalyst))
    for trace in read.fired:
        table.add_row(trace.layer.value, *_of_trace(trace))
    table.add_row("rules", read.rules_version, "")
    return table


def _of_catalyst(catalyst: Evidence) -> tuple[str, str]:
    what = f"{catalyst.name}, {catalyst.status}: {catalyst.evidence}"
    return what, f"{catalyst.direction:+.2f}"


def _of_trace(trace: Trace) -> tuple[str, str]:
    return trace.text, f"{trace.weight:+.2f}"
