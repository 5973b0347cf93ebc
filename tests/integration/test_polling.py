"""The loop of one source against a scripted server: schedule, state, what is shown."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

import pytest

from catalyst_bot.errors import StorageError
from catalyst_bot.model import SourceKind, SourceState
from catalyst_bot.sources.hosts import HostGate, HostRule
from catalyst_bot.sources.poller import INLINE
from tests.clocks import ManualClock
from tests.polling import (
    PATIENCE,
    PRIMED,
    Desk,
    LineParser,
    Memory,
    Script,
    lines,
    open_desk,
    running,
)
from tests.servers import RawServer, http, raw_server

NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"


@pytest.fixture
async def server() -> AsyncIterator[RawServer]:
    async with raw_server() as fake:
        yield fake


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with open_desk() as opened:
        yield opened


def play(server: RawServer, desk: Desk, *answers: bytes, path: str = "/rss") -> Script:
    script = Script(desk.clock, *answers)
    server.answers[path] = script
    return script


async def test_the_first_page_is_silent_and_the_next_is_not(
    server: RawServer, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    script = play(server, desk, lines("b", "a"), lines("c", "b", "a"))
    with caplog.at_level(logging.INFO):
        async with running(desk.poller(f"{server.url}/rss")):
            await script.done(2)
    assert desk.memory.titles() == [["b", "a"], ["c", "b", "a"]]
    assert [page.is_silent for page in desk.memory.pages] == [True, False]
    assert all(page.state.is_primed for page in desk.memory.pages)
    assert caplog.messages == ["source primed"]


async def test_an_error_does_not_prime(server: RawServer, desk: Desk) -> None:
    script = play(server, desk, http("500 Broken"), lines("?"), lines("a"))
    async with running(desk.poller(f"{server.url}/rss")):
        await script.done(3)
    assert [page.is_silent for page in desk.memory.pages] == [True]


async def test_a_restart_does_not_prime(server: RawServer, desk: Desk) -> None:
    desk.memory = Memory(replace(PRIMED, etag='"1"'))
    script = play(server, desk, lines("b", "a"))
    async with running(desk.poller(f"{server.url}/rss")):
        await script.done(1)
    assert 'If-None-Match: "1"' in server.requests[0]
    assert [page.is_silent for page in desk.memory.pages] == [False]


async def test_validators_are_sent_and_a_304_costs_no_parse(
    server: RawServer, desk: Desk
) -> None:
    first = lines("a", ETag='"7"', Last_Modified="Fri, 20 Nov 2026 16:00:00 GMT")
    script = play(server, desk, first, NOT_MODIFIED)
    desk.parser = parser = LineParser()
    async with running(desk.poller(f"{server.url}/rss")):
        await script.done(3)
    assert "If-" not in server.requests[0]
    for request in server.requests[1:3]:
        assert 'If-None-Match: "7"' in request
        assert "If-Modified-Since: Fri, 20 Nov 2026 16:00:00 GMT" in request
    assert len(parser.urls) == len(desk.memory.pages) == 1
    assert desk.count("not_modified") >= 2


@pytest.mark.parametrize(
    "headers",
    [
        {"ETag": '"7"', "Last_Modified": "yesterday", "Expires": "0"},
        {"ETag": "", "Last_Modified": ""},
        {"ETag": "\xe9" * 3, "Last_Modified": "x" * 600},
    ],
)
async def test_bad_validators_are_not_sent_back(
    server: RawServer, desk: Desk, headers: dict[str, str]
) -> None:
    script = play(server, desk, lines("a", **headers))
    async with running(desk.poller(f"{server.url}/rss")):
        await script.done(1)
    assert "If-" not in server.requests[1]


async def test_an_equal_body_costs_no_parse(server: RawServer, desk: Desk) -> None:
    script = play(server, desk, lines("a"))
    desk.parser = parser = LineParser()
    async with running(desk.poller(f"{server.url}/rss")):
        await script.done(3)
    assert len(parser.urls) == 1
    assert (desk.count("changed"), desk.count("same")) == (1.0, 2.0)


async def test_a_304_that_nobody_asked_for_is_a_failure(
    server: RawServer, desk: Desk
) -> None:
    script = play(server, desk, NOT_MODIFIED)
    async with running(desk.poller(f"{server.url}/rss")):
        await script.done(1)
    assert desk.health.reasons() == ["HTTP 304 to a request without conditions"]


async def test_the_committed_state_counts_not_the_offered_one(
    server: RawServer, desk: Desk
) -> None:
    """Intake may change the identity policy within the commit: it must not come back."""

    class Strict(Memory):
        async def state_of(self, source: str) -> SourceState:
            return replace(self.state, identity_policy="link")

    desk.memory = Strict()
    script = play(server, desk, lines("a"), lines("b", "a"))
    async with running(desk.poller(f"{server.url}/rss")):
        await script.done(2)
    assert desk.memory.pages[1].state.identity_policy == "link"


async def test_errors_slow_the_source_and_success_resets_it(
    server: RawServer, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.draw = 0.999
    sick = [http("500 Broken")] * 4
    script = play(server, desk, *sick, lines("a"), lines("b", "a"))
    with caplog.at_level(logging.INFO):
        async with running(desk.poller(f"{server.url}/rss")):
            await script.done(6)
    expected = [11, 20, 40, 80, 11, 11]
    assert script.rests()[:6] == pytest.approx(expected, rel=0.01)
    assert desk.health.reasons()[:2] == ["HTTP 500 Internal Server Error", ""]
    assert max(health.failures for health in desk.health.history) == 4
    assert desk.value('feed_failures_total{source="wire"}') == 4
    shown = [m for m in caplog.messages if m != "source primed"]
    assert shown == ["source failed", "source recovered"]


async def test_a_dead_source_is_tried_at_least_each_quarter_of_an_hour(
    server: RawServer, desk: Desk
) -> None:
    desk.draw = 0.999
    script = play(server, desk, http("500 Broken"))
    async with running(desk.poller(f"{server.url}/rss")):
        await script.done(20)
    assert max(script.rests()) == pytest.approx(900, rel=0.01)


async def test_the_wait_that_a_server_asks_for_is_kept(
    server: RawServer, desk: Desk
) -> None:
    busy = http("429 Too Many Requests", Retry_After="120")
    script = play(server, desk, busy, lines("a"))
    async with running(desk.poller(f"{server.url}/rss")):
        await script.done(2)
    assert script.rests()[:2] == pytest.approx([120, 10], abs=0.01)


async def test_a_missing_page_is_polled_slowly_and_told_loudly(
    server: RawServer, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    script = play(server, desk, http("404 Not Found"), lines("a"))
    async with running(desk.poller(f"{server.url}/rss")):
        await script.done(1)
        assert script.rests()[0] >= 450
        await script.done(2)
    assert [r.levelname for r in caplog.records] == ["ERROR"]
    assert not desk.health.notices


async def test_a_fault_for_a_person_stands_in_health(
    server: RawServer, desk: Desk
) -> None:
    script = play(server, desk, http("404 Not Found"))
    async with running(desk.poller(f"{server.url}/rss")):
        await script.done(1)
    assert "somebody must look" in desk.health.notices["source wire"]


@pytest.mark.parametrize(
    ("kind", "seconds"),
    [(SourceKind.FEED, 90), (SourceKind.HALTS, 10)],
)
async def test_max_age_is_a_floor_but_not_for_halts(
    server: RawServer, desk: Desk, kind: SourceKind, seconds: float
) -> None:
    script = play(server, desk, lines("a", Cache_Control="public, max-age=90"))
    async with running(desk.poller(f"{server.url}/rss", kind=kind)):
        await script.done(2)
    assert script.rests()[:2] == pytest.approx([seconds] * 2, abs=0.01)


async def test_a_page_that_was_not_committed_is_offered_again(
    server: RawServer, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.memory.fault = LookupError("a bug in a stage below")
    script = play(server, desk, lines("a", ETag='"1"'))
    async with running(desk.poller(f"{server.url}/rss")):
        await script.done(2)
    assert "If-" not in server.requests[1]
    assert desk.memory.titles() == [["a"]]
    assert desk.memory.pages[0].is_silent
    assert desk.value('unexpected_errors_total{where="source"}') == 1
    assert "Traceback" in caplog.text
    assert desk.health.reasons()[0].startswith("unexpected LookupError")


async def test_a_bug_in_the_parser_does_not_stop_the_loop(
    server: RawServer, desk: Desk
) -> None:
    script = play(server, desk, lines("!"), lines("a"))
    async with running(desk.poller(f"{server.url}/rss")):
        await script.done(2)
    assert desk.memory.titles() == [["a"]]


async def test_a_broken_database_ends_the_loop(server: RawServer, desk: Desk) -> None:
    desk.memory.fault = StorageError("disk full")
    play(server, desk, lines("a"))
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(StorageError):
            await desk.poller(f"{server.url}/rss").run()


async def test_a_step_of_the_wall_clock_moves_no_poll(
    server: RawServer, desk: Desk
) -> None:
    script = play(server, desk, lines("a"))
    async with running(desk.poller(f"{server.url}/rss")):
        await script.done(1)
        desk.clock.wall_offset = -3600
        await script.done(len(script.at) + 2)
        desk.clock.wall_offset = 3600
        await script.done(len(script.at) + 2)
    assert script.rests() == pytest.approx([10] * len(script.rests()), abs=0.01)


async def test_the_session_slows_a_source(server: RawServer, desk: Desk) -> None:
    desk.pace = lambda kind, interval, moment: 4.0
    script = play(server, desk, lines("a"))
    async with running(desk.poller(f"{server.url}/rss")):
        await script.done(2)
    assert script.rests()[:2] == pytest.approx([40, 40], abs=0.01)
    assert desk.health.history[-1].interval == 40


class HeldClock(ManualClock):
    """Lets the first sleep pass and holds the others until they are cancelled."""

    def __init__(self) -> None:
        super().__init__()
        self.held = asyncio.Event()
        self._sleeps = 0

    async def sleep(self, seconds: float) -> None:
        self._sleeps += 1
        if self._sleeps > 1:
            self.held.set()
            await asyncio.Event().wait()


async def test_a_new_session_wakes_the_loop_to_its_new_pace(
    server: RawServer, desk: Desk
) -> None:
    factor = 100.0

    def pace(kind: SourceKind, interval: float, moment: datetime) -> float:
        return factor

    desk.clock, desk.pace = (clock := HeldClock()), pace
    script = play(server, desk, lines("a"))
    poller = desk.poller(f"{server.url}/rss")
    async with running(poller), asyncio.timeout(PATIENCE):
        await clock.held.wait()
        clock.advance(30)
        factor = 1.0
        poller.wake()
        await script.done(1)
    assert script.rests()[0] == pytest.approx(30)


async def test_a_long_rest_shows_signs_of_life(server: RawServer, desk: Desk) -> None:
    """Health takes a loop for hung that says nothing for three of its intervals."""
    busy = http("503 Service Unavailable", Retry_After="600")
    script = play(server, desk, busy)
    async with running(desk.poller(f"{server.url}/rss")):
        await script.done(1)
    due = {round(health.next_poll) for health in desk.health.history}
    assert len(desk.health.history) >= 60
    assert len(due) == 1


async def test_a_permanent_move_is_shown_without_the_key(
    server: RawServer, desk: Desk
) -> None:
    play(server, desk, http("301 Moved", Location="/new?token=hush"))
    script = play(server, desk, lines("a"), path="/new?token=hush")
    async with running(desk.poller(f"{server.url}/rss")):
        await script.done(1)
    assert f"moved for good to {server.url}/new:" in desk.health.notices["source wire"]


async def test_a_key_in_the_address_reaches_neither_parser_nor_log(
    server: RawServer, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    path = "/rss?auth=hush"
    script = play(server, desk, lines("a"), http("500 Broken"), path=path)
    desk.parser = parser = LineParser()
    with caplog.at_level(logging.DEBUG, logger="catalyst_bot"):
        async with running(desk.poller(f"{server.url}{path}")):
            await script.done(2)
    assert parser.urls == [f"{server.url}/rss"]
    assert all("hush" not in str(vars(record)) for record in caplog.records)


async def test_a_damaged_page_is_a_notice_until_a_sound_one_comes(
    server: RawServer, desk: Desk
) -> None:
    desk.parser = parser = LineParser(tier=3)
    script = play(server, desk, lines("a"), lines("b", "a"))
    parser.before = lambda: setattr(parser, "tier", 5 - 2 * len(parser.urls))
    async with running(desk.poller(f"{server.url}/rss")):
        await script.done(1)
        assert "text may be missing" in desk.health.notices["source wire"]
        await script.done(2)
    assert not desk.health.notices
    assert desk.value('feed_parse_tier_total{source="wire",tier="3"}') == 1


@pytest.mark.parametrize(("size", "is_inline"), [(INLINE, True), (INLINE + 1, False)])
async def test_only_a_big_page_is_parsed_in_a_thread(
    server: RawServer, desk: Desk, size: int, is_inline: bool
) -> None:
    threads: list[threading.Thread] = []
    desk.parser = LineParser(before=lambda: threads.append(threading.current_thread()))
    script = play(server, desk, lines("x" * size))
    async with running(desk.poller(f"{server.url}/rss")):
        await script.done(1)
    assert (threads[0] is threading.main_thread()) is is_inline


async def test_a_block_page_cools_the_host_for_all_its_sources(
    server: RawServer, desk: Desk
) -> None:
    desk.gate = HostGate(
        clock=desk.clock, rules={"127.0.0.1": HostRule(is_cooled=True)}
    )
    page = b"<html>Request Rate Threshold Exceeded</html>"
    blocked = play(server, desk, http("403 Forbidden", page), path="/a")
    async with running(desk.poller(f"{server.url}/a", name="a")):
        await blocked.done(1)
    assert blocked.rests()[0] >= 600
    other = play(server, desk, lines("a"), path="/b")
    async with running(desk.poller(f"{server.url}/b", name="b")):
        await other.done(1)
    assert other.at[0] - blocked.at[-1] >= 600
    reasons = [reason for reason in desk.health.reasons() if "cools down" in reason]
    assert reasons


async def test_a_hanging_source_delays_no_other(server: RawServer, desk: Desk) -> None:
    left = asyncio.Event()
    asked = asyncio.Event()

    async def hang(writer: asyncio.StreamWriter) -> None:
        asked.set()
        await left.wait()

    server.answers["/slow"] = hang
    script = play(server, desk, lines("a"))
    sick = desk.poller(f"{server.url}/slow", name="sick")
    async with running(sick, desk.poller(f"{server.url}/rss")):
        async with asyncio.timeout(PATIENCE):
            await asked.wait()
        await script.done(len(script.at) + 20)
        left.set()
    assert desk.count("same") >= 19
