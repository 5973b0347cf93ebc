"""Reads the answer that code names, and checks it against the document. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from catalyst_bot.reading.code.sandbox import Refused
from catalyst_bot.reading.long.model import Citation
from catalyst_bot.reading.long.prompts import LONGEST_ANSWER
from catalyst_bot.reading.long.quotes import cite, strange_numbers
from catalyst_bot.text import clip, plain_text

MOST_QUOTES = 10
LONGEST_QUOTE = 2_000  # characters
_FORM = 'FINAL takes {"answer": text, "quotes": [passages of context]}, or None'
_QUOTED = re.compile(r'"([^"]+)"|“([^”]+)”')


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An answer, with at least one passage of the document that bears it out."""

    text: str
    citations: tuple[Citation, ...]  # in the order of the document


def read_final(value: object, text: str, question: str) -> Finding | None:
    """Return what a block calls its answer, None when the document does not tell.

    A text without quotes beside it has those between its quotation marks, or is one
    from its first sign to its last.

    Raises:
        Refused: it has not the form, or the document `text` does not bear it out.
    """
    if value is None:
        return None
    answer, quotes = _parts_of(value)
    citations = [_citation(quote, text) for quote in quotes]
    if strange := sorted(strange_numbers(answer, question, citations)):
        raise Refused(ValueError(f"no quote has the number {strange[0]}"))
    in_order = sorted(set(citations), key=lambda one: (one.start, one.end))
    return Finding(text=answer, citations=tuple(in_order))


def _parts_of(value: object) -> tuple[str, Sequence[str]]:
    if isinstance(value, str):
        quoted = [one or other for one, other in _QUOTED.findall(value[:LONGEST_QUOTE])]
        return _line(value), quoted[:MOST_QUOTES] or [value]
    if not isinstance(value, dict):
        raise Refused(TypeError(_FORM))
    answer, quotes = value.get("answer"), value.get("quotes")
    if not isinstance(answer, str) or not isinstance(quotes, list) or not quotes:
        raise Refused(TypeError(_FORM))
    if not all(isinstance(quote, str) for quote in quotes[:MOST_QUOTES]):
        raise Refused(TypeError(_FORM))
    return _line(answer), quotes[:MOST_QUOTES]


def _line(answer: str) -> str:
    line = plain_text(answer, limit=LONGEST_ANSWER)
    if not line:
        raise Refused(ValueError("the answer is empty"))
    return line


def _citation(quote: str, text: str) -> Citation:
    quote = quote[:LONGEST_QUOTE]
    at = text.find(quote)  # a look at the whole text for other marks takes long
    near, start = (text[at : at + len(quote)], at) if at >= 0 else (text, 0)
    citation = cite(quote, near, start=start)
    if citation is None:
        raise Refused(ValueError(f"not to be found in context: {clip(quote, 200)!r}"))
    return citation
