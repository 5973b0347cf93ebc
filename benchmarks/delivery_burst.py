"""Bursts under Discord's limits: the product's delivery beside discord.py's webhook.

    python -m benchmarks.delivery_burst

One simulated Discord, 80 ms a request, both in turn. The product is all of its second
half: ledger, posts, a model by script, edits; discord.py posts and edits one message
for each alert. A post's time runs from the commit of the alert, or the call of
discord.py, until it is answered; an edit's from the verdict.
"""

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from benchmarks.discord_writer import (
    LATENCY,
    LIMITS,
    LenientDiscord,
    Library,
    open_stage,
)
from catalyst_bot.card_state import Analysis, Direction, Phase, Verdict
from catalyst_bot.clock import SystemClock
from catalyst_bot.delivery.cards import Cards
from catalyst_bot.delivery.destination import parse_webhook
from catalyst_bot.delivery.guard import Guards
from catalyst_bot.delivery.opening import (
    Outfit,
    build_channel,
    open_discord_session,
)
from catalyst_bot.lifecycle.lifecycle import build_lifecycle
from catalyst_bot.lifecycle.pausing import Pause
from catalyst_bot.lifecycle.stages import Stages
from catalyst_bot.market.calendar import session_at
from catalyst_bot.market.quotes import Quotes
from catalyst_bot.model import Alert, NewsItem, Routed, SourceKind
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.reading.contradiction import cannot_judge
from catalyst_bot.simulation.discord import FakeDiscord
from catalyst_bot.storage import records
from catalyst_bot.storage.archive import Archive
from catalyst_bot.storage.database import open_database
from catalyst_bot.storage.jobs import NewJob
from catalyst_bot.storage.ledger import Ledger
from tests.house import ignore

NAME, READING = "bench", 0.5  # seconds until the model has read an alert
TO_US = (Routed(channel=NAME),)
RUNS = 3
PATIENCE = 90.0  # seconds for one scene, of which discord.py needs 50


@dataclass(slots=True)
class Times:
    """Monotonic seconds by alert: put, posted, read, shown."""

    put: dict[str, float] = field(default_factory=dict)
    posted: dict[str, float] = field(default_factory=dict)
    read: dict[str, float] = field(default_factory=dict)
    shown: dict[str, float] = field(default_factory=dict)

    def posts(self, ids: Sequence[str]) -> list[float]:
        return [self.posted[each] - self.put[each] for each in ids]

    def edits(self, ids: Sequence[str]) -> list[float]:
        return [self.shown[each] - self.read[each] for each in ids]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one scene took, in seconds and requests."""

    posts: tuple[float, ...] = ()
    breaking: float = 0.0
    edits: tuple[float, ...] = ()
    all_final: float = 0.0
    requests: int = 0
    refused: int = 0


class Model:
    """Reads every alert in half a second."""

    late_room = 0

    def __init__(self, times: Times) -> None:
        self._times = times

    def first(self, *, posted: float) -> Analysis:
        return Analysis(phase=Phase.PENDING, model="script", due=posted + 10)

    async def read(self, alert: Alert, *, within: float) -> Analysis:
        await asyncio.sleep(min(READING, within))
        self._times.read[alert.id] = time.monotonic()
        verdict = Verdict(
            direction=Direction.BULLISH, confidence=0.9, reason="it won a contract"
        )
        return Analysis(phase=Phase.ANALYSED, verdict=verdict, seconds=READING)

    async def read_late(self, alert: Alert, *, within: float) -> Analysis | None:
        raise AssertionError(f"{alert.id}: asked late, for {within} s")


class Ours:
    """The second half of the product over one Discord."""

    name, at_once = "catalyst-bot", 5

    def __init__(self, discord: FakeDiscord, ledger: Ledger, times: Times) -> None:
        self.discord, self._ledger, self.times = discord, ledger, times

    async def put(self, alerts: Sequence[Alert]) -> None:
        """Commit alerts as the pipeline does."""
        now = time.time()
        pending = Analysis(phase=Phase.PENDING)
        await self._ledger.done(
            then=[
                NewJob(
                    queue=f"post:{NAME}",
                    key=f"{alert.key}|{NAME}",
                    body=alert.key,
                    priority=alert.priority,
                )
                for alert in alerts
            ],
            facts=[
                records.save_alert(alert, pending, routes=TO_US, unix=now)
                for alert in alerts
            ],
        )
        for alert in alerts:
            self.times.put[alert.id] = time.monotonic()

    async def final(self, ids: Sequence[str]) -> None:
        """Wait until each card shows its verdict."""
        await self.discord.wait_for(lambda: self._look() >= set(ids), timeout=PATIENCE)

    def _look(self) -> set[str]:
        """Note what Discord has answered by now; return the cards that are final."""
        answered = [each for each in self.discord.requests if each.status == 200]
        for request in answered:
            for embed in request.payload["embeds"]:
                shown = embed["footer"]["text"].rpartition("id:")[2]
                self.times.posted.setdefault(shown, request.answered)
                if any(part["value"].startswith("Bullish") for part in embed["fields"]):
                    self.times.shown.setdefault(shown, request.answered)
        return set(self.times.shown)


class Stock:
    """discord.py's webhook: a message for each alert, edited when it was read."""

    name, at_once = "discord.py", 1

    def __init__(
        self, discord: FakeDiscord, library: Library, group: asyncio.TaskGroup
    ) -> None:
        self.discord, self._library, self._group = discord, library, group
        self.times, self._ended = Times(), asyncio.Event()

    async def put(self, alerts: Sequence[Alert]) -> None:
        for alert in alerts:
            self.times.put[alert.id] = time.monotonic()
            self._group.create_task(self._carry(alert))

    async def final(self, ids: Sequence[str]) -> None:
        while not set(ids) <= set(self.times.shown):
            self._ended.clear()
            await self._ended.wait()

    async def _carry(self, alert: Alert) -> None:
        message_id = await self._library.post(alert.item.title)
        self.times.posted[alert.id] = time.monotonic()
        await asyncio.sleep(READING)
        self.times.read[alert.id] = time.monotonic()
        await self._library.edit(message_id, f"{alert.item.title}: bullish")
        self.times.shown[alert.id] = time.monotonic()
        self._ended.set()


