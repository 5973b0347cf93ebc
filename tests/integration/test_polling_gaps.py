"""What came and went between two polls: EDGAR is read on, others are reported."""

import logging
from collections.abc import AsyncIterator

import pytest

from catalyst_bot.model import SourceKind
from tests.polling import PRIMED, Desk, Memory, Script, lines, open_desk, running
from tests.servers import http

FIRST = "/edgar?company=&start=0&count=2"


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with open_desk() as opened:
        yield opened


def play_pages(desk: Desk, *pages: bytes) -> list[Script]:
    return [
        desk.play(page, path=f"/edgar?company=&start={2 * number}&count=2")
        for number, page in enumerate(pages, start=1)
    ]


async def poll_edgar(desk: Desk, first: Script, *, polls: int) -> list[list[str]]:
    async with running(desk.poller(FIRST, kind=SourceKind.EDGAR)):
        await first.done(polls)
    return desk.memory.titles()


async def test_edgar_is_read_on_until_the_last_page_is_in_sight(desk: Desk) -> None:
    first = desk.play(lines("b", "a"), lines("g", "f"), path=FIRST)
    pages = play_pages(desk, lines("e", "d"), lines("c", "b"), lines("a", "0"))
    titles = await poll_edgar(desk, first, polls=2)
    assert titles[0] == ["b", "a"]
    assert sorted(titles[1]) == ["b", "c", "d", "e", "f", "g"]
    assert titles[1][:2] == ["g", "f"]
    assert [len(page.at) for page in pages] == [1, 1, 0]


async def test_edgar_is_read_on_for_three_pages_at_most(desk: Desk) -> None:
    first = desk.play(lines("b", "a"), lines("z", "y"), path=FIRST)
    pages = play_pages(
        desk, lines("x", "w"), lines("v", "u"), lines("t", "s"), lines("r")
    )
    titles = await poll_edgar(desk, first, polls=2)
    assert len(titles[1]) == 8
    assert [len(page.at) for page in pages] == [1, 1, 1, 0]


async def test_edgar_is_read_on_after_a_restart(desk: Desk) -> None:
    desk.memory = Memory(wire=PRIMED)
    first = desk.play(lines("b", "a"), path=FIRST)
    pages = play_pages(desk, lines("0"), lines("0"), lines("0"))
    titles = await poll_edgar(desk, first, polls=1)
    assert titles == [["b", "a", "0"]]
    assert [len(page.at) for page in pages] == [1, 1, 0]


async def test_an_overlapping_page_is_not_read_on(desk: Desk) -> None:
    first = desk.play(lines("b", "a"), lines("c", "b"), path=FIRST)
    pages = play_pages(desk, lines("a"))
    await poll_edgar(desk, first, polls=2)
    assert not pages[0].at


async def test_an_empty_page_is_not_read_on_and_forgets_nothing(desk: Desk) -> None:
    first = desk.play(lines("b", "a"), lines(), lines("c", "b"), path=FIRST)
    pages = play_pages(desk, lines("a"))
    titles = await poll_edgar(desk, first, polls=3)
    assert titles == [["b", "a"], [], ["c", "b"]]
    assert not pages[0].at


async def test_the_first_page_counts_though_an_older_one_fails(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    first = desk.play(lines("b", "a"), lines("z", "y"), path=FIRST)
    play_pages(desk, http("500 Broken"))
    titles = await poll_edgar(desk, first, polls=2)
    assert titles[1] == ["z", "y"]
    assert "source gap" in caplog.messages


async def test_a_gap_of_another_source_is_reported(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    wire = desk.play(lines("b", "a"), lines("z", "y"))
    with caplog.at_level(logging.WARNING):
        async with running(desk.poller()):
            await wire.done(2)
    assert caplog.messages == ["source gap"]
    assert desk.memory.titles()[1] == ["z", "y"]
