"""The forms that a setting's text may have: files, hosts, tokens, headers.

Each function returns the value or raises a ValueError that says in a few words what is
wrong, without the text itself; what is expected stands beside the setting.
"""

import re

from catalyst_bot.ops.secret import Secret

SHORTEST_TOKEN = 32  # characters of an API token


def tokens(text: str) -> tuple[Secret, ...]:
    """Split comma separated tokens of at least 32 characters each."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or min(map(len, parts)) < SHORTEST_TOKEN:
        raise ValueError(f"a token is shorter than {SHORTEST_TOKEN}")
    return tuple(Secret(part) for part in parts)


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


def header(text: str) -> str:
    """Accept what may stand in an HTTP header: printable ASCII on one line."""
    if not (text.isascii() and text.isprintable()):
        raise ValueError("not a header value")
    return text
