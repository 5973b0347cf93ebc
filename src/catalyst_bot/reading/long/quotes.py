"""Finds a model's quote in the text it was taken from, to the letter. Pure."""

import re
from dataclasses import dataclass

# A model that copies sets its own marks. One sign for one: the places stay the same.
_MARKS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f", " "),
    }
)
_AROUND = " \t\r\n\"'…"
SHORTEST = 12  # characters; less is found anywhere and supports nothing, but a number


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """`text[start:end]`."""

    start: int
    end: int


def locate(quote: str, text: str) -> Span | None:
    """Return where a quote stands first, None when it does not or is too short.

    White space may be of any kind and length, quotation marks and dashes of any form;
    all else must be the same, case too.
    """
    plain = " ".join(quote.translate(_MARKS).strip(_AROUND).split())
    if len(plain) < SHORTEST and not any(sign.isdigit() for sign in plain):
        return None
    within = text.translate(_MARKS)
    # A part of a sentence is often ended with a full stop of the model's own.
    for words in (plain.split(), plain.rstrip(".").split()):
        found = re.search(r"\s+".join(map(re.escape, words)), within)
        if found and words:
            return Span(start=found.start(), end=found.end())
    return None
