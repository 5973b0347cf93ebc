"""The buttons of the demo's page: a small server that only that page may use."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import web

from catalyst_bot.simulation.loopback import LoopbackServer
from catalyst_bot.simulation.show import Show
from catalyst_bot.simulation.stage import Model

LONGEST_TITLE = 512
LONGEST_BODY = 4096  # bytes
_TICKER = re.compile(r"[A-Z]{1,5}(?:[.\-][A-Z]{1,2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the buttons have done, as `GET /state` shows it."""

    scenario: str
    model: str
    limited: bool
    bot: str
    restarts: int
    over: bool


class Controls(LoopbackServer):
    """Serves GET /state and POST /headline /model /discord /correction /kill.

    A request that a page of another origin makes is refused: 403. `show` is set before
    the page is there.
    """

    def __init__(self, *, page_port: int) -> None:
        super().__init__()
        self._origins = {f"http://{h}:{page_port}" for h in ("127.0.0.1", "localhost")}
        self.show: Show | None = None

    @property
    def state(self) -> State:
        """Return the present state."""
        show = self._shown()
        return State(
            scenario=show.scenario.name,
            model=show.stage.model.value,
            limited=show.stage.is_limited,
            bot=show.bot.state.value,
            restarts=show.bot.restarts,
            over=show.is_over,
        )

    def _add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/state", self._guarded(self._get_state))
        for name, act in (
            ("headline", self._headline),
            ("model", self._model),
            ("discord", self._discord),
            ("correction", self._correction),
            ("kill", self._kill),
        ):
            router.add_post(f"/{name}", self._guarded(act))
        router.add_route("OPTIONS", "/{name}", self._guarded(_preflight))

    def _guarded(self, act: "_Handler") -> "_Handler":
        """Let `act` answer this page's origin, and nobody else's page."""

        async def handle(request: web.Request) -> web.Response:
            origin = request.headers.get("Origin")
            if origin is not None and origin not in self._origins:
                return _error(403, "foreign origin", "only the demo's page may ask")
            try:
                response = await act(request)
            except _Refusal as refusal:
                response = _error(refusal.status, refusal.error, refusal.detail)
            if origin is not None:
                response.headers["Access-Control-Allow-Origin"] = origin
                response.headers["Vary"] = "Origin"
            return response

        return handle

    async def _get_state(self, _: web.Request) -> web.Response:
        return self._answer(200)

    async def _headline(self, request: web.Request) -> web.Response:
        body = await _body(request)
        title, ticker = body.get("title"), body.get("ticker") or ""
        if not isinstance(title, str) or len(title) > LONGEST_TITLE:
            detail = f"title: expected a text of at most {LONGEST_TITLE} characters"
            raise _Refusal(400, "bad headline", detail)
        ticker = ticker.strip().upper() if isinstance(ticker, str) else "?"
        if ticker and not _TICKER.fullmatch(ticker):
            detail = "ticker: expected up to five letters, or nothing"
            raise _Refusal(400, "bad headline", detail)
        if not any(c.isprintable() and not c.isspace() for c in title):
            raise _Refusal(400, "bad headline", "title: expected a headline")
        return _json({"title": self._shown().stage.announce(title, ticker)}, 202)

    async def _model(self, request: web.Request) -> web.Response:
        mode = (await _body(request)).get("mode")
        if mode not in [model.value for model in Model]:
            known = ", ".join(model.value for model in Model)
            raise _Refusal(400, "bad mode", f"mode: expected one of {known}")
        await self._shown().stage.set_model(Model(mode))
        return self._answer(200)

    async def _discord(self, request: web.Request) -> web.Response:
        is_limited = (await _body(request)).get("limited")
        if not isinstance(is_limited, bool):
            raise _Refusal(400, "bad value", "limited: expected true or false")
        self._shown().stage.limit_discord(is_limited=is_limited)
        return self._answer(200)

    async def _correction(self, request: web.Request) -> web.Response:
        await _body(request)
        try:
            title = self._shown().stage.correct()
        except LookupError as error:
            raise _Refusal(409, "nothing to correct yet", str(error)) from error
        return _json({"title": title}, 202)

    async def _kill(self, request: web.Request) -> web.Response:
        await _body(request)
        self._shown().bot.kill()
        return self._answer(202)

    def _answer(self, status: int) -> web.Response:
        return _json(asdict(self.state), status)

    def _shown(self) -> Show:
        if self.show is None:
            raise _Refusal(503, "not open yet", "the demo is starting")
        return self.show


class _Refusal(Exception):
    def __init__(self, status: int, error: str, detail: str) -> None:
        self.status, self.error, self.detail = status, error, detail
        super().__init__(detail)


_Handler = Callable[[web.Request], Awaitable[web.Response]]


async def _preflight(_: web.Request) -> web.Response:
    headers = {
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": "content-type",
    }
    return web.Response(status=204, headers=headers)


async def _body(request: web.Request) -> dict[str, Any]:
    """Return the JSON object of a request; what is none is refused."""
    if request.content_type != "application/json":
        raise _Refusal(415, "wrong content type", "expected application/json")
    # One byte more than allowed tells a longer body, whatever length it announced.
    raw = await request.content.read(LONGEST_BODY + 1)
    while len(raw) <= LONGEST_BODY and (more := await request.content.read(1024)):
        raw += more
    if len(raw) > LONGEST_BODY:
        raise _Refusal(413, "too long", f"at most {LONGEST_BODY} bytes")
    try:
        body = json.loads(raw or b"{}")
    except ValueError as error:
        raise _Refusal(400, "bad body", "expected a JSON object") from error
    if not isinstance(body, dict):
        raise _Refusal(400, "bad body", "expected a JSON object")
    return body


def _json(body: dict[str, Any], status: int) -> web.Response:
    return web.json_response(body, status=status)


def _error(status: int, error: str, detail: str) -> web.Response:
    return _json({"error": error, "detail": detail}, status)
