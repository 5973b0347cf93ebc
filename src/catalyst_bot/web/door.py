"""Whom the daemon answers over HTTP, and how often.

A browser can be made to send requests to 127.0.0.1 under a foreign name (DNS
rebinding), so the Host must be one of ours; beyond loopback a token is required.
"""

import hashlib
import hmac
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fastapi import Request, Response
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Connection

from catalyst_bot.ops.loopback import LOOPBACK_NAMES, is_address, is_loopback
from catalyst_bot.ops.tokens import ApiToken, Scope
from catalyst_bot.web.bodies import bounded, refuse_body
from catalyst_bot.web.leaving import ENDING
from catalyst_bot.web.rates import Rates
from catalyst_bot.web.replies import refusal

ANY_HOST = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, never bound to
# The page asks for the token, so it is sent without one: nothing secret is in it.
OPEN_PATHS, OPEN_FOLDER = frozenset({"/", "/docs"}), "/static/"
# Whoever watches us must see us drain, and be heard while somebody else floods us.
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
# A page has fifty files, each asked for at every reload and answered from memory.
FILE_COST = 0.1
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# A POST to them changes nothing: what they are asked is too long for an address.
QUESTIONS = frozenset({"/api/ask", "/api/score", "/api/search"})
COSTLY = frozenset({"/api/ask", "/api/score"})  # of processor time, or of the model's


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks: `name` is a token's digest, or an address for whoever has none."""

    name: str
    scope: Scope | None  # None: nothing is open
    has_token: bool


class Door:
    """Lets a request through when its Host is ours, its token suffices, and it is not
    one too many; counts the body of what it lets through."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        host: str,
        tokens: Sequence[ApiToken],
        rates: Rates,
        is_draining: Callable[[], bool],
    ) -> None:
        self._app = app
        self._host = host.lower()
        self._known = [(_digest(t.secret.reveal()), t.scope) for t in tokens]
        self._rates = rates
        self._is_draining = is_draining

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 400, 401, 403, 413, 415, 429 or 503."""
        refused = self._refuse(Request(scope)) if scope["type"] == "http" else None
        await (refused or self._app)(scope, bounded(receive), send)

    def _refuse(self, request: Request) -> Response | None:
        if not self._is_our_name(request.headers.get("host", "")):
            return refusal(400, "unknown Host")
        # Not request.url: it is made with the Host, which whoever asks may choose.
        path = request.scope["path"]
        caller = self._caller(request)
        request.state.scope = caller.scope  # for what only some bodies need
        bucket = f"{caller.name} probes" if path in PROBES else caller.name
        cost = FILE_COST if _is_open(path) else 1.0
        if wait := self._rates.take(bucket, cost=cost):
            seconds = str(math.ceil(wait))
            return refusal(429, "too many requests", {"Retry-After": seconds})
        if self._is_draining() and path not in PROBES:
            return refusal(503, ENDING)
        if _is_open(path):
            return None
        return _refuse_caller(caller, request) or refuse_body(request)

    def _is_our_name(self, header: str) -> bool:
        name = _without_port(header.strip().lower())
        if name in LOOPBACK_NAMES or name == self._host:
            return True
        # An address is not a name that a stranger's DNS could point at us.
        return self._host in ANY_HOST and is_address(name)

    def _caller(self, request: Request) -> Caller:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        given = _digest(token.strip())
        # All are compared, so that the time tells nothing.
        matches = [s for known, s in self._known if hmac.compare_digest(given, known)]
        if matches and kind.lower() == "bearer":
            return Caller(name=given.hex(), scope=max(matches), has_token=True)
        address = request.client.host if request.client else ""
        scope = Scope.SCORE if is_loopback(self._host) else None
        return Caller(name=address, scope=scope, has_token=False)


def _refuse_caller(caller: Caller, request: Request) -> Response | None:
    needed = _needed(request.method, request.scope["path"])
    if caller.scope is not None and caller.scope >= needed:
        return None
    if not caller.has_token:
        challenge = {"WWW-Authenticate": "Bearer"}
        detail = f"a token of API_TOKENS is required, of scope {needed.name.lower()}"
        return refusal(401, detail, challenge)
    return refusal(403, f"the token's scope is not {needed.name.lower()}")


def _needed(method: str, path: str) -> Scope:
    if method in SAFE or path in QUESTIONS:
        return Scope.SCORE if path in COSTLY else Scope.READ
    return Scope.ADMIN


def _is_open(path: str) -> bool:
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDER)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]
