"""`doctor`: every setting, feature and dependency, its state, and what to do."""

import asyncio
import json
import os
import shutil
from collections.abc import Awaitable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import aiohttp
import typer
from rich.console import Console
from rich.table import Table

from catalyst_bot import __version__
from catalyst_bot.clock import SystemClock
from catalyst_bot.configuration import Configuration, load_configuration
from catalyst_bot.delivery.destination import parse_webhook
from catalyst_bot.delivery.probe import probe_webhook
from catalyst_bot.errors import DeliveryError, SourceError, StorageError
from catalyst_bot.llm.cache_redis import open_redis_tier
from catalyst_bot.llm.cache_tier import TierFault
from catalyst_bot.llm.model import LLMError, LLMErrorKind
from catalyst_bot.llm.providers.offers import Cloud, Local, build_provider
from catalyst_bot.llm.wire import open_wire
from catalyst_bot.llm_chain import offers_of
from catalyst_bot.market.calendar import calendar_warning, session_at
from catalyst_bot.settings import Settings
from catalyst_bot.sources.addresses import ports_of
from catalyst_bot.sources.catalogue import SourceConfig
from catalyst_bot.sources.fetch import fetch, open_feed_session
from catalyst_bot.sources.parsers import build_parser
from catalyst_bot.storage.answers import answers_path, open_answers
from catalyst_bot.storage.database import database_path, holder_of

PATIENCE = 5.0  # seconds for each dependency; all are asked at once
LOW_SPACE = 1 << 30  # bytes; 90 days of news take less


