"""How much of a query stands in a text, told in microseconds and without a model."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from catalyst_bot.text import plain_text
from catalyst_bot.words.canon import canonical, stem

LONGEST_QUERY, LONGEST_TITLE, LONGEST_TEXT = 500, 512, 500  # characters that are read
IN_TITLE, IN_TEXT = 1.0, 0.6  # what a term counts for, by where it stands
OF_TICKER = 0.9  # the least for a text about a stock that the query names
_WORD = re.compile(r"[^\W_]+(?:\.\d\w*)?")
_SYMBOL = re.compile(r"(?<![\w$])\$?[A-Z][A-Z0-9]*(?:[.:-][A-Z0-9]+)*(?!\w)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A text that is scored against a query; `tickers` are the stocks it is about."""

    title: str
    text: str = ""
    id: str | int = ""
    tickers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A query whose terms are known; make it once for many texts."""

    terms: tuple[str, ...]  # each once, as `words` writes them
    tickers: frozenset[str]  # of which one is enough


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a candidate, as a query's terms are written."""

    title: frozenset[str]
    text: frozenset[str]
    tickers: tuple[str, ...]


def local_relevance(query: str, candidate: Candidate) -> float:
    """Return how much of `query` stands in a candidate, 0.0 to 1.0.

    It is the mean over the query's terms of 1.0 for one in the title, 0.6 for one in
    the text, 0.0 for one in neither; at least 0.9 if the query names one of the
    candidate's tickers, in capitals or alone. Terms are compared without grammar's
    endings, and words of headlines that mean the same are the same.
    """
    return likeness(prepared_query(query), words_of(candidate))


def likeness(query: Query, words: Words) -> float:
    """Return `local_relevance` of what was prepared."""
    if not query.tickers.isdisjoint(words.tickers):
        least = OF_TICKER
    elif query.terms:
        least = 0.0
    else:
        return 0.0
    found = 0.0
    for term in query.terms:
        if term in words.title:
            found += IN_TITLE
        elif term in words.text:
            found += IN_TEXT
    return max(least, found / max(1, len(query.terms)))


@lru_cache(maxsize=1024)
def prepared_query(text: str) -> Query:
    """Return a query ready to be compared with many texts."""
    plain = plain_text(text, limit=LONGEST_QUERY)
    terms = dict.fromkeys(_terms(plain))
    return Query(tuple(terms), frozenset(_symbols(plain)))


def words_of(candidate: Candidate) -> Words:
    """Return a candidate ready to be compared with many queries."""
    title = plain_text(candidate.title, limit=LONGEST_TITLE)
    text = plain_text(candidate.text, limit=LONGEST_TEXT) if candidate.text else ""
    return Words(_words(title), _words(text), candidate.tickers)


def _words(text: str) -> frozenset[str]:
    return frozenset(map(_form, _split(text)))


def _terms(text: str) -> list[str]:
    """Return what a query is about; all its words when each of them says nothing."""
    words = _split(text)
    return [_form(word) for word in words if canonical(word)] or list(map(_form, words))


def _split(text: str) -> list[str]:
    # Not `fold_title`, which takes twice as long for what matters to numbers only.
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return _WORD.findall(folded.replace("'s ", " ").removesuffix("'s"))


@lru_cache(maxsize=16_384)
def _form(word: str) -> str:
    return canonical(word) or stem(word)


def _symbols(text: str) -> Iterator[str]:
    """Yield what may be a symbol: words in capitals, and a word that stands alone."""
    for found in _SYMBOL.findall(text):
        symbol = found.removeprefix("$")
        if found != symbol or (len(symbol) > 1 and canonical(symbol.lower())):
            yield symbol
    if " " not in text and canonical(text.lower()):
        yield text.upper().removeprefix("$")
