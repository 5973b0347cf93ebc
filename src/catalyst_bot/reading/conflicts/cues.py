"""Finds the phrases of the vocabulary in a headline: its cues."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

from catalyst_bot.reading.conflicts.words import denying, expecting, withdrawing
from catalyst_bot.reading.conflicts.words.denying import FAILS, NEGATORS
from catalyst_bot.reading.conflicts.words.opposites import OPPOSITES

_VOCABULARY = (denying, withdrawing, expecting)
_NOT_ONLY = frozenset((("not", "only"), ("not", "just"), ("not", "merely")))
_VOWELS = "aeiou"
_STRESSED_LATE = ("acquit", "annul", "cancel", "expel", "omit", "permit", "rebut")
_FAILS_WITHIN = 4  # words between "fails to" and what does not come to be
_NEGATED_WITHIN = 2  # words between "not" and what it denies


class CueKind(StrEnum):
    """What a phrase does to what stands around it."""

    DENIAL = "denial"  # says that it is untrue
    REBUFF = "rebuff"  # the same, of a rumour
    CALM = "calm"  # says that all is as it was
    FALSE = "false"  # the same, behind "is" or a rumour
    RETRACTION = "retraction"  # takes it back
    DROPPED = "dropped"  # the same, of a plan
    CORRECTION = "correction"
    AMENDMENT = "amendment"  # puts it right when it brings another figure
    NOTICE = "notice"  # the same, as a heading
    FIX = "fix"  # the same, as the first word of a heading
    NOTHING = "nothing"  # looks like another cue
    UP = "up"  # this and the next three: of an outlook
    KEEP = "keep"
    DOWN = "down"
    QUIT = "quit"
    SIDE = "side"  # of an opposite pair


class Side(NamedTuple):
    """One side, 0 or 1, of a line of OPPOSITES; a plain one is no synonym."""

    axis: int
    side: int
    is_plain: bool

    @property
    def other(self) -> "Side":
        """Return what "not" makes of it."""
        return Side(self.axis, 1 - self.side, self.is_plain)


class Cue(NamedTuple):
    """The words [first, last) of a headline and what they may do."""

    first: int
    last: int
    kinds: frozenset[CueKind]
    sides: tuple[Side, ...]
    is_negated: bool  # a "not" stands before it


class _Meaning(NamedTuple):
    kinds: frozenset[CueKind] = frozenset()
    sides: tuple[Side, ...] = ()


def find_cues(words: Sequence[str]) -> tuple[Cue, ...]:
    """Return the longest phrases of the tables in `words`, from left to right."""
    found: list[Cue] = []
    at = 0
    while at < len(words):
        size, meaning = _longest(words, at)
        if size and CueKind.NOTHING not in meaning.kinds:
            since = found[-1].last if found else 0  # what it denies already
            before = words[max(since, at - _NEGATED_WITHIN) : at]
            negated = not NEGATORS.isdisjoint(before) or _fails(words, at)
            negated = negated and tuple(before) not in _NOT_ONLY
            found.append(Cue(at, at + size, *meaning, negated))
        at += size or 1
    return tuple(found)


def _fails(words: Sequence[str], at: int) -> bool:
    """Tell whether "fails to" stands some words before."""
    first = max(1, at - _FAILS_WITHIN)
    return any(
        words[place] == "to" and words[place - 1] in FAILS for place in range(first, at)
    )


def _longest(words: Sequence[str], at: int) -> tuple[int, _Meaning]:
    for phrase, meaning in _PHRASES.get(words[at], ()):
        if tuple(words[at : at + len(phrase)]) == phrase:
            return len(phrase), meaning
    return 0, _Meaning()


def forms_of(verb: str) -> tuple[str, ...]:
    """Return a verb with its endings; "a/b/c" is all that is known of an irregular one.

    >>> forms_of("deny")
    ('deny', 'denies', 'denied', 'denying')
    """
    base, *others = verb.split("/")
    root, third = base.removesuffix("e"), f"{base}s"
    if base[-1] == "y" and base[-2:-1] not in _VOWELS:
        third = f"{base[:-1]}ies"
    elif base.endswith(("s", "x", "ch", "sh", "o")):
        third = f"{base}es"
    if _doubles(base):
        root = base + base[-1]
    past = f"{base[:-1]}ied" if third.endswith("ies") else f"{root}ed"
    return (base, third, *(others or [past]), f"{root}ing")


def _doubles(verb: str) -> bool:
    """Tell whether a last letter is doubled: scrap, scrapped; lower is not."""
    if verb in _STRESSED_LATE:
        return True
    short = sum(letter in _VOWELS for letter in verb) == 1
    ends = len(verb) > 2 and verb[-2] in _VOWELS and verb[-1] not in "aeiouwxy"
    return short and ends and verb[-3] not in _VOWELS


def _lines(table: str) -> Iterator[str]:
    return iter(table.strip().replace("\n    ", " ").replace("\n  ", " ").split("\n"))


def _inflected(phrase: str) -> Iterator[tuple[str, ...]]:
    verb, *rest = phrase.split()
    for form in forms_of(verb):
        yield (form, *rest)


def _named() -> Iterator[tuple[tuple[str, ...], CueKind]]:
    for line in chain.from_iterable(_lines(one.VERBS) for one in _VOCABULARY):
        name, _, phrases = line.partition(": ")
        for phrase in phrases.split(", "):
            for form in _inflected(phrase.strip(",")):
                yield form, CueKind(name)
    for line in chain.from_iterable(_lines(one.PHRASES) for one in _VOCABULARY):
        name, _, phrases = line.partition(": ")
        for phrase in phrases.split(", "):
            yield tuple(phrase.strip(",").split()), CueKind(name)


def _sided() -> Iterator[tuple[tuple[str, ...], Side]]:
    for axis, line in enumerate(_lines(OPPOSITES)):
        for side, phrases in enumerate(line.split(" | ")):
            for place, phrase in enumerate(phrases.split(",")):
                if not phrase.strip():
                    continue
                mark = Side(axis, side, place == 0)
                text = phrase.strip()
                if text.startswith("="):
                    yield tuple(text[1:].split()), mark
                else:
                    for form in _inflected(text):
                        yield form, mark


def _phrases() -> Mapping[str, tuple[tuple[tuple[str, ...], _Meaning], ...]]:
    meanings: dict[tuple[str, ...], _Meaning] = {}
    for phrase, kind in _named():
        known = meanings.get(phrase, _Meaning())
        meanings[phrase] = known._replace(kinds=known.kinds | {kind})
    for phrase, side in _sided():
        known = meanings.get(phrase, _Meaning(frozenset({CueKind.SIDE})))
        meanings[phrase] = _Meaning(known.kinds | {CueKind.SIDE}, (*known.sides, side))
    by_first: dict[str, list[tuple[tuple[str, ...], _Meaning]]] = {}
    for phrase, meaning in meanings.items():
        by_first.setdefault(phrase[0], []).append((phrase, meaning))
    return {
        first: tuple(sorted(known, key=lambda one: -len(one[0])))
        for first, known in by_first.items()
    }


def _axis_of(phrase: str) -> int:
    """Return the line of OPPOSITES that a plain phrase begins."""
    words = tuple(phrase.split())
    meanings = dict(_PHRASES[words[0]])
    return next(side.axis for side in meanings[words].sides if side.is_plain)


_PHRASES = _phrases()
CUE_WORDS = frozenset(
    word for known in _PHRASES.values() for phrase, _ in known for word in phrase
)
MOVES_AXIS = _axis_of("rise")
MOVE_AXES = frozenset((MOVES_AXIS, _axis_of("narrow")))
PROFIT_AXIS = _axis_of("profit")
# Their second side is a state that ends, and the first is its end: no conflict.
PASSING_AXES = frozenset(
    map(_axis_of, ("restart", "lifts hold", "averted", "airworthy", "contained"))
)
