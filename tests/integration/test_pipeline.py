"""From a page of news to jobs in the ledger, over a real database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from catalyst_bot.card_state import ChangeKind, Phase
from catalyst_bot.errors import StorageError
from catalyst_bot.model import Event, NewsItem, Reason, SourceKind
from catalyst_bot.storage.archive import Archive
from catalyst_bot.storage.database import Database
from catalyst_bot.storage.handover import hand_over
from catalyst_bot.storage.jobs import NewJob
from tests.clocks import ManualClock
from tests.house import House, ignore, open_house, to_page
from tests.news import headline, page


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, ManualClock()) as house:
        yield house


async def reasons(house: House, ticker: str = "ACME") -> list[Reason]:
    return [entry.reason for entry in await house.archive.rejected(ticker)]


async def test_a_catalyst_is_posted_then_edited_with_the_verdict(house: House) -> None:
    await house.accept(page(headline("Acme posts record profit")))
    assert await house.settle() == [
        "posted Acme posts record profit: pending",
        "edited Acme posts record profit: analysed",
    ]


async def test_a_dull_headline_is_rejected_with_its_reason_stored(house: House) -> None:
    await house.accept(page(headline("Acme holds a meeting")))
    assert await house.settle() == []
    assert await reasons(house) == [Reason.LOW_SCORE]


async def test_the_first_page_of_a_source_is_recorded_in_silence(house: House) -> None:
    await house.accept(page(headline("Acme posts record profit"), is_silent=True))
    await house.accept(page(headline("Acme posts record profit")))
    assert await house.settle() == []
    assert await reasons(house) == [Reason.PRIMED]


async def test_a_page_accepted_twice_posts_once(house: House) -> None:
    for _ in range(2):
        await house.accept(page(headline("Acme posts record profit")))
    assert len(await house.settle()) == 2


async def test_a_second_wire_is_named_on_the_first_card(house: House) -> None:
    await house.accept(page(headline("Acme posts record profit", identity="1")))
    await house.settle()
    await house.accept(
        page(headline("Acme posts record profit", identity="2", source="other"))
    )
    await house.settle()
    assert [state.also for state in house.screen.states] == [(), (), ("other",)]
    assert await reasons(house) == [Reason.DUPLICATE]
    (stored,) = await house.archive.latest(1)
    assert await reasons(house, stored.alert.id) == [Reason.DUPLICATE]


async def test_two_wires_in_the_same_instant_make_one_alert(house: House) -> None:
    async with asyncio.TaskGroup() as group:
        for wire in ("one", "two"):
            item = headline("Acme posts record profit", identity=wire, source=wire)
            group.create_task(house.accept(page(item)))
    await house.post()
    assert len(house.screen.lines) == 1


async def test_a_failed_read_fails_for_one_and_is_made_again_for_the_next(
    house: House,
) -> None:
    await house.accept(page(headline("Acme posts record profit")))
    (stored,) = await house.archive.latest(1)
    database = house.database
    flaky = Flaky(
        database.path, writer=database.writer, reader=database.reader, lost=ignore
    )
    archive = Archive(flaky)
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(outcome(archive, stored.alert.key)) for _ in range(3)
        ]
    found = stored.alert.id
    assert [task.result() for task in tasks] == [found, "StorageError", found]


class Flaky(Database):
    """A database whose second read fails."""

    faults: ClassVar[list[str]] = ["", "disk failed once"]

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        await asyncio.sleep(0)  # other callers come to wait
        if self.faults and (fault := self.faults.pop(0)):
            raise StorageError(fault)
        async with super().read() as connection:
            yield connection


async def outcome(archive: Archive, key: str) -> str:
    try:
        stored = await archive.alert(key)
    except StorageError as error:
        return type(error).__name__
    return stored.alert.id if stored else "nothing"


async def test_a_third_copy_from_the_same_wire_edits_nothing(house: House) -> None:
    await house.accept(page(headline("Acme posts record profit", identity="1")))
    await house.settle()
    for identity in ("2", "3"):
        copy = headline("Acme posts record profit", identity=identity, source="other")
        await house.accept(page(copy))
    await house.settle()
    assert len(house.screen.lines) == 3


async def test_a_corrected_headline_edits_the_card_and_keeps_what_it_said(
    house: House,
) -> None:
    await house.accept(page(headline("Acme posts record $50M", identity="1")))
    await house.settle()
    await house.accept(page(headline("Acme posts record $60M", identity="1")))
    lines = await house.settle()
    assert lines[-1] == "edited Acme posts record $60M: analysed"
    (change,) = house.screen.states[-1].changes
    assert (change.kind, change.was) == (ChangeKind.REVISED, "Acme posts record $50M")


async def test_a_headline_revised_before_its_post_is_posted_in_its_new_form(
    house: House,
) -> None:
    await house.accept(page(headline("Acme posts record $50M", identity="1")))
    await house.accept(page(headline("Acme posts record $60M", identity="1")))
    assert (await house.settle())[0] == "posted Acme posts record $60M: pending"


async def test_a_headline_that_breaks_the_scorer_is_posted_plain_among_the_others(
    house: House,
) -> None:
    await house.accept(
        page(
            headline("Acme cursed headline"),
            headline("Acme posts record profit"),
        )
    )
    await house.post()
    assert len(house.screen.lines) == 2
    plain = {
        line: state.is_plain
        for line, state in zip(house.screen.lines, house.screen.states, strict=True)
    }
    assert plain == {
        "posted Acme posts record profit: pending": False,
        "posted Acme cursed headline: pending": True,
    }


async def test_validators_are_stored_with_the_items_they_came_with(
    house: House,
) -> None:
    await house.accept(page(headline("Acme posts record profit")))
    assert (await house.pipeline.state_of("wire")).etag == '"1"'
    assert (await house.pipeline.state_of("never seen")).etag == ""


async def test_what_was_seen_is_found_by_ticker_and_by_id(house: House) -> None:
    await house.accept(page(headline("Acme posts record profit")))
    (stored,) = await house.archive.find("acme")
    assert await house.archive.find(stored.alert.id) == (stored,)
    assert await house.archive.find("ACM") == ()
    assert await house.archive.latest(5) == (stored,)


def halted(state: str, *, event: Event = Event.HALT) -> NewsItem:
    return headline(
        f"Trading {state}",
        identity="ACME 2026-11-20T16:59:50Z",
        kind=SourceKind.HALTS,
        event=event,
        state=state,
    )


async def test_a_resumption_after_an_hour_is_an_alert_of_its_own(house: House) -> None:
    await house.accept(page(halted("halted")))
    await house.settle()
    house.clock.advance(3700)
    resumed = halted("resumes", event=Event.RESUMPTION)
    resumed = replace(resumed, received_at=house.clock.now())
    await house.accept(page(resumed))
    await house.settle()
    assert "posted Trading resumes: pending" in house.screen.lines
    await house.accept(page(resumed))
    await house.settle()
    assert sum("posted Trading resumes" in line for line in house.screen.lines) == 1


async def test_a_resumption_of_what_stands_in_another_channel_is_an_alert_of_its_own(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path, ManualClock()) as before:
        before.screen.name = "page"
        await before.accept(page(halted("halted")))
        await hand_over(before.database, channels={"page"}, route=to_page)
        for job in await before.take("post:page"):
            await before.lifecycle.posts.post(before.screen, job)
    async with open_house(tmp_path, before.clock) as house:
        await house.accept(page(halted("halted again")))
        assert await house.settle() == []
        await house.accept(page(halted("resumes", event=Event.RESUMPTION)))
        assert (await house.settle())[0] == "posted Trading resumes: pending"
        assert not any("edited Trading halted" in line for line in house.screen.lines)


async def test_what_two_channels_wait_for_is_kept_for_the_one_that_stays(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path, ManualClock()) as house:
        house.routing.add("page")
        await house.accept(page(headline("Acme posts record profit")))
        await hand_over(house.database, channels={"page"}, route=to_page)
        (stored,) = await house.archive.latest(1)
        assert [route.channel for route in stored.routes] == ["main", "page"]
        assert stored.analysis.phase is Phase.PENDING
        assert len(await house.take("post:page")) == 1


async def test_what_no_channel_takes_any_more_waits_for_no_reading(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path, ManualClock()) as house:
        await house.accept(page(headline("Acme posts record profit")))
        await hand_over(
            house.database, channels={"page"}, route=lambda alert, known: ()
        )
        (stored,) = await house.archive.latest(1)
        assert stored.analysis.phase is Phase.OFF


async def test_what_was_taken_back_goes_to_no_other_channel(tmp_path: Path) -> None:
    async with open_house(tmp_path, ManualClock()) as house:
        await house.accept(page(headline("Acme posts record profit")))
        await house.take("post:main")  # under way: a retraction does not end it
        (stored,) = await house.archive.latest(1)
        await house.lifecycle.retractions.retract(stored.alert.id, "wrong company")
        await hand_over(house.database, channels={"page"}, route=to_page)
        assert await house.take("post:page") == []


async def test_what_waits_for_a_channel_that_is_gone_goes_to_the_new_one(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path, ManualClock()) as house:
        await house.accept(page(headline("Acme posts record profit")))
        (stored,) = await house.archive.latest(1)
        key = stored.alert.key
        edit = NewJob(queue="edit:main", key=f"{key}|main|x", body=key)
        await house.ledger.done(then=[edit])
        await hand_over(house.database, channels={"page"}, route=to_page)
        (job,) = await house.take("post:page")
        assert (job.key, job.body) == (f"{key}|page", key)
        assert await house.take("edit:main") == []
        assert await house.take("post:main") == []


async def test_a_retraction_after_an_hour_is_seen_whatever_its_score(
    house: House,
) -> None:
    await house.accept(page(headline("Acme posts record profit", identity="1")))
    await house.settle()
    house.clock.advance(3700)
    gone = headline(
        "RETRACTED: Acme posts profit", identity="1", published_at=house.clock.now()
    )
    await house.accept(page(replace(gone, received_at=house.clock.now())))
    await house.settle()
    assert "posted RETRACTED: Acme posts profit: pending" in house.screen.lines


async def test_a_story_and_its_retraction_on_one_page_are_not_posted(
    house: House,
) -> None:
    story = headline("Acme posts record profit", identity="1")
    notice = headline("/DISREGARD RELEASE: Acme posts record profit/", identity="2")
    await house.accept(page(notice, story))
    assert await house.settle() == []
    (stored,) = await house.archive.latest(1)
    assert stored.retraction is not None


async def test_the_good_copy_of_a_stale_item_on_one_page_is_posted(
    house: House,
) -> None:
    stale = headline(
        "Acme posts record profit",
        identity="1",
        published_at=house.clock.now() - timedelta(hours=1),
    )
    fresh = headline("Acme posts record profit", identity="2")
    await house.accept(page(fresh, stale))
    await house.settle()
    assert house.screen.lines[0] == "posted Acme posts record profit: pending"


async def test_a_source_that_lists_a_story_twice_is_named_once(house: House) -> None:
    await house.accept(page(headline("Acme posts record profit", identity="1")))
    copies = [
        headline("Acme posts record profit", identity=identity, source="other")
        for identity in ("2", "3")
    ]
    await house.accept(page(*copies))
    (stored,) = await house.archive.latest(1)
    assert stored.also == ("other",)


async def test_one_entry_listed_twice_silences_nothing(house: House) -> None:
    items = [headline(f"Acme posts record {n}", identity=str(n)) for n in range(5)]
    await house.accept(page(items[0], *items))
    await house.post()
    assert len(house.screen.lines) == 5
    assert (await house.pipeline.state_of("wire")).identity_policy == "guid"


async def test_a_story_whose_first_alert_nobody_saw_is_told_by_the_next_wire(
    house: House,
) -> None:
    await house.accept(page(headline("Acme posts record profit", identity="1")))
    (job,) = await house.take("post:main")
    await house.ledger.give_up(job, error="expired")
    copy = headline("Acme posts record profit", identity="2", source="other")
    await house.accept(page(copy))
    assert await house.settle() != []
