"""Finds in a text what somebody quotes from it, white space and signs apart."""

import re
from functools import lru_cache

LONGEST_QUOTE = 600  # characters; a longer one is looked for by its beginning
_TOKEN = re.compile(r"[^\s|•\"“”'‘’–—-]+|[\"“”]|['‘’]|[–—-]")
_ALIKE = {'"': '["“”]', "“": '["“”]', "”": '["“”]'}
_ALIKE |= dict.fromkeys("'‘’", "['‘’]") | dict.fromkeys("–—-", "[–—-]")
_FREE_BEFORE = r"(?<!\w)(?<!\d[.,])"  # "5 million" does not stand in "1.5 million"
_FREE_AFTER = r"(?!\w)(?![.,]\d)"


def find_quote(
    text: str, quote: str, *, start: int = 0, end: int | None = None
) -> tuple[int, int] | None:
    """Return where `quote` stands in `text[start:end]`, None when it is not there.

    Word by word: only case, white space, the signs of columns, and the shapes of
    quotation marks and dashes may differ.
    """
    pattern = _pattern(quote[:LONGEST_QUOTE])
    if pattern is None:
        return None
    found = pattern.search(text, start, len(text) if end is None else end)
    return found.span() if found else None


@lru_cache(maxsize=256)
def _pattern(quote: str) -> re.Pattern[str] | None:
    parts: list[str] = []
    last = 0
    for match in _TOKEN.finditer(quote):
        if parts:
            parts.append(r"[\s|•]+" if match.start() > last else "")
        token = match.group()
        parts.append(_ALIKE.get(token) or re.escape(token))
        last = match.end()
    if not parts:
        return None
    body = "".join(parts)
    before = _FREE_BEFORE if re.match(r"\w", quote.lstrip(" |•\t\n")) else ""
    after = _FREE_AFTER if re.search(r"\w\s*\Z", quote) else ""
    return re.compile(before + body + after, re.IGNORECASE)
