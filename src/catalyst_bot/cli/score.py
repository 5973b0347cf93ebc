"""`score TEXT`: what the fast tier makes of a headline, without a daemon."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table

from catalyst_bot.configuration import load_scorer, read_settings, symbol_store
from catalyst_bot.intake.mentions import Mention
from catalyst_bot.intake.tickers import find_tickers
from catalyst_bot.scoring.explanation import Evidence, Explanation, Trace
from catalyst_bot.text import plain_text

LONGEST = 512  # as in NewsItem.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What `--json` prints: the explanation, and the symbols in the text."""

    explanation: Explanation
    tickers: tuple[Mention, ...]


def score(
    text: Annotated[str, typer.Argument(help="The headline.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    config_dir: Annotated[
        Path | None, typer.Option(help="Where lexicon.toml and catalysts.toml lie.")
    ] = None,
) -> None:
    """Print a headline's score, its catalysts and tickers, and all that fired."""
    scorer = load_scorer(config_dir)
    title = plain_text(text, limit=LONGEST)
    symbols = symbol_store(read_settings(None))
    symbols.load()
    answer = Answer(
        explanation=scorer.explain(title), tickers=find_tickers(title, symbols.table)
    )
    if as_json:
        typer.echo(_json(answer))
    else:
        Console(highlight=False, markup=False).print(_table(answer))


def _json(answer: Answer) -> bytes:
    found = [
        {"symbol": m.symbol, "method": m.method, "role": m.role} for m in answer.tickers
    ]
    return orjson.dumps({**_fields(answer.explanation), "tickers": found})


def _fields(explanation: Explanation) -> dict[str, object]:
    return {name: getattr(explanation, name) for name in explanation.__slots__}


def _table(answer: Answer) -> Table:
    found = answer.explanation
    table = Table("", "", "", show_header=False, box=None)
    table.add_row("headline", found.text or "(nothing to read)", "")
    table.add_row("score", f"{found.score:+.4f} {found.label.value}", "")
    table.add_row("plain VADER", f"{found.vader:+.4f}", "")
    if found.reason:
        table.add_row("", found.reason, "")
    for mention in answer.tickers:
        table.add_row(mention.role.value, mention.symbol, mention.method.value)
    if found.suppressed:
        table.add_row("suppressed", "such headlines are never alerts", "")
    if found.truncated:
        table.add_row("cut", "what is past 400 characters or 64 words is not read", "")
    for catalyst in found.catalysts:
        table.add_row("catalyst", *_of_catalyst(catalyst))
    for trace in found.fired:
        table.add_row(trace.layer.value, *_of_trace(trace))
    table.add_row("rules", found.rules_version, "")
    return table


def _of_catalyst(catalyst: Evidence) -> tuple[str, str]:
    what = f"{catalyst.name}, {catalyst.status}: {catalyst.evidence}"
    return what, f"{catalyst.direction:+.2f}"


def _of_trace(trace: Trace) -> tuple[str, str]:
    return trace.text, f"{trace.weight:+.2f}"
