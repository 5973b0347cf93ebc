"""The order in which posts go after an outage, and what is counted of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from catalyst_bot.model import BREAKING
from catalyst_bot.storage.jobs import NewJob
from catalyst_bot.storage.told import Told
from tests.clocks import ManualClock
from tests.house import House, open_house
from tests.news import headline, page

QUEUE = "post:somewhere"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, ManualClock()) as house:
        yield house


async def test_what_waited_goes_newest_first_behind_breaking_news(
    house: House,
) -> None:
    for key, priority in (("old", 0.9), ("breaking", BREAKING + 0.1), ("new", 0.1)):
        job = NewJob(queue=QUEUE, key=key, priority=priority, delay=600)
        await house.ledger.done(then=[job])
        house.clock.advance(60)
    told = Told(house.database, house.ledger)
    assert await told.waiting() == 3
    await told.let_go_newest_first(unix=house.clock.unix())
    later = NewJob(queue=QUEUE, key="just in", priority=0.05)
    await house.ledger.done(then=[later])
    taken = await house.ledger.take(QUEUE, 10, lease=15, wait=0)
    assert [job.key for job in taken] == ["breaking", "just in", "new", "old"]


async def test_each_alert_is_counted_once_and_what_came_too_late_as_well(
    house: House,
) -> None:
    told = Told(house.database, house.ledger)
    began = house.clock.unix()
    late = headline("Beta wins a large order", published_at=house.clock.start)
    house.clock.advance(3600)
    fresh = headline("Acme posts record profit", published_at=house.clock.now())
    await house.accept(page(fresh, late))
    await house.post()
    assert await told.posted_since(began) == 1
    assert await told.stale_since(began) == 1
    assert await told.posted_since(house.clock.unix() + 1) == 0
