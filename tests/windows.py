"""The live page's side of the daemon over a real database and a real server."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from catalyst_bot.clock import Clock
from catalyst_bot.delivery.cards import Cards
from catalyst_bot.delivery.page import PageChannel
from catalyst_bot.delivery.writer import Tokens
from catalyst_bot.enrichment.off import LLMOff
from catalyst_bot.intake.symbols import SymbolTable
from catalyst_bot.llm.usage import Usage
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.redact import Redactor
from catalyst_bot.ops.secret import Secret
from catalyst_bot.ops.tokens import ApiToken
from catalyst_bot.scoring.headline import shipped_scorer
from catalyst_bot.scoring.policy import AlertPolicy
from catalyst_bot.scoring.rules import Rules
from catalyst_bot.storage.archive import Archive
from catalyst_bot.web.api import api_routes
from catalyst_bot.web.assets import asset_routes
from catalyst_bot.web.hub import Hub
from catalyst_bot.web.rates import Rates
from catalyst_bot.web.routes import build_app
from catalyst_bot.web.server import open_server
from catalyst_bot.web.status import Channel, StatusBoard
from catalyst_bot.web.stream import event_routes
from catalyst_bot.web.usage import UsageBoard
from catalyst_bot.web.views import Viewer
from catalyst_bot.web.window import Window
from tests.clocks import ManualClock
from tests.house import House, open_house

SECRET = "canary-" * 4


class Limited:
    """A channel that knows limits, as Discord's."""

    name, kind = "main", "discord"

    def tokens(self) -> Tokens:
        return Tokens(posts=20, edits=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A served house: turn its crank, and see it as a page does."""

    house: House
    hub: Hub
    health: Health
    client: aiohttp.ClientSession


def window_of(
    archive: Archive,
    clock: Clock,
    metrics: Metrics,
    health: Health,
    *,
    channel: Channel,
    shows_analysis: bool,
) -> Window:
    books = Usage(metrics=metrics, unix=clock.unix, cost=lambda _: 0.0)
    cards = Cards(disclaimer="not investment advice", metrics=metrics)
    return Window(
        archive=archive,
        viewer=Viewer(cards=cards, shows_analysis=shows_analysis),
        rules=lambda: Rules(scorer=shipped_scorer(), policy=AlertPolicy()),
        symbols=SymbolTable,
        board=StatusBoard(
            clock=clock,
            health=health,
            metrics=metrics,
            conditions=LLMOff().conditions,
            channels=lambda: (channel,),
            watches=lambda: (),
            hold=lambda: None,
            controls="http://127.0.0.1:9999",
        ),
        usage=UsageBoard(stats=books.stats, today=lambda: ()),
        redact=Redactor([Secret(SECRET)]),
    )


@asynccontextmanager
async def open_page(
    folder: Path,
    *,
    host: str = "127.0.0.1",
    tokens: tuple[str, ...] = (),
    channel: Channel | None = None,
    shows_analysis: bool = True,
) -> AsyncIterator[Page]:
    """Serve a house on loopback; `host` is the name that it takes itself to have."""
    clock, health = ManualClock(), Health()
    channel = channel or PageChannel(name="main")
    async with open_house(folder, clock, shows_analysis=shows_analysis) as house:
        window = window_of(
            house.archive,
            clock,
            house.metrics,
            health,
            channel=channel,
            shows_analysis=shows_analysis,
        )
        hub = Hub(alerts=window.alerts_json, status=window.status_json, boot="b00t")
        house.changed = hub.changed
        pages = asset_routes(controls="http://127.0.0.1:9999")
        web = build_app(
            [pages, api_routes(window), event_routes(hub)],
            host=host,
            tokens=[ApiToken(secret=Secret(token)) for token in tokens],
            rates=Rates(per_minute=6_000, monotonic=time.monotonic),
        )
        async with (
            asyncio.timeout(60),
            open_server(web, host="127.0.0.1", port=0) as url,
            aiohttp.ClientSession(url) as client,
            asyncio.TaskGroup() as group,
        ):
            running = group.create_task(hub.run())
            yield Page(house=house, hub=hub, health=health, client=client)
            running.cancel()
