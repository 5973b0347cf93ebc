"""`doctor`: every setting, feature and dependency, its state, and what to do."""

import asyncio
import json
import os
import shutil
from collections.abc import Awaitable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import aiohttp
import typer
from rich.console import Console
from rich.table import Table

from catalyst_bot.cli.backup import look_at_backups
from catalyst_bot.cli.daemon_rows import look_at_daemon
from catalyst_bot.cli.dependencies import (
    PATIENCE,
    Row,
    State,
    look_at_cache,
    look_at_channels,
    look_at_providers,
)
from catalyst_bot.cli.prices import look_at_prices
from catalyst_bot.clock import SystemClock
from catalyst_bot.configuration import (
    CHANNELS,
    Configuration,
    alpaca_keys,
    config_file,
    load_configuration,
    names_contact,
    symbol_store,
)
from catalyst_bot.errors import SourceError
from catalyst_bot.lifecycle.pausing import notice_of
from catalyst_bot.market.calendar import calendar_warning, session_at
from catalyst_bot.scoring.headline import CATALYSTS, LEXICON
from catalyst_bot.settings import Settings
from catalyst_bot.sources.addresses import ports_of
from catalyst_bot.sources.catalogue import SourceConfig
from catalyst_bot.sources.fetch import fetch, open_feed_session
from catalyst_bot.sources.parsers import build_parser
from catalyst_bot.storage.archive import Archive
from catalyst_bot.storage.damage import damage_notice
from catalyst_bot.storage.database import database_path, holder_of, open_for_reading

OLD_SYMBOLS = 30.0  # days
LOW_SPACE = 1 << 30  # bytes; 90 days of news take less


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    env_file: Annotated[
        Path | None, typer.Option(help="Settings file; default: .env beside you.")
    ] = None,
    config_dir: Annotated[
        Path | None, typer.Option(help="A file here replaces the shipped one.")
    ] = None,
) -> None:
    """Look at every setting, feature and dependency; exit 1 when one is at fault."""
    configuration = load_configuration(env_file, config_dir)
    rows = asyncio.run(_examine(configuration))
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows]))
    else:
        _print(rows)
    if any(row.state is State.FAULT for row in rows):
        raise typer.Exit(1)


async def _examine(configuration: Configuration) -> list[Row]:
    settings = configuration.settings
    rows = [
        *_settings(settings),
        *_features(settings),
        _files(configuration),
        *_rules(configuration),
        _database(settings),
        *await _pause(settings),
        *await look_at_daemon(settings),
        look_at_backups(settings),
        _symbols(settings),
        _calendar(),
    ]
    async with (
        aiohttp.ClientSession(trust_env=False) as session,
        open_feed_session(
            user_agent=settings.feeds.user_agent or "catalyst-bot",
            allow_private=settings.feeds.allow_private_hosts,
            ports=ports_of(url for s in configuration.enabled for url in s.urls),
        ) as feeds,
        asyncio.TaskGroup() as group,
    ):
        channels = group.create_task(look_at_channels(configuration, session))
        providers = group.create_task(look_at_providers(settings))
        checks: list[Awaitable[Row]] = [
            group.create_task(look_at_cache(settings)),
            *(
                group.create_task(_source(source, feeds, settings))
                for source in configuration.enabled
            ),
        ]
        prices = group.create_task(look_at_prices(settings))
        rows = [
            *rows,
            *await providers,
            *await channels,
            *[await check for check in checks],
        ]
        return [*rows, *await prices]


def _settings(settings: Settings) -> list[Row]:
    rows = [
        Row(
            name=shown.name,
            state=State.OK,
            detail=f"{shown.value or '(not set)'}  [{shown.origin}]",
        )
        for shown in settings.shown()
    ]
    warnings = [
        Row(name="settings", state=State.WARNING, detail=warning)
        for warning in settings.warnings
    ]
    return rows + warnings


def _features(settings: Settings) -> list[Row]:
    features = settings.features
    switched = {
        "feature progressive alerts": features.progressive_alerts,
        "feature LLM": features.llm,
        "feature web": features.web,
        "feature market data": features.market_data,
    }
    return [
        Row(
            name=name, state=State.OK if on else State.OFF, detail="on" if on else "off"
        )
        for name, on in switched.items()
    ]


