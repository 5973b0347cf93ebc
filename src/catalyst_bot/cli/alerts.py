"""`alerts` and `why`: what was sent, what was not, and the reason for each."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from catalyst_bot.card_state import Counterpart
from catalyst_bot.cli.listing import print_entry
from catalyst_bot.configuration import read_settings
from catalyst_bot.lifecycle.pausing import notice_of
from catalyst_bot.model import Hold
from catalyst_bot.storage.archive import Archive
from catalyst_bot.storage.database import open_for_reading
from catalyst_bot.storage.stored import StoredAlert, StoredRejection

EnvFile = Annotated[
    Path | None, typer.Option(help="Settings file; default: .env beside you.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def alerts(
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    rejected: Annotated[
        bool, typer.Option("--rejected", help="What became no alert, and why.")
    ] = False,
    as_json: AsJson = False,
    env_file: EnvFile = None,
) -> None:
    """List the newest alerts with the state of their analysis."""
    url = read_settings(env_file).storage.database_url
    if rejected:
        _list_rejections(asyncio.run(_rejections(url, limit)), as_json=as_json)
        return
    found = asyncio.run(_latest(url, limit))
    if as_json:
        typer.echo(json.dumps([_alert_row(stored) for stored in found]))
        return
    console = Console(highlight=False, markup=False)
    if notice := notice_of(asyncio.run(_hold(url))):
        console.print(f"Paused: {notice}.", style="yellow")
    for stored in found:
        print_entry(console, *_facts(stored), text=stored.alert.item.title)
    if not found:
        console.print("No alert yet; `catalyst-bot alerts --rejected` has the rest.")


def why(
    wanted: Annotated[str, typer.Argument(metavar="TICKER|ALERT_ID")],
    as_json: AsJson = False,
    env_file: EnvFile = None,
) -> None:
    """Show all that was seen of a ticker or an alert, and each decision."""
    url = read_settings(env_file).storage.database_url
    found, rejected = asyncio.run(_decisions(url, wanted))
    if as_json:
        answer = {
            "alerts": [_alert_row(stored) for stored in found],
            "rejections": [_rejection_row(entry) for entry in rejected],
        }
        typer.echo(json.dumps(answer))
        return
    console = Console(highlight=False, markup=False)
    if not found and not rejected:
        console.print(f"Nothing was seen of {wanted}.")
        raise typer.Exit(1)
    for stored in found:
        _print_alert(console, stored)
    if rejected:
        console.print("Seen, and no alert of its own:")
    _print_rejections(console, rejected)


async def _latest(url: str, limit: int) -> tuple[StoredAlert, ...]:
    async with open_for_reading(url) as database:
        return await Archive(database).latest(limit)


async def _hold(url: str) -> Hold | None:
    async with open_for_reading(url) as database:
        return await Archive(database).hold()


async def _rejections(url: str, limit: int) -> tuple[StoredRejection, ...]:
    async with open_for_reading(url) as database:
        return await Archive(database).rejections_page(limit=limit)


async def _decisions(
    url: str, wanted: str
) -> tuple[tuple[StoredAlert, ...], tuple[StoredRejection, ...]]:
    async with open_for_reading(url) as database:
        archive = Archive(database)
        return await archive.find(wanted), await archive.rejected(wanted)


def _list_rejections(found: tuple[StoredRejection, ...], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([_rejection_row(entry) for entry in found]))
        return
    console = Console(highlight=False, markup=False)
    _print_rejections(console, found)
    if not found:
        console.print("Nothing was rejected yet.")


def _facts(stored: StoredAlert) -> tuple[str, ...]:
    alert = stored.alert
    return (
        alert.id,
        f"{alert.raised_at:%m-%d %H:%M:%S} UTC",
        "–" if alert.sentiment is None else f"{alert.sentiment:+.2f}",
        " ".join(alert.item.tickers) or alert.item.company or "MACRO",
        _words(*alert.catalysts[:1]),
        _analysis(stored),
    )


def _print_alert(console: Console, stored: StoredAlert) -> None:
    alert = stored.alert
    console.print(f"alert {alert.id}: {alert.item.title}", style="bold")
    table = Table("", "", show_header=False, box=None)
    table.add_row("source", ", ".join((alert.item.source, *stored.also)))
    table.add_row("published", f"{alert.item.published_at:%Y-%m-%d %H:%M:%S} UTC")
    if alert.sentiment is not None:
        table.add_row("score", f"{alert.sentiment:+.4f}")
    if alert.catalysts:
        table.add_row("catalysts", _words(*alert.catalysts))
    for change in stored.changes:
        before = f"was: {change.was}" if change.was else ""
        said = " • ".join(text for text in (before, change.note) if text)
        table.add_row(change.kind.value, Text(said))
    for one in stored.conflicts_with:
        table.add_row(f"contradicts {one.id}", Text(_conflict(one)))
    for one in stored.disputed_by:
        table.add_row(f"contradicted by {one.id}", Text(_conflict(one)))
    _add_routes(table, stored)
    table.add_row("analysis", _analysis(stored))
    verdict = stored.analysis.verdict
    if verdict is not None:
        table.add_row("reason", verdict.reason)
        analysis = stored.analysis
        table.add_row("model", f"{analysis.model} ({analysis.provider})")
        table.add_row("read", Text(analysis.read or "headline"))
    for fact in stored.key_facts:
        table.add_row("key fact", Text(fact))
    console.print(table)


def _conflict(counterpart: Counterpart) -> str:
    """Return what the other alert says, and how sure it is that both cannot stand."""
    dispute = counterpart.dispute
    sure = "" if dispute.confidence is None else f" {dispute.confidence:.2f}"
    how = f"{dispute.kind.value} ({dispute.reason}), {dispute.state.value}{sure}"
    return f"{how}: {counterpart.title}"


def _add_routes(table: Table, stored: StoredAlert) -> None:
    """Add where an alert stands, is to stand, and was kept away."""
    for message in stored.messages:
        sent = f"{message.posted_after:.2f} s after it was seen"
        table.add_row(f"posted to {message.ref.channel}", sent)
    for route in stored.routes:
        if route.held is not None:
            table.add_row(f"held back from {route.channel}", route.held.value)
        elif not stored.message(route.channel):
            table.add_row(f"for {route.channel}", "not yet posted, or given up")
    for channel, one in stored.watches:
        by = "the model's word" if one.is_read else "its words"
        found = f"{one.watch.query} ({one.score:.2f} by {by})"
        table.add_row(f"watched for {channel}", found)
    if not stored.channels:
        table.add_row("posted", "nowhere: no channel takes it")


def _print_rejections(console: Console, found: Sequence[StoredRejection]) -> None:
    for entry in found:
        facts = (
            f"{entry.at:%m-%d %H:%M:%S} UTC",
            " ".join(entry.tickers),
            entry.source,
            f"{_words(entry.reason.value)}: {entry.detail}".removesuffix(": "),
        )
        print_entry(console, *facts, text=entry.title)


def _words(*names: str) -> str:
    return ", ".join(name.replace("_", " ") for name in names)


def _analysis(stored: StoredAlert) -> str:
    if stored.retraction:
        return "retracted"
    analysis = stored.analysis
    if analysis.verdict is not None:
        late = f", late +{analysis.late:.0f} s" if analysis.late else ""
        verdict = analysis.verdict
        return f"{verdict.direction.value} {verdict.confidence:.2f}{late}"
    phase = analysis.phase.value.replace("_", " ")
    return f"{phase} ({analysis.detail})" if analysis.detail else phase


def _alert_row(stored: StoredAlert) -> dict[str, object]:
    alert, verdict = stored.alert, stored.analysis.verdict
    return {
        "id": alert.id,
        "raised_at": alert.raised_at.isoformat(),
        "tickers": alert.item.tickers,
        "title": alert.item.title,
        "source": alert.item.source,
        "also": stored.also,
        "link": alert.item.link,
        "score": alert.sentiment,
        "catalysts": alert.catalysts,
        "value": alert.value,
        "analysis": stored.analysis.phase.value,
        "analysis_detail": stored.analysis.detail,
        "model": stored.analysis.model,
        "provider": stored.analysis.provider,
        "read": stored.analysis.read,
        "direction": verdict.direction.value if verdict else None,
        "confidence": verdict.confidence if verdict else None,
        "posted_to": [message.ref.channel for message in stored.messages],
        "held_back": {
            route.channel: route.held.value for route in stored.routes if route.held
        },
        "watched_by": [
            {"channel": channel, "query": one.watch.query, "score": one.score}
            for channel, one in stored.watches
        ],
        "conflicts_with": [_conflict_row(one) for one in stored.conflicts_with],
        "disputed_by": [_conflict_row(one) for one in stored.disputed_by],
        "changes": [change.kind.value for change in stored.changes],
    }


def _conflict_row(counterpart: Counterpart) -> dict[str, object]:
    dispute = counterpart.dispute
    return {
        "id": counterpart.id,
        "title": counterpart.title,
        "kind": dispute.kind.value,
        "strength": dispute.strength.value,
        "state": dispute.state.value,
        "confidence": dispute.confidence,
        "reason": dispute.reason,
    }


def _rejection_row(entry: StoredRejection) -> dict[str, object]:
    return {
        "at": entry.at.isoformat(),
        "source": entry.source,
        "tickers": entry.tickers,
        "title": entry.title,
        "reason": entry.reason.value,
        "detail": entry.detail,
        "score": entry.sentiment,
    }
