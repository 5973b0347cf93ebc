"""A short market day with invented issuers: every kind of card, every kind of trouble.

The script below runs on event time; what the simulated model does wrong is real time.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from catalyst_bot.clock import Clock
from catalyst_bot.simulation.feed_shapes import (
    Filing,
    HaltRow,
    WireItem,
    edgar_atom,
    globenewswire,
    nasdaq_halts,
    prnewswire,
)
from catalyst_bot.simulation.llm_records import Mode
from catalyst_bot.simulation.world import Listed, World

START = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)  # 09:20 in New York, a Friday
SPEED = 60.0  # event seconds in a real one
SOURCES = (
    Listed(name="wire-one", interval=20),
    Listed(name="wire-two", interval=20),
    Listed(name="filings", kind="edgar", interval=20),
    Listed(name="halts", kind="halts", interval=20),
    Listed(name="central-bank", interval=30, is_market=True),
)
PATIENCE = 30.0  # real seconds; the script never runs ahead of the daemon
_PAGE = 40  # items on a wire's page
_ISSUERS = (
    ("Alderbrook Therapeutics", "ALDB"),
    ("Brightmoor Energy", "BMOR"),
    ("Cinderfield Software", "CNDF"),
    ("Dunmarrow Robotics", "DUNM"),
    ("Elverstone Mining", "ELVS"),
    ("Fennimore Foods", "FENM"),
    ("Glasswater Semiconductors", "GLWS"),
    ("Hartsmere Medical", "HRTM"),
    ("Inverlock Aerospace", "INVL"),
    ("Juniper Vale Retail", "JVRT"),
    ("Kestrelmont Shipping", "KSTM"),
    ("Larkhaven Biologics", "LRKH"),
    ("Mossgate Insurance", "MSGT"),
    ("Nettlecombe Motors", "NTLC"),
    ("Oakenfell Networks", "OKFL"),
    ("Pennyroyal Solar", "PNRL"),
)
_STRONG = (
    "{} wins record $412 million defense award",
    "{} reports strong growth and a great quarter",
    "{} drug shows excellent success in trial",
    "{} celebrates best profit in its history",
    "{} suffers severe loss after plant fire",
    "{} warns of terrible quarter and lawsuit losses",
    "{} hit by fraud charges against its founder",
    "{} profits surge on strong demand, outlook excellent",
    "{} gains approval and wins exclusive contract",
    "{} recalls faulty product after fatal accidents",
)
_DULL = (
    "{} to present at an investor conference",
    "{} announces date of annual meeting",
    "{} names new head of facilities",
)
_BURST = "{} delivers strong profit growth, best of {} quarters"


@dataclass(slots=True)
class Newsroom:
    """What each document lists now; every change is published at once."""

    world: World
    clock: Clock
    issuers: list[tuple[str, str]]
    wires: dict[str, list[WireItem]] = field(
        default_factory=lambda: {"wire-one": [], "wire-two": [], "central-bank": []}
    )
    halts: list[HaltRow] = field(default_factory=list)
    filings: list[Filing] = field(default_factory=list)
    count: int = 0

    def publish(self) -> None:
        """Serve the present state of every document."""
        feeds, now = self.world.feeds, self.clock.now()
        feeds.publish("wire-one", globenewswire(self.wires["wire-one"][:_PAGE]))
        feeds.publish("wire-two", prnewswire(self.wires["wire-two"][:_PAGE]))
        feeds.publish("central-bank", prnewswire(self.wires["central-bank"]))
        feeds.publish("filings", edgar_atom(self.filings, now=now))
        feeds.publish("halts", nasdaq_halts(self.halts, now=now))

    def release(self, wire: str, headline: str, *, age: float = 5.0) -> WireItem:
        """Put a headline about the next issuer on top of a wire; "{}" is its name."""
        name, symbol = self._next_issuer()
        self.count += 1
        number = f"90{self.count:05d}"
        item = WireItem(
            title=headline.format(name, self.count),
            link=f"https://{wire}.example/release/{number}",
            identity=number if wire == "wire-one" else "",
            published_at=self.clock.now() - timedelta(seconds=age),
            summary=f"{name} said so on Friday.",
            tickers=() if wire == "central-bank" else (f"Nasdaq:{symbol}",),
            company=name,
        )
        self.wires[wire].insert(0, item)
        return item

    def carry(self, item: WireItem, wire: str) -> None:
        """Let another wire carry the same release."""
        link = item.link.replace("wire-one", wire)
        self.wires[wire].insert(0, replace(item, link=link, identity=""))

    def revise(self, wire: str, old: WireItem, title: str) -> None:
        """Change the headline of a release in its place."""
        listed = self.wires[wire]
        listed[listed.index(old)] = replace(old, title=title)

    def halt(self, reason: str, *, age: float = 20.0) -> HaltRow:
        """Halt the next issuer's stock, and its warrants with it."""
        name, symbol = self._next_issuer()
        moment = self.clock.now() - timedelta(seconds=age)
        rows = [
            HaltRow(symbol=symbol, name=name, halted_at=moment, reason=reason),
            HaltRow(symbol=f"{symbol}W", name=name, halted_at=moment, reason=reason),
        ]
        self.halts = [*rows, *self.halts]
        return rows[0]

    def resume(self, row: HaltRow, *, after: float) -> None:
        """Let the stock and its warrants trade again `after` seconds from now."""
        moment = self.clock.now() + timedelta(seconds=after)
        self.halts = [
            replace(listed, resumes_at=moment, quotes_at=moment)
            if listed.symbol.removesuffix("W") == row.symbol
            else listed
            for listed in self.halts
        ]

    def file(self, form: str, *items: str) -> None:
        """File a form for the next issuer, whose symbol EDGAR does not tell."""
        name, _ = self._next_issuer()
        self.count += 1
        filing = Filing(
            form=form,
            company=name.upper(),
            cik=str(7_000_000 + self.count),
            accession=f"0009999999-26-{self.count:06d}",
            accepted_at=self.clock.now() - timedelta(seconds=10),
            items=items,
        )
        self.filings.insert(0, filing)

    def _next_issuer(self) -> tuple[str, str]:
        self.issuers.append(self.issuers.pop(0))
        return self.issuers[-1]


