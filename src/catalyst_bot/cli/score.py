"""`score TEXT`: what the fast tier makes of a headline, without a daemon."""

from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table

from catalyst_bot.intake.tickers import find_tickers
from catalyst_bot.scoring.reading import read_headline
from catalyst_bot.scoring.vader import VaderScorer


def score(
    text: Annotated[str, typer.Argument(help="The headline.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print a headline's sentiment, its tickers, and the words that fired."""
    read = read_headline(text, scorer=VaderScorer(), find_tickers=find_tickers)
    if as_json:
        typer.echo(orjson.dumps(read).decode())
        return
    words = ", ".join(f"{word.text} {word.weight:+.1f}" for word in read.fired)
    table = Table("", "", show_header=False, box=None)
    table.add_row("headline", read.text or "(nothing to read)")
    table.add_row("score", f"{read.score:+.4f} {read.side.value}")
    table.add_row("tickers", " ".join(read.tickers) or "none with an exchange")
    table.add_row("words", words or "none")
    Console(highlight=False).print(table)
