"""`channels`: where alerts go, and which channels would take a headline, or why not."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from catalyst_bot.assembly.channels import build_routing, watches_of
from catalyst_bot.assembly.news import build_rules
from catalyst_bot.assembly.outlet import default_channel
from catalyst_bot.clock import SystemClock
from catalyst_bot.configuration import (
    Configuration,
    load_configuration,
    symbol_store,
)
from catalyst_bot.delivery.channel_config import ChannelConfig
from catalyst_bot.delivery.destination import Webhook
from catalyst_bot.delivery.guilds import PAGE
from catalyst_bot.delivery.routing import Judgement
from catalyst_bot.delivery.rules import NEW_YORK
from catalyst_bot.intake.symbols import SymbolTable
from catalyst_bot.intake.tickers import find_tickers
from catalyst_bot.model import (
    Alert,
    Interest,
    NewsItem,
    ScoredItem,
    SourceKind,
    Watch,
)
from catalyst_bot.reading.watching import LEAST, Watching, is_match
from catalyst_bot.scoring.reading import headline_of

MOMENT = "%Y-%m-%d %H:%M"


def channels(
    text: Annotated[str, typer.Argument(help="A headline; none lists them.")] = "",
    ticker: Annotated[
        list[str] | None, typer.Option(help="Its symbols; default: those in the text.")
    ] = None,
    source: Annotated[str, typer.Option(help="Who tells it; default: anybody.")] = "",
    at: Annotated[
        datetime | None,
        typer.Option(formats=[MOMENT], help="When, New York time; default: now."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    env_file: Annotated[
        Path | None, typer.Option(help="Settings file; default: .env beside you.")
    ] = None,
    config_dir: Annotated[
        Path | None, typer.Option(help="Where channels.toml lies.")
    ] = None,
) -> None:
    """List channels and watches, or say which of them would take a headline."""
    configuration = load_configuration(env_file, config_dir)
    configs = configuration.channels or default_channel(configuration.settings)
    watches = watches_of(configuration)
    if not text:
        _list(configs, watches, as_json=as_json)
        return
    now = at.replace(tzinfo=NEW_YORK).astimezone(UTC) if at else SystemClock().now()
    store = symbol_store(configuration.settings)
    store.load()
    item = _item(text, ticker or (), source=source, symbols=store.table, now=now)
    scored = configuration.scorer.read(item)
    watching = Watching(watches)
    routing = build_routing(store, watching)
    for config in configs:
        routing.add(config.name, config.admission)
    verdict = Verdict(
        scored=scored,
        refusal=_refusal(configuration, scored, now=now),
        judged=routing.judge(_alert(scored, now=now), now=now),
        interests=watching.score(item),
    )
    if as_json:
        typer.echo(json.dumps(_answer(verdict)))
    else:
        Console(highlight=False, markup=False).print(_table(verdict))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is said of a headline; `refusal` is why it is no alert at all, "" if not."""

    scored: ScoredItem
    refusal: str
    judged: tuple[Judgement, ...]
    interests: tuple[Interest, ...]


def watched(watch: Watch) -> str:
    """Return what a watch looks for and whom it rings, in one line."""
    of = f", {watch.ticker}" if watch.ticker else ""
    parts = [f"watches {watch.query!r}{of} from {watch.threshold:g}"]
    if watch.role_id:
        parts.append(f"rings role {watch.role_id}")
    if watch.user_id:
        parts.append(f"rings user {watch.user_id}")
    return "; ".join(parts)


def takes(config: ChannelConfig) -> str:
    """Return what a channel takes, when it is closed and how it looks, in one line."""
    admission, mention = config.admission, config.mention
    parts = [f"takes {admission.rules.described()}"]
    if admission.limit:
        parts.append(f"at most {admission.limit}")
    if admission.quiet:
        but = " but for breaking alerts" if admission.quiet.breaking_passes else ""
        parts.append(f"quiet {admission.quiet} New York{but}")
    if mention:
        parts.append(f"rings role {mention.role_id} from {mention.min_score:g}")
    return "; ".join((*parts, f"{config.style} cards"))