async def play(
    world: World, clock: Clock, *, seed: int, ready: Callable[[], bool]
) -> None:
    """Open with a page of old news, wait until it was read, then let the day happen."""
    rng = random.Random(seed)
    issuers, strong = list(_ISSUERS), list(_STRONG)
    rng.shuffle(issuers)
    rng.shuffle(strong)
    world.discord.latency, world.llm.latency, world.llm.slots = 0.08, 0.5, 2
    room = Newsroom(world, clock, issuers)
    _open_with_old_news(room)
    await world.feeds.wait_for(lambda: _all_read(world), timeout=20)
    while not ready():
        await clock.sleep(10)
    await _morning(room, strong)
    await _trouble(room, strong)
    await _afternoon(room)


def _open_with_old_news(room: Newsroom) -> None:
    for wire in ("wire-one", "wire-two", "wire-one"):
        room.release(wire, _STRONG[0], age=7_200)
    room.release("central-bank", "Board of governors publishes minutes", age=86_400)
    room.halt("T12", age=86_400.0 * 200)
    room.file("8-K", "8.01: Other Events")
    room.publish()


def _all_read(world: World) -> bool:
    return all(world.feeds[listed.name].sent for listed in SOURCES)


async def _morning(room: Newsroom, strong: list[str]) -> None:
    """Verdicts, a second wire, a halt, a filing, the central bank, dull news."""
    first = room.release("wire-one", strong[0])
    room.release("wire-two", strong[1])
    room.release("wire-two", _DULL[0])
    await _publish(room, 150)
    room.carry(first, "wire-two")
    halted = room.halt("T1")
    await _publish(room, 150)
    room.release("central-bank", "Committee decides to hold the policy rate")
    room.file("8-K", "1.01: Entry into a Material Definitive Agreement")
    room.release("wire-one", strong[2])
    room.release("wire-one", _DULL[1])
    await _publish(room, 150)
    await _shown(room, first, edits=1)
    room.resume(halted, after=300)
    room.revise("wire-one", first, f"{first.title} (corrected)")
    await _publish(room, 150)


async def _trouble(room: Newsroom, strong: list[str]) -> None:
    """The model hangs, talks nonsense, and is unplugged; alerts go on."""
    llm = room.world.llm
    hung = room.release("wire-one", strong[3])
    llm.modes[hung.title] = Mode.HANG
    vague = room.release("wire-two", strong[4])
    llm.modes[vague.title] = Mode.NOT_JSON
    await _publish(room, 60)
    await _shown(room, hung, vague, edits=1)
    await llm.stop_listening()
    first = room.release("wire-one", strong[5])
    second = room.release("wire-two", strong[6])
    await _publish(room, 60)
    await _shown(room, first, second, edits=1)
    await llm.start_listening()
    await _shown(room, first, second, edits=2)  # the model is back, and reads them late
    del llm.modes[hung.title]


async def _afternoon(room: Newsroom) -> None:
    """More news than the model can read in time, and a release taken back."""
    gone = room.release("wire-two", _STRONG[8])
    await _publish(room, 60)
    await _shown(room, gone)
    for _ in range(12):
        room.release("wire-one", _BURST)
    room.halt("LUDP")
    await _publish(room, 200)
    room.revise("wire-two", gone, f"/DISREGARD RELEASE: {gone.title}/")
    await _publish(room, 240)


async def _publish(room: Newsroom, seconds: float) -> None:
    """Publish, then let that much event time pass."""
    room.publish()
    await room.clock.sleep(seconds)


async def _shown(room: Newsroom, *items: WireItem, edits: int = 0) -> None:
    """Wait, in real time, until the cards of these releases were edited so often."""
    discord = room.world.discord

    def is_shown(item: WireItem) -> bool:
        cards = discord.messages.values()
        return any(item.title in c.title and len(c.edits) >= edits for c in cards)

    await discord.wait_for(lambda: all(map(is_shown, items)), timeout=PATIENCE)
