"""The composition root: reading it top to bottom tells what the process is made of."""

import asyncio
import gc
import logging
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

import aiohttp
from rich.console import Console

from catalyst_bot import __version__
from catalyst_bot.clock import Clock, SystemClock
from catalyst_bot.configuration import Configuration
from catalyst_bot.daemon import Daemon, build_stages
from catalyst_bot.delivery.allowance import Allowance
from catalyst_bot.delivery.destination import parse_webhook
from catalyst_bot.delivery.render import Renderer, render
from catalyst_bot.delivery.terminal import TerminalChannel
from catalyst_bot.delivery.webhook import WebhookChannel
from catalyst_bot.delivery.writer import Writer
from catalyst_bot.enrichment.enricher import LLMEnricher, LLMOff
from catalyst_bot.intake.claims import Intake
from catalyst_bot.lifecycle import Channel, Enricher, Lifecycle
from catalyst_bot.llm_chain import open_models
from catalyst_bot.llm_layers import open_layers
from catalyst_bot.market.calendar import calendar_warning, session_at
from catalyst_bot.model import Session
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.notify import Notifier, watchdog_period
from catalyst_bot.ops.pauses import LoopLag
from catalyst_bot.ops.redact import Redactor
from catalyst_bot.ops.schedule import (
    idle_job,
    open_schedule,
    prune_job,
    session_job,
    warm_up_job,
)
from catalyst_bot.ops.watchdog import Watchdog
from catalyst_bot.pipeline import Pipeline, Scorer
from catalyst_bot.scoring.policy import AlertPolicy
from catalyst_bot.scoring.vader import VaderScorer
from catalyst_bot.settings import Settings
from catalyst_bot.sources.addresses import ports_of
from catalyst_bot.sources.catalogue import SourceConfig
from catalyst_bot.sources.fetch import open_feed_session
from catalyst_bot.sources.hosts import HostGate
from catalyst_bot.sources.observer import Observer
from catalyst_bot.sources.pace import build_pace
from catalyst_bot.sources.parsers import Parser, build_parser
from catalyst_bot.sources.poller import Poller, Sink
from catalyst_bot.sources.report import SourceReport
from catalyst_bot.storage.archive import Archive
from catalyst_bot.storage.database import open_database
from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.storage.notes import Notes
from catalyst_bot.web.routes import build_app
from catalyst_bot.web.server import open_server

logger = logging.getLogger(__name__)

CHANNEL = "default"
MODEL_IDLE = 900.0  # seconds without a question after which the model may go
AGENT = "catalyst-bot"  # for sources that ask for no contact


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


Helper = Callable[[], Awaitable[None]]


