"""One source's loop on loopback: a scripted server, a sink that remembers, a clock."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import aiohttp

from catalyst_bot.errors import SourceError
from catalyst_bot.model import Page, SourceKind, SourceState
from catalyst_bot.ops.health import Health, SourceHealth
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.sources.catalogue import SourceConfig
from catalyst_bot.sources.fetch import open_feed_session
from catalyst_bot.sources.hosts import HostGate
from catalyst_bot.sources.pace import Pace
from catalyst_bot.sources.parsed import Parsed
from catalyst_bot.sources.parsers import Parser
from catalyst_bot.sources.poller import Poller
from catalyst_bot.sources.report import SourceReport
from tests.clocks import ManualClock
from tests.news import headline
from tests.servers import RawServer, http, raw_server

PATIENCE = 30.0  # seconds after which a test that waits has failed


class Script:
    """Gives the nth request the nth answer, and the last one to all after it."""

    def __init__(self, clock: ManualClock, *answers: bytes) -> None:
        self.at: list[float] = []  # event time of each request
        self._clock = clock
        self._answers = answers
        self._came = asyncio.Event()

    async def __call__(self, writer: asyncio.StreamWriter) -> None:
        answer = self._answers[min(len(self.at), len(self._answers) - 1)]
        self.at.append(self._clock.passed)
        self._came.set()
        writer.write(answer)
        await writer.drain()

    async def done(self, polls: int) -> None:
        """Wait until that many polls are over: the one after them has come."""
        async with asyncio.timeout(PATIENCE):
            while len(self.at) <= polls:
                self._came.clear()
                await self._came.wait()

    def rests(self) -> list[float]:
        """Return the event seconds between the requests."""
        return [b - a for a, b in zip(self.at, self.at[1:], strict=False)]


def lines(*titles: str, **headers: str) -> bytes:
    """Return an answer that LineParser reads: one item a line."""
    return http("200 OK", "\n".join(titles).encode(), **headers)


@dataclass
class LineParser:
    """Makes an item of each line; "?" is no page, "!" a bug; remembers what it got."""

    calls: list[tuple[str, str | None, datetime, float]] = field(default_factory=list)
    tier: int = 1
    before: Callable[[], None] = lambda: None

    def parse(
        self,
        body: bytes,
        *,
        url: str,
        charset: str | None,
        received_at: datetime,
        received: float,
    ) -> Parsed:
        self.calls.append((url, charset, received_at, received))
        self.before()
        if body == b"?":
            raise SourceError("not a feed")
        if body == b"!":
            raise ZeroDivisionError("a bug")
        items = tuple(headline(title) for title in body.decode().split())
        return Parsed(items=items, tier=self.tier)


class Memory:
    """A sink that keeps pages and states; `fault` is raised once by `accept`."""

    def __init__(self, **states: SourceState) -> None:
        self.pages: list[Page] = []
        self.states = states
        self.fault: Exception | None = None

    async def state_of(self, source: str) -> SourceState:
        return self.states.get(source, SourceState())

    async def accept(self, page: Page) -> None:
        if self.fault is not None:
            fault, self.fault = self.fault, None
            raise fault
        self.pages.append(page)
        self.states[page.source] = page.state

    def titles(self) -> list[list[str]]:
        return [[item.title for item in page.items] for page in self.pages]


class WatchedHealth(Health):
    """Remembers each state of the sources, oldest first."""

    def __init__(self) -> None:
        super().__init__()
        self.history: list[SourceHealth] = []
        self._came = asyncio.Event()

    def source(self, health: SourceHealth) -> None:
        super().source(health)
        self.history.append(health)
        self._came.set()

    async def says(self, words: str) -> None:
        """Wait until a source gives a reason with these words."""
        await self._until(lambda: any(words in was.reason for was in self.history))

    async def fails(self, name: str) -> None:
        """Wait until that source has failed."""
        await self._until(lambda: bool(self.reasons_of(name)))

    async def _until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds():
                self._came.clear()
                await self._came.wait()

    def reasons(self) -> list[str]:
        """Return the reasons in the order in which they came, repeats left out."""
        return _changes(health.reason for health in self.history)

    def reasons_of(self, name: str) -> list[str]:
        """Return the same of one source."""
        return _changes(health.reason for health in self.history if health.name == name)


def _changes(texts: Iterable[str]) -> list[str]:
    found = list(texts)
    return [now for was, now in zip(["", *found], found, strict=False) if was != now]


PRIMED = SourceState(is_primed=True)


def steady(kind: SourceKind, interval: float, moment: datetime) -> float:
    return 1.0


@dataclass(kw_only=True)
class Desk:
    """What the polls of one test share."""

    session: aiohttp.ClientSession
    server: RawServer
    clock: ManualClock = field(default_factory=ManualClock)
    metrics: Metrics = field(default_factory=Metrics)
    health: WatchedHealth = field(default_factory=WatchedHealth)
    memory: Memory = field(default_factory=Memory)
    parser: Parser = field(default_factory=LineParser)
    gate: HostGate = field(init=False)
    pace: Pace = steady
    draw: float = 0.5
    deadline: float = 5.0

    def __post_init__(self) -> None:
        self.gate = HostGate(clock=self.clock)

    def play(self, *answers: bytes, path: str = "/rss") -> Script:
        script = Script(self.clock, *answers)
        self.server.answers[path] = script
        return script

    def poller(
        self,
        path: str = "/rss",
        *,
        name: str = "wire",
        kind: SourceKind = SourceKind.FEED,
    ) -> Poller:
        url = path if "://" in path else f"{self.server.url}{path}"
        config = source(url, name=name, kind=kind)
        report = SourceReport(
            name, clock=self.clock, metrics=self.metrics, health=self.health
        )
        return Poller(
            config,
            session=self.session,
            gate=self.gate,
            parser=self.parser,
            sink=self.memory,
            clock=self.clock,
            report=report,
            pace=self.pace,
            random=lambda: self.draw,
            deadline=self.deadline,
        )

    def count(self, result: str, *, name: str = "wire") -> float:
        return self.value(f'feed_polls_total{{result="{result}",source="{name}"}}')

    def value(self, sample: str) -> float:
        text = self.metrics.render().decode()
        found = [line for line in text.splitlines() if f"catalyst_{sample} " in line]
        return float(found[0].rpartition(" ")[2]) if found else 0.0


def source(url: str, *, name: str, kind: SourceKind) -> SourceConfig:
    return SourceConfig(
        name=name,
        kind=kind,
        url=url,
        interval=10.0,
        enabled=True,
        is_market=False,
        zone=ZoneInfo("UTC"),
    )


@asynccontextmanager
async def open_desk() -> AsyncIterator[Desk]:
    session = open_feed_session(
        user_agent="tests", allow_private=True, ports=frozenset()
    )
    async with raw_server() as server, session:
        yield Desk(session=session, server=server)


@asynccontextmanager
async def running(*pollers: Poller) -> AsyncIterator[None]:
    """Run the loops beside the body of the test; their errors fail it."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(poller.run()) for poller in pollers]
        yield
        for task in tasks:
            task.cancel()
