"""Recognises a headline that takes an earlier one back or corrects it."""

import re

from catalyst_bot.card_state import ChangeKind

_REVISED = re.compile(r"^\W*(?:update[ -]?\d+|updated?)\b\W*", re.IGNORECASE)
_CORRECTED = re.compile(
    r"^\W*(?:correction|corrected|correcting and replacing|corrects|"
    r"c-o-r-r-e-c-t-i-o-n)\b(?:\s+(?:to|by|of)\s+(?:release|source))?\W*",
    re.IGNORECASE,
)
_RETRACTED = re.compile(
    r"^\W*(?:retraction|retracted|retracts|disregard(?:ed)?(?:\s+(?:release|notice|"
    r"prior release))?|kill(?:ed)? release|withdrawn release|release withdrawn)\b"
    r"(?:\s+of\b)?\W*",
    re.IGNORECASE,
)


def notice_of(title: str) -> tuple[ChangeKind | None, str]:
    """Return what kind of notice a title is, and the headline that it is about.

    `(None, title)` for ordinary news. "/DISREGARD RELEASE: Acme to merge/" gives
    `(RETRACTED, "Acme to merge/")`.
    """
    for kind, pattern in (
        (ChangeKind.RETRACTED, _RETRACTED),
        (ChangeKind.CORRECTED, _CORRECTED),
        (ChangeKind.REVISED, _REVISED),
    ):
        match = pattern.match(title)
        if match and match.end() < len(title):
            return kind, title[match.end() :]
    return None, title
