"""Held posts: none goes out, the newest goes first after it, a restart forgets none."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from catalyst_bot.card_state import Phase
from catalyst_bot.delivery.room import PostRoom
from catalyst_bot.lifecycle.pausing import EBB
from catalyst_bot.model import NewsItem
from catalyst_bot.storage import remembered
from tests.clocks import ManualClock
from tests.house import MAX_AGE, House, open_house
from tests.news import headline, page


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, ManualClock()) as house:
        yield house


def story(house: House, number: int) -> NewsItem:
    title = f"Acme{number} posts record profit"
    return headline(title, tickers=(f"ACM{number}",), published_at=house.clock.now())


async def posted(house: House) -> list[str]:
    """Return the titles of all messages in the order in which they went out."""
    await house.post()
    return [title for titles in house.screen.messages for title in titles]


async def test_a_paused_house_records_alerts_and_posts_none(house: House) -> None:
    await house.pause.begin(minutes=None)
    await house.accept(page(story(house, 1)))
    assert await posted(house) == []
    assert len(await house.archive.latest(5)) == 1
    waiting = await house.archive.waiting_posts(before=0.0)
    assert (waiting.posts, waiting.old) == (1, 0)


async def test_edits_and_readings_go_on_while_posts_are_held(house: House) -> None:
    await house.accept(page(story(house, 1)))
    await house.post()
    await house.pause.begin(minutes=None)
    await house.enrich()
    await house.edit()
    assert house.screen.lines[-1] == "edited Acme1 posts record profit: analysed"


async def test_what_was_held_goes_out_newest_first_and_the_old_expires(
    house: House,
) -> None:
    await house.pause.begin(minutes=None)
    await house.accept(page(story(house, 0)))
    house.clock.advance(MAX_AGE)
    for number in (1, 2, 3):
        house.clock.advance(10)
        await house.accept(page(story(house, number)))
    waiting = await house.archive.waiting_posts(before=house.clock.unix() - MAX_AGE)
    assert (waiting.posts, waiting.old) == (4, 1)
    assert await house.pause.end()
    assert await posted(house) == [f"Acme{n} posts record profit" for n in (3, 2, 1)]
    oldest = (await house.archive.latest(4))[-1]
    assert oldest.analysis.phase is Phase.UNUSABLE
    assert oldest.analysis.detail == "not posted: too old"
    shown = house.metrics.render().decode()
    assert 'catalyst_alerts_total{result="expired_paused"} 1.0' in shown
    assert 'catalyst_alerts_total{result="expired"} 0.0' in shown
    assert "catalyst_alert_latency_seconds_count 0.0" in shown


async def test_what_grows_too_old_long_after_a_pause_is_lost_not_held(
    house: House,
) -> None:
    await house.pause.begin(minutes=None)
    await house.accept(page(story(house, 0)))
    house.clock.advance(10)
    await house.pause.end()
    house.clock.advance(MAX_AGE + EBB)
    assert await posted(house) == []
    await house.accept(page(story(house, 1)))
    await posted(house)
    shown = house.metrics.render().decode()
    assert 'catalyst_alerts_total{result="expired"} 1.0' in shown
    assert 'catalyst_alerts_total{result="expired_paused"} 0.0' in shown
    assert "catalyst_alert_latency_seconds_count 1.0" in shown


async def test_an_expired_post_takes_no_other_with_it_into_its_message(
    house: House,
) -> None:
    await house.pause.begin(minutes=None)
    await house.accept(page(story(house, 0)))
    house.clock.advance(MAX_AGE + 1)
    await house.accept(page(*(story(house, number) for number in range(1, 6))))
    await house.pause.end()
    house.screen.tokens = PostRoom(posts=1, urgent=1)
    assert len(await posted(house)) == 5
    assert len(house.screen.messages) == 1


async def test_what_comes_in_after_the_pause_goes_before_what_was_held(
    house: House,
) -> None:
    await house.pause.begin(minutes=None)
    await house.accept(page(story(house, 1)))
    house.clock.advance(1)
    await house.pause.end()
    await house.accept(page(story(house, 2)))
    titles = await posted(house)
    assert titles == [f"Acme{n} posts record profit" for n in (2, 1)]


async def test_a_pause_ends_by_itself_and_a_second_one_moves_its_end(
    house: House,
) -> None:
    first = await house.pause.begin(minutes=5)
    house.clock.advance(60)
    second = await house.pause.begin(minutes=5)
    assert second.since == first.since
    house.clock.advance(5 * 60 - 1)
    await house.pause.load()
    assert await house.archive.hold() == second
    house.clock.advance(1)
    await house.pause.load()
    assert await house.archive.hold() is None
    assert house.health.notices == {}


async def test_a_pause_outlives_the_process(tmp_path: Path) -> None:
    clock = ManualClock()
    async with open_house(tmp_path, clock) as before:
        await before.pause.begin(minutes=10)
        await before.accept(page(story(before, 1)))
    clock.advance(60)
    async with open_house(tmp_path, clock) as house:
        assert await posted(house) == []
        assert "catalyst_posts_paused 1.0" in house.metrics.render().decode()
        await house.pause.end()
        assert await posted(house) == ["Acme1 posts record profit"]


async def test_a_resumption_without_a_pause_says_so(house: House) -> None:
    assert not await house.pause.end()


async def test_an_edit_of_a_held_alert_waits_for_its_post(house: House) -> None:
    await house.pause.begin(minutes=None)
    item = story(house, 1)
    await house.accept(page(item))
    changed = headline(
        "Acme1 posts record profit of $5",
        identity=item.identity,
        tickers=item.tickers,
        published_at=item.published_at,
    )
    await house.accept(page(changed))
    await house.edit()
    await house.pause.end()
    house.clock.advance(timedelta(seconds=6).total_seconds())
    assert (await house.settle())[0].startswith("posted Acme1 posts record profit of")


def test_no_pause_is_recorded_as_one() -> None:
    write = remembered.save_hold(None)
    assert remembered.load_hold(str(write.row["value"])) is None
