"""What each simulated source lists now; every change is published at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from catalyst_bot.clock import Clock
from catalyst_bot.simulation.alpaca import Note
from catalyst_bot.simulation.feed_shapes import (
    Filing,
    HaltRow,
    WireItem,
    edgar_atom,
    globenewswire,
    nasdaq_halts,
    prnewswire,
)
from catalyst_bot.simulation.issuers import NOBODY, issuer
from catalyst_bot.simulation.papers import publish_filing, publish_release
from catalyst_bot.simulation.world import World

WIRE_ONE, WIRE_TWO, BANK = "wire-one", "wire-two", "central-bank"
FILINGS, HALTS = "filings", "halts"
STREAM = "stream"  # pushed, not listed
DOCUMENTS = (WIRE_ONE, WIRE_TWO, BANK, FILINGS, HALTS)
RESUMES_AFTER = 300.0  # seconds from the list's new row to the first trade
_PAGE = 120  # items on a wire's page
_AGES = {WIRE_ONE: 12.0, WIRE_TWO: 5.0, BANK: 2.0, FILINGS: 10.0, HALTS: 20.0}
_CENTRAL_BANK = replace(NOBODY, name="Board of Governors")
# Forms that are listed once for each party: who files, and about whom.
_PARTIES = {"4": ("Issuer", "Reporting"), "SC 13D": ("Subject", "Filed by")}
_REPORTS = ("8-K",)  # forms whose texts can be read
_OTHER_PARTY = ("THORNEHOPE ANSELM", "6000001")


@dataclass(slots=True)
class Newsroom:
    """The editor of all five documents."""

    world: World
    clock: Clock
    wires: dict[str, list[WireItem]] = field(
        default_factory=lambda: {WIRE_ONE: [], WIRE_TWO: [], BANK: []}
    )
    halts: list[HaltRow] = field(default_factory=list)
    filings: list[Filing] = field(default_factory=list)
    count: int = 0

    def open(self) -> None:
        """List what was news before the daemon came: it must stay silent about it."""
        for wire in (WIRE_ONE, WIRE_TWO):
            self.release(
                wire, "FENM", "Fennimore Foods wins great award", days_ago=1, tag="old"
            )
        self.release(BANK, "-", "Board of governors publishes minutes", days_ago=1)
        self.halt("SLWK", "T12", days_ago=200)
        self.file("BMOR", "8-K", "8.01: Other Events", days_ago=1)

    def release(
        self, wire: str, symbol: str, title: str, *, days_ago: int = 0, tag: str = ""
    ) -> WireItem:
        """Put a release on top of a wire; "-" is the symbol of nobody."""
        about = _CENTRAL_BANK if wire == BANK else issuer(symbol)
        self.count += 1
        number = f"90{self.count:05d}{tag}"
        age = timedelta(days=days_ago, seconds=_AGES[wire])
        item = WireItem(
            title=title,
            link=publish_release(
                self.world.feeds,
                f"{wire}/release/{number}",
                company=about.name,
                title=title,
            ),
            identity=number if wire == WIRE_ONE else "",
            published_at=self.clock.now() - age,
            summary=f"{about.name or 'The author'} said so today.",
            tickers=about.tickers,
            company=about.name,
        )
        self.wires[wire].insert(0, item)
        self._publish_wire(wire)
        return item

    async def push(self, symbol: str, headline: str) -> None:
        """Bring a headline over the stream."""
        self.count += 1
        note = Note(
            id=self.count,
            headline=headline,
            symbols=() if symbol == "-" else (symbol,),
            created_at=self.clock.now(),
        )
        await self.world.alpaca.push(note)

    def revise(self, wire: str, old: WireItem, title: str) -> WireItem:
        """Change the headline of a release in its place."""
        listed, new = self.wires[wire], replace(old, title=title)
        listed[listed.index(old)] = new
        self._publish_wire(wire)
        return new

    def newest(self, wire: str, symbol: str) -> WireItem:
        """Return the newest release about a symbol.

        Raises:
            LookupError: there is none.
        """
        tickers = issuer(symbol).tickers
        for item in self.wires[wire]:
            if item.tickers == tickers:
                return item
        raise LookupError(f"{wire} has nothing about {symbol}")

    def halt(self, symbol: str, reason: str, *, days_ago: int = 0) -> None:
        """Halt a stock, and its warrants with it."""
        about = issuer(symbol)
        age = timedelta(days=days_ago, seconds=_AGES[HALTS])
        moment = self.clock.now() - age
        rows = [
            HaltRow(
                symbol=listed,
                name=about.name,
                halted_at=moment,
                reason=reason,
                threshold="7.25" if reason == "LUDP" else "",
                has_milliseconds=listed == symbol,
            )
            for listed in (symbol, f"{symbol}W")
        ]
        self.halts = [*rows, *self.halts]
        self._publish_halts()

    def is_halted(self, symbol: str) -> bool:
        """Tell whether the newest halt of a stock goes on."""
        row = next((row for row in self.halts if row.symbol == symbol), None)
        return row is not None and row.resumes_at is None

    def recode(self, symbol: str, reason: str) -> None:
        """Give the halt that goes on another reason."""
        self._change_halt(symbol, lambda row: replace(row, reason=reason))

    def resume(self, symbol: str) -> None:
        """Let the stock and its warrants trade again in five minutes."""
        moment = self.clock.now() + timedelta(seconds=RESUMES_AFTER)
        self._change_halt(
            symbol, lambda row: replace(row, resumes_at=moment, quotes_at=moment)
        )

    def file(self, symbol: str, form: str, *items: str, days_ago: int = 0) -> None:
        """File a form for a company, whose symbol EDGAR does not tell."""
        self.count += 1
        first, *others = _PARTIES.get(form, ("Filer",))
        filing = Filing(
            form=form,
            company=issuer(symbol).name.upper(),
            cik=str(7_000_000 + self.count),
            accession=f"0009999999-26-{self.count:06d}",
            accepted_at=self.clock.now()
            - timedelta(days=days_ago, seconds=_AGES[FILINGS]),
            role=first,
            items=items,
        )
        name, cik = _OTHER_PARTY
        entries = [replace(filing, company=name, cik=cik, role=role) for role in others]
        self.filings[:0] = [filing, *entries]
        if form in _REPORTS:
            exhibit = self._exhibit(symbol) if _has_exhibit(items) else ""
            publish_filing(self.world.feeds, filing, items=items, exhibit=exhibit)
        feed = edgar_atom(self.filings, now=self.clock.now())
        self.world.feeds.publish(FILINGS, feed)
        self.world.edgar.filings = self.filings

    def _exhibit(self, symbol: str) -> str:
        """Return the headline of what a company filed with its report."""
        tickers = issuer(symbol).tickers
        for wire in (WIRE_ONE, WIRE_TWO):
            for item in self.wires[wire]:
                if item.tickers == tickers:
                    return item.title
        return f"{issuer(symbol).name} furnishes a statement to shareholders"

    def _change_halt(self, symbol: str, change: Callable[[HaltRow], HaltRow]) -> None:
        began = next(row.halted_at for row in self.halts if row.symbol == symbol)
        self.halts = [
            change(row)
            if row.halted_at == began and row.symbol.removesuffix("W") == symbol
            else row
            for row in self.halts
        ]
        self._publish_halts()

    def _publish_halts(self) -> None:
        feed = nasdaq_halts(self.halts, now=self.clock.now())
        self.world.feeds.publish(HALTS, feed)

    def _publish_wire(self, wire: str) -> None:
        form = globenewswire if wire == WIRE_ONE else prnewswire
        self.world.feeds.publish(wire, form(self.wires[wire][:_PAGE]))


def _has_exhibit(items: Sequence[str]) -> bool:
    """Tell whether a report lists exhibits among its items."""
    return any(item.startswith("9.01") for item in items)
