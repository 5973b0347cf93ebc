"""Opens the chain of providers over one session."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from catalyst_bot.clock import Clock
from catalyst_bot.market.alpaca import Alpaca
from catalyst_bot.market.finnhub import Finnhub
from catalyst_bot.market.http import open_quote_session
from catalyst_bot.market.nasdaq import Nasdaq
from catalyst_bot.market.provider import Asker, Provider
from catalyst_bot.market.quotes import Quotes
from catalyst_bot.model import Session
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Where the providers are, and the keys that they ask for; "" is none."""

    nasdaq_url: str
    alpaca_url: str
    finnhub_url: str
    alpaca_key_id: Secret
    alpaca_secret: Secret
    finnhub_key: Secret


@asynccontextmanager
async def open_quotes(
    names: Sequence[str],
    access: Access,
    *,
    watchlist: Iterable[str],
    session_at: Callable[[datetime], Session],
    clock: Clock,
    metrics: Metrics,
    health: Health,
) -> AsyncIterator[Quotes]:
    """Open the chain of the providers with these names, in their order."""
    async with open_quote_session() as session:
        askers = [
            Asker(provider, clock=clock, metrics=metrics, health=health)
            for provider in build_providers(names, access, session=session)
        ]
        yield Quotes(
            askers,
            watchlist=watchlist,
            session_at=session_at,
            clock=clock,
            metrics=metrics,
        )


def build_providers(
    names: Sequence[str], access: Access, *, session: aiohttp.ClientSession
) -> tuple[Provider, ...]:
    """Return the providers with these names."""
    known: dict[str, Provider] = {
        "nasdaq": Nasdaq(session, base_url=access.nasdaq_url),
        "alpaca": Alpaca(
            session,
            base_url=access.alpaca_url,
            key_id=access.alpaca_key_id,
            secret=access.alpaca_secret,
        ),
        "finnhub": Finnhub(
            session, base_url=access.finnhub_url, key=access.finnhub_key
        ),
    }
    return tuple(known[name] for name in names)
