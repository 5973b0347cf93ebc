"""The forms that a setting's text may have: files, hosts, tokens, headers.

Each function returns the value or raises a ValueError that says in a few words what is
wrong, without the text itself; what is expected stands beside the setting.
"""

import re
from urllib.parse import urlsplit

from catalyst_bot.ops.loopback import is_loopback
from catalyst_bot.ops.secret import Secret
from catalyst_bot.ops.tokens import ApiToken, Scope

SHORTEST_TOKEN = 32  # characters of an API token
BASE_URL = "https://<host>[/path], or http:// on this machine"  # see `base_url`
_SYMBOL = re.compile(
    r"[A-Z]{1,6}(?:[./-][A-Z]{1,3})?|[A-Z]{2,6}:[A-Z0-9][A-Z0-9.-]{0,11}", re.ASCII
)


def tokens(text: str) -> tuple[ApiToken, ...]:
    """Split comma separated tokens of at least 32 characters each.

    `read:` or `score:` before one is its scope; without, or with `admin:`, it may all.
    """
    found = [_token(part.strip()) for part in text.split(",") if part.strip()]
    if not found:
        raise ValueError("no token")
    return tuple(found)


def _token(text: str) -> ApiToken:
    name, _, rest = text.partition(":")
    scope = Scope.__members__.get(name.upper()) if rest else None
    token = rest if scope else text
    if len(token) < SHORTEST_TOKEN:
        raise ValueError(f"a token is shorter than {SHORTEST_TOKEN}")
    return ApiToken(secret=Secret(token), scope=scope or Scope.ADMIN)


def symbols(text: str) -> tuple[str, ...]:
    """Split comma separated symbols and write them as alerts do: BRK.B is BRK-B.

    A foreign one keeps its exchange: TSXV:CUU.
    """
    wanted = [part.strip().removeprefix("$").upper() for part in text.split(",")]
    wanted = [part for part in wanted if part]
    for number, symbol in enumerate(wanted, start=1):
        if not _SYMBOL.fullmatch(symbol):
            raise ValueError(f"number {number} is not a symbol")
    return tuple(dict.fromkeys(_as_in_alerts(symbol) for symbol in wanted))


def _as_in_alerts(symbol: str) -> str:
    return symbol if ":" in symbol else re.sub("[./]", "-", symbol)


def sqlite_url(text: str) -> str:
    """Accept sqlite:/// and a path; a fourth slash makes the path absolute."""
    if not re.fullmatch(r"sqlite:///[^?#\s]*[^?#\s/]", text):
        raise ValueError("not an SQLite file")
    return text


def host(text: str) -> str:
    """Accept a host name or an address, without a port."""
    if not re.fullmatch(r"[\w.-]{1,253}|[0-9a-fA-F:.]{2,45}", text):
        raise ValueError("not a host")
    return text


def web_url(text: str) -> str:
    """Accept an https URL; http only where the host is this machine."""
    parts = urlsplit(text.strip())
    is_local = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not parts.hostname or not (parts.scheme == "https" or is_local):
        raise ValueError("not an https URL")
    return text.strip()


def header(text: str) -> str:
    """Accept what may stand in an HTTP header: printable ASCII on one line."""
    if not (text.isascii() and text.isprintable()):
        raise ValueError("not a header value")
    return text


def base_url(text: str) -> str:
    """Accept https anywhere, http on this machine: keys travel to this address."""
    if not re.fullmatch(r"https?://[\w.:\[\]-]+(?:/[\w.-]+)*/?", text, re.ASCII):
        raise ValueError("not an address")
    parts = urlsplit(text)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise ValueError("not encrypted")
    return text
