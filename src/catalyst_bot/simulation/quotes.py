"""A loopback server that tells prices as three providers do, on good and bad days."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import web

from catalyst_bot.simulation.alpaca import Note
from catalyst_bot.simulation.loopback import LoopbackServer, hang
from catalyst_bot.simulation.quote_shapes import (
    Price,
    alpaca_snapshots,
    finnhub_news,
    finnhub_quote,
    nasdaq_info,
)

PROVIDERS = ("nasdaq", "finnhub", "alpaca")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request, with the headers that the client sent."""

    provider: str
    symbols: tuple[str, ...]
    headers: Mapping[str, str]  # names in lower case
    arrived: float  # monotonic


@dataclass(slots=True, kw_only=True)
class Behaviour:
    """How one provider does; knobs that may change at any time.

    `latency` is in seconds; `body` is served instead of a price; `retry_after` is that
    header of an answer with another `status` than 200.
    """

    latency: float = 0.0
    status: int = 200
    retry_after: str = ""
    body: bytes | None = None
    is_hanging: bool = False
    is_endless: bool = False


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(eq=False)
class FakeQuotes(LoopbackServer):
    """Tells `prices` at `url(provider)`; what is not in them is an unknown symbol.

    Finnhub and Alpaca also have the news among `notes` that is about a symbol.
    """

    stops_when_left = True
    now: Callable[[], datetime] = _now
    prices: dict[str, Price] = field(default_factory=dict)
    providers: dict[str, Behaviour] = field(
        default_factory=lambda: {name: Behaviour() for name in PROVIDERS}
    )
    asked: list[Asked] = field(default_factory=list)
    notes: Callable[[], Sequence[Note]] = tuple

    def __post_init__(self) -> None:
        super().__init__()

    def url(self, provider: str) -> str:
        """Return the base URL of a provider."""
        return f"{self.origin}/{provider}"

    def __getitem__(self, provider: str) -> Behaviour:
        return self.providers[provider]

    def _add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/nasdaq/api/quote/{symbol}/info", self._nasdaq)
        router.add_get("/finnhub/quote", self._finnhub)
        router.add_get("/alpaca/v2/stocks/snapshots", self._alpaca)
        router.add_get("/finnhub/company-news", self._finnhub_news)
        router.add_get("/alpaca/v1beta1/news", self._alpaca_news)

    async def _nasdaq(self, request: web.Request) -> web.StreamResponse:
        symbol = request.match_info["symbol"].replace("%sl%", "-")

        def answer() -> object:
            return nasdaq_info(symbol, self.prices.get(symbol), now=self.now())

        return await self._serve(request, "nasdaq", (symbol,), answer)

    async def _finnhub(self, request: web.Request) -> web.StreamResponse:
        symbol = request.query["symbol"].replace(".", "-")

        def answer() -> object:
            return finnhub_quote(self.prices.get(symbol), now=self.now())

        return await self._serve(request, "finnhub", (symbol,), answer)

    async def _alpaca(self, request: web.Request) -> web.StreamResponse:
        names = request.query["symbols"].split(",")

        def answer() -> object:
            listed = {name: name.replace(".", "-") for name in names}
            found = {
                name: self.prices[symbol]
                for name, symbol in listed.items()
                if symbol in self.prices
            }
            return alpaca_snapshots(found, now=self.now())

        symbols = tuple(name.replace(".", "-") for name in names)
        return await self._serve(request, "alpaca", symbols, answer)

    async def _finnhub_news(self, request: web.Request) -> web.StreamResponse:
        symbol = request.query["symbol"]

        def answer() -> object:
            return [finnhub_news(note, symbol) for note in self._about(symbol)]

        return await self._serve(request, "finnhub", (symbol,), answer)

    async def _alpaca_news(self, request: web.Request) -> web.StreamResponse:
        symbol = request.query["symbols"]

        def answer() -> object:
            news = [note.message() for note in self._about(symbol)]
            return {"news": news, "next_page_token": None}

        return await self._serve(request, "alpaca", (symbol,), answer)

    def _about(self, symbol: str) -> list[Note]:
        return [note for note in self.notes() if symbol in note.symbols]

    async def _serve(
        self,
        request: web.Request,
        provider: str,
        symbols: tuple[str, ...],
        answer: Callable[[], object],
    ) -> web.StreamResponse:
        headers = {key.lower(): value for key, value in request.headers.items()}
        self.asked.append(
            Asked(
                provider=provider,
                symbols=symbols,
                headers=headers,
                arrived=time.monotonic(),
            )
        )
        self.changed()
        how = self.providers[provider]
        await asyncio.sleep(how.latency)
        if how.is_hanging:
            await hang()
        if how.is_endless:
            return await _endless(request)
        if how.status != 200:
            wait = {"Retry-After": how.retry_after} if how.retry_after else {}
            return web.Response(status=how.status, headers=wait)
        if how.body is not None:
            return web.Response(body=how.body, content_type="application/json")
        return web.json_response(answer())


async def _endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b" " * 65_536)
