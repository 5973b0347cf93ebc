"""The searches that need a key: Alpaca's news and Finnhub's, where the keys are set."""

from collections.abc import Mapping
from datetime import datetime

from yarl import URL

from catalyst_bot.configuration import alpaca_keys
from catalyst_bot.ops.secret import Secret
from catalyst_bot.reading.likeness import prepared_query
from catalyst_bot.search.live import hit_of
from catalyst_bot.search.model import Hit, Source
from catalyst_bot.search.symbols import Ask, SymbolNews, read_finnhub
from catalyst_bot.settings import Settings
from catalyst_bot.sources.alpaca import AlpacaParser
from catalyst_bot.sources.alpaca_wire import AlpacaKeys
from catalyst_bot.sources.outside import Outside

# Searches a minute: what a free key leaves beside prices, which take 50 of Finnhub's
# 60 and 180 of Alpaca's 200.
OF_FINNHUB, OF_ALPACA = 10, 20
_PAGE = "50"  # notes of Alpaca, the most there are


def keyed_sources(
    settings: Settings, *, outside: Outside, timeout: float
) -> Mapping[str, Source]:
    """Return the sources by name whose keys are set."""
    found: dict[str, Source] = {}
    market, keys = settings.market, alpaca_keys(settings)

    def add(name: str, ask: Ask, per_minute: int) -> None:
        found[name] = SymbolNews(
            ask,
            symbols=lambda text: prepared_query(text).tickers,
            per_minute=per_minute,
            clock=outside.clock,
        )

    if keys is not None:
        add(
            "alpaca", _alpaca(market.alpaca_base_url, keys, outside, timeout), OF_ALPACA
        )
    if market.finnhub_api_key is not None:
        key = market.finnhub_api_key
        add(
            "finnhub",
            _finnhub(market.finnhub_base_url, key, outside, timeout),
            OF_FINNHUB,
        )
    return found


def _alpaca(base: str, keys: AlpacaKeys, outside: Outside, timeout: float) -> Ask:
    parser = AlpacaParser(source="alpaca")

    async def ask(symbol: str, since: datetime, now: datetime) -> tuple[Hit, ...]:
        query = {
            "symbols": symbol,
            "limit": _PAGE,
            "sort": "desc",
            "start": f"{since:%Y-%m-%dT%H:%M:%SZ}",
        }
        url = URL(f"{base.rstrip('/')}/v1beta1/news") % query
        answer = await outside.get(str(url), headers=keys.headers(), deadline=timeout)
        page = parser.parse(
            answer.body,
            url=answer.url,
            charset=answer.charset,
            received_at=now,
            received=answer.received,
        )
        return tuple(map(hit_of, page.items))

    return ask


def _finnhub(base: str, key: Secret, outside: Outside, timeout: float) -> Ask:
    async def ask(symbol: str, since: datetime, now: datetime) -> tuple[Hit, ...]:
        days = {"from": f"{since:%Y-%m-%d}", "to": f"{now:%Y-%m-%d}"}
        url = URL(f"{base.rstrip('/')}/company-news") % {"symbol": symbol, **days}
        headers = {"X-Finnhub-Token": key.reveal()}
        answer = await outside.get(str(url), headers=headers, deadline=timeout)
        return read_finnhub(answer.body, symbol)

    return ask
