"""One host is asked at its own pace, whatever number of sources it has."""

import asyncio

import pytest

from catalyst_bot.errors import SourceError
from catalyst_bot.sources.hosts import MOST_HOSTS, HostGate, HostRule
from tests.clocks import ManualClock

SEC = "https://www.sec.gov/cgi-bin/browse-edgar"
SEC_SEARCH = "https://efts.sec.gov/LATEST/search-index"


async def times_of(gate: HostGate, clock: ManualClock, *urls: str) -> list[float]:
    found = []
    for url in urls:
        async with gate.slot(url):
            found.append(clock.passed)
    return found


async def test_the_sec_gets_five_requests_a_second_over_all_its_names() -> None:
    clock = ManualClock()
    gate = HostGate(clock=clock)
    times = await times_of(gate, clock, *[SEC, SEC_SEARCH] * 10)
    assert times[:5] == [0.0] * 5
    assert times[-1] == pytest.approx(15 / 5)
    assert max(sum(t <= x < t + 1 for x in times) for t in times) <= 10


async def test_a_name_that_only_ends_alike_is_another_host() -> None:
    clock = ManualClock()
    gate = HostGate(clock=clock)
    gate.cool(SEC, 600)
    assert await times_of(gate, clock, "https://notsec.gov/") == [0.0]


async def test_hosts_do_not_wait_for_each_other() -> None:
    clock = ManualClock()
    gate = HostGate(clock=clock, rules={"a.example": HostRule(per_second=1, burst=1)})
    urls = ["https://a.example/"] * 3 + ["https://b.example/"]
    assert await times_of(gate, clock, *urls) == [0.0, 1.0, 2.0, 2.0]


async def test_a_third_request_waits_for_a_connection() -> None:
    gate = HostGate(clock=ManualClock())
    entered: list[int] = []
    full, leave = asyncio.Event(), asyncio.Event()

    async def visit(number: int) -> None:
        async with gate.slot("https://a.example/"):
            entered.append(number)
            if len(entered) == 2:
                full.set()
            await leave.wait()

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        for number in range(3):
            group.create_task(visit(number))
        await full.wait()
        assert entered == [0, 1]
        leave.set()
    assert entered == [0, 1, 2]


async def test_waiting_for_the_rate_holds_no_connection() -> None:
    started = asyncio.Event()

    class Held(ManualClock):
        async def sleep(self, seconds: float) -> None:
            self.advance(seconds)
            started.set()
            await asyncio.Event().wait()

    rule = HostRule(per_second=1, burst=1, connections=1)
    gate = HostGate(clock=Held(), rules={"a.example": rule})
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        async with gate.slot("https://a.example/1"):
            waiting = group.create_task(_visit(gate, "https://a.example/2"))
            await started.wait()
        assert not waiting.done()
        waiting.cancel()


async def _visit(gate: HostGate, url: str) -> None:
    async with gate.slot(url):
        raise AssertionError("its turn cannot have come")


async def test_a_cooled_host_refuses_at_once_and_says_for_how_long() -> None:
    clock = ManualClock()
    gate = HostGate(clock=clock)
    gate.cool(SEC, 600)
    clock.advance(100)
    with pytest.raises(SourceError, match="cools down for 500 s") as caught:
        await times_of(gate, clock, SEC_SEARCH)
    assert caught.value.retry_after == pytest.approx(500)
    clock.advance(500)
    assert await times_of(gate, clock, SEC) == [600.0]


async def test_an_ordinary_host_is_not_cooled_by_one_of_its_feeds() -> None:
    clock = ManualClock()
    gate = HostGate(clock=clock)
    gate.cool("https://a.example/1", 600)
    assert await times_of(gate, clock, "https://a.example/2") == [0.0]


