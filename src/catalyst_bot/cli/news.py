"""`news`: what the feeds, EDGAR and the bot's own store have on a query."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer
from pydantic import TypeAdapter, ValidationError
from rich.console import Console

from catalyst_bot.cli.asking import quiet_settings
from catalyst_bot.cli.listing import print_entry
from catalyst_bot.cli.searching import BadSearch, search_news
from catalyst_bot.clock import SystemClock
from catalyst_bot.search.model import Rank, Result
from catalyst_bot.search.service import MOST_RESULTS
from catalyst_bot.web.replies import told
from catalyst_bot.web.search import SearchOrder, SearchView

_ORDER = TypeAdapter(SearchOrder)
_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86_400.0


def news(
    query: Annotated[
        list[str], typer.Argument(help="Words or symbols; none is an operator.")
    ],
    source: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this one, such as live, archive, edgar; may be repeated."
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST_RESULTS)] = 20,
    since: Annotated[
        str | None, typer.Option(help="90m, 24h, 7d, or an ISO 8601 time.")
    ] = None,
    rank: Annotated[
        Rank, typer.Option(help="llm: the model orders the best 20.")
    ] = Rank.LOCAL,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    env_file: Annotated[
        Path | None, typer.Option(help="Settings file; default: .env beside you.")
    ] = None,
    config_dir: Annotated[
        Path | None, typer.Option(help="Where sources.toml lies.")
    ] = None,
) -> None:
    """Search the feeds, EDGAR and all that was seen, at once.

    The running daemon is asked; without one the feeds are polled once.
    """
    order = _order(" ".join(query), source, limit=limit, since=since, rank=rank)
    settings = quiet_settings(env_file)
    try:
        view = asyncio.run(search_news(settings, order, config_dir=config_dir))
    except BadSearch as error:
        raise typer.BadParameter(str(error)) from error
    if as_json:
        typer.echo(orjson.dumps(view))
        return
    _show(view)


def _order(
    query: str, sources: list[str] | None, *, limit: int, since: str | None, rank: Rank
) -> SearchOrder:
    fields = {"query": query, "sources": sources or None, "limit": limit}
    try:
        return _ORDER.validate_python({**fields, "since": since, "rank": rank})
    except ValidationError as error:
        faults = (f"{fault['loc'][0]}: {told(fault)}" for fault in error.errors())
        raise typer.BadParameter("; ".join(faults)) from error


def _show(view: SearchView) -> None:
    console = Console(highlight=False, markup=False)
    now = SystemClock().now()
    for one in view.results:
        print_entry(console, *_facts(one, now), text=one.title, link=one.url)
    if not view.results:
        console.print("Nothing found.")
    for name, state in view.sources.items():
        if state.error:
            console.print(f"{name}: {state.error}", style="yellow")


def _facts(one: Result, now: datetime) -> tuple[str, ...]:
    age = age_of((now - one.published).total_seconds())
    source = f"{one.source} (+{', '.join(one.also)})" if one.also else one.source
    return f"{one.score:.2f}", f"{age:<6}", " ".join(one.tickers), source


def age_of(seconds: float) -> str:
    """Return an age in its largest unit: "now", "5 min", "3 h", "12 d"."""
    for unit, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= unit:
            return f"{seconds // unit:.0f} {name}"
    return "now"
