"""Under which names headlines speak of a company: made from its legal name."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import lru_cache

from catalyst_bot.intake.company_words import COMMON, GENERIC, INDUSTRY, LEGAL, NEVER

_WORD = re.compile(r"[^\W_](?:[\w&.'’+]*[\w&+])?")
_FUNDS = frozenset(("etf", "etfs", "fund", "funds", "spdr", "ishares", "proshares"))
_LONGEST = 7  # words of an alias
_SHORT = 3  # letters; a shorter alias must stand in capitals
_NO_NAMES = NEVER | INDUSTRY | GENERIC
_LARGE = 1_000  # rank
_GAP = 3  # how many times as likely one of two namesakes must be


class Strength(IntEnum):
    """How sure a name is; lower is surer."""

    NICKNAME = 0
    FULL = 1
    STRIPPED = 2  # without what the company does


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """One name of a company: its words, folded."""

    words: tuple[str, ...]
    strength: Strength
    is_common: bool  # ordinary words: the sentence must show that a company is meant
    is_lower: bool = False  # the company writes itself in lower case


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Whom an alias names; `symbol` is "" when several companies share it."""

    alias: Alias
    symbol: str
    rank: int
    own: frozenset[str]  # the words of the full name


@dataclass(slots=True)
class Names:
    """All aliases; `first` tells how many words an alias with that first word has."""

    by_words: dict[tuple[str, ...], Named] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)

    def add_nicknames(self, symbol: str, nicknames: Iterable[str]) -> None:
        """Add names that hold whatever other companies are called."""
        for nickname in nicknames:
            words = fold_name(nickname)
            alias = Alias(
                words=words,
                strength=Strength.NICKNAME,
                is_common=len(words) == 1 and words[0] in COMMON,
            )
            self.add(alias, symbol=symbol, rank=0, own=frozenset(words))

    def add(self, alias: Alias, *, symbol: str, rank: int, own: frozenset[str]) -> None:
        """Add an alias; of two namesakes the surer or by far the larger has it.

        `own` are all words of the company's legal name.
        """
        words = alias.words
        held = self.by_words.get(words)
        named = Named(alias=alias, symbol=symbol, rank=rank, own=own)
        if held is None or _outdoes(named, held):
            self.by_words[words] = named
        elif held.symbol != symbol and not _outdoes(held, named):
            self.by_words[words] = replace(held, symbol="")
        self.first[words[0]] = max(len(words), self.first.get(words[0], 0))


def aliases_of(legal_name: str) -> Iterator[Alias]:
    """Yield the names of a company, the fullest first; none for funds."""
    words = list(fold_name(_without_state(legal_name)))
    if not words or not _FUNDS.isdisjoint(words):
        return
    is_lower = legal_name[0].islower()
    if words[0] == "the":
        del words[0]
    _strip(words, LEGAL)
    yield from _alias(words, Strength.FULL, is_lower=is_lower)
    for endings in (GENERIC, INDUSTRY):
        while _strip(words, endings | LEGAL, at_most=1):
            is_full = endings is GENERIC
            strength = Strength.FULL if is_full else Strength.STRIPPED
            yield from _alias(words, strength, is_lower=is_lower)


@lru_cache(maxsize=4_096)
def company_words(legal_name: str) -> tuple[str, ...]:
    """Return the words of a company's name that are its own, not its trade's."""
    words = fold_name(_without_state(legal_name))
    return tuple(word for word in words if word not in LEGAL and word not in _NO_NAMES)


def fold_name(name: str) -> tuple[str, ...]:
    """Return the words of a name: lower case, no marks, no "and", hyphens parted."""
    return tuple(
        word
        for found in _WORD.findall(name)
        if (word := fold_word(found)) not in ("and", "com", "")
    )


def fold_word(word: str) -> str:
    """Return a word as names are compared: "J.P." is "jp", "Lowe's" is "lowes"."""
    if not word.isascii():
        decomposed = unicodedata.normalize("NFKD", word)
        word = "".join(c for c in decomposed if not unicodedata.combining(c))
    word = word.lower()
    if word.isalnum():
        return word
    return word.removesuffix(".com").replace(".", "").replace("'", "").replace("’", "")


def _alias(words: list[str], strength: Strength, *, is_lower: bool) -> Iterator[Alias]:
    if not words or len(words) > _LONGEST:
        return
    if len(words) == 1:
        word = words[0]
        if word in _NO_NAMES or len(word) < 2 or word.isdecimal():
            return
        if strength is Strength.STRIPPED and (word in COMMON or len(word) <= _SHORT):
            return
        is_common = word in COMMON
    else:
        is_common = all(w in COMMON or w in NEVER or w in INDUSTRY for w in words)
        if is_common and strength is Strength.STRIPPED:
            return
    yield Alias(
        words=tuple(words), strength=strength, is_common=is_common, is_lower=is_lower
    )


def _strip(words: list[str], endings: frozenset[str], *, at_most: int = 9) -> int:
    """Drop endings from the end, never the last word; return how many."""
    dropped = 0
    while len(words) > 1 and words[-1] in endings and dropped < at_most:
        words.pop()
        dropped += 1
    return dropped


def _without_state(name: str) -> str:
    """Cut "/DE/" and "/ADR": what follows a slash is no part of the name."""
    name = name.replace("A/S", "AS").replace("N/V", "NV")
    return re.split(r"\s*[/\\]", name, maxsplit=1)[0]


def _outdoes(one: Named, other: Named) -> bool:
    if Strength.NICKNAME in (one.alias.strength, other.alias.strength):
        return one.alias.strength < other.alias.strength
    is_full = one.alias.strength is other.alias.strength is Strength.FULL
    if is_full and one.rank < min(_LARGE, other.rank):  # listed twice, as Carnival is
        return True
    return one.symbol != other.symbol and _weight(one) * _GAP < _weight(other)


def _weight(named: Named) -> int:
    """Return how little a name is to be expected: a place in the table, and a half."""
    return (named.rank + 50) * (2 if named.alias.strength is Strength.STRIPPED else 1)
