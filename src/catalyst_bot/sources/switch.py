"""Switches the sources of one kind on or off in the text of sources.toml.

A TOML writer would lose the comments, and they are half of the file's worth.
"""

import re
import tomllib
from itertools import pairwise

from catalyst_bot.model import SourceKind

_ENTRY = re.compile(r"(?m)^[^\S\n]*\[\[source\]\][^\n]*\n")
_ENABLED = re.compile(r"(?m)^([^\S\n]*enabled[^\S\n]*=[^\S\n]*)(?:true|false)\b")


def switched(text: str, kind: SourceKind, *, enabled: bool) -> str:
    """Return the text with the sources of this kind on or off.

    On: all of them, unless one is on already: then the choice was made by a person.
    Off: all. Only the word behind `enabled =` changes.

    Raises:
        ValueError: an entry is written in a way that this file does not read.
    """
    if enabled and any(_flags(text, kind)):
        return text
    head, *entries = _split(text)
    word = "true" if enabled else "false"
    changed = [
        _ENABLED.sub(rf"\g<1>{word}", entry, count=1) if _is(entry, kind) else entry
        for entry in entries
    ]
    result = "".join([head, *changed])
    if any(flag is not enabled for flag in _flags(result, kind)):
        raise ValueError(f"an entry of kind {kind} is written in an unusual way")
    return result


def _flags(text: str, kind: SourceKind) -> list[bool]:
    sources = tomllib.loads(text).get("source", [])
    return [source["enabled"] for source in sources if source["kind"] == kind]


def _split(text: str) -> list[str]:
    starts = [match.start() for match in _ENTRY.finditer(text)]
    bounds = [0, *starts, len(text)]
    return [text[a:b] for a, b in pairwise(bounds)]


def _is(entry: str, kind: SourceKind) -> bool:
    return bool(
        re.search(rf"(?m)^[^\S\n]*kind[^\S\n]*=[^\S\n]*[\"']{kind}[\"']", entry)
    )
