"""Looks at the providers of prices, for `doctor`."""

import asyncio
from time import perf_counter

from catalyst_bot.cli.dependencies import Row, State
from catalyst_bot.configuration import price_access
from catalyst_bot.errors import QuoteError
from catalyst_bot.market.http import open_quote_session
from catalyst_bot.market.opening import build_providers
from catalyst_bot.market.provider import Provider
from catalyst_bot.settings import Settings

SAMPLE = "AAPL"  # every provider knows it


async def look_at_prices(settings: Settings) -> list[Row]:
    """Ask each provider that is listed for one price."""
    if not settings.features.market_data:
        return [Row(name="prices", state=State.OFF, detail="FEATURE_MARKET_DATA=0")]
    async with open_quote_session() as session:
        providers = build_providers(
            settings.market.providers, price_access(settings), session=session
        )
        async with asyncio.TaskGroup() as group:
            looks = [group.create_task(_look(provider)) for provider in providers]
        return [look.result() for look in looks]


async def _look(provider: Provider) -> Row:
    name, began = f"prices {provider.name}", perf_counter()
    try:
        quotes = await provider.fetch([SAMPLE])
    except QuoteError as error:
        hint = "cards come without a price meanwhile; see QUOTE_PROVIDERS"
        return Row(name=name, state=State.WARNING, detail=str(error), hint=hint)
    took = f"answers in {1000 * (perf_counter() - began):.0f} ms"
    if SAMPLE not in quotes:
        return Row(name=name, state=State.WARNING, detail=f"{took}, without a price")
    detail = f"{took}: {SAMPLE} at {quotes[SAMPLE].price:g}"
    return Row(name=name, state=State.OK, detail=detail)
