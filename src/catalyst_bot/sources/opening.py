"""Builds the loop of every source over one guarded session."""

import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from catalyst_bot.clock import Clock
from catalyst_bot.model import Session
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.sources.addresses import ports_of
from catalyst_bot.sources.catalogue import SourceConfig
from catalyst_bot.sources.fetch import open_feed_session
from catalyst_bot.sources.hosts import HostGate
from catalyst_bot.sources.observer import Observer
from catalyst_bot.sources.pace import build_pace
from catalyst_bot.sources.parsers import Parser
from catalyst_bot.sources.poller import Poller, Sink
from catalyst_bot.sources.report import SourceReport

AGENT = "catalyst-bot"  # for sources that ask for no contact


@asynccontextmanager
async def open_pollers(
    sources: Sequence[SourceConfig],
    *,
    sink: Sink,
    user_agent: str,
    allow_private: bool,
    clock: Clock,
    metrics: Metrics,
    health: Health,
    session_at: Callable[[datetime], Session],
    parser: Callable[[SourceConfig], Parser],
    source_clock: Callable[[str], Clock] | None = None,
    observer: Observer | None = None,
) -> AsyncIterator[tuple[Poller, ...]]:
    """Open the loops of `sources`, none of which runs yet; close their session.

    `source_clock` gives one source a clock of its own: its loop sleeps by it.
    """
    gate, pace = HostGate(clock=clock), build_pace(session_at)
    async with open_feed_session(
        user_agent=user_agent or AGENT,
        allow_private=allow_private,
        ports=ports_of(source.url for source in sources),
    ) as session:
        yield tuple(
            Poller(
                source,
                session=session,
                gate=gate,
                parser=parser(source),
                sink=sink,
                clock=source_clock(source.name) if source_clock else clock,
                report=SourceReport(
                    source.name, clock=clock, metrics=metrics, health=health
                ),
                pace=pace,
                random=random.random,
                observer=observer,
            )
            for source in sources
        )