def _files(configuration: Configuration) -> Row:
    enabled, listed = len(configuration.enabled), len(configuration.sources)
    return Row(
        name="sources.toml",
        state=State.OK if enabled else State.FAULT,
        detail=f"{enabled} of {listed} enabled, from {configuration.sources_file}",
        hint="" if enabled else "set enabled = true for at least one source",
    )


def _rules(configuration: Configuration) -> list[Row]:
    files = [
        config_file(n, configuration.config_dir) for n in (CATALYSTS, LEXICON, CHANNELS)
    ]
    return [
        Row(name=path.name, state=State.OK, detail=f"from {path}") for path in files
    ]


def _database(settings: Settings) -> Row:
    url = settings.storage.database_url
    path = database_path(url)
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if not os.access(path if path.exists() else folder, os.W_OK):
        hint = "let the daemon's user write there, or set DATABASE_URL"
        return Row(
            name="database", state=State.FAULT, detail=f"{path}: read-only", hint=hint
        )
    if damage := damage_notice(path):
        return Row(name="database", state=State.FAULT, detail=damage)
    free = shutil.disk_usage(folder).free
    holder = holder_of(url)
    running = "no daemon running" if holder is None else f"daemon is process {holder}"
    return Row(
        name="database",
        state=State.OK if free > LOW_SPACE else State.WARNING,
        detail=f"{path}, {free >> 20} MiB free, {running}",
        hint=""
        if free > LOW_SPACE
        else "free some space: on a full disk alerts live in memory",
    )


async def _pause(settings: Settings) -> list[Row]:
    """Tell of a pause, which outlives the daemon that was told of it."""
    url = settings.storage.database_url
    if not database_path(url).exists():
        return []
    async with open_for_reading(url) as database:
        notice = notice_of(await Archive(database).hold())
    return [Row(name="pause", state=State.WARNING, detail=notice)] if notice else []


def _symbols(settings: Settings) -> Row:
    """Tell which table of symbols is in force, and how old it is."""
    store = symbol_store(settings)
    store.load()
    used = store.in_force()
    if used.age is not None:
        days = used.age / 86_400
        is_old = days > OLD_SYMBOLS
        return Row(
            name="symbols",
            state=State.WARNING if is_old else State.OK,
            detail=f"{used.rows:,} from {used.origin}, {days:.0f} days old",
            hint="see in the log why it is not downloaded" if is_old else "",
        )
    what = f"the built-in {used.rows}" if used.rows else "none: (NASDAQ: ABCD) only"
    fault = f"; {used.fault}" if used.fault else ""
    hint = (
        "a running daemon downloads the SEC's table"
        if names_contact(settings.feeds.user_agent)
        else "set FEEDS_USER_AGENT with a contact to download the SEC's table"
    )
    return Row(name="symbols", state=State.WARNING, detail=f"{what}{fault}", hint=hint)


def _calendar() -> Row:
    now = SystemClock().now()
    warning = calendar_warning(now)
    return Row(
        name="calendar",
        state=State.WARNING if warning else State.OK,
        detail=warning or f"session now: {session_at(now).value}",
        hint="update catalyst-bot" if warning else "",
    )


async def _source(
    source: SourceConfig, session: aiohttp.ClientSession, settings: Settings
) -> Row:
    """Read a page of a source; of a stream, what it can also be asked for."""
    name, clock = f"source {source.name}", SystemClock()
    url, headers = source.url, dict[str, str]()
    if source.is_stream and (keys := alpaca_keys(settings)):
        url, headers = source.rest_url, keys.headers()
    try:
        page = await fetch(
            session, url, headers=headers, clock=clock, deadline=PATIENCE
        )
        parsed = build_parser(source).parse(
            page.body,
            url=url,
            charset=page.charset,
            received_at=clock.now(),
            received=page.received,
        )
    except SourceError as error:
        hint = "the daemon keeps trying; disable it in sources.toml if it stays so"
        return Row(name=name, state=State.WARNING, detail=error.reason, hint=hint)
    return Row(name=name, state=State.OK, detail=f"{len(parsed.items)} items")


def _print(rows: list[Row]) -> None:
    styles = {State.WARNING: "yellow", State.FAULT: "red", State.OFF: "dim"}
    table = Table("", "", "", show_header=False, box=None)
    for row in rows:
        hint = f"\n→ {row.hint}" if row.hint else ""
        style = styles.get(row.state, "")
        table.add_row(row.name, row.state.value, f"{row.detail}{hint}", style=style)
    Console(highlight=False, markup=False).print(table)
