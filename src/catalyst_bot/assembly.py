"""The larger parts of the process, each made from the settings and what stands in.

A feature flag chooses here which object is made; nothing else ever asks for it.
"""

import asyncio
import logging
import os
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Protocol

from rich.console import Console

from catalyst_bot import __version__
from catalyst_bot.clock import Clock, SystemClock
from catalyst_bot.configuration import (
    alpaca_keys,
    names_contact,
    price_access,
    symbol_store,
)
from catalyst_bot.delivery.cards import Cards
from catalyst_bot.delivery.destination import BotChannel, parse_webhook
from catalyst_bot.delivery.guard import Guards
from catalyst_bot.delivery.opening import (
    Outfit,
    open_bot_channel,
    open_webhook_channel,
)
from catalyst_bot.delivery.page import PageChannel
from catalyst_bot.delivery.render import Renderer, render
from catalyst_bot.delivery.terminal import TerminalChannel
from catalyst_bot.delivery.writer import Tokens
from catalyst_bot.enrichment.enricher import LLMEnricher, LLMOff
from catalyst_bot.intake.symbol_store import SymbolStore
from catalyst_bot.lifecycle.office import Channel, Enricher
from catalyst_bot.llm.client import open_llm
from catalyst_bot.llm.model import Condition
from catalyst_bot.market.calendar import calendar_warning, session_at
from catalyst_bot.market.opening import open_quotes
from catalyst_bot.market.quotes import Quotes
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.notify import Notifier, watchdog_period
from catalyst_bot.ops.pauses import LoopLag
from catalyst_bot.ops.redact import Redactor
from catalyst_bot.ops.schedule import (
    Run,
    open_schedule,
    prune_job,
    session_job,
    symbols_job,
)
from catalyst_bot.ops.watchdog import Watchdog
from catalyst_bot.pipeline import Scorer
from catalyst_bot.scoring.headline import HeadlineScorer
from catalyst_bot.scoring.policy import AlertPolicy
from catalyst_bot.settings import Settings
from catalyst_bot.sources.addresses import ports_of
from catalyst_bot.sources.catalogue import SourceConfig
from catalyst_bot.sources.fetch import open_feed_session
from catalyst_bot.sources.observer import Observer
from catalyst_bot.sources.opening import Loop, open_pollers
from catalyst_bot.sources.parsers import Parser, build_parser
from catalyst_bot.sources.poller import Sink
from catalyst_bot.sources.symbol_list import SYMBOLS_URL, SymbolDownload
from catalyst_bot.storage.archive import Archive
from catalyst_bot.web.api import api_routes
from catalyst_bot.web.assets import asset_routes
from catalyst_bot.web.hub import Hub
from catalyst_bot.web.probes import probe_routes
from catalyst_bot.web.routes import build_app
from catalyst_bot.web.server import open_server
from catalyst_bot.web.status import StatusBoard
from catalyst_bot.web.stream import event_routes
from catalyst_bot.web.views import Viewer
from catalyst_bot.web.window import Window

# A message belongs to one of these for good: an edit of what stood on the page must not
# go to Discord when a webhook was added since, nor the bot edit what a webhook posted.
DISCORD, BOT, PAGE, TERMINAL = "default", "bot", "page", "terminal"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What may stand in for the real thing: the demo's clock, a test's scorer."""

    clock: Clock = field(default_factory=SystemClock)
    scorer: Scorer | None = None
    renderer: Renderer = render
    enricher: Callable[[Enricher], Enricher] = lambda enricher: enricher
    console: Console = field(default_factory=lambda: Console(highlight=False))
    environ: Mapping[str, str] = field(default_factory=dict)  # NOTIFY_SOCKET and such
    observer: Observer | None = None  # a recording, say
    parser: Callable[[SourceConfig], Parser] = build_parser
    # A replay's: how one source's loop sleeps, and by what the ages of stories go.
    source_clock: Callable[[str], Clock] | None = None
    story_clock: Clock | None = None
    symbols: SymbolStore | None = None  # loaded, and not downloaded anew
    symbols_url: str = SYMBOLS_URL
    controls: str = ""  # the URL of the demo's control server, for the page


class Reader(Enricher, Protocol):
    """An enricher that can be warmed up and says how it is."""

    def status(self) -> str: ...

    def condition(self) -> Condition: ...

    async def warm_up(self) -> None: ...


class Outlet(Channel, Protocol):
    """A channel that says what it is, and how much it may write now."""

    @property
    def kind(self) -> str: ...

    def tokens(self) -> Tokens | None: ...

    async def watch(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What every part is built upon."""

    stack: AsyncExitStack
    settings: Settings
    parts: Parts
    metrics: Metrics
    health: Health


