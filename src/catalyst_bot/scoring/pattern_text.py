"""A headline as the fragments read it, and which of its words are background.

"Cuts Acme to Hold after FDA approval" is a downgrade: the approval stands behind a word
that subordinates it, in the same clause.
"""

import re
from collections.abc import Iterable

from catalyst_bot.scoring.compared import is_larger
from catalyst_bot.scoring.fragments import Fragment

_BEHIND = re.compile(
    r"\b(?:after|despite|amid|amidst|following|ahead of|because of|due to|citing"
    r"|even as|even with|in spite of|notwithstanding|in the wake of|including"
    r"|(?:that|which|to) (?:included?|includes|follow(?:s|ed)?)|tied to|marked by"
    r"|linked to|related to|stemming from|months into|since"
    r"|(?<!% )over(?! (?:\d|[$€£]|allotment|the counter|and above)))\b"
)
# One word of each, so that most headlines need no search.
_LEADS = frozenset(
    ("after", "despite", "amid", "amidst", "following", "ahead", "because", "due",
     "citing", "even", "spite", "notwithstanding", "wake", "including", "include",
     "includes", "included", "follow", "follows", "followed", "tied", "marked",
     "linked", "related", "stemming", "months", "since", "over")
)  # fmt: skip
_LONGEST = 20  # letters of such words: what they begin is background too
_PARTED = re.compile(r"[,;:](?= )| - ")


class PatternText:
    """A headline in the forms that patterns are matched against."""

    __slots__ = ("_lower", "_plain", "_written")

    def __init__(self, written: str, plain: str, lower: str) -> None:
        self._written, self._plain, self._lower = written, plain, lower

    def first(self, fragments: Iterable[Fragment]) -> re.Match[str] | None:
        """Return the match of the first fragment that is found."""
        matches = (self.search(fragment) for fragment in fragments)
        return next((match for match in matches if match), None)

    def search(self, fragment: Fragment) -> re.Match[str] | None:
        """Return where a fragment is found."""
        text = self._plain if fragment.is_cased else self._lower
        match = fragment.pattern.search(text)
        if match is None or not fragment.compares:
            return match
        return match if is_larger(match, written=self._written) else None

    @property
    def has_background(self) -> bool:
        """Tell whether anything may be background; quicker than to ask for each."""
        return not _LEADS.isdisjoint(self._lower.split()) or "? " in self._lower

    def is_background(self, start: int) -> bool:
        """Tell whether what begins at `start` hangs on an "after" or "despite".

        So does what is only asked before the headline answers: "Bust? Not so fast".
        """
        if start < self._lower.find("? "):
            return True
        begin = 0
        for mark in _PARTED.finditer(self._lower, 0, start):
            begin = mark.end()
        behind = _BEHIND.search(self._lower, begin, start + _LONGEST)
        return behind is not None and behind.start() <= start


def lowered(text: str) -> str:
    """Return `text` lowered without a change of length: offsets are of the headline."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
