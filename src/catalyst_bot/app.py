"""The composition root: reading it top to bottom tells what the process is made of."""

import asyncio
import gc
import random
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from catalyst_bot import __version__
from catalyst_bot.assembly import (
    Base,
    Parts,
    build_watchdog,
    build_window,
    open_channel,
    open_enricher,
    open_http,
    open_prices,
    open_sources,
    open_symbols,
    start_schedule,
)
from catalyst_bot.configuration import Configuration
from catalyst_bot.daemon import Daemon, build_stages
from catalyst_bot.intake.claims import Intake
from catalyst_bot.intake.stories import MOST_STORIES, STORY_WINDOW
from catalyst_bot.lifecycle.lifecycle import build_lifecycle
from catalyst_bot.market.calendar import calendar_warning
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.notify import Notifier
from catalyst_bot.ops.pauses import LoopLag
from catalyst_bot.pipeline import Pipeline
from catalyst_bot.scoring.policy import AlertPolicy
from catalyst_bot.storage.archive import Archive
from catalyst_bot.storage.database import open_database
from catalyst_bot.storage.handover import hand_over
from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.web.hub import Hub

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
        channel = await open_channel(base)
        await hand_over(database, channel=channel.name)
        enricher = await open_enricher(base)
        symbols, download = await open_symbols(base)
        quotes = await open_prices(base)
        policy = AlertPolicy(
            min_score=settings.alerts.min_score,
            max_age=timedelta(seconds=settings.alerts.max_age),
            weights={source.name: source.weight for source in configuration.sources},
            watchlist=frozenset(settings.alerts.watchlist),
        )
        window = build_window(
            base,
            archive,
            policy,
            configuration.scorer,
            symbols,
            channel=channel,
            reader=enricher,
        )
        hub = Hub(
            alerts=window.alerts_json,
            status=window.status_json,
            boot=secrets.token_hex(4),
        )
        intake = Intake(archive, lambda: symbols.table)
        story_clock = parts.story_clock or clock
        since = story_clock.unix() - STORY_WINDOW.total_seconds()
        intake.restore(await archive.told_since(since, limit=MOST_STORIES))
        pipeline = Pipeline(
            intake=intake,
            scorer=parts.scorer or configuration.scorer,
            policy=policy,
            ledger=ledger,
            archive=archive,
            channels=[channel.name],
            clock=story_clock,
            metrics=metrics,
            ask_price=quotes.start,
        )
        lifecycle = build_lifecycle(
            ledger=ledger,
            archive=archive,
            channels=[channel.name],
            enricher=parts.enricher(enricher),
            quotes=quotes,
            clock=clock,
            metrics=metrics,
            deadline=settings.llm.enrich_deadline,
            late=settings.llm.late,
            max_age=settings.alerts.max_age,
            shows_analysis=settings.features.progressive_alerts,
            reposts_in_doubt=settings.discord.ambiguous_post == "repost",
            jitter=random.Random(),  # noqa: S311 - jitter
            changed=hub.changed,
        )
        pollers = await open_sources(base, configuration.enabled, pipeline)
        await start_schedule(base, pollers, archive, download)
        url = await open_http(base, window, hub, enricher)
        stack.callback(hub.close)  # before the server: it would wait for them
        notifier = Notifier(parts.environ.get("NOTIFY_SOCKET", ""))
        lag = LoopLag(clock=clock, metrics=metrics)
        daemon = Daemon(
            pollers=pollers,
            stages=build_stages(
                lifecycle,
                channel,
                ledger=ledger,
                metrics=metrics,
                deadline=settings.llm.enrich_deadline,
                timeout=settings.llm.timeout,
            ),
            helpers=[
                lag.run,
                build_watchdog(base, notifier, lag).run,
                enricher.warm_up,
                channel.watch,
                hub.run,
                quotes.run,
                lifecycle.prices.run,
                download,
            ],
            ledger=ledger,
            health=health,
            metrics=metrics,
            notifier=notifier,
            status=enricher.status,
        )
        yield App(daemon=daemon, health=health, metrics=metrics, ledger=ledger, url=url)
