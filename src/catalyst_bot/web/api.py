"""`/api`: what was alerted, what was not, why, and how the daemon is."""

import re
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from starlette.exceptions import HTTPException

from catalyst_bot.model import Event
from catalyst_bot.scoring.reading import HeadlineReading
from catalyst_bot.storage.archive import Place
from catalyst_bot.web.replies import REFUSALS, json_reply
from catalyst_bot.web.status import Status
from catalyst_bot.web.turns import Turns
from catalyst_bot.web.usage import UsageReport
from catalyst_bot.web.views import (
    AlertPage,
    AlertView,
    CatalystList,
    RejectionPage,
    rejection_views,
)
from catalyst_bot.web.window import Window

_CURSOR = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)~([0-9a-f]{8})")

Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Ticker = Annotated[str, Query(max_length=12, description="In either case.")]
Catalyst = Annotated[
    str,
    Query(pattern="^([a-z][a-z0-9_]{0,39})?$", description="As in `catalysts`."),
]
Channel = Annotated[
    str,
    Query(pattern="^([a-z0-9][a-z0-9_-]{0,39})?$", description="Where cards stand."),
]
Watched = Annotated[str, Query(max_length=200, description="The words of a watch.")]
Cursor = Annotated[str, Query(max_length=40, description="`next` of a page.")]
Number = Annotated[
    int | None, Query(ge=0, le=2**63 - 1, description="`next` of a page.")
]
AlertId = Annotated[str, Path(pattern="^[0-9a-f]{8}$")]


def api_routes(window: Window) -> APIRouter:
    """Return everything below /api."""
    router = APIRouter(prefix="/api", responses=REFUSALS, tags=["api"])
    turns = Turns()
    _add_alerts(router, window, turns)

    @router.get("/rejections", response_model=RejectionPage)
    async def list_rejections(
        limit: Limit = 100, before: Number = None, ticker: Ticker = ""
    ) -> Response:
        """List what became no alert, and why; newest first."""
        found = await window.archive.rejections_page(
            limit=limit, before=before, ticker=ticker
        )
        rest = found[-1].number if len(found) == limit else None
        page = RejectionPage(rejections=rejection_views(found), next=rest)
        return json_reply(page)

    @router.get("/catalysts", response_model=CatalystList)
    async def list_catalysts() -> Response:
        """List the categories of catalysts.toml that may alert, weightiest first."""
        return json_reply(window.catalysts())

    @router.get("/score", response_model=HeadlineReading)
    async def score(text: Annotated[str, Query(max_length=4096)]) -> Response:
        """Score a headline as `catalyst-bot score --json` does."""
        async with turns.next():
            return json_reply(window.read(text))

    @router.get("/status", response_model=Status)
    async def show_status() -> Response:
        """Show how the daemon and all it talks to are."""
        return json_reply(window.board.status(), redact=window.redact)

    @router.get("/usage", response_model=UsageReport)
    async def show_usage() -> Response:
        """Show what the models were asked, by provider and purpose, and the cost."""
        return json_reply(window.usage.report())

    return router


def _add_alerts(router: APIRouter, window: Window, turns: Turns) -> None:
    @router.get("/alerts", response_model=AlertPage)
    async def list_alerts(
        limit: Limit = 50,
        before: Cursor = "",
        ticker: Ticker = "",
        event: Event | None = None,
        catalyst: Catalyst = "",
        channel: Channel = "",
        watch: Watched = "",
    ) -> Response:
        """List alerts with their cards, newest first."""
        shown, rest = await window.alerts(
            limit=limit,
            before=_place(before),
            ticker=ticker,
            event=event,
            catalyst=catalyst,
            channel=channel,
            watch=watch,
        )
        return json_reply(AlertPage(alerts=shown, next=_cursor(rest)))

    @router.get("/alerts/{alert_id}", response_model=AlertView)
    async def show_alert(alert_id: AlertId) -> Response:
        """Show one alert and how it came about."""
        stored = await window.archive.by_id(alert_id)
        if stored is None:
            raise HTTPException(404, f"no alert {alert_id}")
        async with turns.next():
            return json_reply(await window.explain(stored))


def _cursor(place: Place | None) -> str | None:
    return f"{place.raised!r}~{place.id}" if place else None


def _place(cursor: str) -> Place | None:
    if not cursor:
        return None
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise HTTPException(422, "before: expected the `next` of an earlier page")
    return Place(raised=float(match[1]), id=match[2])
