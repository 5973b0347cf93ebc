"""Alerts that share a message: committed together, edited apart, never cut anew."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from catalyst_bot.card_state import Analysis, MessageRef, Phase
from catalyst_bot.delivery.recall import Fate, Recall
from catalyst_bot.delivery.room import PostRoom
from catalyst_bot.errors import InDoubt, MessageGone, NotSent
from catalyst_bot.storage.handover import hand_over
from catalyst_bot.storage.jobs import NewJob
from tests.clocks import ManualClock
from tests.house import MAX_AGE, House, open_house, to_page
from tests.news import headline, page

NAMES = ("profit", "loss", "merger")
TITLES = tuple(f"Acme posts record {name}" for name in NAMES)
OTHER = "Globex wins record order"
ONE_TOKEN = PostRoom(posts=1, urgent=1)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, ManualClock()) as house:
        house.screen.tokens = ONE_TOKEN
        await house.accept(page(*map(headline, reversed(TITLES))))
        yield house


async def posted(house: House) -> tuple[MessageRef, ...]:
    await house.post()
    stored = await house.archive.latest(5)
    refs = [each.message("main") for each in stored]
    return tuple(message.ref for message in refs if message)


async def test_alerts_share_a_message_when_there_is_one_token(house: House) -> None:
    refs = await posted(house)
    assert house.screen.messages == [TITLES]
    assert house.screen.promised == [1]
    assert {ref.message_id for ref in refs} == {refs[0].message_id}
    assert sorted(ref.position for ref in refs) == [0, 1, 2]
    assert {ref.cards for ref in refs} == {3}


async def test_a_verdict_edits_its_message_with_all_the_cards(house: House) -> None:
    await house.post()
    (job, *others) = await house.take("enrich")
    await house.lifecycle.readings.enrich(job)
    await house.edit()
    edited = [line for line in house.screen.lines if line.startswith("edited")]
    assert edited == [
        f"edited {TITLES[0]}: analysed",
        f"edited {TITLES[1]}: pending",
        f"edited {TITLES[2]}: pending",
    ]
    assert len(others) == 2


async def test_verdicts_that_come_together_make_one_edit(house: House) -> None:
    await house.post()
    await house.enrich()
    (first, *_) = await house.ledger.take("edit:main", 1, lease=25, wait=0)
    await house.lifecycle.edits.edit(house.screen, first)
    assert house.screen.edits == [3]
    assert await house.take("edit:main") == []
    counted = await house.archive.latest(5)
    assert [each.messages[0].edits for each in counted] == [1, 1, 1]


async def test_a_failed_edit_of_a_batch_comes_again_for_all(house: House) -> None:
    await house.post()
    await house.enrich()
    house.screen.faults = [NotSent("429", retry_after=5)]
    (first, *_) = await house.ledger.take("edit:main", 1, lease=25, wait=0)
    await house.lifecycle.edits.edit(house.screen, first)
    assert await house.take("edit:main") == []
    house.clock.advance(6)
    await house.edit()
    assert house.screen.edits[0] == 3
    assert {s.analysis.phase for s in house.screen.states[-3:]} == {Phase.ANALYSED}


async def test_a_batch_in_doubt_comes_again_as_the_same_message(house: House) -> None:
    house.screen.faults = [InDoubt("HTTP 502")]
    house.screen.memory = Recall(fate=Fate.NONCE)
    await house.post()
    await house.accept(page(headline(OTHER, tickers=("GLBX",))))
    house.clock.advance(10)
    house.screen.tokens = PostRoom(posts=5, urgent=5)
    await house.post()
    assert set(house.screen.messages) == {TITLES, (OTHER,)}
    (asked, _since) = house.screen.asked[0]
    assert len(asked) == 3
    assert not any(state.is_resent for state in house.screen.states)


async def test_a_batch_that_stands_there_is_adopted(house: House) -> None:
    house.screen.faults = [InDoubt("HTTP 502")]
    await house.post()
    house.clock.advance(10)
    refs = tuple(
        MessageRef(channel="main", channel_id="1", message_id="7", position=n, cards=3)
        for n in range(3)
    )
    made = house.clock.unix() - 8
    house.screen.memory = Recall(fate=Fate.ADOPTED, refs=refs, posted=made)
    found = await posted(house)
    assert house.screen.messages == []
    assert set(found) == set(refs)
    text = house.metrics.render().decode()
    assert 'posts_in_doubt_total{outcome="adopted"} 1.0' in text
    assert 'duplicates_suppressed_total{how="reconcile"} 1.0' in text
    assert len(await house.take("enrich")) == 3


async def test_a_deleted_message_is_not_posted_again(house: House) -> None:
    house.screen.faults = [MessageGone("404, code 10008")]
    await house.post()
    house.clock.advance(10)
    await house.post()
    assert house.screen.messages == []
    text = house.metrics.render().decode()
    assert 'alerts_total{result="deleted"} 3.0' in text
    stored = await house.archive.latest(5)
    deleted = Analysis(phase=Phase.UNUSABLE, detail="its message was deleted")
    assert {each.analysis for each in stored} == {deleted}


async def test_a_batch_grows_too_old_like_any_post(house: House) -> None:
    house.screen.faults = [NotSent("refused", retry_after=MAX_AGE + 1)]
    await house.post()
    house.clock.advance(MAX_AGE + 2)
    await house.post()  # it is parted
    await house.post()
    assert house.screen.messages == []
    text = house.metrics.render().decode()
    assert 'alerts_total{result="expired"} 3.0' in text


async def test_an_old_alert_takes_no_young_one_of_its_batch_with_it(
    house: House,
) -> None:
    house.clock.advance(MAX_AGE - 5)
    await house.accept(page(headline(OTHER, published_at=house.clock.now())))
    house.screen.faults = [NotSent("429")]
    await house.post()  # all four in one message
    house.clock.advance(20)
    await house.post()  # too old as a whole: parted
    await house.post()
    assert house.screen.messages == [(OTHER,)]
    assert 'alerts_total{result="expired"} 3.0' in house.metrics.render().decode()
    assert await house.take("post:main") == []


async def test_a_batch_in_doubt_is_never_parted(house: House) -> None:
    house.screen.faults = [InDoubt("HTTP 502")]
    await house.post()
    house.clock.advance(MAX_AGE + 1)
    await house.post()
    await house.post()
    assert house.screen.messages == []


async def test_a_batch_that_broke_every_attempt_goes_out_plain_and_is_read_all_the_same(
    house: House,
) -> None:
    taken = await house.take("post:main")
    (job,) = await house.lifecycle.posts.gather(house.screen, taken)
    await house.lifecycle.posts.post_plain(house.screen, job)
    assert house.screen.messages == [TITLES]
    assert all(state.is_plain for state in house.screen.states)
    await house.enrich()
    await house.edit()
    shown = house.screen.states[-len(TITLES) :]
    assert all(state.analysis.phase is Phase.ANALYSED for state in shown)
    assert not any(state.is_plain for state in shown)


async def test_an_alert_of_a_waiting_batch_is_still_coming(house: House) -> None:
    house.screen.faults = [NotSent("429", retry_after=30)]
    await house.post()
    copy = headline(TITLES[0], identity="copy", source="other")
    await house.accept(page(copy))
    edits = await house.take("edit:main")
    assert len(edits) == 1
    await house.lifecycle.edits.edit(house.screen, edits[0])
    house.clock.advance(31)
    await house.post()
    await house.edit()
    assert house.screen.edits == [3]


async def test_a_killed_bot_posts_its_batch_as_it_was_cut(tmp_path: Path) -> None:
    clock = ManualClock()
    async with open_house(tmp_path, clock) as before:
        before.screen.tokens = ONE_TOKEN
        await before.accept(page(*map(headline, TITLES)))
        taken = await before.take("post:main")
        await before.lifecycle.posts.gather(before.screen, taken)
    async with open_house(tmp_path, clock) as after:
        await after.post()  # with tokens for each
        assert [len(titles) for titles in after.screen.messages] == [3]


async def test_a_batch_for_a_channel_that_is_gone_is_parted(house: House) -> None:
    house.screen.faults = [NotSent("429", retry_after=30)]
    await house.post()
    await hand_over(house.database, channels={"page"}, route=to_page)
    jobs = await house.take("post:page")
    assert len(jobs) == 3
    assert all(not job.is_joined for job in jobs)
    assert await house.take("post:main") == []


async def test_breaking_alerts_are_taken_first_and_alone(house: House) -> None:
    key = "feed:breaking"
    await house.ledger.done(
        then=[NewJob(queue="post:main", key=key, body=key, priority=2.5)]
    )
    taken = await house.take("post:main")
    assert taken[0].key == key
    (first, *rest) = await house.lifecycle.posts.gather(house.screen, taken)
    assert (first.key, rest) == (key, [])
    assert len(await house.take("post:main")) == 3  # they went back


async def test_while_only_kept_tokens_are_left_calm_posts_are_not_taken(
    house: House,
) -> None:
    house.screen.tokens = PostRoom(posts=0, urgent=2, wait=0.5)
    room = await house.lifecycle.posts.room(house.screen)
    assert (room.jobs, room.wait) == (20, 0.5)  # ten to a message
    taken = await house.ledger.take(
        "post:main", room.jobs, lease=15, wait=0, floor=room.floor
    )
    assert taken == []
