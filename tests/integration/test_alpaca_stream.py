"""Alpaca's news over a real websocket: pushed, caught up with, never lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from catalyst_bot.clock import FastClock
from catalyst_bot.errors import StorageError
from catalyst_bot.model import Page, SourceKind, SourceState
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.secret import Secret
from catalyst_bot.simulation.alpaca import KEY_ID, SECRET, FakeAlpaca, Note
from catalyst_bot.sources.alpaca_rest import AlpacaRest
from catalyst_bot.sources.alpaca_stream import AlpacaStream
from catalyst_bot.sources.alpaca_wire import AlpacaKeys, open_wire
from catalyst_bot.sources.catalogue import SourceConfig
from catalyst_bot.sources.fetch import open_feed_session
from catalyst_bot.sources.hosts import HostGate
from catalyst_bot.sources.report import SourceReport
from tests.clocks import NOON
from tests.polling import WatchedHealth
from tests.waiting import until

SPEED = 100.0  # event seconds in a real one: rests are short, deadlines are real


class Ledger:
    """A sink that knows what it has seen, as intake does; `gate` holds commits up."""

    def __init__(self) -> None:
        self.pages: list[Page] = []
        self.state = SourceState()
        self.gate = asyncio.Event()
        self.gate.set()
        self.fault: Exception | None = None
        self.silent: list[str] = []
        self.told: list[str] = []  # headlines, each state of an id once

    async def state_of(self, source: str) -> SourceState:
        return self.state

    async def accept(self, page: Page) -> None:
        await self.gate.wait()
        if self.fault is not None:
            raise self.fault
        self.pages.append(page)
        self.state = page.state
        kept = self.silent if page.is_silent else self.told
        for item in reversed(page.items):
            if item.title not in (*self.told, *self.silent):
                kept.append(item.title)


@dataclass(kw_only=True)
class Newsdesk:
    """A stream that runs, and the server that it reads."""

    server: FakeAlpaca
    clock: FastClock = field(default_factory=lambda: FastClock(start=NOON, speed=SPEED))
    ledger: Ledger = field(default_factory=Ledger)
    health: WatchedHealth = field(default_factory=WatchedHealth)
    metrics: Metrics = field(default_factory=Metrics)
    keys: tuple[str, str] = (KEY_ID, SECRET)
    heartbeat: float = 20.0
    deadline: float = 5.0
    interval: float = 5.0
    look: float = 10.0

    def note(self, number: int, headline: str, *, age: float = 0.0) -> Note:
        return Note(
            id=number,
            headline=headline,
            symbols=("ACME",),
            created_at=self.clock.now() - timedelta(seconds=age),
        )

    async def subscribed(self, times: int = 1) -> None:
        await self.server.wait_for(lambda: self.server.entered >= times, 10)

    async def cut(self) -> None:
        """End all streams as a server does that is restarted."""
        for stream in list(self.server.streams):
            await stream.close(code=1012)

    async def primed(self) -> None:
        await self.subscribed()
        await until(lambda: self.ledger.state.is_primed)

    async def tells(self, *titles: str) -> None:
        await until(lambda: self.ledger.told == list(titles))

    def value(self, kind: str) -> float:
        sample = f'catalyst_stream_messages_total{{kind="{kind}",source="stream"}} '
        for line in self.metrics.render().decode().splitlines():
            if line.startswith(sample):
                return float(line.removeprefix(sample))
        return 0.0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        session = open_feed_session(
            user_agent="tests", allow_private=True, ports=frozenset()
        )
        keys = AlpacaKeys(key_id=Secret(self.keys[0]), secret=Secret(self.keys[1]))
        async with session, asyncio.TaskGroup() as group:
            stream = AlpacaStream(
                self._config(),
                wire=partial(
                    open_wire,
                    session,
                    self.server.stream_url,
                    keys=keys,
                    heartbeat=self.heartbeat,
                    deadline=self.deadline,
                ),
                rest=AlpacaRest(
                    self.server.rest_url,
                    headers=keys.headers(),
                    session=session,
                    gate=HostGate(clock=self.clock),
                    clock=self.clock,
                    deadline=self.deadline,
                ),
                sink=self.ledger,
                clock=self.clock,
                report=SourceReport(
                    "stream",
                    clock=self.clock,
                    metrics=self.metrics,
                    health=self.health,
                ),
                metrics=self.metrics,
                random=lambda: 0.5,
                look=self.look,
            )
            task = group.create_task(stream.run())
            yield
            task.cancel()

    def _config(self) -> SourceConfig:
        return SourceConfig(
            name="stream",
            kind=SourceKind.ALPACA,
            url=self.server.stream_url,
            rest_url=self.server.rest_url,
            interval=self.interval,
            enabled=True,
            is_market=False,
            zone=ZoneInfo("UTC"),
        )


@pytest.fixture
async def desk() -> AsyncIterator[Newsdesk]:
    async with FakeAlpaca().open() as server:
        yield Newsdesk(server=server)


async def test_what_was_there_before_is_recorded_in_silence(desk: Newsdesk) -> None:
    desk.server.list_only(desk.note(1, "old"), desk.note(2, "older", age=60))
    async with desk.running():
        await desk.primed()
    assert desk.ledger.silent == ["older", "old"]
    assert desk.ledger.told == []


async def test_news_is_told_as_it_is_pushed(desk: Newsdesk) -> None:
    async with desk.running():
        await desk.primed()
        await desk.server.push(desk.note(1, "first"), desk.note(2, "second"))
        await desk.tells("first", "second")
    (page,) = [page for page in desk.ledger.pages if page.items]
    assert not page.is_silent
    assert page.state.cursor >= max(i.published_at.isoformat() for i in page.items)


async def test_news_that_comes_before_the_first_page_is_no_old_news(
    desk: Newsdesk,
) -> None:
    desk.server.is_rest_hanging = True
    async with desk.running():
        await desk.subscribed()
        await desk.server.push(desk.note(1, "breaking"))
        await desk.tells("breaking")
    assert not desk.ledger.state.is_primed


async def test_what_happened_while_the_stream_was_away_is_caught_up_with(
    desk: Newsdesk,
) -> None:
    async with desk.running():
        await desk.primed()
        await desk.server.push(desk.note(1, "before"))
        await desk.tells("before")
        await desk.cut()
        desk.server.list_only(desk.note(2, "missed"))
        await desk.subscribed(2)
        await desk.tells("before", "missed")


async def test_a_restart_goes_on_where_it_ended(desk: Newsdesk) -> None:
    async with desk.running():
        await desk.primed()
        await desk.server.push(desk.note(1, "before"))
        await desk.tells("before")
    desk.server.list_only(desk.note(2, "meanwhile"))
    async with desk.running():
        await desk.tells("before", "meanwhile")
    assert desk.ledger.silent == []


async def test_only_what_came_since_the_last_item_is_asked_for(desk: Newsdesk) -> None:
    async with desk.running():
        await desk.primed()
        await desk.server.push(desk.note(1, "before"))
        await desk.tells("before")
        calls = len(desk.server.rest_calls)
        await desk.cut()
        await desk.server.wait_for(lambda: len(desk.server.rest_calls) > calls, 10)
    start = desk.server.rest_calls[-1].query["start"]
    cursor = desk.ledger.state.cursor
    assert start < cursor.replace("+00:00", "Z")


async def test_many_missed_items_are_read_page_by_page(desk: Newsdesk) -> None:
    desk.ledger.state = SourceState(is_primed=True, cursor=NOON.isoformat())
    desk.server.list_only(*(desk.note(n, f"note {n}") for n in range(1, 121)))
    async with desk.running():
        await until(lambda: len(desk.ledger.told) == 120)
    assert len(desk.server.rest_calls) == 3


async def test_an_update_comes_under_the_same_identity(desk: Newsdesk) -> None:
    async with desk.running():
        await desk.primed()
        await desk.server.push(desk.note(1, "first wording"))
        await desk.server.push(desk.note(1, "second wording"))
        await desk.tells("first wording", "second wording")
    items = [item for page in desk.ledger.pages for item in page.items]
    assert {item.identity for item in items} == {"1"}


async def test_a_taken_connection_is_tried_again_and_news_comes_meanwhile(
    desk: Newsdesk,
) -> None:
    desk.ledger.state = SourceState(is_primed=True, cursor=NOON.isoformat())
    desk.server.limit = 0
    async with desk.running():
        await desk.health.says("(406)")
        desk.server.list_only(desk.note(1, "over REST"))
        await desk.tells("over REST")
        desk.server.limit = 1
        await desk.subscribed()


async def test_wrong_keys_are_loud_and_tried_rarely(desk: Newsdesk) -> None:
    desk.keys = (KEY_ID, "not the secret")
    async with desk.running():
        await desk.health.says("auth failed (402)")
        await until(lambda: "source stream" in desk.health.notices)
        said = [m for m in desk.server.messages if m["action"] == "auth"]
    assert "somebody must look" in desk.health.notices["source stream"]
    assert len(said) == 1


async def test_a_server_that_falls_silent_is_left_for_a_new_connection(
    desk: Newsdesk,
) -> None:
    desk.heartbeat = 0.2
    desk.server.is_mute = True
    async with desk.running():
        await desk.subscribed()
        desk.server.limit = 9
        await desk.subscribed(2)


async def test_a_server_that_never_speaks_is_given_up(desk: Newsdesk) -> None:
    desk.deadline = 0.2
    desk.server.is_rude = True
    async with desk.running():
        await desk.health.says("no subscription within 0.2 s")


async def test_a_redirect_does_not_get_the_keys(desk: Newsdesk) -> None:
    async with FakeAlpaca().open() as other:
        desk.server.redirect = other.stream_url
        async with desk.running():
            await desk.health.says("redirect")
        assert other.messages == []


async def test_the_keys_travel_in_no_address_and_no_handshake(desk: Newsdesk) -> None:
    async with desk.running():
        await desk.primed()
    (call,) = desk.server.rest_calls
    assert SECRET not in str(call.query)
    assert desk.server.messages[0]["secret"] == SECRET


@pytest.mark.parametrize(
    "frame", ["not json", b"\xff\xfe", "[]", "[1]", '{"T":"x"}', '[{"T":"n"}]', "null"]
)
async def test_a_frame_that_makes_no_sense_costs_itself_only(
    desk: Newsdesk, frame: object
) -> None:
    async with desk.running():
        await desk.primed()
        await desk.server.send(frame)
        await desk.server.push(desk.note(1, "sense"))
        await desk.tells("sense")
    assert desk.server.entered == 1


async def test_an_error_in_the_stream_ends_it_and_nothing_is_lost(
    desk: Newsdesk,
) -> None:
    async with desk.running():
        await desk.primed()
        await desk.server.push(desk.note(1, "before"))
        await desk.server.send([{"T": "error", "code": 407, "msg": "slow client"}])
        desk.server.list_only(desk.note(2, "after"))
        await desk.subscribed(2)
        await desk.tells("before", "after")


async def test_a_flood_that_no_inbox_holds_is_dropped_counted_and_read_again(
    desk: Newsdesk,
) -> None:
    async with desk.running():
        await desk.primed()
        desk.ledger.gate.clear()  # the disk hangs
        count = 1_000
        for number in range(1, count + 1):
            await desk.server.push(desk.note(number, f"note {number}"))
            await desk.server.send("[]")
        await until(lambda: desk.value("dropped") > 0)
        desk.ledger.gate.set()
        await until(lambda: len(desk.ledger.told) == count)
    assert sorted(desk.ledger.told, key=lambda t: int(t[5:])) == [
        f"note {n}" for n in range(1, count + 1)
    ]


async def test_a_failed_catch_up_is_tried_again_while_news_flows(
    desk: Newsdesk,
) -> None:
    desk.look = 0.05
    desk.ledger.state = SourceState(is_primed=True, cursor=NOON.isoformat())
    desk.server.rest_status = 500
    desk.server.list_only(desk.note(1, "missed"))
    async with desk.running():
        await desk.subscribed()
        await desk.server.push(desk.note(2, "pushed"))
        await desk.tells("pushed")
        desk.server.rest_status = 200
        await desk.tells("pushed", "missed")


async def test_a_failed_database_ends_the_loop(desk: Newsdesk) -> None:
    desk.ledger.fault = StorageError("disk full")
    with pytest.raises(ExceptionGroup) as caught:
        async with desk.running():
            await asyncio.sleep(10)
    assert caught.group_contains(StorageError)


async def test_a_quiet_stream_counts_as_well(
    desk: Newsdesk,
) -> None:
    desk.look = 0.05
    async with desk.running():
        await desk.primed()
        seen = desk.health.sources[0].last_success
        await until(lambda: desk.health.sources[0].last_success > seen)
    assert desk.health.sources[0].reason == ""


async def test_a_day_that_began_without_news_is_caught_up_with_in_full(
    desk: Newsdesk,
) -> None:
    async with desk.running():
        await desk.primed()
        await desk.cut()
        desk.server.list_only(*(desk.note(n, f"note {n}") for n in range(1, 121)))
        await until(lambda: len(desk.ledger.told) == 120)
