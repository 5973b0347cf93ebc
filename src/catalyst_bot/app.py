"""The composition root: reading it top to bottom tells what the process is made of."""

import asyncio
import gc
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from catalyst_bot import __version__
from catalyst_bot.assembly.catching_up import open_catch_up
from catalyst_bot.assembly.control import build_levers, open_pause
from catalyst_bot.assembly.disk import disk_reporter, note_damage
from catalyst_bot.assembly.fleet import Fleet, open_fleet
from catalyst_bot.assembly.judge import Judge
from catalyst_bot.assembly.memory import open_answer_file
from catalyst_bot.assembly.news import (
    build_pipeline,
    build_routing,
    build_rules,
    build_silence,
    open_prices,
    open_sources,
    open_symbols,
)
from catalyst_bot.assembly.nightly import build_nightly
from catalyst_bot.assembly.parts import Base, Helper, Parts
from catalyst_bot.assembly.reader import Reader, Readers, open_reader
from catalyst_bot.assembly.reload import Reload, refuse
from catalyst_bot.assembly.running import build_watchdog, start_schedule
from catalyst_bot.assembly.serving import build_hub, build_window, open_http
from catalyst_bot.assembly.signs_of_life import (
    StatusMessages,
    build_status_messages,
    open_heartbeat,
)
from catalyst_bot.configuration import Configuration
from catalyst_bot.daemon import Daemon
from catalyst_bot.delivery.routing import Routing
from catalyst_bot.lifecycle.lifecycle import Lifecycle, build_lifecycle
from catalyst_bot.lifecycle.pausing import Pause
from catalyst_bot.lifecycle.stages import Stages
from catalyst_bot.market.calendar import calendar_warning
from catalyst_bot.market.quotes import Quotes
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.notify import Notifier
from catalyst_bot.ops.pauses import LoopLag
from catalyst_bot.ops.reloaded import Reloaded
from catalyst_bot.pipeline import Pipeline
from catalyst_bot.sources.loops import SourceLoops
from catalyst_bot.storage.archive import Archive
from catalyst_bot.storage.checkpoints import keep_log_short
from catalyst_bot.storage.database import database_path, open_database
from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.storage.notes import Notes

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


async def _open(base: Base, configuration: Configuration) -> App:
    url, clock = base.settings.storage.database_url, base.parts.clock
    lost = disk_reporter(base)
    database = await base.stack.enter_async_context(open_database(url, lost=lost))
    note_damage(base)
    archive = Archive(database)
    ledger = base.parts.ledger(
        database, clock=clock, metrics=base.metrics, health=base.health
    )
    pause = await open_pause(base, ledger)
    readers = await _open_readers(base, ledger)
    reader = readers.reader
    symbols, download = await open_symbols(base)
    quotes = await open_prices(base)
    routing = build_routing(symbols)
    fleet = await open_fleet(base, routing, database)
    judge = Judge(build_rules(configuration), scorer=base.parts.scorer)
    window = build_window(
        base,
        archive,
        lambda: judge.rules,
        symbols,
        fleet=fleet,
        readers=readers,
        pause=pause,
    )
    hub = build_hub(window)
    silence = build_silence(base, ledger)
    catch_up, tell_summaries = await open_catch_up(
        base, database, ledger, lambda: fleet.outlets
    )
    pipeline = await build_pipeline(
        base,
        judge,
        symbols,
        ledger=ledger,
        archive=archive,
        routing=routing,
        quotes=quotes,
        heard=silence.heard,
        priority=catch_up.priority,
    )
    lifecycle = _build_lifecycle(
        base, ledger, archive, routing, reader, quotes, pause, hub.changed
    )
    stages = _build_stages(base, lifecycle, ledger)
    await fleet.launch(stages, configuration.channels)
    loops = await open_sources(base, configuration.enabled, pipeline)
    await start_schedule(
        base,
        loops,
        reader=reader,
        download=download,
        nightly=build_nightly(base, database),
    )
    notifier = Notifier(base.parts.environ.get("NOTIFY_SOCKET", ""))
    reload = _build_reload(
        base, configuration, notifier, judge, pipeline, loops, fleet, quotes
    )
    levers = build_levers(base, pause, lifecycle, archive, reload)
    served = await open_http(base, window, hub, reader, levers)
    messages = build_status_messages(base, ledger, lambda: fleet.outlets, reader=reader)
    helpers: list[Helper] = [
        database.watch,
        reload.run,
        reader.warm_up,
        fleet.run,
        hub.run,
        partial(keep_log_short, database_path(url)),
        quotes.run,
        lifecycle.prices.run,
        pause.run,
        download,
        *readers.beside,
        messages.run,
        await open_heartbeat(base),
        catch_up.run,
        tell_summaries,
        silence.run,
    ]
    return App(
        daemon=_build_daemon(
            base,
            ledger,
            stages,
            loops,
            helpers,
            notifier,
            lambda: reload.fault or reader.status(),
            messages,
        ),
        health=base.health,
        metrics=base.metrics,
        ledger=ledger,
        url=served,
    )


