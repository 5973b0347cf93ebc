"""Alerts that are taken back: struck through where they stand, else never posted."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from catalyst_bot.card_state import Phase
from catalyst_bot.delivery.recall import Fate
from catalyst_bot.delivery.room import PostRoom
from catalyst_bot.errors import InDoubt, NoSuchAlert, NotSent
from catalyst_bot.model import Event, NewsItem, SourceKind
from tests.clocks import ManualClock
from tests.house import House, open_house
from tests.news import headline, page

TITLE = "Acme posts record profit"
WHY = "wrong company"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, ManualClock()) as house:
        await house.accept(page(headline(TITLE)))
        yield house


async def the_id(house: House) -> str:
    return (await house.archive.latest(1))[0].alert.id


async def test_a_retracted_card_is_edited_and_stays_so_after_a_verdict(
    house: House,
) -> None:
    await house.post()
    done = await house.lifecycle.retractions.retract(await the_id(house), WHY)
    assert (done.title, done.is_new, done.channels) == (TITLE, True, ("main",))
    await house.edit()
    await house.enrich()
    await house.edit()
    for state in house.screen.states[1:]:
        assert state.retraction is not None
        assert state.retraction.note == WHY
    assert house.reader.asked == []  # nobody needs a reading of it


async def test_a_verdict_that_was_under_way_does_not_undo_it(house: House) -> None:
    await house.post()
    (job,) = await house.take("enrich")
    await house.lifecycle.readings.enrich(job)
    await house.lifecycle.retractions.retract(await the_id(house), WHY)
    await house.edit()
    last = house.screen.states[-1]
    assert last.analysis.phase is Phase.ANALYSED
    assert last.retraction is not None


@pytest.mark.parametrize("fault", [None, NotSent("429")])
async def test_what_is_not_posted_yet_is_never_posted(
    house: House, fault: NotSent | None
) -> None:
    if fault is not None:
        house.screen.faults = [fault]
        await house.post()
    done = await house.lifecycle.retractions.retract(await the_id(house), WHY)
    assert done.channels == ()
    house.clock.advance(60)
    assert await house.settle() == []
    assert (await house.archive.latest(1))[0].analysis.phase is Phase.OFF


async def test_what_was_about_to_be_posted_when_it_was_retracted_is_not(
    house: House,
) -> None:
    (job,) = await house.take("post:main")
    await house.lifecycle.retractions.retract(await the_id(house), WHY)
    await house.lifecycle.posts.post(house.screen, job)
    assert await house.settle() == []
    assert (await house.archive.latest(1))[0].analysis.phase is Phase.OFF


async def test_a_post_in_doubt_is_settled_and_then_struck_through(
    house: House,
) -> None:
    house.screen.faults = [InDoubt("HTTP 502")]
    await house.post()
    await house.lifecycle.retractions.retract(await the_id(house), WHY)
    house.clock.advance(60)
    assert house.screen.memory.fate is Fate.UNKNOWN
    await house.post()
    assert house.screen.states[-1].retraction is not None


async def test_a_second_retraction_changes_nothing(house: House) -> None:
    await house.post()
    wanted = await the_id(house)
    await house.lifecycle.retractions.retract(wanted, WHY)
    again = await house.lifecycle.retractions.retract(wanted, "another reason")
    assert not again.is_new
    (stored,) = await house.archive.latest(1)
    assert [change.note for change in stored.changes] == [WHY]


async def test_an_id_that_means_nothing_or_too_much_is_refused(house: House) -> None:
    with pytest.raises(NoSuchAlert, match="no alert has the id 00000000"):
        await house.lifecycle.retractions.retract("00000000", WHY)
    await house.accept(page(headline("Beta posts record profit", tickers=("BETA",))))
    both = sorted(stored.alert.id for stored in await house.archive.latest(2))
    with pytest.raises(NoSuchAlert, match="give more digits") as caught:
        await house.lifecycle.retractions.retract("", WHY)
    assert sorted(caught.value.matches) == both


async def test_the_first_digits_of_an_id_are_enough(house: House) -> None:
    await house.post()
    wanted = await the_id(house)
    done = await house.lifecycle.retractions.retract(wanted[:4].upper(), WHY)
    assert done.id == wanted


async def test_a_card_of_more_than_an_hour_is_told_to_be_old(house: House) -> None:
    await house.post()
    house.clock.advance(3700)
    done = await house.lifecycle.retractions.retract(await the_id(house), WHY)
    assert done.is_old


async def test_the_page_is_told_of_what_was_never_posted(house: House) -> None:
    told: list[str] = []
    house.changed = told.append
    (stored,) = await house.archive.latest(1)
    await house.lifecycle.retractions.retract(stored.alert.id, WHY)
    assert told == [stored.alert.key]


async def test_a_retraction_by_the_source_strikes_what_it_said_before(
    house: House,
) -> None:
    await house.settle()
    notice = headline(f"/DISREGARD RELEASE: {TITLE}/", identity="2")
    await house.accept(page(notice))
    await house.edit()
    assert house.screen.lines[-1] == f"edited {TITLE}: analysed"
    retraction = house.screen.states[-1].retraction
    assert retraction is not None
    assert (retraction.was, retraction.note) == (TITLE, notice.title)


async def test_what_nobody_saw_is_not_taken_back_in_public(house: House) -> None:
    house.clock.advance(3700)
    assert await house.settle() == []  # it has expired
    notice = headline(
        f"/DISREGARD RELEASE: {TITLE}/", identity="2", published_at=house.clock.now()
    )
    await house.accept(page(notice))
    assert await house.settle() == []


async def test_a_second_wire_does_not_bring_back_what_was_taken_back(
    house: House,
) -> None:
    await house.lifecycle.retractions.retract(await the_id(house), WHY)
    await house.accept(page(headline(TITLE, source="other", identity="3")))
    assert await house.settle() == []


async def test_a_correction_says_which_numbers_and_tickers_changed(
    house: House,
) -> None:
    item = headline("Beta buys Gamma for $1.2 billion, a record", tickers=("BETA",))
    await house.accept(page(item))
    await house.settle()
    corrected = replace(
        item,
        title="CORRECTION: Beta buys Gamma for $1.5 billion, a record",
        state="2",
        tickers=("BETA", "GAMM"),
    )
    await house.accept(page(corrected))
    await house.edit()
    change = house.screen.states[-1].changes[-1]
    assert change.was == item.title
    assert change.note == "$1.2 billion → $1.5 billion; tickers BETA → BETA, GAMM"


def halt(state: str, *, event: Event = Event.HALT) -> NewsItem:
    return headline(
        f"Trading {state}",
        identity="ACME 2026-11-20T16:59:50Z",
        kind=SourceKind.HALTS,
        event=event,
        source="halts",
        state=state,
    )


async def test_a_resumption_edits_the_halt_card_and_the_open_card_of_the_stock(
    house: House,
) -> None:
    await house.settle()
    await house.accept(page(halt("halted 12:00 ET")))
    await house.settle()
    seen = len(house.screen.lines)
    resumes = "resumes 12:05 ET"
    await house.accept(page(halt(resumes, event=Event.RESUMPTION)))
    await house.edit()
    assert sorted(house.screen.lines[seen:]) == [
        f"edited {TITLE}: analysed",
        f"edited Trading {resumes}: analysed",
    ]
    story, stopped = sorted(
        await house.archive.latest(2), key=lambda stored: stored.alert.item.source
    )[::-1]
    assert (story.changes[-1].was, story.changes[-1].note) == ("", f"Trading {resumes}")
    assert stopped.changes[-1].was == "Trading halted 12:00 ET"


async def test_a_resumption_leaves_old_and_foreign_cards_alone(house: House) -> None:
    await house.accept(page(headline("Beta posts record profit", tickers=("BETA",))))
    await house.settle()
    house.clock.advance(3601)
    now = house.clock.now()
    await house.accept(page(replace(halt("halted 12:00 ET"), published_at=now)))
    await house.settle()
    await house.accept(page(halt("resumes 12:05 ET", event=Event.RESUMPTION)))
    changed = [stored for stored in await house.archive.latest(9) if stored.changes]
    assert [stored.alert.item.source for stored in changed] == ["halts"]


async def test_of_several_cards_in_a_message_one_is_struck_through(
    house: House,
) -> None:
    others = (
        headline(f"{name} posts record profit", tickers=(name,))
        for name in ("BETA", "GAMM")
    )
    await house.accept(page(*others))
    house.screen.tokens = PostRoom(posts=1, urgent=1)
    await house.settle()
    (message,) = house.screen.messages
    assert len(message) == 3
    (wanted,) = (
        stored.alert.id
        for stored in await house.archive.latest(3)
        if stored.alert.item.title == TITLE
    )
    await house.lifecycle.retractions.retract(wanted, WHY)
    await house.edit()
    struck = [state.retraction is not None for state in house.screen.states[-3:]]
    assert sorted(struck) == [False, False, True]
