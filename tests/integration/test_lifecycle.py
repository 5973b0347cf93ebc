"""The life of a card: retried, in doubt, late, restarted, never shown a lie."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from catalyst_bot.card_state import Analysis, Phase
from catalyst_bot.errors import DestinationDead, InDoubt, MessageGone, NotSent, Refused
from catalyst_bot.storage.jobs import NewJob
from tests.clocks import ManualClock
from tests.house import (
    BULLISH,
    DEADLINE,
    LATE,
    MAX_AGE,
    House,
    Screen,
    open_house,
)
from tests.news import headline, page

TITLE = "Acme posts record profit"
OFFLINE = Analysis(phase=Phase.OFFLINE, detail="connection refused")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, ManualClock()) as house:
        await house.accept(page(headline(TITLE)))
        yield house


async def test_a_post_that_was_not_sent_waits_as_long_as_discord_says(
    house: House,
) -> None:
    house.screen.faults = [NotSent("429", retry_after=30)]
    await house.post()
    house.clock.advance(29)
    await house.post()
    assert house.screen.lines == []
    house.clock.advance(2)
    await house.post()
    assert house.screen.lines == [f"posted {TITLE}: pending"]
    assert not house.screen.states[0].is_resent


async def test_a_post_in_doubt_is_repeated_and_says_so(house: House) -> None:
    house.screen.faults = [InDoubt("HTTP 502")]
    await house.post()
    house.clock.advance(10)
    await house.post()
    assert house.screen.states[0].is_resent


async def test_a_post_in_doubt_is_not_repeated_where_that_is_forbidden(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path, ManualClock(), reposts_in_doubt=False) as house:
        await house.accept(page(headline(TITLE)))
        house.screen.faults = [InDoubt("HTTP 502")]
        await house.post()
        house.clock.advance(10)
        assert await house.settle() == []


async def test_an_alert_that_cannot_be_posted_in_time_expires(house: House) -> None:
    house.screen.faults = [NotSent("refused", retry_after=MAX_AGE + 1)]
    await house.post()
    house.clock.advance(MAX_AGE + 2)
    assert await house.settle() == []
    assert 'catalyst_alerts_total{result="expired"} 1.0' in (
        house.metrics.render().decode()
    )


async def test_an_alert_that_was_given_up_says_why_and_waits_no_longer(
    house: House,
) -> None:
    told: list[str] = []
    house.changed = told.append
    house.screen.faults = [Refused("HTTP 400")]
    await house.post()
    (stored,) = await house.archive.latest(1)
    unusable = Analysis(phase=Phase.UNUSABLE, detail="not posted: HTTP 400")
    assert stored.analysis == unusable
    assert told == [stored.alert.key]


async def test_an_expired_alert_says_so_but_not_where_no_model_reads(
    house: House,
) -> None:
    house.clock.advance(MAX_AGE + 1)
    await house.post()
    now = house.clock.now()
    fresh = headline("Acme again posts record", published_at=now)
    await house.accept(page(fresh))
    house.reader.start = Analysis(phase=Phase.OFF)
    house.screen.faults = [Refused("HTTP 400")]
    await house.post()
    newest, oldest = await house.archive.latest(2)
    assert oldest.analysis.detail == "not posted: too old"
    assert newest.analysis == Analysis(phase=Phase.OFF)


async def test_a_card_that_stands_keeps_its_verdict_when_a_second_post_is_given_up(
    house: House,
) -> None:
    await house.settle()
    (before,) = await house.archive.latest(1)
    key = before.alert.key
    again = NewJob(queue="post:main", key=f"{key}|again", body=key)
    await house.ledger.done(then=[again])
    house.screen.faults = [Refused("HTTP 400")]
    await house.post()
    (after,) = await house.archive.latest(1)
    assert after.analysis == before.analysis


async def test_an_alert_survives_a_dead_destination_that_is_revived_in_time(
    house: House,
) -> None:
    house.screen.faults = [DestinationDead("404")]
    await house.post()
    house.clock.advance(31)
    assert (await house.settle())[0] == f"posted {TITLE}: pending"


async def test_a_refused_post_is_given_up_and_counted(house: House) -> None:
    house.screen.faults = [Refused("400")]
    await house.post()
    house.clock.advance(60)
    assert await house.settle() == []


@pytest.mark.parametrize("phase", [Phase.TIMED_OUT, Phase.OFFLINE, Phase.BUSY])
async def test_a_verdict_that_comes_late_is_edited_in_once_with_its_delay(
    house: House, phase: Phase
) -> None:
    house.reader.answer = Analysis(phase=phase)
    await house.settle()
    house.clock.advance(47)
    house.reader.late = Analysis(phase=Phase.ANALYSED, verdict=BULLISH)
    await house.enrich_late()
    await house.edit()
    assert house.screen.lines[-1] == f"edited {TITLE}: analysed"
    assert house.screen.states[-1].analysis.late == pytest.approx(47)


async def test_a_busy_model_is_asked_again_until_the_verdict_would_be_too_late(
    house: House,
) -> None:
    house.reader.answer = Analysis(phase=Phase.BUSY)
    await house.settle()
    for _ in range(3):
        house.clock.advance(5)
        await house.enrich_late()
    assert len(house.reader.asked) == 4
    house.clock.advance(LATE)
    await house.enrich_late()
    house.clock.advance(5)
    await house.enrich_late()
    assert len(house.reader.asked) == 4


async def test_a_late_answer_of_no_use_is_not_asked_for_again(house: House) -> None:
    house.reader.answer = Analysis(phase=Phase.BUSY)
    await house.settle()
    house.reader.late = Analysis(phase=Phase.UNUSABLE, detail="not JSON")
    for _ in range(3):
        house.clock.advance(5)
        await house.enrich_late()
    assert len(house.reader.asked) == 2
    assert house.screen.states[-1].analysis.phase is Phase.BUSY


async def test_an_unusable_answer_is_final(house: House) -> None:
    house.reader.answer = Analysis(phase=Phase.UNUSABLE, detail="not JSON")
    await house.settle()
    house.clock.advance(5)
    assert await house.take("late") == []


async def test_a_card_posted_while_the_circuit_is_open_is_offline_at_once(
    house: House,
) -> None:
    house.reader.start = OFFLINE
    assert await house.settle() == [f"posted {TITLE}: offline"]
    house.reader.late = Analysis(phase=Phase.ANALYSED, verdict=BULLISH)
    house.clock.advance(5)
    await house.enrich_late()
    await house.edit()
    assert house.screen.lines[-1] == f"edited {TITLE}: analysed"


async def test_with_the_model_off_the_card_is_never_edited(house: House) -> None:
    house.reader.start = Analysis(phase=Phase.OFF)
    assert await house.settle() == [f"posted {TITLE}: off"]
    assert house.reader.asked == []


async def test_a_hidden_analysis_is_made_and_stored_but_not_shown(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path, ManualClock(), shows_analysis=False) as house:
        await house.accept(page(headline(TITLE)))
        assert await house.settle() == [f"posted {TITLE}: off"]
        (stored,) = await house.archive.latest(1)
        assert stored.analysis.verdict == BULLISH


async def test_a_card_whose_deadline_passed_while_the_bot_was_down_says_so(
    tmp_path: Path,
) -> None:
    clock = ManualClock()
    async with open_house(tmp_path, clock) as house:
        await house.accept(page(headline(TITLE)))
        await house.post()
    clock.advance(DEADLINE + 1)
    async with open_house(tmp_path, clock) as house:
        await house.enrich()
        await house.edit()
        assert house.reader.asked == []
        assert house.screen.states[-1].analysis.detail == "bot restarted"


async def test_a_card_gets_its_verdict_late_after_a_slow_restart(
    tmp_path: Path,
) -> None:
    clock = ManualClock()
    async with open_house(tmp_path, clock) as house:
        await house.accept(page(headline(TITLE)))
        await house.post()
    clock.advance(DEADLINE + 1)
    async with open_house(tmp_path, clock) as house:
        house.reader.late = Analysis(phase=Phase.ANALYSED, verdict=BULLISH)
        await house.enrich()
        await house.edit()
        clock.advance(1)
        await house.enrich_late()
        await house.edit()
        assert house.screen.states[-1].analysis.verdict == BULLISH


async def test_a_card_gets_its_verdict_after_a_quick_restart(tmp_path: Path) -> None:
    clock = ManualClock()
    async with open_house(tmp_path, clock) as house:
        await house.accept(page(headline(TITLE)))
        await house.post()
    clock.advance(3)
    async with open_house(tmp_path, clock) as house:
        await house.settle()
        assert house.screen.lines == [f"edited {TITLE}: analysed"]


async def test_an_edit_waits_for_a_post_that_is_still_under_way(house: House) -> None:
    house.screen.faults = [NotSent("429", retry_after=5)]
    await house.post()
    revised = headline("Acme posts record loss", identity=f"id of {TITLE}")
    await house.accept(page(revised))
    await house.edit()
    assert house.screen.lines == []
    house.clock.advance(6)
    await house.post()
    await house.edit()
    assert house.screen.lines[0] == "posted Acme posts record loss: pending"


async def test_an_edit_looks_ever_more_rarely_for_a_post_that_is_held_up(
    house: House,
) -> None:
    other = Screen()
    other.name = "other"
    house.routing.add(other.name)  # where nothing can be posted
    title = "Acme wins record order"
    await house.accept(page(headline(title)))
    await house.post()
    await house.enrich()
    looks, end = 0, house.clock.monotonic() + 60
    while house.clock.monotonic() < end:
        for job in await house.take("edit:other"):
            await house.lifecycle.edits.edit(other, job)
            looks += 1
        house.clock.advance(0.25)
    assert 10 < looks < 20
    for job in await house.take("post:other"):
        await house.lifecycle.posts.post(other, job)
    house.clock.advance(5)
    for job in await house.take("edit:other"):
        await house.lifecycle.edits.edit(other, job)
    assert other.lines[-1] == f"edited {title}: analysed"


async def test_a_card_of_a_dead_channel_gets_its_verdict_when_that_is_revived(
    house: House,
) -> None:
    await house.post()
    await house.enrich()
    house.screen.faults = [DestinationDead("HTTP 404")]
    await house.edit()
    house.clock.advance(60)
    await house.edit()
    assert house.screen.lines[-1] == f"edited {TITLE}: analysed"


async def test_an_edit_is_retried_until_discord_takes_it(house: House) -> None:
    await house.post()
    await house.enrich()
    house.screen.faults = [NotSent("5xx"), InDoubt("cut")]
    for _ in range(3):
        await house.edit()
        house.clock.advance(10)
    assert house.screen.lines[-1] == f"edited {TITLE}: analysed"


async def test_a_changed_headline_is_scored_and_read_again(house: House) -> None:
    await house.settle()
    revised = headline("Acme meets its investors", identity=f"id of {TITLE}")
    await house.accept(page(revised))
    await house.settle()
    assert house.reader.asked == [TITLE, "Acme meets its investors"]
    (stored,) = await house.archive.latest(1)
    assert stored.alert.sentiment == 0.0
    assert house.screen.lines[-1] == "edited Acme meets its investors: analysed"


async def test_a_second_reading_that_fails_takes_no_verdict_away(house: House) -> None:
    await house.settle()
    house.reader.answer = Analysis(phase=Phase.TIMED_OUT)
    revised = headline("Acme posts record loss", identity=f"id of {TITLE}")
    await house.accept(page(revised))
    await house.settle()
    assert house.screen.lines[-1] == "edited Acme posts record loss: analysed"


async def test_a_retracted_headline_is_not_read_again(house: House) -> None:
    await house.settle()
    gone = headline(f"RETRACTED: {TITLE}", identity=f"id of {TITLE}")
    await house.accept(page(gone))
    await house.settle()
    assert house.reader.asked == [TITLE]


async def test_two_edits_of_a_card_never_overtake_each_other(house: House) -> None:
    await house.post()
    await house.enrich()
    (slow,) = await house.take("edit:main")
    release = house.screen.hold = asyncio.Event()
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(house.lifecycle.edits.edit(house.screen, slow))
        await house.screen.entered.wait()
        revised = headline("Acme posts record loss", identity=f"id of {TITLE}")
        await house.accept(page(revised))
        (quick,) = await house.take("edit:main")
        group.create_task(house.lifecycle.edits.edit(house.screen, quick))
        await asyncio.sleep(0.05)
        release.set()
    assert house.screen.lines[1:] == [
        f"edited {TITLE}: analysed",
        "edited Acme posts record loss: analysed",
    ]


async def test_the_edits_of_a_deleted_message_end(house: House) -> None:
    await house.post()
    await house.enrich()
    house.screen.faults = [MessageGone("10008")]
    await house.edit()
    house.clock.advance(60)
    await house.edit()
    assert len(house.screen.lines) == 1


async def test_an_edit_after_an_hour_is_discords_to_refuse(house: House) -> None:
    await house.post()
    await house.enrich()
    house.clock.advance(3601)
    await house.edit()
    assert house.screen.lines[-1] == f"edited {TITLE}: analysed"


async def test_an_older_reading_never_takes_a_newer_verdict_away(
    house: House,
) -> None:
    await house.post()
    (older,) = await house.take("enrich")
    revised = headline("Acme posts record loss", identity=f"id of {TITLE}")
    await house.accept(page(revised))
    newer = Analysis(
        phase=Phase.ANALYSED, verdict=BULLISH, headline="Acme posts record loss"
    )
    house.reader.answer = newer
    await house.enrich()
    for late_result in (
        Analysis(phase=Phase.TIMED_OUT),
        Analysis(phase=Phase.ANALYSED, verdict=BULLISH, headline=TITLE),
    ):
        house.reader.answer = late_result
        await house.lifecycle.readings.enrich(older)
        (stored,) = await house.archive.latest(1)
        assert stored.analysis == newer


async def test_a_late_reading_is_not_made_when_there_is_a_verdict(
    house: House,
) -> None:
    house.reader.answer = Analysis(phase=Phase.TIMED_OUT)
    await house.settle()
    revised = headline("Acme posts record loss", identity=f"id of {TITLE}")
    await house.accept(page(revised))
    house.reader.answer = Analysis(
        phase=Phase.ANALYSED, verdict=BULLISH, headline="Acme posts record loss"
    )
    await house.settle()
    asked = len(house.reader.asked)
    house.clock.advance(5)
    await house.enrich_late()
    assert len(house.reader.asked) == asked


async def test_a_card_left_waiting_is_ended_when_analyses_are_hidden_meanwhile(
    tmp_path: Path,
) -> None:
    clock = ManualClock()
    async with open_house(tmp_path, clock) as house:
        await house.accept(page(headline(TITLE)))
        await house.post()
    clock.advance(1)
    async with open_house(tmp_path, clock, shows_analysis=False) as house:
        await house.settle()
        assert house.screen.lines == [f"edited {TITLE}: off"]


async def test_an_alert_that_broke_every_attempt_is_posted_plain(house: House) -> None:
    (job,) = await house.take("post:main")
    await house.lifecycle.posts.post_plain(house.screen, job)
    assert house.screen.states[0].is_plain


async def test_an_analysis_that_broke_every_attempt_ends_in_an_honest_card(
    house: House,
) -> None:
    await house.post()
    (job,) = await house.take("enrich")
    await house.lifecycle.readings.enrich_failed(job)
    await house.edit()
    assert "internal error" in house.screen.states[-1].analysis.detail


async def test_a_second_channel_that_was_slow_takes_no_verdict_back(
    house: House,
) -> None:
    """Both read the alert before either posted it: each believes it is the first."""
    slow = Screen()
    slow.name = "slow"
    house.routing.add(slow.name)
    await house.accept(page(headline("Acme wins record order")))
    slow.before_post = asyncio.Event()
    (late,) = await house.take("post:slow")
    async with asyncio.TaskGroup() as group:
        group.create_task(house.lifecycle.posts.post(slow, late))
        await slow.entered.wait()
        await house.settle()
        slow.before_post.set()
    for job in await house.take("edit:slow"):
        await house.lifecycle.edits.edit(slow, job)
    stored = (await house.archive.latest(1))[0]
    assert stored.analysis.verdict == BULLISH
    assert slow.lines[0] == "posted Acme wins record order: pending"
    assert slow.lines[-1] == "edited Acme wins record order: analysed"
    assert house.reader.asked.count("Acme wins record order") == 1
