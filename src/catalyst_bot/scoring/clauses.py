"""Which words of a headline only tell the background of its news.

"Cuts Acme to Hold after FDA approval" is a downgrade: the approval stands behind a word
that subordinates it, in the same clause.
"""

import re

_BEHIND = re.compile(
    r"\b(?:after|despite|amid|amidst|following|ahead of|because of|due to|citing"
    r"|even as|even with|in spite of|notwithstanding|in wake of|in the wake of"
    r"|(?:that|which|to) (?:included?|includes|follow(?:s|ed))|including|tied to"
    r"|marked by|linked to|related to|stemming from|months into|since)\b"
)
_LONGEST = 20  # letters of such words: what they begin is background too
_PARTED = re.compile(r"[,;:](?= )| - ")


def is_background(lower: str, start: int) -> bool:
    """Tell whether what begins at `start` hangs on an "after" or "despite" before it.

    `lower` is the headline in small letters.
    """
    begin = 0
    for mark in _PARTED.finditer(lower, 0, start):
        begin = mark.end()
    behind = _BEHIND.search(lower, begin, start + _LONGEST)
    return behind is not None and behind.start() <= start
