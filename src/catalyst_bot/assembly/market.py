"""What is known of the stocks: the table of symbols, and their prices."""

import asyncio
from dataclasses import dataclass

from catalyst_bot.assembly.parts import Base, Helper
from catalyst_bot.configuration import names_contact, price_access, symbol_store
from catalyst_bot.intake.symbol_store import SymbolStore
from catalyst_bot.market.calendar import session_at
from catalyst_bot.market.opening import open_quotes
from catalyst_bot.market.quotes import Quotes
from catalyst_bot.sources.addresses import ports_of
from catalyst_bot.sources.fetch import open_feed_session
from catalyst_bot.sources.symbol_list import SymbolDownload


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Symbols and prices; `download` looks whether a new table is due.

    Run `beside` beside them.
    """

    symbols: SymbolStore
    download: Helper
    quotes: Quotes

    @property
    def beside(self) -> tuple[Helper, ...]:
        return self.quotes.run, self.download


async def open_market(base: Base) -> Market:
    """Load the table of symbols and open the way to the prices."""
    symbols, download = await _open_symbols(base)
    return Market(symbols=symbols, download=download, quotes=await _open_quotes(base))


async def _open_symbols(base: Base) -> tuple[SymbolStore, Helper]:
    given, feeds = base.parts.symbols, base.settings.feeds
    if given is not None:
        return given, _nothing
    store = symbol_store(base.settings)
    await asyncio.to_thread(store.load)
    if not names_contact(feeds.user_agent):  # the SEC answers nobody else
        return store, _nothing
    url = base.parts.symbols_url
    session = await base.stack.enter_async_context(
        open_feed_session(
            user_agent=feeds.user_agent,
            allow_private=feeds.allow_private_hosts,
            ports=ports_of([url]),
        )
    )
    download = SymbolDownload(store, session=session, clock=base.parts.clock, url=url)
    return store, download.run


async def _open_quotes(base: Base) -> Quotes:
    """The chain of QUOTE_PROVIDERS; with FEATURE_MARKET_DATA off nobody is in it."""
    settings = base.settings
    return await base.stack.enter_async_context(
        open_quotes(
            settings.market.providers if settings.features.market_data else (),
            price_access(settings),
            watchlist=settings.alerts.watchlist,
            session_at=session_at,
            clock=base.parts.clock,
            metrics=base.metrics,
            health=base.health,
        )
    )


async def _nothing() -> None:
    """Stand for a download that this process does not make."""