async def _open_readers(base: Base, ledger: Ledger) -> Readers:
    settings = base.settings
    return await base.stack.enter_async_context(
        open_reader(
            settings,
            is_on=settings.features.llm,
            clock=base.parts.clock,
            metrics=base.metrics,
            notes=Notes(ledger, prefix="llm_spent:"),
            file=await open_answer_file(base),
        )
    )


def _build_lifecycle(
    base: Base,
    ledger: Ledger,
    archive: Archive,
    routing: Routing,
    reader: Reader,
    quotes: Quotes,
    pause: Pause,
    changed: Callable[[str], None],
) -> Lifecycle:
    settings = base.settings
    return build_lifecycle(
        ledger=ledger,
        archive=archive,
        channels=lambda: routing.names,
        enricher=base.parts.enricher(reader),
        quotes=quotes,
        pause=pause,
        clock=base.parts.clock,
        metrics=base.metrics,
        deadline=settings.llm.enrich_deadline,
        late=settings.llm.late,
        max_age=settings.alerts.max_age,
        shows_analysis=settings.features.progressive_alerts,
        reposts_in_doubt=settings.discord.ambiguous_post == "repost",
        jitter=random.Random(),  # noqa: S311 - jitter
        changed=changed,
    )


def _build_reload(
    base: Base,
    configuration: Configuration,
    notifier: Notifier,
    judge: Judge,
    pipeline: Pipeline,
    loops: SourceLoops,
    fleet: Fleet,
    quotes: Quotes,
) -> Reload:
    """Return what makes all of them follow the files as they are read again."""

    async def put_in_force(wanted: Configuration) -> Reloaded:
        async with pipeline.between_pages():
            judge.put_in_force(build_rules(wanted))
            quotes.watch(wanted.settings.alerts.watchlist)
            channels = fleet.reroute(wanted.channels)
            sources = await loops.change(wanted.enabled)
        await fleet.settle()
        return Reloaded(sources=sources, channels=channels)

    return Reload(
        configuration,
        asked=base.parts.hangup,
        read=base.parts.reread or refuse,
        put_in_force=put_in_force,
        notifier=notifier,
        health=base.health,
        metrics=base.metrics,
    )


def _build_stages(base: Base, lifecycle: Lifecycle, ledger: Ledger) -> Stages:
    llm = base.settings.llm
    return Stages(
        lifecycle,
        ledger=ledger,
        metrics=base.metrics,
        deadline=llm.enrich_deadline,
        late=llm.late,
    )


def _build_daemon(
    base: Base,
    ledger: Ledger,
    stages: Stages,
    loops: SourceLoops,
    helpers: list[Helper],
    notifier: Notifier,
    status: Callable[[], str],
    messages: StatusMessages,
) -> Daemon:
    lag = LoopLag(clock=base.parts.clock, metrics=base.metrics)
    return Daemon(
        pollers=[loops],
        stages=stages,
        helpers=[lag.run, build_watchdog(base, notifier, lag).run, *helpers],
        ledger=ledger,
        health=base.health,
        metrics=base.metrics,
        notifier=notifier,
        status=status,
        farewell=messages.end,
    )
