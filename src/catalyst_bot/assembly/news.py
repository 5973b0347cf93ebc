"""What news come from and what becomes of them: sources, rules, pipeline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from catalyst_bot.assembly.catching_up import open_catch_up
from catalyst_bot.assembly.channels import Channels
from catalyst_bot.assembly.conflicts import open_conflicts
from catalyst_bot.assembly.judge import Judge
from catalyst_bot.assembly.market import Market
from catalyst_bot.assembly.parts import Base, Helper
from catalyst_bot.assembly.store import Store
from catalyst_bot.assembly.watching import FollowUp
from catalyst_bot.configuration import Configuration, alpaca_keys
from catalyst_bot.delivery.routing import Routing
from catalyst_bot.disputes import Disputes, NoDisputes
from catalyst_bot.intake.claims import Intake
from catalyst_bot.intake.stories import MOST_STORIES, STORY_WINDOW
from catalyst_bot.lifecycle.catching_up import CatchUp
from catalyst_bot.market.calendar import hour_of, session_at
from catalyst_bot.pipeline import Pipeline
from catalyst_bot.scoring.policy import AlertPolicy
from catalyst_bot.scoring.rules import Rules
from catalyst_bot.sources.catalogue import SourceConfig
from catalyst_bot.sources.loops import SourceLoops
from catalyst_bot.sources.opening import build_loops
from catalyst_bot.sources.outside import Outside
from catalyst_bot.sources.poller import Sink
from catalyst_bot.sources.silence import Silence
from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.storage.notes import Notes


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """The way of the news, and by which rules; run `beside` beside it."""

    judge: Judge
    pipeline: Pipeline
    beside: tuple[Helper, ...]


async def open_news(
    base: Base,
    configuration: Configuration,
    store: Store,
    market: Market,
    channels: Channels,
    follow_up: FollowUp,
) -> News:
    """Return the way of the news; `build_sources` feed it."""
    judge = Judge(
        build_rules(configuration),
        scorer=base.parts.scorer,
        is_wanted=lambda item: bool(channels.watching.matches(item)),
    )
    silence = _build_silence(base, store.ledger)
    catch_up, tell = await open_catch_up(
        base, store.database, store.ledger, channels.outlets
    )
    conflicts = await open_conflicts(base, store)
    pipeline = await _build_pipeline(
        base,
        store,
        market,
        channels.routing,
        judge,
        silence,
        catch_up,
        follow_up,
        conflicts,
    )
    return News(
        judge=judge,
        pipeline=pipeline,
        beside=(catch_up.run, tell, silence.run, conflicts.prepare),
    )


def build_sources(
    base: Base, sources: Sequence[SourceConfig], outside: Outside, sink: Sink
) -> SourceLoops:
    """Return the loops of the sources; none runs yet."""
    parts = base.parts
    return build_loops(
        sources,
        outside=outside,
        sink=sink,
        clock=parts.clock,
        metrics=base.metrics,
        health=base.health,
        session_at=session_at,
        parser=parts.parser,
        source_clock=parts.source_clock,
        observer=parts.observer,
        alpaca_keys=alpaca_keys(base.settings),
    )


def _build_silence(base: Base, ledger: Ledger) -> Silence:
    """Return what listens whether each source has news as usual."""
    return Silence(
        Notes(ledger, prefix="rhythm:"),
        hour_of=hour_of,
        clock=base.parts.clock,
        metrics=base.metrics,
        health=base.health,
    )


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


async def _build_pipeline(
    base: Base,
    store: Store,
    market: Market,
    routing: Routing,
    judge: Judge,
    silence: Silence,
    catch_up: CatchUp,
    follow_up: FollowUp,
    conflicts: Disputes | NoDisputes,
) -> Pipeline:
    """Return the way from an item to an alert; it knows the stories told before."""
    clock = base.parts.story_clock or base.parts.clock
    intake = Intake(
        store.archive,
        lambda: market.symbols.table,
        judge.kinds,
        broke=base.metrics.unexpected_errors.labels("intake").inc,
    )
    since = clock.unix() - STORY_WINDOW.total_seconds()
    intake.restore(await store.archive.told_since(since, limit=MOST_STORIES))
    return Pipeline(
        intake=intake,
        scorer=judge,
        policy=judge,
        ledger=store.ledger,
        archive=store.archive,
        routing=routing,
        clock=clock,
        metrics=base.metrics,
        ask_price=market.quotes.start,
        heard=silence.heard,
        priority=catch_up.priority,
        follow_up=follow_up,
        conflicts=conflicts,
    )
