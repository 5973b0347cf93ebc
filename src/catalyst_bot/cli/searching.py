"""Searches for a command: through the running daemon, else by itself."""

from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
from pydantic import TypeAdapter, ValidationError

from catalyst_bot.assembly.outside import open_web_with
from catalyst_bot.assembly.polled import PolledNews
from catalyst_bot.assembly.searching import (
    NoArchive,
    archive_of,
    build_search,
    needs_model,
)
from catalyst_bot.cli.asking import open_model
from catalyst_bot.cli.control import contact_of, post
from catalyst_bot.clock import SystemClock
from catalyst_bot.configuration import (
    NO_CONTACT,
    SOURCES,
    config_file,
    names_contact,
)
from catalyst_bot.errors import (
    CatalystError,
    DaemonError,
    NoSuchSource,
    SettingsError,
    StorageError,
)
from catalyst_bot.llm.core import Core
from catalyst_bot.model import SourceKind
from catalyst_bot.ops.contact import Contact
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.search.model import Source
from catalyst_bot.search.service import RANKING
from catalyst_bot.search.since import parse_since
from catalyst_bot.settings import Settings
from catalyst_bot.sources.addresses import ports_of
from catalyst_bot.sources.catalogue import SourceConfig, load_sources
from catalyst_bot.storage.database import open_for_reading
from catalyst_bot.web.replies import Problem
from catalyst_bot.web.search import SearchOrder, SearchView, faults_of, view_of

SPARE = 10.0  # seconds that the daemon has beyond what a search takes


class BadSearch(CatalystError):
    """The words of the command cannot be searched for; the text says why."""


async def search_news(
    settings: Settings, order: SearchOrder, *, config_dir: Path | None
) -> SearchView:
    """Return what there is: the daemon's answer, or our own when none runs.

    Raises:
        BadSearch: the query, a source or the time is not to be searched for.
        CatalystError: no source answered; the text names why.
    """
    contact = contact_of(settings.storage.database_url)
    if contact is not None:
        patience = settings.reading.source_timeout + RANKING + SPARE
        try:
            return await _of_daemon(contact, order, patience)
        except (aiohttp.ClientError, TimeoutError):
            pass  # the file of one that was killed
    return await _by_ourselves(settings, order, config_dir)


async def _of_daemon(
    contact: Contact, order: SearchOrder, patience: float
) -> SearchView:
    status, text = await post(contact, "/api/search", order, patience=patience)
    try:
        if status == 200:
            return TypeAdapter(SearchView).validate_json(text)
        detail = TypeAdapter(Problem).validate_json(text).detail
    except ValidationError as error:
        raise DaemonError(f"{contact.url} is no catalyst-bot: HTTP {status}") from error
    raise BadSearch(detail) if status == 422 else CatalystError(detail)


async def _by_ourselves(
    settings: Settings, order: SearchOrder, config_dir: Path | None
) -> SearchView:
    clock = SystemClock()
    listed = _enabled(settings, config_dir)
    asks_model = needs_model(settings, order.rank)
    async with AsyncExitStack() as stack:
        outside = await stack.enter_async_context(open_web_with(settings, clock=clock))
        outside.ports.update(ports_of(url for one in listed for url in one.urls))
        timeout = settings.reading.source_timeout
        search = build_search(
            settings,
            live=PolledNews(listed, outside=outside, timeout=timeout),
            archive=await _archive(stack, settings),
            outside=outside,
            clock=clock,
            metrics=Metrics(),
            core=await _core(stack, settings) if asks_model else None,
        )
        try:
            since = parse_since(order.since, now=clock.now()) if order.since else None
            reply = await search.search(
                order.query,
                sources=order.sources,
                limit=order.limit,
                since=since,
                rank=order.rank,
            )
        except (NoSuchSource, ValueError) as error:
            raise BadSearch(str(error)) from error
    if reply.has_failed:
        raise CatalystError(f"no source answered: {faults_of(reply)}")
    return view_of(reply)


def _enabled(settings: Settings, config_dir: Path | None) -> list[SourceConfig]:
    """Return the feeds that are polled; the SEC blocks whoever does not say who asks.

    Raises:
        SettingsError: one of them must not be asked with these settings.
    """
    listed = load_sources(config_file(SOURCES, config_dir))
    enabled = [source for source in listed if source.enabled]
    asks_edgar = any(source.kind is SourceKind.EDGAR for source in enabled)
    if asks_edgar and not names_contact(settings.feeds.user_agent):
        raise SettingsError([NO_CONTACT])
    return enabled


async def _archive(stack: AsyncExitStack, settings: Settings) -> Source:
    try:
        database = await stack.enter_async_context(
            open_for_reading(settings.storage.database_url)
        )
    except StorageError as error:
        return NoArchive(str(error))
    return archive_of(database)


async def _core(stack: AsyncExitStack, settings: Settings) -> Core:
    return (await stack.enter_async_context(open_model(settings))).core
