"""The small checks that every part of a Discord payload goes through."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard
from urllib.parse import urlsplit

Path = tuple[str | int, ...]
_UNFIT = re.compile(r"[\s\x00-\x1f\x7f\"<>]")


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that Discord refuses; `path` leads to it from the payload's root."""

    path: Path
    code: str
    message: str

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path))}: {self.code}: {self.message}"


def is_object(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Return whether a JSON value is an object."""
    return isinstance(value, Mapping)


def check_keys(
    part: Mapping[str, Any], known: frozenset[str], path: Path
) -> Iterator[Violation]:
    """Refuse unknown keys: Discord ignores them, but here they are typing errors."""
    for key in part:
        if key not in known:
            yield Violation((*path, key), "UNKNOWN_KEY", "Discord knows no such key")


def check_text(
    part: Mapping[str, Any], key: str, limit: int, path: Path
) -> Iterator[Violation]:
    """Refuse what is no text, and text of more than `limit` code points."""
    text = part.get(key)
    if text is None:
        return
    if not isinstance(text, str):
        yield Violation((*path, key), "STRING_TYPE_CONVERT", "Could not convert to str")
    elif len(text.strip()) > limit:
        message = f"Must be {limit} or fewer in length."
        yield Violation((*path, key), "BASE_TYPE_MAX_LENGTH", message)


def check_url(
    part: Mapping[str, Any], key: str, limit: int, path: Path, *, is_image: bool = False
) -> Iterator[Violation]:
    """Refuse what is no absolute http(s) URL; images may be attachments too."""
    yield from check_text(part, key, limit, path)
    url = part.get(key)
    if not isinstance(url, str):
        return
    try:
        pieces = urlsplit(url)
        host = pieces.hostname
    except ValueError:
        yield Violation((*path, key), "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        return
    schemes = ("http", "https", "attachment") if is_image else ("http", "https")
    if pieces.scheme not in schemes:
        message = f"Scheme {pieces.scheme!r} is not one of {schemes}."
        yield Violation((*path, key), "URL_TYPE_INVALID_SCHEME", message)
    elif not host or _UNFIT.search(url):
        yield Violation((*path, key), "URL_TYPE_INVALID_URL", "Not a well formed URL.")
