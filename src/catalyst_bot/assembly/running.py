"""What runs all of it, what runs by the clock, and what tells systemd that it lives."""

import os
from collections.abc import Callable, Sequence

from catalyst_bot.assembly.parts import Base, Helper
from catalyst_bot.assembly.reader import Reader
from catalyst_bot.daemon import Daemon
from catalyst_bot.lifecycle.stages import Stages
from catalyst_bot.market.calendar import calendar_warning, session_at
from catalyst_bot.model import Session
from catalyst_bot.ops.notify import Notifier, watchdog_period
from catalyst_bot.ops.pauses import LoopLag
from catalyst_bot.ops.schedule import (
    Job,
    idle_job,
    open_schedule,
    session_job,
    symbols_job,
    warm_up_job,
)
from catalyst_bot.ops.watchdog import Watchdog
from catalyst_bot.sources.loops import SourceLoops
from catalyst_bot.storage.ledger import Ledger

MODEL_IDLE = 900.0  # seconds without a question after which the model may go


def build_daemon(
    base: Base,
    ledger: Ledger,
    stages: Stages,
    loops: SourceLoops,
    helpers: Sequence[Helper],
    *,
    notifier: Notifier,
    status: Callable[[], str],
    farewell: Helper,
) -> Daemon:
    """Return what runs all of it, with its pulse and systemd's watchdog."""
    lag = LoopLag(clock=base.parts.clock, metrics=base.metrics)
    return Daemon(
        pollers=[loops],
        stages=stages,
        helpers=[lag.run, _build_watchdog(base, notifier, lag).run, *helpers],
        ledger=ledger,
        health=base.health,
        metrics=base.metrics,
        notifier=notifier,
        status=status,
        farewell=farewell,
    )


def _build_watchdog(base: Base, notifier: Notifier, lag: LoopLag) -> Watchdog:
    """Return what tells systemd that the loop lives."""
    return Watchdog(
        notifier,
        period=watchdog_period(base.parts.environ, pid=os.getpid()),
        loop_lag=lag.seconds,
        ledger_age=base.health.ledger_age,
        silent_sources=base.health.silent_sources,
    )


async def start_schedule(
    base: Base,
    loops: SourceLoops,
    *,
    reader: Reader,
    download: Helper,
    nightly: Sequence[Job],
) -> None:
    """Start the jobs that go by the wall clock."""
    clock = base.parts.clock

    async def change_session() -> None:
        base.health.notice("calendar", calendar_warning(clock.now()))
        loops.wake()

    async def rest() -> None:
        if session_at(clock.now()) is Session.CLOSED:
            await reader.drop_if_idle(MODEL_IDLE)

    jobs = (
        session_job(change_session),
        *nightly,
        symbols_job(download),
        warm_up_job(reader.warm_up),
        idle_job(rest),
    )
    await base.stack.enter_async_context(open_schedule(jobs, metrics=base.metrics))
