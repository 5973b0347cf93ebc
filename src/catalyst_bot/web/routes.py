"""The application: the routers of this folder behind one door."""

import asyncio
from collections.abc import Callable, Sequence

from fastapi import APIRouter, FastAPI

from catalyst_bot import __version__
from catalyst_bot.ops.tokens import ApiToken
from catalyst_bot.web.door import Door
from catalyst_bot.web.rates import Rates
from catalyst_bot.web.replies import add_refusals


def build_app(
    routers: Sequence[APIRouter],
    *,
    host: str,
    rates: Rates,
    tokens: Sequence[ApiToken] = (),
    is_draining: Callable[[], bool] = lambda: False,
) -> FastAPI:
    """Return the application, which describes itself at /openapi.json.

    Args:
        host: the name we are bound to, allowed as Host beside the loopback names.
        rates: how often one token, or one address without a token, may ask.
        tokens: one of them, as `Authorization: Bearer`, opens a host that is not
            loopback; on loopback only what changes something asks for one.
        is_draining: when true, only the probes are answered.
    Errors: 400 unknown Host, 401, 403, 404, 405, 413, 415, 422 bad parameter, 429, 500,
        503, as {"error", "detail", "id"}.
    """
    # The pages that FastAPI would serve load their scripts from outside.
    app = FastAPI(
        title="catalyst-bot", version=__version__, docs_url=None, redoc_url=None
    )
    app.state.ending = asyncio.Event()  # set by the server, see web.leaving
    for router in routers:
        app.include_router(router)
    add_refusals(app)
    app.add_middleware(
        Door, host=host, tokens=tokens, rates=rates, is_draining=is_draining
    )
    return app