async def open_channel(base: Base) -> Outlet:
    """Discord as a bot, else by webhook, else the live page, else the terminal."""
    discord, parts = base.settings.discord, base.parts
    disclaimer = base.settings.alerts.disclaimer
    enter = base.stack.enter_async_context
    if discord.bot_token is not None:
        place = BotChannel(
            base=discord.api_base, id=discord.channel_id, token=discord.bot_token
        )
        return await enter(open_bot_channel(place, name=BOT, outfit=_outfit(base)))
    if discord.webhook_url is not None:
        url = discord.webhook_url.reveal()
        webhook = parse_webhook(url, api_base=discord.api_base)
        outfit = _outfit(base)
        return await enter(open_webhook_channel(webhook, name=DISCORD, outfit=outfit))
    name = PAGE if base.settings.features.web else TERMINAL
    base.health.destination(name, fault="")
    if name == PAGE:
        return PageChannel(name=name)
    return TerminalChannel(
        name=name,
        console=parts.console,
        disclaimer=disclaimer,
        metrics=base.metrics,
        renderer=parts.renderer,
    )


def _outfit(base: Base) -> Outfit:
    settings, parts = base.settings, base.parts
    return Outfit(
        cards=Cards(
            disclaimer=settings.alerts.disclaimer,
            metrics=base.metrics,
            renderer=parts.renderer,
        ),
        clock=parts.clock,
        metrics=base.metrics,
        health=base.health,
        version=__version__,
        guards=Guards(per_minute=settings.discord.channel_posts_per_minute),
    )


async def open_enricher(base: Base) -> Reader:
    """The model when FEATURE_LLM is on, else nobody."""
    llm, clock = base.settings.llm, base.parts.clock
    if not base.settings.features.llm:
        return LLMOff()
    rng = random.Random()  # noqa: S311 - jitter
    client = await base.stack.enter_async_context(
        open_llm(
            endpoint_url=llm.endpoint_url,
            model=llm.model_name,
            max_concurrent=llm.max_concurrent,
            max_attempts=llm.max_retries,
            retry_delay=llm.retry_delay,
            fail_max=llm.breaker_fail_max,
            reset=llm.breaker_reset,
            clock=clock,
            rng=rng,
            metrics=base.metrics,
        )
    )
    return LLMEnricher(
        client,
        clock=clock,
        model=llm.model_name,
        deadline=llm.enrich_deadline,
        timeout=llm.timeout,
        fence=random.SystemRandom(),
    )


async def open_sources(
    base: Base, sources: Sequence[SourceConfig], sink: Sink
) -> tuple[Loop, ...]:
    """Return a loop for each source; none runs yet."""
    feeds, parts = base.settings.feeds, base.parts
    return await base.stack.enter_async_context(
        open_pollers(
            sources,
            sink=sink,
            user_agent=feeds.user_agent,
            allow_private=feeds.allow_private_hosts,
            clock=parts.clock,
            metrics=base.metrics,
            health=base.health,
            session_at=session_at,
            parser=parts.parser,
            source_clock=parts.source_clock,
            observer=parts.observer,
            alpaca_keys=alpaca_keys(base.settings),
        )
    )


async def open_prices(base: Base) -> Quotes:
    """The chain of QUOTE_PROVIDERS; with FEATURE_MARKET_DATA off nobody is in it."""
    settings = base.settings
    return await base.stack.enter_async_context(
        open_quotes(
            settings.market.providers if settings.features.market_data else (),
            price_access(settings),
            watchlist=settings.alerts.watchlist,
            session_at=session_at,
            clock=base.parts.clock,
            metrics=base.metrics,
            health=base.health,
        )
    )