async def test_a_source_that_was_waiting_when_its_host_blocked_us_asks_nothing() -> (
    None
):
    clock = ManualClock()
    gate = HostGate(
        clock=clock, rules={"a.example": HostRule(connections=1, is_cooled=True)}
    )
    entered = asyncio.Event()

    async def block() -> None:
        async with gate.slot("https://a.example/1"):
            entered.set()
            await asyncio.sleep(0)
            gate.cool("https://a.example/1", 600)

    async with asyncio.TaskGroup() as group:
        group.create_task(block())
        await entered.wait()
        with pytest.raises(SourceError, match="cools down"):
            await times_of(gate, clock, "https://a.example/2")


async def test_documents_leave_turns_for_the_feeds() -> None:
    clock = ManualClock()
    gate = HostGate(clock=clock)
    found = []
    for _ in range(5):
        async with gate.spare(SEC):
            found.append(clock.passed)
    assert found == pytest.approx([0.0, 0.0, 0.0, 0.2, 0.4])
    assert await times_of(gate, clock, SEC, SEC) == pytest.approx([0.4, 0.4])


async def test_documents_never_hold_the_last_connection_of_a_host() -> None:
    gate = HostGate(clock=ManualClock())
    leave = asyncio.Event()

    async def read() -> None:
        async with gate.spare("https://a.example/release"):
            await leave.wait()

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(read())
        await asyncio.sleep(0)
        async with gate.slot("https://a.example/feed"):
            leave.set()


async def test_a_document_that_gives_up_waiting_takes_no_turn() -> None:
    class Held(ManualClock):
        async def sleep(self, seconds: float) -> None:
            await asyncio.Event().wait()

    clock = Held()
    rule = HostRule(per_second=1, burst=3, connections=9)
    gate = HostGate(clock=clock, rules={"a.example": rule})
    async with gate.spare("https://a.example/1"):
        pass
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01), gate.spare("https://a.example/2"):
                raise AssertionError("its turn cannot have come")
    assert await times_of(gate, clock, *["https://a.example/feed"] * 2) == [0.0] * 2


def hosts(count: int) -> list[str]:
    return [f"https://host{number}.example/" for number in range(count)]


async def test_hosts_that_nobody_asks_any_more_are_forgotten() -> None:
    clock = ManualClock()
    gate = HostGate(clock=clock)
    for url in hosts(5 * MOST_HOSTS):
        async with gate.slot(url):
            clock.advance(0.1)
        assert len(gate._hosts) <= MOST_HOSTS


async def test_a_host_is_minded_however_many_others_are_asked_meanwhile() -> None:
    clock = ManualClock()
    gate = HostGate(clock=clock, rules={"a.example": HostRule(per_second=1, burst=1)})
    url = "https://a.example/"
    async with gate.slot(url):
        await times_of(gate, clock, *hosts(MOST_HOSTS))
        clock.advance(0.5)
    await times_of(gate, clock, *hosts(2 * MOST_HOSTS))
    assert await times_of(gate, clock, url) == [1.0]


async def test_a_host_stays_cool_however_many_others_are_asked_meanwhile() -> None:
    clock = ManualClock()
    gate = HostGate(clock=clock)
    gate.cool(SEC, 600)
    clock.advance(599)
    await times_of(gate, clock, *hosts(2 * MOST_HOSTS))
    with pytest.raises(SourceError):
        await times_of(gate, clock, SEC)


async def test_whoever_waits_for_a_connection_keeps_its_host_remembered() -> None:
    clock = ManualClock()
    gate = HostGate(clock=clock)
    url = "https://a.example/"
    entered, leave = asyncio.Event(), asyncio.Event()

    async def visit() -> None:
        async with gate.slot(url):
            entered.set()
            await leave.wait()

    async with asyncio.timeout(40), asyncio.TaskGroup() as group:
        first = [group.create_task(visit()) for _ in range(2)]
        await entered.wait()
        clock.advance(60)
        await times_of(gate, clock, *hosts(2 * MOST_HOSTS))
        entered.clear()
        third = group.create_task(visit())
        for _ in range(5):
            await asyncio.sleep(0)
        assert not entered.is_set()
        leave.set()
    assert all(task.done() for task in (*first, third))
