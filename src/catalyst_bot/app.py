"""The composition root: reading it top to bottom tells what the process is made of."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from catalyst_bot import __version__
from catalyst_bot.assembly.asking import AlertDesk, build_desk
from catalyst_bot.assembly.channels import Channels, open_channels
from catalyst_bot.assembly.control import build_levers
from catalyst_bot.assembly.desks import Desks, build_desks
from catalyst_bot.assembly.market import Market, open_market
from catalyst_bot.assembly.memory import open_readers
from catalyst_bot.assembly.news import News, build_sources, open_news
from catalyst_bot.assembly.nightly import build_nightly
from catalyst_bot.assembly.outside import build_documents, open_web
from catalyst_bot.assembly.parts import Base, Helper, Parts
from catalyst_bot.assembly.reader import Readers
from catalyst_bot.assembly.reload import build_reload
from catalyst_bot.assembly.running import build_daemon, start_schedule
from catalyst_bot.assembly.searching import search_beside
from catalyst_bot.assembly.serving import View, build_view, open_http
from catalyst_bot.assembly.signs_of_life import build_status_messages, open_heartbeat
from catalyst_bot.assembly.store import Store, open_store
from catalyst_bot.assembly.watching import (
    build_watch_reader,
    follow_up_of,
    watches_with,
)
from catalyst_bot.configuration import Configuration
from catalyst_bot.daemon import Daemon
from catalyst_bot.market.calendar import calendar_warning
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.notify import Notifier
from catalyst_bot.search.live import LiveNews, Overheard
from catalyst_bot.search.service import Search
from catalyst_bot.sources.loops import SourceLoops
from catalyst_bot.storage.ledger import Ledger

__all__ = ["App", "Parts", "open_app"]


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The opened product."""

    daemon: Daemon
    health: Health
    metrics: Metrics
    ledger: Ledger
    url: str  # of the HTTP server, "" without one

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then wind down in order."""
        gc.collect()
        gc.freeze()  # what lives for ever is not looked at again: pauses stay at 4 ms
        await self.daemon.run(stop)


@asynccontextmanager
async def open_app(
    configuration: Configuration, parts: Parts | None = None
) -> AsyncIterator[App]:
    """Open everything top to bottom; close it in reverse.

    Raises:
        SettingsError: what only shows when it is opened: a port in use.
        DatabaseInUse: another process runs on this database.
    """
    parts = parts or Parts()
    metrics, health = Metrics(version=__version__), Health()
    health.notice("calendar", calendar_warning(parts.clock.now()))
    async with AsyncExitStack() as stack:
        base = Base(
            stack=stack,
            settings=configuration.settings,
            parts=parts,
            metrics=metrics,
            health=health,
        )
        yield await _open(base, configuration)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Product:
    """What brings news to a channel, in the order in which it is opened."""

    store: Store
    readers: Readers
    market: Market
    channels: Channels
    news: News
    view: View
    desks: Desks
    loops: SourceLoops
    search: Search
    desk: AlertDesk | None

    @property
    def beside(self) -> tuple[Helper, ...]:
        """Return what runs beside the sources and the queues."""
        return (
            *self.store.beside,
            *self.readers.beside,
            *self.market.beside,
            *self.channels.beside,
            *self.news.beside,
            self.view.hub.run,
            self.desks.lifecycle.prices.run,
        )


async def _open(base: Base, configuration: Configuration) -> App:
    product = await _open_product(base, configuration)
    store, reader = product.store, product.readers.reader
    notifier = Notifier(base.parts.environ.get("NOTIFY_SOCKET", ""))
    reload = build_reload(
        base,
        configuration,
        notifier,
        market=product.market,
        channels=product.channels,
        news=product.news,
        loops=product.loops,
    )
    levers = build_levers(
        base, product.channels.pause, product.desks.lifecycle, store.archive, reload
    )
    url = await open_http(
        base, product.view, product.readers, levers, product.search, product.desk
    )
    messages = build_status_messages(
        base, store.ledger, product.channels.outlets, reader=reader
    )
    heartbeat = await open_heartbeat(base)
    daemon = build_daemon(
        base,
        store.ledger,
        product.desks.stages,
        product.loops,
        (*product.beside, reload.run, messages.run, heartbeat),
        notifier=notifier,
        status=lambda: reload.fault or reader.status(),
        farewell=messages.end,
    )
    return App(
        daemon=daemon,
        health=base.health,
        metrics=base.metrics,
        ledger=store.ledger,
        url=url,
    )


async def _open_product(base: Base, configuration: Configuration) -> _Product:
    store = await open_store(base)
    outside = await open_web(base)
    links = outside.for_links(
        url for source in configuration.enabled for url in source.urls
    )
    documents = build_documents(base, links)
    readers = await open_readers(base, store.ledger, documents)
    market = await open_market(base)
    channels = await open_channels(base, configuration, store, market.symbols)
    watch_reader = build_watch_reader(channels, readers)
    follow_up = follow_up_of(watch_reader)
    news = await open_news(base, configuration, store, market, channels, follow_up)
    view = build_view(base, store, news, market, channels, readers)
    desks = build_desks(
        base,
        store,
        channels,
        readers=readers,
        documents=documents,
        quotes=market.quotes,
        changed=view.hub.changed,
        watches=watches_with(base, channels, watch_reader),
    )
    await channels.fleet.launch(desks.stages, configuration.channels)
    live = LiveNews()
    sink = Overheard(news.pipeline, live)
    loops = build_sources(base, configuration.enabled, outside, sink)
    await start_schedule(
        base,
        loops,
        reader=readers.reader,
        download=market.download,
        nightly=build_nightly(base, store.database),
    )
    return _Product(
        store=store,
        readers=readers,
        market=market,
        channels=channels,
        news=news,
        view=view,
        desks=desks,
        loops=loops,
        search=search_beside(base, store, outside, live, readers),
        desk=build_desk(base, readers.core, store.archive, links),
    )
