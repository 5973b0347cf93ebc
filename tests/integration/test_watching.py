"""What a model finds for a standing query is told once, or not at all."""

import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path

import pytest_asyncio

from catalyst_bot.delivery.routing import Admission
from catalyst_bot.delivery.rules import QuietHours
from catalyst_bot.delivery.rung import Rung
from catalyst_bot.errors import InDoubt, NotSent
from catalyst_bot.lifecycle.office import Office
from catalyst_bot.lifecycle.watching import Watches
from catalyst_bot.model import Interest, NewsItem, Watch
from catalyst_bot.storage.jobs import Job
from catalyst_bot.storage.queues import watch_job
from tests.clocks import ManualClock
from tests.house import MAX_AGE, House, ignore, open_house
from tests.news import headline, page

USER = "1" * 18
TITLE = "Acme posts record profit"


def watch(query: str, *, channel: str = "main", user_id: str = USER) -> Watch:
    return Watch(query=query, threshold=0.7, channel=channel, user_id=user_id)


@dataclass
class Reader:
    """A model by script: `found` are the watches that it says yes to."""

    found: list[Watch] = field(default_factory=list)
    asked: int = 0

    async def hits(self, item: NewsItem, *, within: float) -> Sequence[Interest]:
        self.asked += 1
        return [Interest(watch=one, score=0.9, is_read=True) for one in self.found]


@dataclass
class Bell:
    """Remembers what it rang; `faults` are raised first, oldest first."""

    rung: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)

    async def ring(self, text: str, *, rung: Rung, key: str) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.rung.append((text, rung.users))


@dataclass
class Desk:
    """An accepted alert in whose follow-up the test turns the crank."""

    house: House
    watches: Watches
    reader: Reader
    bell: Bell
    key: str  # of the alert

    async def take(self, queue: str) -> list[Job]:
        self.house.clock.advance(31)  # over every wait of a job
        return await self.house.take(queue)

    async def read(self) -> None:
        for job in await self.take("watch"):
            await self.watches.read(job)

    async def ring(self) -> None:
        for job in await self.take("ring"):
            await self.watches.ring(job)

    async def told(self) -> list[tuple[str, str]]:
        """Return where the alert was wanted after it was posted, and by which query."""
        (stored,) = await self.house.archive.alerts_of([self.key])
        return [(channel, each.watch.query) for channel, each in stored.watches]


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_house(tmp_path, ManualClock()) as house:
        reader, bell = Reader(), Bell()
        office = Office(
            ledger=house.ledger,
            archive=house.archive,
            clock=house.clock,
            metrics=house.metrics,
            jitter=random.Random(1),
            pause=house.pause,
            channels=lambda: house.routing.names,
            changed=ignore,
        )
        watches = Watches(
            office,
            reader,
            house.routing,
            bell_of=lambda name: bell,
            url_of=lambda ref: f"https://discord.example/{ref.message_id}",
            max_age=MAX_AGE,
        )
        await house.accept(page(headline(TITLE)))
        async with house.database.read() as connection:
            key = (await connection.exec_driver_sql("SELECT key FROM alerts")).scalar()
        await house.ledger.done(then=[watch_job(str(key))])
        yield Desk(house, watches, reader, bell, str(key))


async def test_nobody_is_asked_before_the_card_stands(desk: Desk) -> None:
    desk.reader.found = [watch("mergers")]
    await desk.read()
    assert (desk.reader.asked, await desk.told()) == (0, [])
    await desk.house.post()
    await desk.read()
    await desk.read()
    assert (desk.reader.asked, await desk.told()) == (1, [("main", "mergers")])


async def test_where_the_card_stands_it_is_a_ring_with_a_link(desk: Desk) -> None:
    desk.reader.found = [watch("mergers"), watch("@everyone <@2>", user_id="")]
    await desk.house.post()
    await desk.read()
    await desk.ring()
    await desk.ring()
    ((text, users),) = desk.bell.rung
    assert users == (USER,)
    assert text.startswith(f"<@{USER}> Watch mergers (0.90), ")
    assert "@everyone" not in text
    assert "<@2>" not in text
    assert "[card](https://discord.example/m-" in text
    (stored,) = await desk.house.archive.alerts_of([desk.key])
    assert not stored.card_state("main").watches  # no edit rings, or seems to


async def test_where_it_does_not_stand_it_is_a_post(desk: Desk) -> None:
    desk.house.routing.add("desk", Admission())
    desk.reader.found = [watch("mergers", channel="desk")]
    await desk.house.post()
    await desk.read()
    (job,) = await desk.take("post:desk")
    assert job.body == desk.key
    assert not await desk.take("ring")
    (stored,) = await desk.house.archive.alerts_of([desk.key])
    assert [one.watch.query for one in stored.card_state("desk").watches] == ["mergers"]


async def test_quiet_hours_hold_what_a_model_finds(desk: Desk) -> None:
    quiet = QuietHours(start=time(0, 0), end=time(23, 59))
    desk.house.routing.add("desk", Admission(quiet=quiet))
    desk.reader.found = [watch("mergers", channel="desk")]
    await desk.house.post()
    await desk.read()
    assert not await desk.take("post:desk")
    assert not await desk.take("ring")


async def test_a_ring_that_may_have_come_is_not_repeated(desk: Desk) -> None:
    desk.reader.found = [watch("mergers")]
    desk.bell.faults = [InDoubt("no answer")]
    await desk.house.post()
    await desk.read()
    await desk.ring()
    await desk.ring()
    assert not desk.bell.rung


async def test_a_ring_under_way_at_a_crash_is_not_repeated(desk: Desk) -> None:
    desk.reader.found = [watch("mergers")]
    await desk.house.post()
    await desk.read()
    await desk.take("ring")  # and its process dies
    await desk.ring()
    assert not desk.bell.rung


async def test_a_ring_that_was_not_sent_is_sent_later(desk: Desk) -> None:
    desk.reader.found = [watch("mergers")]
    desk.bell.faults = [NotSent("no token")]
    await desk.house.post()
    await desk.read()
    await desk.ring()
    await desk.ring()
    assert len(desk.bell.rung) == 1


async def test_posts_that_are_held_hold_the_rings(desk: Desk) -> None:
    desk.reader.found = [watch("mergers")]
    await desk.house.post()
    await desk.read()
    await desk.house.pause.begin(minutes=None)
    await desk.ring()
    assert not desk.bell.rung
    await desk.house.pause.end()
    await desk.ring()
    assert len(desk.bell.rung) == 1


async def test_what_is_old_or_taken_back_rings_nobody(desk: Desk) -> None:
    desk.reader.found = [watch("mergers")]
    await desk.house.post()
    desk.house.clock.advance(MAX_AGE)
    await desk.read()
    assert (desk.reader.asked, desk.bell.rung) == (0, [])


async def test_a_model_that_finds_nothing_changes_nothing(desk: Desk) -> None:
    await desk.house.post()
    await desk.read()
    assert (await desk.told(), await desk.take("ring")) == ([], [])