class Reader(Enricher, Protocol):
    """An enricher that can be warmed up and says how it is."""

    def status(self) -> str: ...

    async def warm_up(self) -> None: ...

    async def tend(self) -> None: ...

    async def drop_if_idle(self, seconds: float) -> None: ...


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
    settings = configuration.settings
    parts = parts or Parts()
    clock = parts.clock
    metrics, health = Metrics(version=__version__), Health()
    health.notice("calendar", calendar_warning(clock.now()))
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(
            open_database(settings.storage.database_url)
        )
        archive = Archive(database)
        ledger = Ledger(database, clock=clock, metrics=metrics, health=health)
        base = Base(
            stack=stack, settings=settings, parts=parts, metrics=metrics, health=health
        )
        channel = await _open_channel(base)
        enricher, beside = await _open_enricher(base, ledger)
        pipeline = Pipeline(
            intake=Intake(archive),
            scorer=parts.scorer or VaderScorer(),
            policy=AlertPolicy(
                min_score=settings.alerts.min_score,
                max_age=timedelta(seconds=settings.alerts.max_age),
            ),
            ledger=ledger,
            archive=archive,
            channels=[channel.name],
            clock=parts.story_clock or clock,
            metrics=metrics,
        )
        lifecycle = Lifecycle(
            ledger=ledger,
            archive=archive,
            channels=[channel],
            enricher=parts.enricher(enricher),
            clock=clock,
            metrics=metrics,
            deadline=settings.llm.enrich_deadline,
            late=settings.llm.late,
            max_age=settings.alerts.max_age,
            shows_analysis=settings.features.progressive_alerts,
            reposts_in_doubt=settings.discord.ambiguous_post == "repost",
            jitter=random.Random(),  # noqa: S311 - jitter,
        )
        pollers = await _open_pollers(base, configuration.enabled, pipeline)
        await _open_schedule(base, pollers, archive, enricher)
        url = await _open_http(base, enricher)
        notifier = Notifier(parts.environ.get("NOTIFY_SOCKET", ""))
        lag = LoopLag(clock=clock, metrics=metrics)
        watchdog = Watchdog(
            notifier,
            period=watchdog_period(parts.environ, pid=os.getpid()),
            loop_lag=lag.seconds,
            ledger_age=health.ledger_age,
            silent_sources=health.silent_sources,
        )
        daemon = Daemon(
            pollers=pollers,
            stages=build_stages(
                lifecycle,
                channel,
                ledger=ledger,
                metrics=metrics,
                deadline=settings.llm.enrich_deadline,
                late=settings.llm.late,
            ),
            helpers=[lag.run, watchdog.run, *beside, enricher.warm_up, enricher.tend],
            ledger=ledger,
            health=health,
            metrics=metrics,
            notifier=notifier,
            status=enricher.status,
        )
        yield App(daemon=daemon, health=health, metrics=metrics, ledger=ledger, url=url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What every part is built upon."""

    stack: AsyncExitStack
    settings: Settings
    parts: Parts
    metrics: Metrics
    health: Health


async def _open_channel(base: Base) -> Channel:
    """Discord when there is a webhook, else the terminal."""
    discord = base.settings.discord
    disclaimer = base.settings.alerts.disclaimer
    if discord.webhook_url is None:
        return TerminalChannel(
            name=CHANNEL,
            console=base.parts.console,
            disclaimer=disclaimer,
            metrics=base.metrics,
            renderer=base.parts.renderer,
        )
    session = await base.stack.enter_async_context(
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), trust_env=False)
    )
    writer = Writer(
        name=CHANNEL,
        webhook=parse_webhook(discord.webhook_url.reveal(), api_base=discord.api_base),
        session=session,
        allowance=Allowance(),
        clock=base.parts.clock,
        metrics=base.metrics,
        health=base.health,
        version=__version__,
        jitter=random.Random(),  # noqa: S311 - jitter,
    )
    return WebhookChannel(
        name=CHANNEL,
        writer=writer,
        disclaimer=disclaimer,
        metrics=base.metrics,
        renderer=base.parts.renderer,
    )


async def _open_enricher(
    base: Base, ledger: Ledger
) -> tuple[Reader, tuple[Helper, ...]]:
    """The models when FEATURE_LLM is on, else nobody; and what runs beside them."""
    llm, clock = base.settings.llm, base.parts.clock
    if not base.settings.features.llm:
        return LLMOff(), ()
    models = await base.stack.enter_async_context(
        open_models(
            base.settings,
            clock=clock,
            rng=random.Random(),  # noqa: S311 - jitter
            metrics=base.metrics,
            notes=Notes(ledger, prefix="llm_spent:"),
        )
    )
    layers = await base.stack.enter_async_context(
        open_layers(
            models.router,
            offers=models.offers,
            cost=models.tally.cost,
            cache=base.settings.cache,
            database_url=base.settings.storage.database_url,
            clock=clock,
            metrics=base.metrics,
        )
    )
    enricher = LLMEnricher(
        models.router,
        asks=layers.core.structured,
        clock=clock,
        model=models.first,
        deadline=llm.enrich_deadline,
        fence=random.SystemRandom(),
    )
    return enricher, (models.tally.run, layers.keep)


async def _open_pollers(
    base: Base, sources: Sequence[SourceConfig], sink: Sink
) -> tuple[Poller, ...]:
    feeds, parts, clock = base.settings.feeds, base.parts, base.parts.clock
    session = await base.stack.enter_async_context(
        open_feed_session(
            user_agent=feeds.user_agent or AGENT,
            allow_private=feeds.allow_private_hosts,
            ports=ports_of(source.url for source in sources),
        )
    )
    gate = HostGate(clock=clock)
    return tuple(
        Poller(
            source,
            session=session,
            gate=gate,
            parser=parts.parser(source),
            sink=sink,
            clock=parts.source_clock(source.name) if parts.source_clock else clock,
            report=SourceReport(
                source.name, clock=clock, metrics=base.metrics, health=base.health
            ),
            pace=build_pace(session_at),
            random=random.random,
            observer=parts.observer,
        )
        for source in sources
    )


async def _open_schedule(
    base: Base, pollers: Sequence[Poller], archive: Archive, reader: Reader
) -> None:
    async def change_session() -> None:
        base.health.notice("calendar", calendar_warning(base.parts.clock.now()))
        for poller in pollers:
            poller.wake()

    async def prune() -> None:
        days = base.settings.storage.retention_days
        rows = await archive.prune(unix=base.parts.clock.unix(), retention_days=days)
        logger.info("pruned", extra={"rows": rows})

    async def rest() -> None:
        if session_at(base.parts.clock.now()) is Session.CLOSED:
            await reader.drop_if_idle(MODEL_IDLE)

    jobs = (
        session_job(change_session),
        prune_job(prune),
        warm_up_job(reader.warm_up),
        idle_job(rest),
    )
    await base.stack.enter_async_context(open_schedule(jobs, metrics=base.metrics))


async def _open_http(base: Base, reader: Reader) -> str:
    http = base.settings.http
    if not base.settings.features.web:
        return ""
    web = build_app(
        health=base.health,
        metrics=base.metrics,
        clock=base.parts.clock,
        llm_status=reader.status,
        redact=Redactor(base.settings.secrets),
        host=http.host,
        tokens=http.tokens,
    )
    url = await base.stack.enter_async_context(
        open_server(web, host=http.host, port=http.port)
    )
    logger.info("serving", extra={"url": url})
    return url
