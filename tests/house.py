"""Pipeline and lifecycle over a real database, with a channel and a model by script."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from catalyst_bot.card_state import (
    Analysis,
    CardState,
    Direction,
    MessageRef,
    Phase,
    Quote,
    Shown,
    Verdict,
)
from catalyst_bot.delivery.recall import Fate, Recall
from catalyst_bot.delivery.room import PostRoom
from catalyst_bot.delivery.routing import Routing
from catalyst_bot.disputes import Disputes
from catalyst_bot.errors import DeliveryError
from catalyst_bot.intake.claims import Intake
from catalyst_bot.lifecycle.facts import Documents
from catalyst_bot.lifecycle.lifecycle import build_lifecycle
from catalyst_bot.lifecycle.pausing import Pause
from catalyst_bot.llm.structured import Asker
from catalyst_bot.market.calendar import session_at
from catalyst_bot.model import Alert, NewsItem, Page, Routed, ScoredItem, Signal
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.pipeline import Pipeline
from catalyst_bot.reading.contradiction import ConflictVerdict, Label
from catalyst_bot.reading.standing import StandingAlerts
from catalyst_bot.scoring.policy import AlertPolicy
from catalyst_bot.storage.archive import Archive
from catalyst_bot.storage.database import Database, open_database
from catalyst_bot.storage.jobs import Job
from catalyst_bot.storage.ledger import Ledger
from tests.clocks import ManualClock

DEADLINE, LATE, MAX_AGE = 10.0, 120.0, 900.0
WINDOW = 72 * 3600.0
BULLISH = Verdict(direction=Direction.BULLISH, confidence=0.9, reason="it won")


def ignore(news: str) -> None:
    """Take the news of a source, an alert or the disk, and do nothing."""
    del news


def to_page(alert: Alert, known: Collection[str]) -> tuple[Routed, ...]:
    """Route to the page what is not there."""
    return () if "page" in known else (Routed(channel="page"),)


class Screen:
    """A channel that shows what a subscriber sees.

    `faults` are raised, first first; the next edit waits for `hold`, if any. `memory`
    is what it says of posts in doubt, `tokens` how much may be posted.
    """

    def __init__(self) -> None:
        self.name = "main"
        self.lines: list[str] = []
        self.faults: list[DeliveryError] = []
        self.states: list[CardState] = []
        self.hold: asyncio.Event | None = None
        self.entered = asyncio.Event()
        self.before_post: asyncio.Event | None = None  # a post waits for it
        self.tokens = PostRoom(posts=20, urgent=20)
        self.memory = Recall(fate=Fate.UNKNOWN)
        self.asked: list[tuple[tuple[str, ...], float]] = []
        self.promised: list[int] = []
        self.messages: list[tuple[str, ...]] = []  # titles of each that was posted
        self.edits: list[int] = []  # cards of each edit

    async def room(self) -> PostRoom:
        return self.tokens

    def free(self) -> PostRoom:
        return self.tokens

    def promise(self, count: int) -> None:
        self.promised.append(count)

    async def edit_room(self) -> int:
        return 20

    async def recall(self, keys: Sequence[str], *, since: float) -> Recall:
        self.asked.append((tuple(keys), since))
        return self.memory

    async def post(
        self, cards: Sequence[Shown], *, is_repeated: bool = False
    ) -> tuple[MessageRef, ...]:
        if self.faults:
            raise self.faults.pop(0)
        if self.before_post is not None:
            self.entered.set()
            await self.before_post.wait()
        self.messages.append(tuple(card.alert.item.title for card in cards))
        for card in cards:
            self._show("posted", card.alert, card.state)
        return tuple(
            MessageRef(
                channel=self.name,
                channel_id="1",
                message_id=f"m-{cards[0].alert.id}",
                position=position,
                cards=len(cards),
            )
            for position in range(len(cards))
        )

    async def edit(self, ref: MessageRef, cards: Sequence[Shown]) -> tuple[bool, ...]:
        if self.faults:
            raise self.faults.pop(0)
        assert ref.message_id == f"m-{cards[0].alert.id}"
        self.edits.append(len(cards))
        self.entered.set()
        hold, self.hold = self.hold, None
        if hold is not None:
            await hold.wait()
        for card in cards:
            self._show("edited", card.alert, card.state)
        return (True,) * len(cards)

    def _show(self, verb: str, alert: Alert, state: CardState) -> None:
        self.states.append(state)
        self.lines.append(f"{verb} {alert.item.title}: {state.analysis.phase.value}")


@dataclass
class Reader:
    """A model by script."""

    answer: Analysis = field(
        default_factory=lambda: Analysis(phase=Phase.ANALYSED, verdict=BULLISH)
    )
    start: Analysis = field(default_factory=lambda: Analysis(phase=Phase.PENDING))
    late: Analysis | None = None
    asked: list[str] = field(default_factory=list)

    def first(self, *, posted: float) -> Analysis:
        return self.start

    async def read(self, alert: Alert, *, within: float) -> Analysis:
        assert 0 < within <= DEADLINE
        self.asked.append(alert.item.title)
        return self.answer

    @property
    def late_room(self) -> int:
        return 1

    async def read_late(self, alert: Alert, *, within: float) -> Analysis | None:
        assert within >= 0
        self.asked.append(alert.item.title)
        return self.late


@dataclass
class Judge:
    """Verdicts on conflicts by script; the next one waits for `hold`, if any."""

    label: Label = Label.CONFLICT
    hold: asyncio.Event | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def __call__(
        self, earlier: str, later: str, *, within: float
    ) -> ConflictVerdict:
        assert 0 < within <= DEADLINE
        self.asked.append((earlier, later))
        if self.hold is not None:
            await self.hold.wait()
        return ConflictVerdict(
            label=self.label,
            kind=None,
            confidence=0.9,
            reasoning="They cannot both be true.",
            latency_ms=1.0,
            attempts=1,
        )


class Tape:
    """Prices by script: `warm` are known in time, `late` are not, others unknown.

    `is_broken`: asking for one breaks off.
    """

    def __init__(self) -> None:
        self.warm: dict[str, Quote] = {}
        self.late_ones: dict[str, Quote | None] = {}  # None: nobody tells it yet
        self.asked: list[str] = []
        self.tries = 0
        self.is_broken = False
        self.is_told = asyncio.Event()  # until then nobody tells a late one
        self.is_told.set()

    def start(self, symbol: str) -> None:
        self.asked.append(symbol)

    async def soon(self, symbol: str, *, until: float) -> Quote | None:
        if self.is_broken:
            raise RuntimeError("this price breaks the post")
        return self.warm.get(symbol)

    async def late(self, symbol: str) -> Quote | None:
        self.tries += 1
        await self.is_told.wait()
        return self.late_ones.get(symbol)

    def may_come(self, symbol: str) -> bool:
        return symbol in self.late_ones


class Words:
    """Scores by one word, names catalysts by two others, and breaks off on a fourth."""

    def read(self, item: NewsItem) -> ScoredItem:
        if "cursed" in item.title:
            raise RuntimeError("this headline breaks the scorer")
        names = {"approval": "fda_approval", "merger": "ma"}
        found = tuple(name for word, name in names.items() if word in item.title)
        return ScoredItem(
            item=item,
            sentiment=0.8 if "record" in item.title else 0.0,
            signal=Signal(catalysts=found),
        )


class House:
    """One opened product without its sources and workers; the test turns the crank."""

    def __init__(
        self,
        database: Database,
        ledger: Ledger,
        archive: Archive,
        clock: ManualClock,
        metrics: Metrics,
        health: Health,
        *,
        shows_analysis: bool = True,
        reposts_in_doubt: bool = True,
        finds_conflicts: bool = False,
        documents: Documents | None = None,
        llm: Asker | None = None,
    ) -> None:
        self.database = database
        self.ledger, self.archive, self.clock = ledger, archive, clock
        self.metrics, self.health = metrics, health
        self.pause = Pause(ledger, clock=clock, metrics=metrics, health=health)
        self.screen, self.reader, self.tape = Screen(), Reader(), Tape()
        self.changed: Callable[[str], None] = ignore
        self.routing = Routing(session_at=session_at, exchange_of=lambda symbol: "")
        self.routing.add(self.screen.name)
        self.judge = Judge()
        conflicts = Disputes(StandingAlerts(window=WINDOW), metrics=metrics)
        self.pipeline = self.build_pipeline(conflicts if finds_conflicts else None)
        self.lifecycle = build_lifecycle(
            ledger=ledger,
            archive=archive,
            channels=lambda: self.routing.names,
            enricher=self.reader,
            quotes=self.tape,
            pause=self.pause,
            clock=clock,
            metrics=metrics,
            deadline=DEADLINE,
            late=LATE,
            max_age=MAX_AGE,
            shows_analysis=shows_analysis,
            reposts_in_doubt=reposts_in_doubt,
            jitter=random.Random(1),
            referee=self.judge,
            documents=documents,
            llm=llm,
            changed=self._tell,
        )

    def build_pipeline(self, conflicts: Disputes | None) -> Pipeline:
        """Return the way of the news into this house."""
        return Pipeline(
            intake=Intake(self.archive),
            scorer=Words(),
            policy=AlertPolicy(max_age=timedelta(seconds=MAX_AGE)),
            ledger=self.ledger,
            archive=self.archive,
            routing=self.routing,
            clock=self.clock,
            metrics=self.metrics,
            ask_price=self.tape.start,
            heard=ignore,
            conflicts=conflicts,
        )

    def _tell(self, key: str) -> None:
        self.changed(key)

    async def accept(self, page: Page) -> None:
        await self.pipeline.accept(page)

    async def take(self, queue: str) -> list[Job]:
        return await self.ledger.take(queue, 100, lease=15, wait=0)

    async def post(self) -> None:
        """Post all that is due, in as few messages as the tokens demand."""
        posts = self.lifecycle.posts
        taken = await self.take("post:main")
        for job in await posts.gather(self.screen, taken):
            await posts.post(self.screen, job)

    async def enrich(self) -> None:
        for job in await self.take("enrich"):
            await self.lifecycle.readings.enrich(job)

    async def enrich_late(self) -> None:
        for job in await self.take("late"):
            await self.lifecycle.readings.enrich_late(job)

    async def read_documents(self) -> None:
        for job in await self.take("facts"):
            await self.lifecycle.facts.read(job)

    async def edit(self) -> None:
        for job in await self.take("edit:main"):
            await self.lifecycle.edits.edit(self.screen, job)

    async def settle(self) -> list[str]:
        """Run every queue once, in order; return what the subscriber saw."""
        await self.post()
        await self.enrich()
        await self.edit()
        return self.screen.lines


@asynccontextmanager
async def open_house(
    path: Path, clock: ManualClock, **options: Any
) -> AsyncIterator[House]:
    async with open_database(f"sqlite:///{path}/catalyst.db", lost=ignore) as database:
        metrics, health = Metrics(), Health()
        ledger = Ledger(database, clock=clock, metrics=metrics, health=health)
        await ledger.recover()
        archive = Archive(database)
        house = House(database, ledger, archive, clock, metrics, health, **options)
        await house.pause.load()
        yield house
