"""Builds the loops of the sources over the process's way to the web."""

import random
from collections.abc import Callable, Sequence
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
from catalyst_bot.sources.loops import Loop, SourceLoops
from catalyst_bot.sources.observer import Observer
from catalyst_bot.sources.outside import Outside
from catalyst_bot.sources.pace import build_pace
from catalyst_bot.sources.parsers import Parser
from catalyst_bot.sources.poller import Poller, Sink
from catalyst_bot.sources.report import SourceReport


def build_loops(
    sources: Sequence[SourceConfig],
    *,
    outside: Outside,
    sink: Sink,
    clock: Clock,
    metrics: Metrics,
    health: Health,
    session_at: Callable[[datetime], Session],
    parser: Callable[[SourceConfig], Parser],
    source_clock: Callable[[str], Clock] | None = None,
    observer: Observer | None = None,
    alpaca_keys: AlpacaKeys | None = None,
) -> SourceLoops:
    """Return the loops of `sources`, none of which runs yet.

    `source_clock` gives one source a clock of its own: its loop sleeps by it.
    `alpaca_keys`: without them a stream is not opened.
    """
    pace = build_pace(session_at)

    def report_of(source: SourceConfig) -> SourceReport:
        return SourceReport(source.name, clock=clock, metrics=metrics, health=health)

    def poller(source: SourceConfig) -> Loop:
        return Poller(
            source,
            session=outside.session,
            gate=outside.gate,
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
            wire=partial(open_wire, outside.session, source.url, keys=keys),
            rest=AlpacaRest(
                source.rest_url,
                headers=keys.headers(),
                session=outside.session,
                gate=outside.gate,
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

    return SourceLoops(sources, build=build, ports=outside.ports, forget=forget)
