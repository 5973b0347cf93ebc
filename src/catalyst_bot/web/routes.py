"""The application: the routers of this folder behind one door."""

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI

from catalyst_bot import __version__
from catalyst_bot.ops.secret import Secret
from catalyst_bot.web.door import Door
from catalyst_bot.web.replies import add_refusals


def build_app(
    routers: Sequence[APIRouter], *, host: str, tokens: Sequence[Secret] = ()
) -> FastAPI:
    """Return the application, which describes itself at /openapi.json.

    Args:
        host: the name we are bound to, allowed as Host beside the loopback names.
        tokens: any one of them, as `Authorization: Bearer`, opens a host that is not
            loopback; on loopback none is asked for.
    Errors: 400 unknown Host or bad parameter, 401, 404, 405, 500, 503, as
        {"error", "detail", "id"}.
    """
    # The pages that FastAPI would serve load their scripts from outside.
    app = FastAPI(
        title="catalyst-bot", version=__version__, docs_url=None, redoc_url=None
    )
    for router in routers:
        app.include_router(router)
    add_refusals(app)
    app.add_middleware(Door, host=host, tokens=tokens)
    return app
