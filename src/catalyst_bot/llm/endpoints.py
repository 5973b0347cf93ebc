"""The one URL an operator sets names the others; the settings check uses it too."""

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

_GENERATE = "/api/generate"
_EXAMPLE = f"http://localhost:11434{_GENERATE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """The addresses of one Ollama server."""

    generate: str
    ps: str  # which models are in memory
    tags: str  # which models are installed


def endpoints_of(url: str) -> Endpoints:
    """Return the endpoints that belong to the full URL of `/api/generate`.

    Raises:
        ValueError: it is not such a URL; the message is fit for the operator.
    """
    try:
        parts = urlsplit(url)
        fault = _fault_of(parts)
    except ValueError as error:  # "Port could not be cast", an unclosed [
        raise ValueError(f"is not a URL ({error}); example: {_EXAMPLE}") from error
    if fault:
        raise ValueError(f"{fault}; example: {_EXAMPLE}")
    path = parts.path.rstrip("/").removesuffix(_GENERATE)
    base = f"{parts.scheme}://{parts.netloc}{path}"
    return Endpoints(
        generate=base + _GENERATE, ps=f"{base}/api/ps", tags=f"{base}/api/tags"
    )


def _fault_of(parts: SplitResult) -> str:
    path = parts.path.rstrip("/")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "must start with http:// or https:// and name a host"
    if parts.port == 0:
        return "has port 0"
    if parts.username is not None or parts.password is not None:
        return "must not carry a user or a password"
    if parts.query or parts.fragment:
        return "must not have a query or a fragment"
    if path.endswith("/v1"):
        return "names an OpenAI-compatible server (/v1), which is not supported yet"
    if not path.endswith(_GENERATE):
        return f"must end in {_GENERATE}"
    return ""