async def open_symbols(base: Base) -> tuple[SymbolStore, Run]:
    """The table of symbols, and what looks each day whether a new one is due."""
    given, feeds = base.parts.symbols, base.settings.feeds
    if given is not None:
        return given, _nothing
    store = symbol_store(base.settings)
    await asyncio.to_thread(store.load)
    if not names_contact(feeds.user_agent):  # the SEC answers nobody else
        return store, _nothing
    url = base.parts.symbols_url
    session = await base.stack.enter_async_context(
        open_feed_session(
            user_agent=feeds.user_agent,
            allow_private=feeds.allow_private_hosts,
            ports=ports_of([url]),
        )
    )
    download = SymbolDownload(store, session=session, clock=base.parts.clock, url=url)
    return store, download.run


async def _nothing() -> None:
    """Stand for a download that this process does not make."""


def build_window(
    base: Base,
    archive: Archive,
    policy: AlertPolicy,
    scorer: HeadlineScorer,
    symbols: SymbolStore,
    *,
    channel: Outlet,
    reader: Reader,
) -> Window:
    """Return what the page and the API see."""
    settings, parts = base.settings, base.parts
    cards = Cards(
        disclaimer=settings.alerts.disclaimer,
        metrics=base.metrics,
        renderer=parts.renderer,
    )
    board = StatusBoard(
        clock=parts.clock,
        health=base.health,
        metrics=base.metrics,
        condition=reader.condition,
        model=settings.llm.model_name if settings.features.llm else "",
        channel=channel,
        controls=parts.controls,
    )
    return Window(
        archive=archive,
        viewer=Viewer(
            cards=cards,
            channel=channel.name,
            shows_analysis=settings.features.progressive_alerts,
        ),
        policy=policy,
        scorer=scorer,
        symbols=lambda: symbols.table,
        board=board,
        redact=Redactor(settings.secrets),
    )


def build_watchdog(base: Base, notifier: Notifier, lag: LoopLag) -> Watchdog:
    """Return what tells systemd that the loop lives."""
    return Watchdog(
        notifier,
        period=watchdog_period(base.parts.environ, pid=os.getpid()),
        loop_lag=lag.seconds,
        ledger_age=base.health.ledger_age,
        silent_sources=base.health.silent_sources,
    )


async def start_schedule(
    base: Base, pollers: Sequence[Loop], archive: Archive, download: Run
) -> None:
    """Start the jobs that go by the wall clock."""

    async def change_session() -> None:
        base.health.notice("calendar", calendar_warning(base.parts.clock.now()))
        for poller in pollers:
            poller.wake()

    async def prune() -> None:
        days = base.settings.storage.retention_days
        rows = await archive.prune(unix=base.parts.clock.unix(), retention_days=days)
        logger.info("pruned", extra={"rows": rows})

    jobs = (session_job(change_session), prune_job(prune), symbols_job(download))
    await base.stack.enter_async_context(open_schedule(jobs, metrics=base.metrics))


async def open_http(base: Base, window: Window, hub: Hub, reader: Reader) -> str:
    """Serve the page, the API and the probes; return the URL, "" when off."""
    http = base.settings.http
    if not base.settings.features.web:
        return ""
    probes = probe_routes(
        health=base.health,
        metrics=base.metrics,
        clock=base.parts.clock,
        llm_status=reader.status,
        redact=window.redact,
    )
    pages = asset_routes(controls=base.parts.controls)
    routers = (pages, api_routes(window), event_routes(hub), probes)
    web = build_app(routers, host=http.host, tokens=http.tokens)
    url = await base.stack.enter_async_context(
        open_server(web, host=http.host, port=http.port)
    )
    kind = window.board.channel.kind
    logger.info("serving", extra={"url": url, "channel": kind})
    if kind == "page":
        logger.info("alerts are shown on the page", extra={"url": url})
    return url
