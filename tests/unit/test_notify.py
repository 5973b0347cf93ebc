"""systemd hears the truth: ready, stopping, and alive only while there is progress."""

import asyncio
import itertools
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from catalyst_bot.clock import SystemClock
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.notify import Notifier, watchdog_period
from catalyst_bot.ops.pauses import LoopLag
from catalyst_bot.ops.watchdog import Watchdog
from tests.systemd import open_systemd
from tests.waiting import until

ABSTRACT = "@catalyst-test"


class Progress:
    """What a watchdog asks; all is well until a field is set."""

    def __init__(self) -> None:
        self.lag = 0.0
        self.age = 0.0
        self.silent: tuple[str, ...] = ()
        self.asked = asyncio.Event()

    def silent_sources(self) -> tuple[str, ...]:
        self.asked.set()
        return self.silent

    def watchdog(self, notifier: Notifier, *, period: float = 0.001) -> Watchdog:
        return Watchdog(
            notifier,
            period=period,
            loop_lag=lambda: self.lag,
            ledger_age=lambda: self.age,
            silent_sources=self.silent_sources,
        )


@pytest.mark.parametrize("kind", ["path", "abstract"])
async def test_systemd_hears_ready_status_reloading_and_stopping(
    kind: str, tmp_path: Path
) -> None:
    address = str(tmp_path / "notify") if kind == "path" else f"{ABSTRACT}{tmp_path}"
    async with open_systemd(address) as systemd:
        notifier = Notifier(address)
        notifier.ready("3 sources")
        notifier.status("two\nlines")
        before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        notifier.reloading()
        notifier.stopping()
        heard = [await systemd.hear() for _ in range(4)]
    ready, status, reloading, stopping = heard
    assert ready == "READY=1\nSTATUS=3 sources"
    assert status == "STATUS=two lines"
    assert stopping == "STOPPING=1\nSTATUS=stopping"
    word, moment = reloading.split("\n")  # systemd tells by it which READY=1 answers
    assert word == "RELOADING=1"
    name, microseconds = moment.split("=")
    assert name == "MONOTONIC_USEC"
    assert 0 <= int(microseconds) - before < 60_000_000


@pytest.mark.parametrize("address", ["", "/nowhere/notify", "@catalyst-nobody"])
def test_without_a_listener_nothing_happens(address: str) -> None:
    Notifier(address).ready("well")


@pytest.mark.parametrize(
    ("environ", "period"),
    [
        ({}, 0.0),
        ({"WATCHDOG_USEC": "60000000"}, 30.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "7"}, 30.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "8"}, 0.0),
        ({"WATCHDOG_USEC": "soon"}, 0.0),
    ],
)
def test_pings_are_sent_twice_as_often_as_systemd_asks(
    environ: dict[str, str], period: float
) -> None:
    assert watchdog_period(environ, pid=7) == period


@pytest.mark.parametrize(
    "sicken",
    [
        lambda progress: setattr(progress, "lag", 1.0),
        lambda progress: setattr(progress, "age", 30.1),
        lambda progress: setattr(progress, "silent", ("wire",)),
    ],
    ids=["loop", "ledger", "source"],
)
async def test_no_progress_no_ping_and_pings_return_with_it(
    sicken: Callable[[Progress], None], tmp_path: Path
) -> None:
    address, progress = str(tmp_path / "notify"), Progress()
    async with open_systemd(address) as systemd, asyncio.TaskGroup() as tasks:
        pinging = tasks.create_task(progress.watchdog(Notifier(address)).run())
        assert await systemd.hear() == "WATCHDOG=1"
        sicken(progress)
        await asks(progress, 2)
        while not systemd.is_silent():
            pass
        await asks(progress, 3)
        assert systemd.is_silent()
        progress.lag, progress.age, progress.silent = 0.0, 0.0, ()
        assert await systemd.hear() == "WATCHDOG=1"
        pinging.cancel()


async def asks(progress: Progress, times: int) -> None:
    for _ in itertools.repeat(None, times):
        progress.asked.clear()
        async with asyncio.timeout(10):
            await progress.asked.wait()


async def test_a_blocked_loop_sends_no_ping(tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    progress, lag = (
        Progress(),
        LoopLag(clock=SystemClock(), metrics=Metrics(), period=0.005),
    )
    async with open_systemd(address) as systemd, asyncio.TaskGroup() as tasks:
        watchdog = progress.watchdog(Notifier(address), period=0.01)
        running = [tasks.create_task(lag.run()), tasks.create_task(watchdog.run())]
        await systemd.hear()
        while not systemd.is_silent():
            pass
        time.sleep(0.3)  # noqa: ASYNC251 - blocking the loop is the point
        assert systemd.is_silent()
        await until(lambda: lag.seconds() > 0.2)
        for task in running:
            task.cancel()


async def test_without_a_watchdog_the_task_ends_at_once() -> None:
    async with asyncio.timeout(10):
        await Progress().watchdog(Notifier(""), period=0.0).run()
