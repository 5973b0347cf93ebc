"""What is seen of the daemon from outside: the page, the API and the probes."""

import logging
import secrets
from dataclasses import dataclass

from catalyst_bot.assembly.asking import AlertDesk
from catalyst_bot.assembly.channels import Channels
from catalyst_bot.assembly.control import leave_contact
from catalyst_bot.assembly.market import Market
from catalyst_bot.assembly.news import News
from catalyst_bot.assembly.parts import Base
from catalyst_bot.assembly.reader import Readers
from catalyst_bot.assembly.store import Store
from catalyst_bot.delivery.cards import Cards
from catalyst_bot.ops.contact import new_token
from catalyst_bot.ops.redact import Redactor
from catalyst_bot.ops.tokens import ApiToken
from catalyst_bot.search.service import Search
from catalyst_bot.web.api import api_routes
from catalyst_bot.web.asking import ask_routes
from catalyst_bot.web.assets import asset_routes
from catalyst_bot.web.control import Levers, control_routes
from catalyst_bot.web.hub import Hub
from catalyst_bot.web.probes import probe_routes
from catalyst_bot.web.rates import Rates
from catalyst_bot.web.routes import build_app
from catalyst_bot.web.scoring import Scoring, score_routes
from catalyst_bot.web.search import search_routes
from catalyst_bot.web.server import open_server
from catalyst_bot.web.status import StatusBoard
from catalyst_bot.web.stream import event_routes
from catalyst_bot.web.usage import UsageBoard
from catalyst_bot.web.views import Viewer
from catalyst_bot.web.window import Window

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the page and the API see, and what tells open pages of every change."""

    window: Window
    hub: Hub


def build_view(
    base: Base,
    store: Store,
    news: News,
    market: Market,
    channels: Channels,
    readers: Readers,
) -> View:
    """Return the view of everything that is open; nobody is served yet."""
    window = _build_window(base, store, news, market, channels, readers)
    hub = Hub(
        alerts=window.alerts_json,
        status=window.status_json,
        boot=secrets.token_hex(4),
        broke=base.metrics.unexpected_errors.labels("page").inc,
    )
    return View(window=window, hub=hub)


def _build_window(
    base: Base,
    store: Store,
    news: News,
    market: Market,
    channels: Channels,
    readers: Readers,
) -> Window:
    settings, parts = base.settings, base.parts
    cards = Cards(
        disclaimer=settings.alerts.disclaimer,
        metrics=base.metrics,
        renderer=parts.renderer,
        url_of=channels.fleet.place_of,
    )
    return Window(
        archive=store.archive,
        viewer=Viewer(
            cards=cards,
            shows_analysis=settings.features.progressive_alerts,
        ),
        rules=lambda: news.judge.rules,
        symbols=lambda: market.symbols.table,
        board=StatusBoard(
            clock=parts.clock,
            health=base.health,
            metrics=base.metrics,
            conditions=readers.reader.conditions,
            channels=channels.outlets,
            watches=lambda: channels.watching.watches,
            hold=lambda: channels.pause.hold,
            controls=parts.controls,
        ),
        usage=UsageBoard(stats=readers.usage.stats, today=readers.tally.today),
        redact=Redactor(settings.secrets),
    )


async def open_http(
    base: Base,
    view: View,
    readers: Readers,
    levers: Levers,
    search: Search,
    desk: AlertDesk | None,
) -> str:
    """Serve the page, the API and the probes; return the URL, "" when off."""
    http, window, hub = base.settings.http, view.window, view.hub
    if not base.settings.features.web:
        return ""
    probes = probe_routes(
        health=base.health,
        metrics=base.metrics,
        llm_status=readers.reader.status,
        redact=window.redact,
    )
    pages = asset_routes(controls=base.parts.controls)
    control = control_routes(levers)
    scores = score_routes(_scoring(base, readers))
    found = search_routes(search, clock=base.parts.clock, redact=window.redact)
    api = (api_routes(window), scores, found, ask_routes(desk))
    routers = (pages, *api, control, event_routes(hub), probes)
    token = new_token()
    web = build_app(
        routers,
        host=http.host,
        tokens=(*http.tokens, ApiToken(secret=token)),
        rates=Rates(
            per_minute=http.requests_per_minute,
            monotonic=base.parts.clock.monotonic,
        ),
        is_draining=lambda: base.health.draining,
    )
    url = await base.stack.enter_async_context(
        open_server(web, host=http.host, port=http.port)
    )
    await leave_contact(base, url, token)
    base.stack.callback(hub.close)  # before the server: it would wait for them
    kinds = {outlet.kind for outlet in window.board.channels()}
    logger.info("serving", extra={"url": url, "channel": " ".join(sorted(kinds))})
    if kinds == {"page"}:
        logger.info("alerts are shown on the page", extra={"url": url})
    return url


def _scoring(base: Base, readers: Readers) -> Scoring:
    """Return who scores texts for callers of the API."""
    most = base.settings.llm.max_concurrent

    def at_once() -> int:
        conditions = readers.reader.conditions()
        return min(most, conditions[0].limit) if conditions else 0

    return Scoring(
        llm=readers.core.structured if readers.core else None,
        at_once=at_once,
        monotonic=base.parts.clock.monotonic,
    )
