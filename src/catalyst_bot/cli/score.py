"""`score TEXT`: what the fast tier makes of a headline, without a daemon."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from catalyst_bot.intake.tickers import find_tickers
from catalyst_bot.model import side_of
from catalyst_bot.scoring.vader import VaderScorer
from catalyst_bot.text import plain_text

LONGEST = 512  # as in NewsItem.title


def score(
    text: Annotated[str, typer.Argument(help="The headline.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print a headline's sentiment, its tickers, and the words that fired."""
    scorer = VaderScorer()
    title = plain_text(text, limit=LONGEST)
    sentiment = scorer.score_text(title)
    words = scorer.words(title)
    tickers = find_tickers(title)
    side = side_of(sentiment).value
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "text": title,
                    "score": sentiment,
                    "side": side,
                    "tickers": tickers,
                    "fired": [{"text": word, "weight": w} for word, w in words],
                },
                ensure_ascii=False,
            )
        )
        return
    table = Table("", "", show_header=False, box=None)
    table.add_row("headline", title or "(nothing to read)")
    table.add_row("score", f"{sentiment:+.4f} {side}")
    table.add_row("tickers", " ".join(tickers) or "none with an exchange")
    table.add_row("words", ", ".join(f"{w} {v:+.1f}" for w, v in words) or "none")
    Console(highlight=False).print(table)
