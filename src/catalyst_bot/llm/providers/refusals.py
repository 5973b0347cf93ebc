"""What an HTTP status says, where the servers agree; each dialect adds its own."""

from collections.abc import Mapping
from typing import Any

import orjson

from catalyst_bot.llm.model import LLMError, LLMErrorKind
from catalyst_bot.llm.wire import Reply

_KINDS = {
    401: LLMErrorKind.AUTH,
    402: LLMErrorKind.SPEND_LIMIT,
    403: LLMErrorKind.AUTH,
    404: LLMErrorKind.MODEL_MISSING,
    408: LLMErrorKind.UNAVAILABLE,
    413: LLMErrorKind.TOO_LONG,
    429: LLMErrorKind.RATE_LIMITED,
}
_DETAILS = {
    LLMErrorKind.AUTH: "key refused",
    LLMErrorKind.SPEND_LIMIT: "its spend limit is reached",
}


def kind_of(status: int) -> LLMErrorKind:
    """Return the kind of a status that is not 200."""
    if status >= 500:
        return LLMErrorKind.UNAVAILABLE
    return _KINDS.get(status, LLMErrorKind.BAD_REQUEST)


def fault_in(body: bytes) -> Mapping[str, Any]:
    """Return the error object that the clouds send with a status, {} without one."""
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    if isinstance(payload, list) and payload:  # Gemini's stream wraps it
        payload = payload[0]
    fault = payload.get("error") if isinstance(payload, dict) else None
    return fault if isinstance(fault, dict) else {}


def refusal_of(
    reply: Reply,
    kind: LLMErrorKind,
    *,
    missing: str,
    retry_after: float | None = None,
) -> LLMError:
    """Return the error for a reply of this kind; `missing` if the model is unknown."""
    status = f"HTTP {reply.status}"
    detail = missing if kind is LLMErrorKind.MODEL_MISSING else status
    if kind in _DETAILS:
        detail = f"{_DETAILS[kind]}, {status}"
    if retry_after is None:
        retry_after = reply.retry_after
    return LLMError(kind, detail, status=reply.status, retry_after=retry_after)
