"""Whom the daemon answers over HTTP.

A browser can be made to send requests to 127.0.0.1 under a foreign name (DNS
rebinding), so the Host must be one of ours; beyond loopback a token is required.
"""

import hashlib
import hmac
from collections.abc import Sequence

from fastapi import Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from catalyst_bot.ops.loopback import LOOPBACK_NAMES, is_address, is_loopback
from catalyst_bot.ops.secret import Secret
from catalyst_bot.web.replies import refusal

ANY_HOST = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, never bound to
# The page asks for the token, so it is sent without one: nothing secret is in it.
OPEN_PATHS, OPEN_FOLDER = frozenset({"/", "/docs"}), "/static/"


class Door:
    """Lets a request through when its Host is ours and, if required, its token."""

    def __init__(self, app: ASGIApp, *, host: str, tokens: Sequence[Secret]) -> None:
        self._app = app
        self._host = host.lower()
        self._digests = [_digest(token.reveal()) for token in tokens]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 400 or 401."""
        refused = self._refuse(Request(scope)) if scope["type"] == "http" else None
        await (refused or self._app)(scope, receive, send)

    def _refuse(self, request: Request) -> Response | None:
        if not self._is_our_name(request.headers.get("host", "")):
            return refusal(400, "unknown Host")
        # Not request.url: it is made with the Host, which whoever asks may choose.
        if _is_open(request.scope["path"]):
            return None
        if not self._may_enter(request.headers.get("authorization", "")):
            challenge = {"WWW-Authenticate": "Bearer"}
            return refusal(401, "a token of API_TOKENS is required", challenge)
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


def _is_open(path: str) -> bool:
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDER)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]
