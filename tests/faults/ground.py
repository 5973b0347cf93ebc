"""A daemon with a proxy on each of its wires, and what became of its alerts."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Set
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from sqlalchemy import select

from catalyst_bot.app import App, Parts
from catalyst_bot.delivery.writer import Times
from catalyst_bot.simulation.chaos import ChaosProxy
from catalyst_bot.simulation.discord_records import Message
from catalyst_bot.storage.database import open_for_reading
from catalyst_bot.storage.schema import alerts, messages
from tests.e2e.stage import FIELD, Stage, approval, as_bot, is_final, open_stage
from tests.waiting import until

VERDICTS = ("Bullish", "Bearish", "Neutral", "Mixed")
PATIENCE = 50.0  # seconds until all must be over; only a broken product needs them
QUICKLY = Times(connect=1.0, total=1.5, read=1.0, first_retry=0.1)
_ID = re.compile(r"id:([0-9a-f]{8})")
_TICK = 0.01  # seconds between two looks at how late the loop is


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was published and accepted beside what subscribers see.

    `seen`: how often each accepted alert stands in the channel; `again`: how many times
    an alert was posted after it could be known that it was; `said`: what the newest
    card of each says of its analysis; `waits`: seconds from the feed's last byte to the
    last request for each post; `lag`: how late the loop was at most, in seconds.
    """

    published: int
    seen: Mapping[str, int]
    again: int
    said: tuple[str, ...]
    waits: tuple[float, ...]
    lag: float

    @property
    def lost(self) -> int:
        """Return how many of what was published never came."""
        return self.published - sum(map(bool, self.seen.values()))

    @property
    def duplicates(self) -> int:
        return sum(max(0, count - 1) for count in self.seen.values())

    @property
    def verdicts(self) -> float:
        """Return the share of the cards that end with a verdict."""
        return sum(text.startswith(VERDICTS) for text in self.said) / len(self.said)


@dataclass(slots=True, kw_only=True)
class Ground:
    """One daemon and its proxies, and the books of the scene that plays on it now.

    `opened` is unix time; `began` and `ended`, of the trouble, are monotonic.
    """

    stage: Stage
    proxies: Mapping[str, ChaosProxy]
    app: App
    before: int = 0  # headlines of earlier scenes
    published: int = 0
    opened: float = 0.0
    began: float = 0.0
    ended: float = 0.0
    lag: float = 0.0

    def open_books(self) -> None:
        """Count from here on."""
        self.before, self.opened, self.lag = self.published, time.time(), 0.0

    def publish(self, count: int) -> None:
        """Put so many catalysts on the wire, each a story of its own."""
        first, self.published = self.published, self.published + count
        self.stage.publish(*(approval(n) for n in range(first, self.published)))

    def total(self, metric: str) -> float:
        """Return the sum of a metric over its labels."""
        return total(self.app, metric)

    @property
    def cards(self) -> list[Message]:
        """Return the card of every alert that subscribers see, in their order."""
        cards = [card for card in self.stage.world.discord.cards if _id_of(card)]
        return sorted(cards, key=lambda card: card.created)

    async def settled(self) -> None:
        """Wait until all that was published is posted and final, and no job is left."""

        def is_over() -> bool:
            titles = {card.title for card in self.cards if is_final(card)}
            return len(titles) >= self.published

        await until(is_over)  # not at each change: hundreds of cards are looked at
        async with asyncio.timeout(PATIENCE):
            while await self.app.ledger.backlog():  # noqa: ASYNC110 - tells nobody
                await asyncio.sleep(0.02)

    async def outcome(self) -> Outcome:
        """Compare the ledger with the channel."""
        url = self.stage.world.environment(self.stage.folder)["DATABASE_URL"]
        query = (
            select(alerts.c.id, messages.c.posted_after)
            .outerjoin(messages, messages.c.alert_key == alerts.c.key)
            .where(alerts.c.raised >= self.opened)
        )
        async with open_for_reading(url) as database, database.read() as connection:
            rows = (await connection.execute(query)).all()
        cards = self.cards
        known = {row.id for row in rows}
        shown = Counter(_id_of(card) for card in cards)
        newest = {_id_of(card): card.field(FIELD) for card in cards}
        return Outcome(
            published=self.published - self.before,
            seen={each: shown[each] for each in known},
            again=self._again(known),
            said=tuple(newest[each] for each in known & set(newest)),
            waits=tuple(row.posted_after or 0.0 for row in rows),
            lag=self.lag,
        )

    def _again(self, known: Set[str]) -> int:
        """Return how many posts followed one that was answered: bugs, all of them.

        While the trouble lasts no answer is sure to arrive.
        """
        sure: set[str] = set()
        count = 0
        for post in self.stage.world.discord.posts:
            is_sure = not self.began <= post.version.at <= self.ended
            for each in _ID.findall(str(post.version.payload.get("embeds"))):
                count += each in sure & known
                sure |= {each} if is_sure else set()
        return count

    @contextmanager
    def troubled(self) -> Iterator[None]:
        """Note when the trouble begins and ends."""
        self.began, self.ended = time.monotonic(), float("inf")
        yield
        self.ended = time.monotonic()

    async def watch(self) -> None:
        """Measure how late the loop runs, until cancelled."""
        while True:
            due = time.monotonic() + _TICK
            await asyncio.sleep(_TICK)
            self.lag = max(self.lag, time.monotonic() - due)


@asynccontextmanager
async def open_ground(
    *, is_bot: bool = False, env: dict[str, str] | None = None
) -> AsyncIterator[Ground]:
    """Start a daemon whose every wire leads through a proxy; it has read its source."""
    parts = Parts(times=QUICKLY)
    async with open_stage(parts=parts) as stage:
        world = stage.world
        async with (
            ChaosProxy(world.discord).open() as discord,
            ChaosProxy(world.llm).open() as llm,
            ChaosProxy(world.feeds).open() as feeds,
        ):
            stage.env = {"DISCORD_CHANNEL_POSTS_PER_MINUTE": "0", **(env or {})}
            stage.env |= as_bot(world.discord) if is_bot else {}
            async with stage.running() as app, asyncio.TaskGroup() as group:
                proxies = {"discord": discord, "llm": llm, "feeds": feeds}
                ground = Ground(stage=stage, proxies=proxies, app=app)
                await stage.primed()
                watch = group.create_task(ground.watch())
                try:
                    yield ground
                finally:
                    watch.cancel()


def total(app: App, metric: str) -> float:
    """Return the sum of one of a daemon's metrics over its labels."""
    lines = app.metrics.render().decode().splitlines()
    found = [line for line in lines if re.match(rf"catalyst_{metric}[{{ ]", line)]
    return sum(float(line.rpartition(" ")[2]) for line in found)


def _id_of(card: Message) -> str:
    """Return the id of a card's alert, "" for any other message."""
    found = _ID.search(card.footer)
    return found[1] if found else ""
