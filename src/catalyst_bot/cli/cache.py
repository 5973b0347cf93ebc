"""`cache stats|clear|prune`: the model's kept answers, and what it was used for."""

import asyncio
import json
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from catalyst_bot.clock import SystemClock
from catalyst_bot.configuration import read_settings
from catalyst_bot.errors import CatalystError
from catalyst_bot.llm.cache_redis import open_redis_tier
from catalyst_bot.llm.stats import Count, UsageRow, rows_of, total_of
from catalyst_bot.settings import Settings
from catalyst_bot.storage.answers import Extent, answers_path, open_answers

_REDIS_PATIENCE = 5.0  # seconds for clearing

EnvFile = Annotated[
    Path | None, typer.Option(help="Settings file; default: .env beside you.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

commands = typer.Typer(
    help="Show or empty what is kept of the model's answers.", no_args_is_help=True
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the file beside the database has; `written` when it changed, None: never."""

    path: Path
    written: datetime | None
    extent: Extent
    rows: tuple[UsageRow, ...]
    total: UsageRow


@commands.command("stats")
def stats(
    days: Annotated[int, typer.Option(min=1, max=400, help="How many UTC days.")] = 1,
    as_json: AsJson = False,
    env_file: EnvFile = None,
) -> None:
    """Show how much is kept, and calls, tokens, time, hits and cost by purpose."""
    settings = read_settings(env_file)
    kept = asyncio.run(_look(settings, days))
    if as_json:
        typer.echo(json.dumps(_as_json(settings, kept, days)))
        return
    console = Console(highlight=False)
    console.print(_extent_table(settings, kept))
    console.print(_usage_table(kept, days))
    if kept.written is None:
        console.print("Nothing is kept yet: the file comes with the first answer.")


@commands.command("clear")
def clear(
    is_sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
    env_file: EnvFile = None,
) -> None:
    """Delete all kept answers, in a Redis too; a running daemon forgets within 10 s."""
    if not is_sure:
        if not sys.stdin.isatty():
            raise typer.BadParameter("nobody is there to ask", param_hint="--yes")
        typer.confirm("Delete all kept answers?", abort=True, err=True)
    deleted = asyncio.run(_clear(read_settings(env_file)))
    _tell(deleted, as_json=as_json)


@commands.command("prune")
def prune(as_json: AsJson = False, env_file: EnvFile = None) -> None:
    """Delete answers that have expired or are too many; the daemon does it hourly."""
    deleted = asyncio.run(_prune(read_settings(env_file)))
    _tell({"disk": deleted}, as_json=as_json)


async def _look(settings: Settings, days: int) -> Kept:
    path = answers_path(settings.storage.database_url)
    since = (SystemClock().now() - timedelta(days=days - 1)).date().isoformat()
    extent = Extent(entries=0, size=0)
    counts: tuple[Count, ...] = ()
    written = _written(path)  # before it is opened, which may touch it
    if path.exists():
        async with open_answers(
            path, max_entries=settings.cache.max_entries
        ) as answers:
            extent, counts = await answers.extent(), await answers.counts(since=since)
    return Kept(
        path=path,
        written=written,
        extent=extent,
        rows=rows_of(counts),
        total=total_of(counts),
    )


def _written(path: Path) -> datetime | None:
    """Return when the file or its log was written last."""
    logs = (path, path.with_name(f"{path.name}-wal"))
    times = [each.stat().st_mtime for each in logs if each.exists()]
    return datetime.fromtimestamp(max(times), UTC) if times else None


async def _clear(settings: Settings) -> dict[str, int]:
    deleted = {"disk": 0}
    path = answers_path(settings.storage.database_url)
    if path.exists():
        async with open_answers(
            path, max_entries=settings.cache.max_entries
        ) as answers:
            deleted["disk"] = await answers.clear()
    if settings.cache.url is not None:
        try:
            async with (
                asyncio.timeout(_REDIS_PATIENCE),
                open_redis_tier(settings.cache.url.reveal()) as redis,
            ):
                deleted["redis"] = await redis.clear()
        except TimeoutError as error:
            raise CatalystError("redis: no answer in 5 s") from error
    return deleted


async def _prune(settings: Settings) -> int:
    path = answers_path(settings.storage.database_url)
    if not path.exists():
        return 0
    async with open_answers(path, max_entries=settings.cache.max_entries) as answers:
        return await answers.prune()


def _tell(deleted: dict[str, int], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"deleted": deleted}))
        return
    for tier, count in deleted.items():
        typer.echo(f"{tier}: {count} deleted")


def _as_json(settings: Settings, kept: Kept, days: int) -> dict[str, object]:
    cache = settings.cache
    return {
        "enabled": cache.enabled,
        "ttl": cache.ttl,
        "maxsize": cache.max_entries,
        "size": kept.extent.entries,
        "bytes": kept.extent.size,
        "file": str(kept.path),
        "written": kept.written.isoformat(timespec="seconds") if kept.written else None,
        "redis": cache.url is not None,
        "days": days,
        "usage": {
            **_usage_json(kept.total),
            "rows": [_usage_json(row) for row in kept.rows],
        },
    }


def _usage_json(row: UsageRow) -> dict[str, object]:
    return {
        **asdict(row),
        "errors": dict(row.errors),
        "hit_rate": round(row.hit_rate, 4),
    }


def _extent_table(settings: Settings, kept: Kept) -> Table:
    cache, extent = settings.cache, kept.extent
    table = Table("", "", show_header=False, box=None)
    table.add_row("cache", "on" if cache.enabled else "off (LLM_CACHE_ENABLED=0)")
    table.add_row("kept for", f"{cache.ttl:g} s")
    table.add_row("file", str(kept.path))
    if kept.written is not None:
        table.add_row("written", f"{kept.written:%Y-%m-%d %H:%M:%S} UTC")
    table.add_row("answers", f"{extent.entries} of {cache.max_entries}")
    table.add_row("size", f"{extent.size / 1024:.0f} KiB")
    table.add_row("redis", "LLM_CACHE_URL" if cache.url else "none")
    return table


def _usage_table(kept: Kept, days: int) -> Table:
    title = "today (UTC)" if days == 1 else f"the last {days} days (UTC)"
    # Without lines and with few words: it has to fit into 80 columns.
    table = Table(title=title, title_justify="left", box=None, padding=(0, 1, 0, 0))
    for name in ("provider", "purpose"):
        table.add_column(name, overflow="fold")
    for name in (
        "calls",
        "cached",
        "failed",
        "tokens",
        "saved",
        "wait s",
        "took s",
        "USD",
    ):
        table.add_column(name, justify="right")
    for row in (*kept.rows, kept.total):
        asked = max(1, row.ok)
        table.add_row(
            row.provider,
            row.purpose,
            str(row.calls),
            f"{row.cached} ({row.hit_rate:.0%})",
            ", ".join(f"{count} {kind}" for kind, count in row.errors) or "0",
            str(row.prompt_tokens + row.completion_tokens),
            str(row.saved_tokens),
            f"{row.queue_s / asked:.2f}",
            f"{row.service_s / asked:.2f}",
            f"{row.cost_usd:.4f}",
        )
    return table
