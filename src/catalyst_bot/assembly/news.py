"""What news come from and what becomes of them: sources, symbols, rules, pipeline."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

from catalyst_bot.assembly.judge import Judge
from catalyst_bot.assembly.parts import Base, Helper
from catalyst_bot.configuration import (
    Configuration,
    alpaca_keys,
    names_contact,
    price_access,
    symbol_store,
)
from catalyst_bot.delivery.routing import Routing
from catalyst_bot.intake.claims import Intake
from catalyst_bot.intake.stories import MOST_STORIES, STORY_WINDOW
from catalyst_bot.intake.symbol_store import SymbolStore
from catalyst_bot.market.calendar import hour_of, session_at
from catalyst_bot.market.opening import open_quotes
from catalyst_bot.market.quotes import Quotes
from catalyst_bot.model import Alert
from catalyst_bot.pipeline import Pipeline
from catalyst_bot.scoring.policy import AlertPolicy
from catalyst_bot.scoring.rules import Rules
from catalyst_bot.sources.addresses import ports_of
from catalyst_bot.sources.catalogue import SourceConfig
from catalyst_bot.sources.fetch import open_feed_session
from catalyst_bot.sources.loops import SourceLoops
from catalyst_bot.sources.opening import open_loops
from catalyst_bot.sources.poller import Sink
from catalyst_bot.sources.silence import Silence
from catalyst_bot.sources.symbol_list import SymbolDownload
from catalyst_bot.storage.archive import Archive
from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.storage.notes import Notes


async def open_sources(
    base: Base, sources: Sequence[SourceConfig], sink: Sink
) -> SourceLoops:
    """Return the loops of the sources; none runs yet."""
    feeds, parts = base.settings.feeds, base.parts
    return await base.stack.enter_async_context(
        open_loops(
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


async def open_symbols(base: Base) -> tuple[SymbolStore, Helper]:
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


def build_silence(base: Base, ledger: Ledger) -> Silence:
    """Return what listens whether each source has news as usual."""
    return Silence(
        Notes(ledger, prefix="rhythm:"),
        hour_of=hour_of,
        clock=base.parts.clock,
        metrics=base.metrics,
        health=base.health,
    )


async def _nothing() -> None:
    """Stand for a download that this process does not make."""


def build_routing(symbols: SymbolStore) -> Routing:
    """Return who knows which channel takes what; no channel is open yet."""

    def exchange_of(symbol: str) -> str:
        return symbols.table.exchange_of(symbol)  # of the table that is in force

    return Routing(session_at=session_at, exchange_of=exchange_of)


def build_rules(configuration: Configuration) -> Rules:
    """Return the rules by which a headline becomes an alert."""
    alerts = configuration.settings.alerts
    policy = AlertPolicy(
        min_score=alerts.min_score,
        max_age=timedelta(seconds=alerts.max_age),
        weights={source.name: source.weight for source in configuration.sources},
        watchlist=frozenset(alerts.watchlist),
    )
    return Rules(scorer=configuration.scorer, policy=policy)


async def build_pipeline(
    base: Base,
    judge: Judge,
    symbols: SymbolStore,
    *,
    ledger: Ledger,
    archive: Archive,
    routing: Routing,
    quotes: Quotes,
    heard: Callable[[str], None],
    priority: Callable[[Alert], float],
) -> Pipeline:
    """Return the way from an item to an alert; it knows the stories told before."""
    clock = base.parts.story_clock or base.parts.clock
    intake = Intake(archive, lambda: symbols.table, judge.kinds)
    since = clock.unix() - STORY_WINDOW.total_seconds()
    intake.restore(await archive.told_since(since, limit=MOST_STORIES))
    return Pipeline(
        intake=intake,
        scorer=judge,
        policy=judge,
        ledger=ledger,
        archive=archive,
        routing=routing,
        clock=clock,
        metrics=base.metrics,
        ask_price=quotes.start,
        heard=heard,
        priority=priority,
    )
