"""How the simulated Discord, and Cloudflare before it, word their answers."""

import math
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from catalyst_bot.simulation.discord_records import Fault, FaultKind, Json
from catalyst_bot.simulation.loopback import hang

_VIA = {"Via": "1.1 simulated"}  # discord.py takes a 429 without it for Cloudflare's
_PAGE = "<!DOCTYPE html><html><head><title>Access denied</title></head></html>"


def as_json(body: Json, status: int, headers: Mapping[str, str]) -> web.Response:
    """Return an answer of Discord itself."""
    return web.json_response(body, status=status, headers={**_VIA, **headers})


def refuse(
    status: int, message: str, code: int, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Return an error with Discord's own code."""
    return as_json({"message": message, "code": code}, status, headers or {})


def limited(fault: Fault, headers: Mapping[str, str]) -> web.Response:
    """Return a 429 with the wait, scope and code of a fault."""
    wait = {
        "Retry-After": str(math.ceil(fault.retry_after)),
        "X-RateLimit-Scope": fault.scope,
    }
    body: dict[str, Any] = {
        "message": "You are being rate limited.",
        "retry_after": round(fault.retry_after, 3),
        "global": fault.scope == "global",
    }
    if fault.scope == "global":
        wait["X-RateLimit-Global"] = "true"
    if fault.code:
        body["code"] = fault.code
    return as_json(body, 429, {**headers, **wait})


async def fail(
    request: web.Request, fault: Fault, headers: Mapping[str, str]
) -> web.StreamResponse:
    """Answer as the fault wants it; `headers` tell the limits.

    Raises:
        ConnectionResetError: the fault is no answer at all.
    """
    match fault.kind:
        case FaultKind.STATUS:
            return refuse(fault.status, fault.message, fault.code)
        case FaultKind.RATE_LIMITED:
            return limited(fault, headers)
        case FaultKind.HTML_429:
            return _cloudflare_page(429, retry_after=fault.retry_after)
        case FaultKind.NOT_JSON:
            return _cloudflare_page(200)
        case FaultKind.HALF_ANSWER:
            return await _send_half(request)
        case FaultKind.HANG:
            await hang()
    raise ConnectionResetError(fault.kind)


def _cloudflare_page(status: int, *, retry_after: float | None = None) -> web.Response:
    """Return a page that never came from Discord: HTML, no Via header."""
    wait = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
    return web.Response(
        status=status, text=_PAGE, content_type="text/html", headers=wait
    )


async def _send_half(request: web.Request) -> web.StreamResponse:
    """Send the beginning of an answer and close the connection."""
    response = web.StreamResponse(headers=_VIA)
    response.content_type, response.content_length = "application/json", 900
    await response.prepare(request)
    await response.write(b'{"id": "12')
    if request.transport is not None:
        request.transport.close()
    return response
