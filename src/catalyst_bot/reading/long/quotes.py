"""Finds a model's quote in the text it was taken from, to the letter. Pure."""

import re
from dataclasses import dataclass
from itertools import islice

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
    for wanted in dict.fromkeys((plain, plain.rstrip(". "))):
        if wanted and (found := _find(wanted, within)):
            return found
    return None


def _find(wanted: str, text: str) -> Span | None:
    """Return where the words of `wanted` stand, whatever is between them.

    In a time that grows with the text alone: a pattern of the words would, in a text
    that repeats one, be tried in full at each of them.
    """
    folded = " ".join(text.split())
    at = folded.find(wanted)
    if at < 0:
        return None
    begin = folded.rfind(" ", 0, at) + 1  # of the word in which it starts
    first = folded.count(" ", 0, begin)
    last = first + wanted.count(" ")
    places = [
        found.start() for found in islice(re.finditer(r"\S+", text), first, last + 1)
    ]
    in_last = folded.rfind(" ", begin, at + len(wanted)) + 1
    end = places[-1] + at + len(wanted) - max(begin, in_last)
    return Span(start=places[0] + at - begin, end=end)
