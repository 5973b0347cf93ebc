"""Checks a statement against the text that it is said to come from. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from catalyst_bot.documents.model import Document, Kind
from catalyst_bot.documents.quoting import find_quote
from catalyst_bot.reading.statements.chunks import Chunk, Passage
from catalyst_bot.reading.statements.model import (
    LONGEST_CONTEXT,
    LONGEST_STATEMENT,
    LONGEST_TERM,
    MOST_TERMS,
    Statement,
)
from catalyst_bot.reading.statements.quantities import (
    are_in,
    quantities_in,
    scaled,
)
from catalyst_bot.reading.statements.wording import (
    is_negated,
    is_turned,
    names_known,
    quarters_in,
)
from catalyst_bot.text import plain_text

_SENTENCE_END = re.compile(
    r"(?<!\bInc)(?<!\bCorp)(?<!\bLtd)(?<!\bCo)(?<!\bNo)(?<!\bMr)(?<!\bMs)(?<!\bDr)"
    r"(?<!\b[A-Z])(?:[.!?][\"”’)]{0,2})\s+(?=[A-Z0-9“\"(•])"
    r"|\n\s*\n|\n(?=\s*(?:[•‣▪*–—-]|\d{1,2}[.)])\s)"
)
_CLAUSE_END = re.compile(
    r"[;:]|\s[–—]\s|,? \b(?:but|while|whereas|although|though)\b"
    r"|, (?:and|which|with)\b",
    re.IGNORECASE,
)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November"
_DATE = re.compile(
    rf"\b(?:{_MONTHS}|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.? "
    r"(\d{1,2})\b"
)
_WORD = re.compile(r"[a-z]{4,}")
_LONGEST_QUOTE = 600  # characters; a longer one is looked for by its beginning
_LEAST_KEPT = 0.6  # share of its longer words that a statement in other words keeps


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the model says: a statement, and the words of the text it has it from."""

    statement: str
    quote: str


def grounded(draft: Draft, document: Document, chunk: Chunk) -> Statement | None:
    """Return the statement with its place, None when the text does not bear it out.

    The quote must stand in the chunk, each number in the quoted sentence (in a table:
    anywhere in it, in its scale), years, days and quarters at least in the chunk, names
    anywhere in the document. A "not" of the quoted clause must not be lost, and none be
    added; what rises must not fall.
    """
    statement = plain_text(draft.statement, limit=LONGEST_STATEMENT + 1)
    if not statement or len(statement) > LONGEST_STATEMENT:
        return None
    for passage in chunk.passages:
        place = find_quote(
            document.text,
            draft.quote[:_LONGEST_QUOTE],
            start=passage.start,
            end=passage.end,
        )
        if place is None:
            continue
        offsets = _sentence_at(document.text, passage, place)
        if _is_borne_out(statement, document.text, passage, offsets, place):
            return Statement(
                statement=statement,
                context="",
                key_terms=(),
                section=chunk.kind,
                offsets=offsets,
                table_id=passage.section.table_id,
            )
    return None


def grounded_context(context: str, document: Document, chunk: Chunk) -> str:
    """Return a context as one line, "" when it has a number that the chunk has not."""
    text = plain_text(context, limit=LONGEST_CONTEXT)
    source = " ".join(
        f"{one.lead} {document.text[one.start : one.end]}" for one in chunk.passages
    )
    is_known = are_in(quantities_in(text), quantities_in(source))
    return text if is_known and quarters_in(text) <= quarters_in(source) else ""


def verbatim_terms(statement: str, terms: Sequence[str]) -> tuple[str, ...]:
    """Return the terms that occur in the statement, each once, in its order."""
    found: dict[str, int] = {}
    for term in terms:
        kept = " ".join(term.split())
        match = (
            re.search(rf"(?<!\w){re.escape(kept)}(?!\w)", statement) if kept else None
        )
        if match is not None and len(kept) <= LONGEST_TERM:
            found.setdefault(kept, match.start())
    return tuple(sorted(found, key=lambda term: found[term]))[:MOST_TERMS]


def is_same_fact(statement: str, other: str) -> bool:
    """Tell whether `other` says the same in a normal form: nothing more, no less."""
    if not other or len(other) > LONGEST_STATEMENT:
        return False
    ours, theirs = quantities_in(statement), quantities_in(other)
    words = set(_WORD.findall(statement.lower()))
    kept = words & set(_WORD.findall(other.lower()))
    return (
        are_in(ours, theirs)
        and are_in(theirs, ours)
        and quarters_in(statement) == quarters_in(other)
        and is_negated(statement) == is_negated(other)
        and not is_turned(other, statement)
        and names_known(other, statement)
        and len(kept) >= _LEAST_KEPT * len(words)
    )


def _is_borne_out(
    statement: str,
    text: str,
    passage: Passage,
    offsets: tuple[int, int],
    place: tuple[int, int],
) -> bool:
    whole = f"{passage.lead} {text[passage.start : passage.end]}"
    sentence, quarters = text[offsets[0] : offsets[1]], quarters_in(statement)
    if quarters and not quarters <= (quarters_in(sentence) or quarters_in(whole)):
        return False
    wanted = quantities_in(_without_days_of(whole, statement))
    if passage.section.kind is Kind.TABLE:
        source = scaled(quantities_in(whole), by=whole)
    else:
        source = quantities_in(sentence)
        wanted = tuple(
            one for one in wanted if not (one.is_year and one.digits in whole)
        )
    clauses = _clauses_at(text, offsets, place)
    return (
        are_in(wanted, source)
        and is_negated(statement) == is_negated(clauses)
        and not is_turned(statement, clauses)
        and names_known(statement, text)
    )


def _without_days_of(source: str, statement: str) -> str:
    """Return a statement without the days of months that its source names too."""

    def shortened(day: re.Match[str]) -> str:
        is_known = re.search(rf"{re.escape(day.group())}(?!\d)", source)
        return " " if is_known else day.group()

    return _DATE.sub(shortened, statement)


def _sentence_at(
    text: str, passage: Passage, place: tuple[int, int]
) -> tuple[int, int]:
    """Return the sentences, or the lines of a table, in which a place lies."""
    start, end = passage.start, passage.end
    if passage.section.kind is Kind.TABLE:
        start = text.rfind("\n", start, place[0]) + 1 or start
        found = text.find("\n", place[1], end)
        return _stripped(text, start, end if found < 0 else found)
    for match in _SENTENCE_END.finditer(text, start, end):
        if match.end() <= place[0]:
            start = match.end()
        elif match.start() + 1 >= place[1]:
            end = match.end()
            break
    return _stripped(text, start, end)


def _clauses_at(text: str, offsets: tuple[int, int], place: tuple[int, int]) -> str:
    """Return the part of a sentence that a place lies in, up to the next "but"."""
    start, end = offsets
    for match in _CLAUSE_END.finditer(text, *offsets):
        if match.end() <= place[0]:
            start = match.end()
        elif match.start() >= place[1]:
            end = match.start()
            break
    return text[start:end]


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds without the white space at both ends."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
