"""The one URL an operator sets says where the server is and which dialect it speaks.

The settings check uses it too.
"""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

_EXAMPLE = "http://localhost:11434/api/generate"


class Speech(StrEnum):
    """What a server understands, by the end of its URL."""

    GENERATE = "/api/generate"  # Ollama's
    CHAT = "/api/chat"  # Ollama's other one
    OPENAI = "/v1"  # what vLLM, llama.cpp, LM Studio and others speak


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """The addresses of one server; `base` is the part before what `speech` adds."""

    base: str
    speech: Speech

    @property
    def asked(self) -> str:
        """Return the URL as the operator gave it, without a last slash."""
        return self.base + self.speech


def endpoints_of(url: str) -> Endpoints:
    """Return the endpoints of the full URL of `/api/generate`, `/api/chat` or `/v1`.

    Raises:
        ValueError: it is not such a URL; the message is fit for the operator.
    """
    parts = _parts_of(url, example=_EXAMPLE)
    path = parts.path.rstrip("/")
    for speech in Speech:
        if path.endswith(speech):
            base = f"{parts.scheme}://{parts.netloc}{path.removesuffix(speech)}"
            return Endpoints(base=base, speech=speech)
    ends = ", ".join(Speech)
    raise ValueError(f"must end in one of {ends}; example: {_EXAMPLE}")


def base_of(url: str, *, example: str) -> str:
    """Return the base URL of a cloud without a last slash.

    Raises:
        ValueError: it is not a URL; the message is fit for the operator.
    """
    parts = _parts_of(url, example=example)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _parts_of(url: str, *, example: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        fault = _fault_of(parts)
    except ValueError as error:  # "Port could not be cast", an unclosed [
        raise ValueError(f"is not a URL ({error}); example: {example}") from error
    if fault:
        raise ValueError(f"{fault}; example: {example}")
    return parts


def _fault_of(parts: SplitResult) -> str:
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "must start with http:// or https:// and name a host"
    if parts.port == 0:
        return "has port 0"
    if parts.username is not None or parts.password is not None:
        return "must not carry a user or a password"
    if parts.query or parts.fragment:
        return "must not have a query or a fragment"
    return ""