class State(StrEnum):
    """How a row stands; only FAULT makes the command fail."""

    OK = "ok"
    OFF = "off"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing that was looked at; `hint` says what to do when it is not well."""

    name: str
    state: State
    detail: str
    hint: str = ""


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
        _database(settings),
        _calendar(),
    ]
    offers = offers_of(settings) if settings.features.llm else ()
    if not offers:
        rows.append(Row(name="LLM", state=State.OFF, detail="FEATURE_LLM=0"))
    async with (
        aiohttp.ClientSession(trust_env=False) as session,
        open_feed_session(
            user_agent=settings.feeds.user_agent or "catalyst-bot",
            allow_private=settings.feeds.allow_private_hosts,
            ports=ports_of(source.url for source in configuration.enabled),
        ) as feeds,
        asyncio.TaskGroup() as group,
    ):
        checks: list[Awaitable[Row]] = [
            group.create_task(_discord(settings, session)),
            *(group.create_task(_llm(offer)) for offer in offers),
            group.create_task(_cache(settings)),
            *(group.create_task(_source(s, feeds)) for s in configuration.enabled),
        ]
        rows += [await check for check in checks]
    return rows


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


def _database(settings: Settings) -> Row:
    url = settings.storage.database_url
    path = database_path(url)
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if not os.access(path if path.exists() else folder, os.W_OK):
        hint = "let the daemon's user write there, or set DATABASE_URL"
        return Row(
            name="database", state=State.FAULT, detail=f"{path}: read-only", hint=hint
        )
    free = shutil.disk_usage(folder).free
    holder = holder_of(url)
    running = "no daemon running" if holder is None else f"daemon is process {holder}"
    return Row(
        name="database",
        state=State.OK if free > LOW_SPACE else State.WARNING,
        detail=f"{path}, {free >> 20} MiB free, {running}",
        hint="" if free > LOW_SPACE else "free some space: alerts stop on a full disk",
    )


def _calendar() -> Row:
    now = SystemClock().now()
    warning = calendar_warning(now)
    return Row(
        name="calendar",
        state=State.WARNING if warning else State.OK,
        detail=warning or f"session now: {session_at(now).value}",
        hint="update catalyst-bot" if warning else "",
    )


async def _source(source: SourceConfig, session: aiohttp.ClientSession) -> Row:
    name, clock = f"source {source.name}", SystemClock()
    try:
        page = await fetch(
            session, source.url, headers={}, clock=clock, deadline=PATIENCE
        )
        parsed = build_parser(source).parse(
            page.body,
            url=source.url,
            charset=page.charset,
            received_at=clock.now(),
            received=page.received,
        )
    except SourceError as error:
        hint = "the daemon keeps trying; disable it in sources.toml if it stays so"
        return Row(name=name, state=State.WARNING, detail=error.reason, hint=hint)
    return Row(name=name, state=State.OK, detail=f"{len(parsed.items)} items")


async def _discord(settings: Settings, session: aiohttp.ClientSession) -> Row:
    secret = settings.discord.webhook_url
    if secret is None:
        hint = "set DISCORD_WEBHOOK_URL to post to a channel"
        return Row(
            name="Discord",
            state=State.OFF,
            detail="alerts go to the terminal",
            hint=hint,
        )
    webhook = parse_webhook(secret.reveal(), api_base=settings.discord.api_base)
    agent = f"DiscordBot (https://catalyst-bot.example, {__version__})"
    try:
        await probe_webhook(webhook, session=session, agent=agent, timeout=PATIENCE)
    except DeliveryError as error:
        hint = "make a new webhook in the channel's settings, or check the network"
        return Row(name="Discord", state=State.FAULT, detail=str(error), hint=hint)
    return Row(name="Discord", state=State.OK, detail="the webhook exists")


async def _llm(offer: Local | Cloud) -> Row:
    name = "LLM" if isinstance(offer, Local) else f"LLM {offer.name}"
    async with open_wire() as wire:
        try:
            await build_provider(offer, wire=wire).check(timeout=PATIENCE)
        except LLMError as error:
            where = offer.endpoint_url if isinstance(offer, Local) else offer.base
            detail = f"{where}: {error.detail}"
            hint = _llm_hint(offer, error)
            return Row(name=name, state=State.WARNING, detail=detail, hint=hint)
    known = "installed" if isinstance(offer, Local) else "known there"
    return Row(name=name, state=State.OK, detail=f"{offer.model} is {known}")


def _llm_hint(offer: Local | Cloud, error: LLMError) -> str:
    """Return what to do about a provider that would not answer."""
    if isinstance(offer, Cloud):
        prefix = offer.name.upper()
        if error.kind is LLMErrorKind.AUTH:
            return f"set {prefix}_API_KEY to a key that is valid there"
        if error.kind is LLMErrorKind.MODEL_MISSING:
            return f"set {prefix}_MODEL to a model that it has"
        return f"check the network and {prefix}_BASE_URL"
    if error.kind is LLMErrorKind.MODEL_MISSING:
        return f"ollama pull {offer.model}, or set LLM_MODEL_NAME"
    return "start it (ollama serve), or set FEATURE_LLM=0"


async def _cache(settings: Settings) -> Row:
    """The answers that are kept; what is wrong here costs time and no alert."""
    cache, name = settings.cache, "LLM cache"
    if not cache.enabled:
        return Row(name=name, state=State.OFF, detail="LLM_CACHE_ENABLED=0")
    path, detail = answers_path(settings.storage.database_url), "nothing kept yet"
    try:
        if path.exists():
            async with open_answers(path, max_entries=cache.max_entries) as answers:
                extent = await answers.extent()
            detail = f"{extent.entries} answers, {extent.size >> 10} KiB in {path}"
        if cache.url is not None:
            async with (
                asyncio.timeout(PATIENCE),
                open_redis_tier(cache.url.reveal()) as redis,
            ):
                await redis.get(b"doctor")
            detail += ", and a Redis"
    except (StorageError, TierFault, TimeoutError) as error:
        hint = "the model is asked more often; look at the file, or at LLM_CACHE_URL"
        why = str(error) or f"no answer in {PATIENCE:g} s"
        return Row(name=name, state=State.WARNING, detail=why, hint=hint)
    return Row(name=name, state=State.OK, detail=detail)


def _print(rows: list[Row]) -> None:
    styles = {State.WARNING: "yellow", State.FAULT: "red", State.OFF: "dim"}
    table = Table("", "", "", show_header=False, box=None)
    for row in rows:
        hint = f"\n→ {row.hint}" if row.hint else ""
        style = styles.get(row.state, "")
        table.add_row(row.name, row.state.value, f"{row.detail}{hint}", style=style)
    Console(highlight=False).print(table)
