"""What a scenario and the page's buttons act on: the news, and the world's faults."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from catalyst_bot.clock import Clock
from catalyst_bot.errors import CatalystError
from catalyst_bot.intake.symbols import SymbolTable, parse_symbols
from catalyst_bot.intake.tickers import find_tickers
from catalyst_bot.ops.shipped import shipped_file
from catalyst_bot.simulation.feed_shapes import WireItem
from catalyst_bot.simulation.llm_records import Mode
from catalyst_bot.simulation.network import Network
from catalyst_bot.simulation.newsroom import DOCUMENTS, WIRE_ONE, WIRE_TWO, Newsroom
from catalyst_bot.simulation.world import World

PATIENCE = 60.0  # real seconds in which the daemon does what a scenario waits for
INVENTED = "DEMO"  # the ticker of a typed headline that names none
CORRECTION = "Correction: "
FIELD = "AI analysis"
STUCK = "the demo is stuck: what it waits for did not happen"
VERDICTS = ("Bullish", "Bearish", "Neutral", "Mixed")
_LIMITED = {"execute": (1, 2.0), "edit": (1, 2.0)}  # requests per seconds


class Stuck(CatalystError):
    """The daemon did not do in time what a scenario waits for."""


class Model(StrEnum):
    """How the model server does."""

    OK = "ok"
    HANG = "hang"
    DOWN = "down"


@dataclass(slots=True, kw_only=True)
class Stage:
    """The simulated outside of one demo; `model` and `is_limited` are for reading."""

    world: World
    clock: Clock
    room: Newsroom
    network: Network
    model: Model = Model.OK
    is_limited: bool = False
    _corrected: set[str] = field(default_factory=set)  # links
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def set_model(self, model: Model) -> None:
        """Let the model answer, hang, or be gone; "ok" ends every hang."""
        async with self._turn:  # two readers of the page may press at once
            await self._set_model(model)

    async def _set_model(self, model: Model) -> None:
        llm = self.world.llm
        if model is not Model.DOWN and self.model is Model.DOWN:
            await llm.start_listening()
        if model is Model.DOWN and self.model is not Model.DOWN:
            await llm.stop_listening()
        if model is Model.OK:
            faults = llm.modes.items()
            llm.modes = {part: m for part, m in faults if m is not Mode.HANG}
        llm.mode = Mode.HANG if model is Model.HANG else Mode.OK
        self.model = model

    def limit_discord(self, *, is_limited: bool) -> None:
        """Let Discord take one post and one edit in two seconds, or lift that."""
        self.world.discord.limits = dict(_LIMITED) if is_limited else {}
        self.is_limited = is_limited

    def announce(self, title: str, ticker: str = "") -> str:
        """Publish a headline on a wire now; return it as published.

        Without a ticker, and naming none, it is about one that is invented.
        """
        shown = "".join(c if c.isprintable() else " " for c in title)
        title = " ".join(shown.split())
        symbol = "-" if find_tickers(title, _shipped_symbols()) else INVENTED
        self.room.release(WIRE_ONE, ticker or symbol, title)
        return title

    def correct(self) -> str:
        """Correct the newest release that has a card; return its new headline.

        Raises:
            LookupError: there is none that was not corrected before.
        """
        for wire, item in self._releases():
            is_new = item.link not in self._corrected
            if is_new and self.is_shown(item.title):
                self._corrected.add(item.link)
                title = CORRECTION + item.title
                return self.room.revise(wire, item, title).title
        raise LookupError("no release with a card is left to be corrected")

    def is_shown(self, title: str) -> bool:
        """Tell whether a card bears this headline."""
        return bool(self.fields(title))

    def fields(self, title: str) -> list[str]:
        """Return what the analysis of each card with this headline says now."""
        cards = self.world.discord.cards
        return [card.field(FIELD) for card in cards if card.mentions(title)]

    async def shows(self, title: str, *starts: str) -> None:
        """Wait until a card's analysis begins with one of `starts`."""

        def is_there() -> bool:
            return any(said.startswith(starts or "") for said in self.fields(title))

        await self.cards_are(is_there)

    async def cards_are(self, claim: Callable[[], bool]) -> None:
        """Wait until `claim` holds, which is about what Discord has.

        Raises:
            Stuck: it did not in PATIENCE seconds.
        """
        try:
            await self.world.discord.wait_for(claim, timeout=PATIENCE)
        except TimeoutError as error:
            raise Stuck(STUCK) from error

    async def primed(self) -> None:
        """Wait until each source is read: its tag comes back, or the stream stands."""
        feeds = self.world.feeds

        def is_primed() -> bool:
            return all(feeds[name].not_modified for name in DOCUMENTS)

        alpaca = self.world.alpaca
        try:
            await feeds.wait_for(is_primed, timeout=PATIENCE)
            await alpaca.wait_for(lambda: alpaca.entered > 0, timeout=PATIENCE)
        except TimeoutError as error:
            raise Stuck(STUCK) from error

    def _releases(self) -> list[tuple[str, WireItem]]:
        wires = self.room.wires
        found = [(wire, item) for wire in (WIRE_ONE, WIRE_TWO) for item in wires[wire]]
        return sorted(found, key=lambda pair: pair[1].published_at, reverse=True)


@cache
def _shipped_symbols() -> SymbolTable:
    """Return the table that the demo's daemon knows: it has no other."""
    return parse_symbols(shipped_file("symbols.json").read_bytes(), least=1)
