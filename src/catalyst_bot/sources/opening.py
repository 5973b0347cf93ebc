"""Builds the loops of the sources over one guarded session."""

import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

from catalyst_bot.clock import Clock
from catalyst_bot.model import Session
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.sources.alpaca_rest import AlpacaRest
from catalyst_bot.sources.alpaca_stream import AlpacaStream
from catalyst_bot.sources.alpaca_wire import AlpacaKeys, open_wire
from catalyst_bot.sources.catalogue import SourceConfig
from catalyst_bot.sources.fetch import open_feed_session
from catalyst_bot.sources.hosts import HostGate
from catalyst_bot.sources.loops import Loop, SourceLoops
from catalyst_bot.sources.observer import Observer
from catalyst_bot.sources.pace import build_pace
from catalyst_bot.sources.parsers import Parser
from catalyst_bot.sources.poller import Poller, Sink
from catalyst_bot.sources.report import SourceReport

AGENT = "catalyst-bot"  # for sources that ask for no contact


@asynccontextmanager
async def open_loops(
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
    alpaca_keys: AlpacaKeys | None = None,
) -> AsyncIterator[SourceLoops]:
    """Open the loops of `sources`, none of which runs yet; close their session.

    `source_clock` gives one source a clock of its own: its loop sleeps by it.
    `alpaca_keys`: without them a stream is not opened.
    """
    gate, pace = HostGate(clock=clock), build_pace(session_at)
    ports: set[int] = set()
    async with open_feed_session(
        user_agent=user_agent or AGENT,
        allow_private=allow_private,
        ports=ports,
    ) as session:

        def report_of(source: SourceConfig) -> SourceReport:
            return SourceReport(
                source.name, clock=clock, metrics=metrics, health=health
            )

        def poller(source: SourceConfig) -> Loop:
            return Poller(
                source,
                session=session,
                gate=gate,
                parser=parser(source),
                sink=sink,
                clock=source_clock(source.name) if source_clock else clock,
                report=report_of(source),
                pace=pace,
                random=random.random,
                observer=observer,
            )

        def stream(source: SourceConfig, keys: AlpacaKeys) -> Loop:
            return AlpacaStream(
                source,
                wire=partial(open_wire, session, source.url, keys=keys),
                rest=AlpacaRest(
                    source.rest_url,
                    headers=keys.headers(),
                    session=session,
                    gate=gate,
                    clock=clock,
                ),
                sink=sink,
                clock=clock,
                report=report_of(source),
                metrics=metrics,
                random=random.random,
                observer=observer,
            )

        def build(source: SourceConfig) -> Loop:
            if source.is_stream and alpaca_keys is not None:
                return stream(source, alpaca_keys)
            return poller(source)

        def forget(name: str) -> None:
            health.forget_source(name)
            metrics.forget_source(name)

        yield SourceLoops(sources, build=build, ports=ports, forget=forget)
