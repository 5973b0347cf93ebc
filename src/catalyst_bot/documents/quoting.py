"""Finds in a text what somebody quotes from it: the same words, however set. Pure."""

import re
from itertools import islice

# A model that copies sets its own marks. One sign for one: the places stay the same.
_SIGNS = {
    **dict.fromkeys("‘’‚‛′`", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("|•", " "),  # set by us between cells and at bullets
}
_SIGN = re.compile(f"[{''.join(_SIGNS)}]")
_FREE_BEFORE = re.compile(r"(?<!\w)(?<!\d[.,])")  # "5 million" is not in "1.5 million"
_FREE_AFTER = re.compile(r"(?!\w)(?![.,]\d)")
_WORD = re.compile(r"\w")


def find_quote(
    text: str,
    quote: str,
    *,
    start: int = 0,
    end: int | None = None,
    whole_words: bool = True,
) -> tuple[int, int] | None:
    """Return where `quote` stands first in `text[start:end]`, None when it does not.

    Only case, white space, the signs of columns, and the shapes of quotation marks and
    dashes may differ. `whole_words`: it must not begin or end within a word or number.
    The time grows with the text alone: a pattern of the words would, in a text that
    repeats one, be tried in full at each of them.
    """
    wanted = " ".join(_plain(quote).split())
    within = _plain(text[start:end])
    folded = " ".join(within.split())
    at = folded.find(wanted) if wanted else -1
    while at >= 0 and whole_words and not _is_whole(folded, at, at + len(wanted)):
        at = folded.find(wanted, at + 1)
    if at < 0:
        return None
    begin, stop = _unfolded(within, folded, at, at + len(wanted))
    return start + begin, start + stop


def _plain(text: str) -> str:
    """Return a text in lower case with plain marks; each sign keeps its place."""
    lower = text.lower()
    if len(lower) != len(text):  # a few capitals have two small letters
        lower = "".join(one.lower() if len(one.lower()) == 1 else one for one in text)
    return _SIGN.sub(lambda sign: _SIGNS[sign.group()], lower)


def _is_whole(text: str, start: int, end: int) -> bool:
    begins_well = not _WORD.match(text, start) or _FREE_BEFORE.match(text, start)
    ends_well = not _WORD.match(text, end - 1) or _FREE_AFTER.match(text, end)
    return bool(begins_well and ends_well)


def _unfolded(text: str, folded: str, start: int, end: int) -> tuple[int, int]:
    """Return where `folded[start:end]` stands in the text that was folded."""
    first_word = folded.rfind(" ", 0, start) + 1
    last_word = max(first_word, folded.rfind(" ", first_word, end) + 1)
    first = folded.count(" ", 0, first_word)
    last = first + folded.count(" ", first_word, last_word)
    words = islice(re.finditer(r"\S+", text), first, last + 1)
    places = [word.start() for word in words]
    return places[0] + start - first_word, places[-1] + end - last_word
