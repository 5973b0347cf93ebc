"""What an answer of Discord means: the table of outcomes, as pure functions.

Numbers are JSON error codes (Topics/Opcodes and Status Codes).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalyst_bot.delivery.bucket import number
from catalyst_bot.errors import (
    DeliveryError,
    DestinationDead,
    InDoubt,
    MessageGone,
    NotSent,
    Refused,
)

UNKNOWN_MESSAGE = 10008
UNKNOWN_CHANNEL = 10003
UNKNOWN_WEBHOOK = 10015
TOO_OLD_TO_EDIT = 30046  # comes as a 429, but waiting never helps
CLOUDFLARE_BLOCK = 40333
CHANNEL_WRITES = 20028
NOT_OUR_MESSAGE = 50005
# No post can succeed until the channel's entry is put right: each would be lost.
WRONG_PLACES = {
    220001: ": its channel is a forum: set forum = true, or a thread_id",
    220003: ": its channel is no forum: leave forum out",
}
_GONE = frozenset({UNKNOWN_CHANNEL, UNKNOWN_WEBHOOK, *WRONG_PLACES})
SHORTEST_RETRY, LONGEST_RETRY = 0.05, 3600.0
FIRST_RETRY = 1.0  # seconds, when a 429 names no wait


class BadBody(Refused):
    """Discord read the body and found it invalid (400): a plainer one may pass.

    `errors` is Discord's tree of what is wrong, {} when it named nothing.
    """

    def __init__(self, reason: str, *, errors: Mapping[str, Any] | None = None) -> None:
        self.errors: Mapping[str, Any] = errors or {}
        super().__init__(reason)


class Unreachable(NotSent):
    """No connection came about, so nothing was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer; `body` is None when it was no JSON object or longer than the cap.

    `rows` are the objects of a JSON list, None when it was none.
    """

    status: int
    headers: Mapping[str, str]
    body: Mapping[str, Any] | None
    rows: tuple[Mapping[str, Any], ...] | None = None

    @property
    def code(self) -> int:
        """Return Discord's own error code, 0 when there is none."""
        code = self.body.get("code") if self.body else None
        return code if isinstance(code, int) else 0

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_cloudflare(self) -> bool:
        """Tell whether the wall before Discord answered: that wait is for all."""
        is_page = self.status == 429 and self.body is None
        return is_page or self.code == CLOUDFLARE_BLOCK

    @property
    def is_global(self) -> bool:
        scope = self.headers.get("X-RateLimit-Scope")
        named = bool(self.body and self.body.get("global") is True)
        return scope == "global" or named or "X-RateLimit-Global" in self.headers

    @property
    def is_hidden_limit(self) -> bool:
        """Tell whether a limit was met that the headers do not show.

        Some kinds of 429 come while tokens are left: of the channel's writes, 20028.
        """
        if self.status != 429 or self.headers.get("X-RateLimit-Scope") == "shared":
            return False
        left = number(self.headers.get("X-RateLimit-Remaining"))
        return self.code == CHANNEL_WRITES or bool(left)

    @property
    def is_invalid_request(self) -> bool:
        """Tell whether Discord counts it towards a ban of our address."""
        if self.status == 429:
            return self.headers.get("X-RateLimit-Scope") != "shared"
        return self.status in (401, 403)

    @property
    def retry_after(self) -> float | None:
        """Return the wait that was named, 0.05 to 3600 seconds, else None."""
        named = number(self.body.get("retry_after")) if self.body else None
        if named is None:
            named = number(self.headers.get("Retry-After"))
        return None if named is None else _clamped(named)


def fault_of(answer: Answer, *, is_post: bool) -> DeliveryError | None:
    """Return what the caller must do, or None: the request succeeded."""
    status, code = answer.status, answer.code
    what = f"{status}, code {code}" if code else str(status)
    if answer.is_success:
        is_json = answer.body is not None or answer.rows is not None
        is_whole = is_json or status == 204  # what was deleted has no body
        return None if is_whole else InDoubt(f"{what} without JSON")
    if status >= 500:
        return InDoubt(what)
    if code == TOO_OLD_TO_EDIT:
        return Refused("message too old to edit (30046)")
    if answer.is_cloudflare or status == 429:
        return NotSent(what, retry_after=answer.retry_after or FIRST_RETRY)
    if code == UNKNOWN_MESSAGE:  # of a post: its nonce names a message that is gone
        return MessageGone(what)
    if _is_death(answer, is_post=is_post):
        return DestinationDead(what + WRONG_PLACES.get(code, ""))
    if status == 400:
        errors = answer.body.get("errors") if answer.body else None
        return BadBody(what, errors=errors if isinstance(errors, dict) else None)
    return _other(status, what)


def _is_death(answer: Answer, *, is_post: bool) -> bool:
    """A webhook that answered 404 must not be used again (Topics/Rate Limits)."""
    if answer.code == NOT_OUR_MESSAGE:
        return False
    if answer.status in (401, 403) or answer.code in _GONE:
        return True
    return answer.status == 404 and is_post


def _other(status: int, what: str) -> DeliveryError:
    """A redirect did nothing; what is left of 4xx was read and declined."""
    return NotSent(what) if status < 400 else Refused(what)


def _clamped(seconds: float) -> float:
    return min(LONGEST_RETRY, max(SHORTEST_RETRY, seconds))