def _item(
    text: str,
    tickers: tuple[str, ...] | list[str],
    *,
    source: str,
    symbols: SymbolTable,
    now: datetime,
) -> NewsItem:
    title = headline_of(text)
    named = [one.symbol for one in find_tickers(title, symbols)]
    return NewsItem(
        source=source,
        kind=SourceKind.FEED,
        title=title,
        tickers=tuple(symbol.upper() for symbol in tickers) or tuple(named),
        published_at=now,
        received_at=now,
        received=0.0,
    )


def _alert(scored: ScoredItem, *, now: datetime) -> Alert:
    """Return the alert that a headline would be, whatever the policy says."""
    return Alert(
        key="",
        item=scored.item,
        sentiment=scored.sentiment,
        value=0.0,
        catalysts=scored.signal.catalysts,
        breaking=scored.signal.breaking,
        raised_at=now,
    )


def _refusal(configuration: Configuration, scored: ScoredItem, *, now: datetime) -> str:
    """Return why it is no alert at all, "" when it is one."""
    checks = build_rules(configuration).policy.checks(scored, now=now)
    return next((check.detail for check in checks if not check.passed), "")


def _outcome(one: Judgement) -> str:
    if one.misses:
        return "no"
    return f"held back: {one.held}" if one.held else "yes"


def _sight(one: Interest) -> str:
    """Return what a watch makes of a headline that it found so relevant."""
    if is_match(one):
        return "yes"
    return "asks the model" if one.score >= LEAST else "no"


def _table(verdict: Verdict) -> Table:
    scored = verdict.scored
    table = Table("", "", "", show_header=False, box=None)
    table.add_row("headline", scored.item.title, " ".join(scored.item.tickers))
    table.add_row("score", f"{scored.sentiment or 0.0:+.2f}", "")
    table.add_row("catalysts", ", ".join(scored.signal.catalysts) or "none", "")
    table.add_row("alert", f"no: {verdict.refusal}" if verdict.refusal else "yes", "")
    for one in verdict.judged:
        table.add_row(one.channel, _outcome(one), "; ".join(one.misses))
    if not verdict.judged:
        table.add_row("", "no channel of Discord: alerts are shown on the page", "")
    for found in verdict.interests:
        sight = f"{_sight(found)}: relevance {found.score:.2f}"
        table.add_row("watch", sight, watched(found.watch))
    return table


def _answer(verdict: Verdict) -> dict[str, object]:
    scored = verdict.scored
    return {
        "title": scored.item.title,
        "tickers": scored.item.tickers,
        "score": scored.sentiment,
        "catalysts": scored.signal.catalysts,
        "alert": not verdict.refusal,
        "refusal": verdict.refusal,
        "channels": [
            {
                "name": one.channel,
                "takes": not one.misses and one.held is None,
                "held": one.held,
                "misses": one.misses,
            }
            for one in verdict.judged
        ],
        "watches": [
            {
                "query": found.watch.query,
                "channel": found.watch.channel,
                "relevance": round(found.score, 4),
                "threshold": found.watch.threshold,
                "takes": is_match(found),
            }
            for found in verdict.interests
        ],
    }


def _list(
    configs: tuple[ChannelConfig, ...], watches: Sequence[Watch], *, as_json: bool
) -> None:
    places = [(one.name, _place(one), takes(one)) for one in configs]
    places = places or [(PAGE, "the live page", "takes everything; full cards")]
    first = places[0][0]
    of = {
        name: [watched(one) for one in watches if (one.channel or first) == name]
        for name, _, _ in places
    }
    if as_json:
        rows = [
            {"name": name, "place": place, "takes": taken, "watches": of[name]}
            for name, place, taken in places
        ]
        typer.echo(json.dumps(rows))
        return
    table = Table("name", "place", "takes")
    for name, place, taken in places:
        table.add_row(name, place, "\n".join((taken, *of[name])))
    Console(highlight=False, markup=False).print(table)


def _place(config: ChannelConfig) -> str:
    """Return where a channel is, without its secret."""
    place = config.place
    if not isinstance(place, Webhook):
        return f"bot in {place.id}"
    if place.is_forum:
        return f"webhook {place.id}, a forum"
    return f"webhook {place.id}" + (
        f", thread {place.thread_id}" if place.thread_id else ""
    )