Side = Ours | Stock


@asynccontextmanager
async def open_ours() -> AsyncIterator[Ours]:
    clock, metrics, health, times = SystemClock(), Metrics(), Health(), Times()
    fake = FakeDiscord()
    fake.latency = LATENCY
    with tempfile.TemporaryDirectory() as folder:
        async with (
            fake.open(),
            open_database(f"sqlite:///{folder}/bench.db", lost=ignore) as database,
            open_discord_session() as session,
        ):
            channel = build_channel(
                parse_webhook(fake.webhook_url),
                name=NAME,
                cards=Cards(disclaimer="not investment advice", metrics=metrics),
                outfit=Outfit(
                    session=session,
                    clock=clock,
                    metrics=metrics,
                    health=health,
                    version="0",
                    guards=Guards(per_minute=30),
                ),
            )
            ledger = Ledger(database, clock=clock, metrics=metrics, health=health)
            lifecycle = build_lifecycle(
                ledger=ledger,
                archive=Archive(database),
                channels=lambda: (NAME,),
                enricher=Model(times),
                quotes=Quotes([], session_at=session_at, clock=clock, metrics=metrics),
                pause=Pause(ledger, clock=clock, metrics=metrics, health=health),
                clock=clock,
                metrics=metrics,
                deadline=10.0,
                late=0.0,
                max_age=900.0,
                jitter=random.Random(1),
                referee=cannot_judge,
                changed=ignore,
            )
            stages = Stages(
                lifecycle, ledger=ledger, metrics=metrics, deadline=10.0, late=10.0
            )
            stages.add(channel)
            async with asyncio.TaskGroup() as group:
                for stage in stages:
                    group.create_task(stage.run())
                yield Ours(fake, ledger, times)
                for stage in stages:
                    await stage.drain()


@asynccontextmanager
async def open_stock() -> AsyncIterator[Stock]:
    async with open_stage(Library) as stage, asyncio.TaskGroup() as group:
        assert isinstance(stage.sender, Library)
        assert isinstance(stage.discord, LenientDiscord)
        yield Stock(stage.discord, stage.sender, group)


async def burst(side: Side) -> Outcome:
    """Put 60 at once and a breaking one a second later."""
    side.discord.limits = LIMITS
    alerts, urgent = alerts_of(60), alerts_of(1, breaking=True)
    began = time.monotonic()
    await side.put(alerts)
    await asyncio.sleep(max(0.0, began + 1.0 - time.monotonic()))
    await side.put(urgent)
    ids = [alert.id for alert in (*alerts, *urgent)]
    await side.final(ids)
    return Outcome(
        posts=tuple(side.times.posts(ids[:60])),
        breaking=side.times.posts(ids[60:])[0],
        all_final=max(side.times.shown.values()) - began,
        requests=len(side.discord.tries),
        refused=len(side.discord.answered(429)),
    )


