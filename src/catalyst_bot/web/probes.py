"""For those who watch the daemon: health, readiness, metrics."""

from collections.abc import Callable

from fastapi import APIRouter, Response

from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.web.replies import Redact, json_reply


def probe_routes(
    *,
    health: Health,
    metrics: Metrics,
    llm_status: Callable[[], str],
    redact: Redact,
) -> APIRouter:
    """Return /healthz, /readyz and /metrics.

    `llm_status`: one line for a person; a sick model never makes us unready.
    """
    router = APIRouter(tags=["probes"])

    @router.get("/healthz")
    async def show_health() -> Response:
        body = {
            "status": "ok",
            "sources": health.sources,
            "destinations": dict(health.destinations),
            "notices": dict(health.notices),
            "llm": llm_status(),
        }
        return json_reply(body, redact=redact)

    @router.get("/readyz")
    async def show_readiness() -> Response:
        ready = health.ready()
        body = {
            "ready": ready.is_ready,
            "checks": {
                check.name: {"ok": check.ok, "detail": check.detail}
                for check in ready.checks
            },
            "llm": llm_status(),
        }
        status = 200 if ready.is_ready else 503
        return json_reply(body, status=status, redact=redact)

    @router.get("/metrics")
    async def show_metrics() -> Response:
        kind = "text/plain; version=0.0.4; charset=utf-8"
        return Response(metrics.render(), media_type=kind)

    return router
