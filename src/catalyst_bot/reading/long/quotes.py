"""Tells whether what a model says is borne out by a text that it names. Pure."""

from collections.abc import Iterable

from catalyst_bot.documents.quoting import find_quote
from catalyst_bot.reading.long.model import Citation
from catalyst_bot.text import numbers_in

_AROUND = " \t\r\n\"'…“”‘’«»"
SHORTEST = 12  # characters; less is found anywhere and supports nothing, but a number


def cite(quote: str, text: str, *, start: int = 0) -> Citation | None:
    """Return where a quote stands first, None when it does not or is too short.

    `start` is where the text begins in the document. Case, white space and the form of
    quotation marks and dashes may differ; a model also ends a part of a sentence with a
    full stop of its own.
    """
    plain = " ".join(quote.strip(_AROUND).split())
    if len(plain) < SHORTEST and not any(sign.isdigit() for sign in plain):
        return None
    for wanted in dict.fromkeys((plain, plain.rstrip(". "))):
        if place := find_quote(text, wanted, whole_words=False):
            begin, end = place
            return Citation(start=start + begin, end=start + end, quote=text[begin:end])
    return None


def strange_numbers(
    answer: str, question: str, citations: Iterable[Citation]
) -> frozenset[str]:
    """Return the numbers of an answer that neither the quotes nor the question have."""
    known = numbers_in(question).union(*(numbers_in(one.quote) for one in citations))
    return frozenset(numbers_in(answer) - known)