async def behind_edits(side: Side) -> Outcome:
    """Put one while 20 edits are due and the first of them are under way."""
    first, alerts = alerts_of(1, name="first"), alerts_of(20)
    late = alerts_of(1, name="behind")
    await side.put(first)  # its answer tells that there is no limit
    await side.final([first[0].id])
    await side.put(alerts)
    await side.discord.wait_for(lambda: _edits(side) > side.at_once, timeout=PATIENCE)
    await side.put(late)
    ids = [alert.id for alert in (*alerts, *late)]
    await side.final(ids)
    return Outcome(posts=tuple(side.times.posts(ids[20:])))


def _edits(side: Side) -> int:
    return sum(request.method == "PATCH" for request in side.discord.requests)


async def twelve(side: Side) -> Outcome:
    """Put twelve at once; their edits follow."""
    side.discord.limits = LIMITS
    alerts = alerts_of(12)
    await side.put(alerts)
    ids = [alert.id for alert in alerts]
    await side.final(ids)
    return Outcome(
        edits=tuple(side.times.edits(ids)),
        requests=len(side.discord.tries),
        refused=len(side.discord.answered(429)),
    )


def alerts_of(
    count: int, *, breaking: bool = False, name: str = "burst"
) -> list[Alert]:
    now = datetime.now(UTC)
    return [
        Alert(
            key=f"feed:{name} {breaking} {number}",
            item=NewsItem(
                source="wire",
                kind=SourceKind.FEED,
                title=f"Alderbrook wins contract number {number}, its largest so far",
                link=f"https://wire.example/{number}",
                tickers=("ALDB",),
                published_at=now,
                received_at=now,
                received=time.monotonic(),
            ),
            sentiment=0.8,
            value=0.5,
            catalysts=("contract",),
            breaking=breaking,
            raised_at=now,
        )
        for number in range(count)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure: `of` makes it from a run, the worst of the runs is shown."""

    title: str
    bar: str
    of: Callable[[Outcome], float]
    unit: str = "s"


def rank(samples: Sequence[float], percent: int) -> float:
    """Return the value that `percent` of the samples do not exceed."""
    if len(samples) == 1:
        return samples[0]
    return statistics.quantiles(samples, n=100, method="inclusive")[percent - 1]


SCENES: tuple[
    tuple[str, Callable[[Side], Awaitable[Outcome]], int, tuple[Row, ...]], ...
] = (
    (
        "60 at once under 5 per 2 s, a breaking one a second later",
        burst,
        1,
        (
            Row(title="breaking post", bar="1.5", of=lambda o: o.breaking),
            Row(title="posts p50", bar="0.15", of=lambda o: rank(o.posts, 50)),
            Row(title="posts p95", bar="2.5", of=lambda o: rank(o.posts, 95)),
            Row(title="all final", bar="4", of=lambda o: o.all_final),
            Row(title="requests", bar="25", of=lambda o: o.requests, unit=""),
            Row(title="429 answers", bar="0", of=lambda o: o.refused, unit=""),
        ),
    ),
    (
        "one post behind 20 edits",
        behind_edits,
        3,
        (Row(title="post", bar="0.1", of=lambda o: o.posts[0]),),
    ),
    (
        "12 with their edits under 5 per 2 s",
        twelve,
        1,
        (
            Row(title="edits p50", bar="0.15", of=lambda o: rank(o.edits, 50)),
            Row(title="429 answers", bar="0", of=lambda o: o.refused, unit=""),
        ),
    ),
)


async def main() -> None:
    for title, scene, library_runs, rows in SCENES:
        ours = [await _ours(scene) for _ in range(RUNS)]
        stock = [await _stock(scene) for _ in range(library_runs)]
        print(f"\n{title}")
        print(f"{'':24}{'bar':>8}{Ours.name:>16}{Stock.name:>14}")
        for row in rows:
            figures = [statistics.median(map(row.of, runs)) for runs in (ours, stock)]
            shown = "".join(
                f"{figure:>{width}.{3 if row.unit else 0}f}"
                for figure, width in zip(figures, (16, 14), strict=True)
            )
            print(f"{row.title:24}{row.bar:>8}{shown} {row.unit}", flush=True)


async def _ours(scene: Callable[[Side], Awaitable[Outcome]]) -> Outcome:
    async with open_ours() as side:
        return await scene(side)


async def _stock(scene: Callable[[Side], Awaitable[Outcome]]) -> Outcome:
    async with open_stock() as side:
        return await scene(side)


if __name__ == "__main__":
    asyncio.run(main())
