"""What the daemon answers over HTTP, and whom it answers.

A browser can be made to send requests to 127.0.0.1 under a foreign name (DNS
rebinding), so the Host must be one of ours; beyond loopback a token is required.
"""

import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus

import orjson
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from catalyst_bot.clock import Clock
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.loopback import LOOPBACK_NAMES, is_address, is_loopback
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.secret import Secret

logger = logging.getLogger(__name__)

ANY_HOST = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, never bound to

Redact = Callable[[str], str]


def build_app(
    *,
    health: Health,
    metrics: Metrics,
    clock: Clock,
    llm_status: Callable[[], str],
    redact: Redact,
    host: str,
    tokens: Sequence[Secret] = (),
) -> FastAPI:
    """Return the application; every reply but the metrics is JSON.

    Args:
        llm_status: one line for a person; a sick model never makes us unready.
        host: the name we are bound to, allowed as Host beside the loopback names.
        tokens: any one of them, as `Authorization: Bearer`, opens a host that is not
            loopback; on loopback none is asked for.
    Errors: 400 unknown Host, 401, 404, 405, 500, as {"error", "detail", "id"}.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    _add_health(app, health, clock, llm_status, redact)

    @app.get("/metrics")
    async def show_metrics() -> Response:
        kind = "text/plain; version=0.0.4; charset=utf-8"
        return Response(metrics.render(), media_type=kind)

    async def refuse(_: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException):
            return _refusal(error.status_code, error.detail, error.headers)
        return _refusal(500, "see the log")

    app.add_exception_handler(HTTPException, refuse)
    app.add_exception_handler(Exception, refuse)
    app.add_middleware(Gate, host=host, tokens=tokens)
    return app


class Gate:
    """Lets a request through when its Host is ours and, if required, its token."""

    def __init__(self, app: ASGIApp, *, host: str, tokens: Sequence[Secret]) -> None:
        self._app = app
        self._host = host.lower()
        self._digests = [_digest(token.reveal()) for token in tokens]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 400 or 401."""
        refusal = self._refuse(Request(scope)) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)

    def _refuse(self, request: Request) -> Response | None:
        if not self._is_our_name(request.headers.get("host", "")):
            return _refusal(400, "unknown Host")
        if not self._may_enter(request.headers.get("authorization", "")):
            challenge = {"WWW-Authenticate": "Bearer"}
            return _refusal(401, "a token of API_TOKENS is required", challenge)
        return None

    def _is_our_name(self, header: str) -> bool:
        name = _without_port(header.strip().lower())
        if name in LOOPBACK_NAMES or name == self._host:
            return True
        # An address is not a name that a stranger's DNS could point at us.
        return self._host in ANY_HOST and is_address(name)

    def _may_enter(self, header: str) -> bool:
        if is_loopback(self._host):
            return True
        scheme, _, token = header.partition(" ")
        given = _digest(token.strip())
        # All are compared, so that the time tells nothing.
        matches = [hmac.compare_digest(given, known) for known in self._digests]
        return scheme.lower() == "bearer" and any(matches)


def _add_health(
    app: FastAPI,
    health: Health,
    clock: Clock,
    llm_status: Callable[[], str],
    redact: Redact,
) -> None:
    @app.get("/healthz")
    async def show_health() -> Response:
        body = {
            "status": "ok",
            "sources": [asdict(source) for source in health.sources],
            "destinations": dict(health.destinations),
            "notices": dict(health.notices),
            "llm": llm_status(),
        }
        return _json(body, redact=redact)

    @app.get("/readyz")
    async def show_readiness() -> Response:
        ready = health.ready(clock.unix())
        body = {
            "ready": ready.is_ready,
            "checks": {
                check.name: {"ok": check.ok, "detail": check.detail}
                for check in ready.checks
            },
            "llm": llm_status(),
        }
        return _json(body, status=200 if ready.is_ready else 503, redact=redact)


def _json(body: Mapping[str, object], *, status: int = 200, redact: Redact) -> Response:
    text = redact(orjson.dumps(body).decode())
    return Response(text, status_code=status, media_type="application/json")


def _refusal(
    status: int, detail: str, headers: Mapping[str, str] | None = None
) -> Response:
    error_id = secrets.token_hex(4)
    logger.debug(
        "request refused", extra={"status": status, "detail": detail, "id": error_id}
    )
    name = HTTPStatus(status).name.lower()
    body = orjson.dumps({"error": name, "detail": detail, "id": error_id})
    return Response(
        body, status_code=status, headers=headers, media_type="application/json"
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]
