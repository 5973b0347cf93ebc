"""Where alerts go: the rules of the channels, the open ones, and what holds them."""

from dataclasses import dataclass

from catalyst_bot.assembly.fleet import Fleet, open_fleet
from catalyst_bot.assembly.outlet import Outlet
from catalyst_bot.assembly.parts import Base, Helper
from catalyst_bot.assembly.store import Store
from catalyst_bot.configuration import Configuration
from catalyst_bot.delivery.routing import Routing
from catalyst_bot.intake.symbol_store import SymbolStore
from catalyst_bot.lifecycle.pausing import Pause
from catalyst_bot.market.calendar import session_at
from catalyst_bot.model import Watch
from catalyst_bot.reading.watching import Watching
from catalyst_bot.storage.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """The fleet, who knows which of its channels takes what, watches, and the pause.

    Run `beside` beside them.
    """

    routing: Routing
    watching: Watching
    fleet: Fleet
    pause: Pause

    @property
    def beside(self) -> tuple[Helper, ...]:
        return self.fleet.run, self.pause.run

    def outlets(self) -> tuple[Outlet, ...]:
        """Return the channels that are open now."""
        return self.fleet.outlets


async def open_channels(
    base: Base, configuration: Configuration, store: Store, symbols: SymbolStore
) -> Channels:
    """Return a fleet that `launch` opens, under the pause of an earlier start."""
    pause = await _open_pause(base, store.ledger)
    watching = Watching(watches_of(configuration))
    routing = build_routing(symbols, watching)
    fleet = await open_fleet(base, routing, store.database)
    return Channels(routing=routing, watching=watching, fleet=fleet, pause=pause)


def watches_of(configuration: Configuration) -> tuple[Watch, ...]:
    """Return the standing queries that are in force."""
    is_on = configuration.settings.features.watch
    return configuration.watches if is_on else ()


def build_routing(symbols: SymbolStore, watching: Watching) -> Routing:
    """Return who knows which channel takes what; no channel is open yet."""

    def exchange_of(symbol: str) -> str:
        return symbols.table.exchange_of(symbol)  # of the table that is in force

    return Routing(
        session_at=session_at, exchange_of=exchange_of, watched=watching.matches
    )


async def _open_pause(base: Base, ledger: Ledger) -> Pause:
    """The pause of an earlier start, if it goes on, else none."""
    pause = Pause(
        ledger, clock=base.parts.clock, metrics=base.metrics, health=base.health
    )
    await pause.load()
    return pause
