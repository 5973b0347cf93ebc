"""Who gets a slot, who waits, and who is told that there were too many."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from catalyst_bot.llm.gate import Gate
from catalyst_bot.llm.limit import Limit
from catalyst_bot.llm.model import Lane, LLMError, LLMErrorKind
from catalyst_bot.llm.rate import Window
from catalyst_bot.llm.terms import Terms
from tests.clocks import ManualClock

FAR = 1e6  # a deadline that never comes


class Room:
    """A gate with callers whose order of service is recorded."""

    def __init__(
        self,
        *,
        limit: int = 1,
        service: float = 0.0,
        max_waiting: int = 100,
        per_minute: int = 0,
    ) -> None:
        self.clock = ManualClock()
        self.gate = Gate(
            limit=Limit(limit, monotonic=self.clock.monotonic),
            window=Window(per_minute, monotonic=self.clock.monotonic),
            service=lambda _: service,
            monotonic=self.clock.monotonic,
            max_waiting=max_waiting,
        )
        self.terms: dict[str, Terms] = {}
        self.served: list[str] = []
        self.busy: dict[str, int] = {}
        self.kinds: set[LLMErrorKind] = set()
        self.doors: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def enter(
        self,
        name: str,
        *,
        value: float = 0.0,
        by: float = FAR,
        lane: Lane = Lane.ALERT,
    ) -> None:
        """Start a caller and let it get as far as it can."""
        self.doors[name] = asyncio.Event()
        now = self.clock.monotonic()
        self.terms[name] = Terms(began=now, deadline=by, lane=lane, value=value)
        self.tasks[name] = asyncio.ensure_future(self._call(name))
        await settle()

    async def leave(self, name: str) -> None:
        """Let a caller that holds a slot go."""
        self.doors[name].set()
        await self.tasks[name]
        await settle()

    async def _call(self, name: str) -> None:
        terms = self.terms[name]
        try:
            if self.gate.try_enter(terms) is None:
                await self.gate.wait(terms)
        except LLMError as error:
            self.kinds.add(error.kind)
            self.busy[name] = error.ahead
            return
        try:
            self.served.append(name)
            await self.doors[name].wait()
        finally:
            self.gate.leave(terms)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
def room() -> Room:
    return Room()


@contextmanager
def nobody_left(room: Room) -> Iterator[None]:
    """Check that no slot leaked and nobody is forgotten in the queue."""
    yield
    assert room.gate.is_idle
    assert room.kinds <= {LLMErrorKind.BUSY}
    assert (room.gate.in_flight, room.gate.waiting) == (0, 0)


async def test_no_more_than_the_limit_hold_a_slot() -> None:
    room = Room(limit=2)
    with nobody_left(room):
        for name in "abcd":
            await room.enter(name)
        assert room.served == ["a", "b"]
        assert (room.gate.in_flight, room.gate.waiting) == (2, 2)
        assert not room.gate.is_idle
        for name in "abdc":
            await room.leave(name)
    assert room.served == ["a", "b", "d", "c"]


async def test_batches_leave_a_slot_to_the_alerts_once_there_are_any() -> None:
    room = Room(limit=2)
    with nobody_left(room):
        for name in ("b1", "b2", "b3"):
            await room.enter(name, lane=Lane.BATCH)
        await room.enter("alert")
        await room.leave("b1")  # nobody kept a slot before the first alert
        await room.leave("b2")
        assert room.served == ["b1", "b2", "alert"]
        await room.leave("alert")
        assert room.served == ["b1", "b2", "alert", "b3"]
        await room.enter("b4", lane=Lane.BATCH)
        await room.enter("next")
        assert room.served[4:] == ["next"]
        for name in ("next", "b3", "b4"):
            await room.leave(name)


async def test_a_server_of_one_slot_serves_batches_after_the_alerts() -> None:
    room = Room(limit=1)
    with nobody_left(room):
        await room.enter("alert")
        await room.enter("batch", lane=Lane.BATCH)
        for name in ("alert", "batch"):
            await room.leave(name)


async def test_the_most_valuable_goes_first_then_the_newest(room: Room) -> None:
    with nobody_left(room):
        await room.enter("running")
        for name, value in [("low", 0.1), ("high", 0.9), ("mid", 0.5), ("mid2", 0.5)]:
            await room.enter(name, value=value)
        for name in ["running", "high", "mid2", "mid", "low"]:
            await room.leave(name)
    assert room.served == ["running", "high", "mid2", "mid", "low"]


async def test_who_cannot_start_in_time_is_told_how_many_were_ahead() -> None:
    room = Room(limit=2, service=2.0)
    with nobody_left(room):
        for name in ["one", "two", "waits"]:
            await room.enter(name, value=0.5)
        await room.enter("late", by=2.0)  # an answer takes 2 s: it had to start now
        await asyncio.wait([room.tasks["late"]])
        assert room.busy == {"late": 3}
        for name in ["one", "two", "waits"]:
            await room.leave(name)


async def test_the_wait_ends_when_only_the_service_time_is_left() -> None:
    room = Room(service=1.0)
    with nobody_left(room):
        await room.enter("running")
        await room.enter("late", by=1.02)
        async with asyncio.timeout(0.9):  # well before its deadline
            await asyncio.wait([room.tasks["late"]])
        assert room.busy == {"late": 1}
        await room.leave("running")


async def test_a_free_slot_is_given_however_near_the_deadline() -> None:
    room = Room(service=5.0)
    with nobody_left(room):
        await room.enter("hopeful", by=1.0)
        assert room.served == ["hopeful"]
        await room.leave("hopeful")


async def test_a_full_queue_refuses_the_least_valuable_at_once() -> None:
    room = Room(max_waiting=2)
    with nobody_left(room):
        await room.enter("running")
        await room.enter("mid", value=0.5)
        await room.enter("low", value=0.1)
        await room.enter("high", value=0.9)
        assert room.busy == {"low": 3}
        await room.enter("lowest", value=0.0)
        assert room.busy == {"low": 3, "lowest": 3}
        for name in ["running", "high", "mid"]:
            await room.leave(name)
    assert room.served == ["running", "high", "mid"]


async def test_a_cancelled_waiter_is_forgotten(room: Room) -> None:
    with nobody_left(room):
        await room.enter("running")
        await room.enter("gone")
        room.tasks["gone"].cancel()
        await asyncio.wait([room.tasks["gone"]])
        assert room.gate.waiting == 0
        await room.leave("running")


async def test_a_slot_handed_to_a_cancelled_waiter_goes_on_to_the_next(
    room: Room,
) -> None:
    with nobody_left(room):
        for name in ["running", "next", "gone"]:
            await room.enter(name)
        room.doors["running"].set()
        await asyncio.sleep(0)
        assert room.gate.waiting == 1  # its slot is on the way to "gone"
        room.tasks["gone"].cancel()
        await settle()
        assert room.served == ["running", "next"]
        await room.leave("next")


async def test_a_slot_is_never_handed_to_one_who_was_cancelled_before(
    room: Room,
) -> None:
    with nobody_left(room):
        for name in ["running", "gone", "next"]:
            await room.enter(name)
        room.doors["running"].set()  # it runs first, while they are being cancelled
        room.tasks["gone"].cancel()
        room.tasks["next"].cancel()
        await asyncio.wait(room.tasks.values())
    assert room.served == ["running"]


async def test_a_caller_cancelled_in_its_slot_gives_it_back(room: Room) -> None:
    with nobody_left(room):
        for name in ["running", "next"]:
            await room.enter(name)
        room.tasks["running"].cancel()
        await settle()
        assert room.served == ["running", "next"]
        await room.leave("next")


async def test_lanes_go_before_values(room: Room) -> None:
    order = ["breaking", "alert", "interactive", "batch", "late"]
    with nobody_left(room):
        await room.enter("running")
        for worth, name in enumerate(reversed(order)):
            value = 1.0 - worth / 10  # the humblest lane has the highest value
            await room.enter(name, lane=Lane[name.upper()], value=-value)
        for name in ["running", *order]:
            await room.leave(name)
    assert room.served == ["running", *order]


async def test_a_late_one_goes_only_while_nobody_else_does() -> None:
    room = Room(limit=3)
    with nobody_left(room):
        await room.enter("alert")
        await room.enter("late", lane=Lane.LATE)
        await room.enter("later", lane=Lane.LATE, value=0.5)
        assert room.served == ["alert"]
        await room.enter("batch", lane=Lane.BATCH)
        assert room.served == ["alert", "batch"]  # a slot is free, and it may have it
        await room.leave("alert")
        assert room.served == ["alert", "batch"]
        await room.leave("batch")
        assert room.served == ["alert", "batch", "later"]
        await room.enter("alert2")
        assert room.served[-1] == "alert2"
        for name in ["later", "alert2", "late"]:
            await room.leave(name)
    assert room.served[-1] == "late"


async def test_the_queue_is_as_long_as_the_rate_times_the_deadline() -> None:
    room = Room(service=0.5)  # two a second
    with nobody_left(room):
        for number in range(40):
            await room.enter(str(number), value=number / 40, by=10.1)
        assert (room.gate.in_flight, room.gate.waiting) == (1, 19)
        assert set(room.busy) == {str(number) for number in range(1, 21)}
        for name in ["0", *map(str, range(39, 20, -1))]:
            room.clock.advance(0.5)
            await room.leave(name)
    assert len(room.served) == 20


async def test_what_has_become_hopeless_is_refused_when_a_slot_comes_back() -> None:
    room = Room(service=1.0)
    with nobody_left(room):
        await room.enter("running")
        await room.enter("first", value=1.0, by=9.0)
        await room.enter("second", value=0.5, by=4.0)
        room.clock.advance(2.5)  # the first took longer than usual
        await room.leave("running")
        assert room.busy == {"second": 1}
        await room.leave("first")


async def test_a_raised_waiter_moves_forward_and_waits_longer(room: Room) -> None:
    with nobody_left(room):
        await room.enter("running")
        await room.enter("humble", lane=Lane.BATCH, by=0.5)
        await room.enter("alert")
        terms = room.terms["humble"]
        terms.join(deadline=FAR, lane=Lane.BREAKING, value=0.0)
        await asyncio.sleep(0.6)  # beyond its first deadline
        for name in ["running", "humble", "alert"]:
            await room.leave(name)
    assert room.served == ["running", "humble", "alert"]


async def test_the_window_is_opened_to_the_most_urgent() -> None:
    room = Room(limit=5, per_minute=2)
    with nobody_left(room):
        for name in ["one", "two"]:
            await room.enter(name)
        await room.enter("humble", value=0.1)
        await room.enter("urgent", value=0.9)
        await room.leave("one")
        assert room.served == ["one", "two"]
        room.clock.advance(60.0)
        await room.leave("two")
        assert room.served == ["one", "two", "urgent", "humble"]
        for name in ["urgent", "humble"]:
            await room.leave(name)


async def test_nobody_waits_for_a_window_that_opens_too_late() -> None:
    room = Room(limit=5, per_minute=1, service=0.1)
    with nobody_left(room):
        await room.enter("one")
        await room.enter("two", by=50.0)
        assert room.busy == {"two": 1}
        await room.leave("one")
