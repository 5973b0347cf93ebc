"""The loop of one source against a scripted server: state and content."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from catalyst_bot.errors import StorageError
from catalyst_bot.model import Page
from catalyst_bot.sources.poller import INLINE
from tests.polling import (
    PATIENCE,
    PRIMED,
    Desk,
    LineParser,
    Memory,
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


async def test_the_first_page_is_silent_and_the_next_is_not(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    script = desk.play(lines("b", "a"), lines("c", "b", "a"))
    with caplog.at_level(logging.INFO):
        async with running(desk.poller()):
            await script.done(2)
    assert desk.memory.titles() == [["b", "a"], ["c", "b", "a"]]
    assert [page.is_silent for page in desk.memory.pages] == [True, False]
    assert all(page.state.is_primed for page in desk.memory.pages)
    assert caplog.messages == ["source primed"]


async def test_an_error_does_not_prime(desk: Desk) -> None:
    script = desk.play(http("500 Broken"), lines("?"), lines("a"))
    async with running(desk.poller()):
        await script.done(3)
    assert [page.is_silent for page in desk.memory.pages] == [True]


async def test_a_restart_does_not_prime(desk: Desk) -> None:
    desk.memory = Memory(wire=replace(PRIMED, etag='"1"'))
    script = desk.play(lines("b", "a"))
    async with running(desk.poller()):
        await script.done(1)
    assert 'If-None-Match: "1"' in desk.server.requests[0]
    assert [page.is_silent for page in desk.memory.pages] == [False]


async def test_validators_are_sent_and_a_304_costs_no_parse(desk: Desk) -> None:
    first = lines("a", ETag='"7"', Last_Modified="Fri, 20 Nov 2026 16:00:00 GMT")
    script = desk.play(first, NOT_MODIFIED)
    desk.parser = parser = LineParser()
    async with running(desk.poller()):
        await script.done(3)
    assert "If-" not in desk.server.requests[0]
    for request in desk.server.requests[1:3]:
        assert 'If-None-Match: "7"' in request
        assert "If-Modified-Since: Fri, 20 Nov 2026 16:00:00 GMT" in request
    assert len(parser.calls) == len(desk.memory.pages) == 1
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
    desk: Desk, headers: dict[str, str]
) -> None:
    script = desk.play(lines("a", **headers))
    async with running(desk.poller()):
        await script.done(1)
    assert "If-" not in desk.server.requests[1]


async def test_an_equal_body_costs_no_parse(desk: Desk) -> None:
    script = desk.play(lines("a"))
    desk.parser = parser = LineParser()
    async with running(desk.poller()):
        await script.done(3)
    assert len(parser.calls) == 1
    assert (desk.count("changed"), desk.count("same")) == (1.0, 2.0)


async def test_a_304_that_nobody_asked_for_is_a_failure(desk: Desk) -> None:
    script = desk.play(NOT_MODIFIED)
    async with running(desk.poller()):
        await script.done(1)
    assert desk.health.reasons() == ["HTTP 304 to a request without conditions"]


async def test_the_committed_state_counts_not_the_offered_one(desk: Desk) -> None:
    """Intake may change the identity policy in the commit; it must not come back."""

    class Strict(Memory):
        async def accept(self, page: Page) -> None:
            offered.append(page.state.identity_policy)
            kept = replace(page.state, identity_policy="link")
            await super().accept(replace(page, state=kept))

    offered: list[str] = []
    desk.memory = Strict()
    script = desk.play(lines("a"), lines("b", "a"))
    async with running(desk.poller()):
        await script.done(2)
    assert offered == ["guid", "link"]


async def test_a_page_that_was_not_committed_is_offered_again(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.memory.fault = LookupError("a bug in a stage below")
    script = desk.play(lines("a", ETag='"1"'))
    async with running(desk.poller()):
        await script.done(2)
    assert "If-" not in desk.server.requests[1]
    assert desk.memory.titles() == [["a"]]
    assert desk.memory.pages[0].is_silent
    assert desk.value('unexpected_errors_total{where="source"}') == 1
    assert "Traceback" in caplog.text
    assert desk.health.reasons()[0].startswith("unexpected LookupError")


async def test_a_bug_in_the_parser_does_not_stop_the_loop(desk: Desk) -> None:
    script = desk.play(lines("!"), lines("a"))
    async with running(desk.poller()):
        await script.done(2)
    assert desk.memory.titles() == [["a"]]


async def test_a_broken_database_ends_the_loop(desk: Desk) -> None:
    desk.memory.fault = StorageError("disk full")
    desk.play(lines("a"))
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(StorageError):
            await desk.poller().run()


async def test_a_permanent_move_is_shown_without_the_key(desk: Desk) -> None:
    desk.play(http("301 Moved", Location="/new?token=hush"))
    script = desk.play(lines("a"), path="/new?token=hush")
    async with running(desk.poller()):
        await script.done(1)
    assert (
        f"moved for good to {desk.server.url}/new:"
        in desk.health.notices["source wire"]
    )


async def test_a_key_in_the_address_reaches_neither_parser_nor_log(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    path = "/rss?auth=hush"
    script = desk.play(lines("a"), http("500 Broken"), path=path)
    desk.parser = parser = LineParser()
    with caplog.at_level(logging.DEBUG, logger="catalyst_bot"):
        async with running(desk.poller(path)):
            await script.done(2)
    assert [call[0] for call in parser.calls] == [f"{desk.server.url}/rss"]
    assert all("hush" not in str(vars(record)) for record in caplog.records)


async def test_a_damaged_page_is_a_notice_until_a_sound_one_comes(desk: Desk) -> None:
    desk.parser = parser = LineParser(tier=3)
    script = desk.play(lines("a"), lines("b", "a"))
    parser.before = lambda: setattr(parser, "tier", 5 - 2 * len(parser.calls))
    async with running(desk.poller()):
        await script.done(1)
        assert "text may be missing" in desk.health.notices["source wire"]
        await script.done(2)
    assert not desk.health.notices
    assert desk.value('feed_parse_tier_total{source="wire",tier="3"}') == 1


@pytest.mark.parametrize(("size", "is_inline"), [(INLINE, True), (INLINE + 1, False)])
async def test_only_a_big_page_is_parsed_in_a_thread(
    desk: Desk, size: int, is_inline: bool
) -> None:
    threads: list[threading.Thread] = []
    desk.parser = LineParser(before=lambda: threads.append(threading.current_thread()))
    script = desk.play(lines("x" * size))
    async with running(desk.poller()):
        await script.done(1)
    assert (threads[0] is threading.main_thread()) is is_inline
