"""The loop of one source against a scripted server: when it polls."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from catalyst_bot.model import SourceKind
from catalyst_bot.sources.hosts import HostGate, HostRule
from tests.clocks import ManualClock
from tests.polling import (
    PATIENCE,
    Desk,
    lines,
    open_desk,
    running,
)
from tests.servers import http

NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with open_desk() as opened:
        yield opened


async def test_errors_slow_the_source_and_success_resets_it(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.draw = 0.999
    sick = [http("500 Broken")] * 4
    script = desk.play(*sick, lines("a"), lines("b", "a"))
    with caplog.at_level(logging.INFO):
        async with running(desk.poller()):
            await script.done(6)
    expected = [11, 20, 40, 80, 11, 11]
    assert script.rests()[:6] == pytest.approx(expected, rel=0.01)
    assert desk.health.reasons()[:2] == ["HTTP 500 Internal Server Error", ""]
    assert max(health.failures for health in desk.health.history) == 4
    assert desk.value('feed_failures_total{source="wire"}') == 4
    shown = [m for m in caplog.messages if m != "source primed"]
    assert shown == ["source failed", "source recovered"]


async def test_a_dead_source_is_tried_at_least_each_quarter_of_an_hour(
    desk: Desk,
) -> None:
    desk.draw = 0.999
    script = desk.play(http("500 Broken"))
    async with running(desk.poller()):
        await script.done(20)
    assert max(script.rests()) == pytest.approx(900, rel=0.01)


async def test_the_wait_that_a_server_asks_for_is_kept(desk: Desk) -> None:
    busy = http("429 Too Many Requests", Retry_After="120")
    script = desk.play(busy, lines("a"))
    async with running(desk.poller()):
        await script.done(2)
    assert script.rests()[:2] == pytest.approx([120, 10], abs=0.01)


async def test_a_missing_page_is_polled_slowly_and_told_loudly(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    script = desk.play(http("404 Not Found"), lines("a"))
    async with running(desk.poller()):
        await script.done(1)
        assert script.rests()[0] >= 450
        await script.done(2)
    assert [r.levelname for r in caplog.records] == ["ERROR"]
    assert not desk.health.notices


async def test_a_fault_for_a_person_stands_in_health(desk: Desk) -> None:
    script = desk.play(http("404 Not Found"))
    async with running(desk.poller()):
        await script.done(1)
    assert "somebody must look" in desk.health.notices["source wire"]


@pytest.mark.parametrize(
    ("kind", "seconds"),
    [(SourceKind.FEED, 90), (SourceKind.HALTS, 10)],
)
async def test_max_age_is_a_floor_but_not_for_halts(
    desk: Desk, kind: SourceKind, seconds: float
) -> None:
    script = desk.play(lines("a", Cache_Control="public, max-age=90"))
    async with running(desk.poller(kind=kind)):
        await script.done(2)
    assert script.rests()[:2] == pytest.approx([seconds] * 2, abs=0.01)


async def test_a_step_of_the_wall_clock_moves_no_poll(desk: Desk) -> None:
    script = desk.play(lines("a"))
    async with running(desk.poller()):
        await script.done(1)
        desk.clock.wall_offset = -3600
        await script.done(len(script.at) + 2)
        desk.clock.wall_offset = 3600
        await script.done(len(script.at) + 2)
    assert script.rests() == pytest.approx([10] * len(script.rests()), abs=0.01)


async def test_the_session_slows_a_source(desk: Desk) -> None:
    def pace(kind: SourceKind, interval: float, moment: datetime) -> float:
        return 4.0

    desk.pace = pace
    script = desk.play(lines("a"))
    async with running(desk.poller()):
        await script.done(2)
    assert script.rests()[:2] == pytest.approx([40, 40], abs=0.01)
    assert desk.health.history[-1].interval == 40


class HeldClock(ManualClock):
    """Lets the first sleep pass and holds the others until they are cancelled."""

    def __init__(self) -> None:
        super().__init__()
        self.held = asyncio.Event()
        self.asked: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.asked.append(seconds)
        if len(self.asked) > 1:
            self.held.set()
            await asyncio.Event().wait()


async def test_a_new_session_wakes_the_loop_to_its_new_pace(desk: Desk) -> None:
    factor = 100.0

    def pace(kind: SourceKind, interval: float, moment: datetime) -> float:
        return factor

    desk.clock, desk.pace = (clock := HeldClock()), pace
    script = desk.play(lines("a"))
    poller = desk.poller()
    async with running(poller), asyncio.timeout(PATIENCE):
        await clock.held.wait()
        clock.advance(30)
        factor = 1.0
        poller.wake()
        await script.done(1)
    assert script.rests()[0] == pytest.approx(30)


async def test_a_long_rest_shows_signs_of_life(desk: Desk) -> None:
    """Health takes a loop for hung that says nothing for three of its intervals."""
    busy = http("503 Service Unavailable", Retry_After="600")
    script = desk.play(busy)
    async with running(desk.poller()):
        await script.done(1)
    due = {round(health.next_poll) for health in desk.health.history}
    assert len(desk.health.history) >= 60
    assert len(due) == 1


class HeldFastClock(HeldClock):
    """Runs ten times as fast as real time, as a demo's does."""

    def real(self, seconds: float) -> float:
        return seconds / 10


async def test_the_next_poll_is_told_in_real_time(desk: Desk) -> None:
    desk.clock = clock = HeldFastClock()
    desk.play(lines("a"))
    async with running(desk.poller()), asyncio.timeout(PATIENCE):
        await clock.held.wait()
    (shown,) = desk.health.history[-1:]
    assert shown.next_poll - clock.unix() == pytest.approx(1)


async def test_a_block_page_cools_the_host_for_all_its_sources(desk: Desk) -> None:
    desk.gate = HostGate(
        clock=desk.clock, rules={"127.0.0.1": HostRule(is_cooled=True)}
    )
    page = b"<html>Request Rate Threshold Exceeded</html>"
    blocked = desk.play(http("403 Forbidden", page), path="/a")
    other = desk.play(lines("a"), path="/b")
    async with running(desk.poller("/a", name="a")):
        await desk.health.says("Request Rate Threshold Exceeded")
    async with running(desk.poller("/b", name="b")):
        await desk.health.says("127.0.0.1 cools down")
        await other.done(1)
    assert other.at[0] - blocked.at[0] >= 600


async def test_a_hanging_source_delays_no_other(desk: Desk) -> None:
    left = asyncio.Event()
    asked = asyncio.Event()

    async def hang(writer: asyncio.StreamWriter) -> None:
        asked.set()
        await left.wait()

    desk.server.answers["/slow"] = hang
    script = desk.play(lines("a"))
    sick = desk.poller("/slow", name="sick")
    async with running(sick, desk.poller()):
        async with asyncio.timeout(PATIENCE):
            await asked.wait()
        await script.done(len(script.at) + 20)
        left.set()
    assert desk.count("same") >= 19
