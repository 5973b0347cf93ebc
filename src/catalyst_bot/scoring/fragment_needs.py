"""Finds the words of which one must be in every headline that a fragment matches.

They are found in the parse tree of its regular expression.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise, product
from re import _constants as sre  # type: ignore[attr-defined]
from typing import Any

_MOST_STRINGS = 300  # of one run of words; longer lists are cut into two runs
# Headlines are full of them: a pattern behind one of these would run all the time.
_COMMON_WORDS = """
    a an and announce announced announces announcing are as at be by company completes
    corp enters first for from full get gets has in inc into is its it new no not of on
    or out over provides quarter receives report reports results s says share shares
    stock than the to up update us with year
"""
_COMMON = frozenset(_COMMON_WORDS.split())
OPTIONAL = 2  # repeats up to it are spelled out
_TEXT = "text"  # what a run of literals becomes: characters one by one take long
_WORD = re.compile(r"\w+")

Words = frozenset[str]
Node = tuple[Any, Any]  # an operation of the regular expression and its argument


def needs_of(nodes: list[Any]) -> tuple[Words, ...]:
    """Return sets of words, the rarest first; one of each is wherever `nodes` match.

    Each is a word or two neighbouring words, with a space whatever parts them.
    """
    return tuple(sorted(_needs(nodes, True, True), key=_cost))


def _needs(nodes: list[Any], at_left: bool, at_right: bool) -> list[Words]:
    """`at_left` and `at_right` tell whether a word cannot go on beyond that end."""
    found: list[Words] = []
    run: list[frozenset[str]] = []
    is_bounded = at_left
    nodes = list(_merged(nodes))
    for place, (op, argument) in enumerate(nodes):
        strings = _strings(op, argument)
        if strings is not None and _size(run) * len(strings) <= _MOST_STRINGS:
            run.append(strings)
            continue
        found += _whole_words(run, is_bounded, _starts_apart(strings))
        is_bounded = _ends_apart(run, is_bounded)
        if strings is not None:
            run = [strings]
            continue
        is_last = place == len(nodes) - 1
        found += _inner_needs(op, argument, is_bounded, at_right and is_last)
        run, is_bounded = [], _is_gap(op, argument) and is_bounded
    found += _whole_words(run, is_bounded, at_right)
    return found


def _merged(nodes: Any) -> Iterator[Node]:
    """Yield the nodes with each run of literals as one text."""
    for is_text, run in groupby(nodes, key=lambda node: node[0] is sre.LITERAL):
        if is_text:
            yield _TEXT, "".join(chr(code) for _, code in run).lower()
        else:
            yield from run


def _inner_needs(op: Any, argument: Any, at_left: bool, at_right: bool) -> list[Words]:
    if op is sre.SUBPATTERN:
        return _needs(list(argument[3]), at_left, at_right)
    if op is not sre.BRANCH:
        return []
    ways = [_needs(list(part), at_left, at_right) for part in argument[1]]
    if not all(ways):
        return []
    return [frozenset().union(*(min(way, key=_cost) for way in ways))]


def _strings(op: Any, argument: Any) -> frozenset[str] | None:
    """Return all strings that a node matches, None when they are too many."""
    if op is _TEXT:
        return frozenset([argument])
    if op in (sre.AT, sre.ASSERT, sre.ASSERT_NOT):
        return frozenset([""])
    if op is sre.IN:
        return _characters(argument)
    if op is sre.SUBPATTERN:
        return _joined(argument[3])
    if op is sre.BRANCH:
        ways = [_joined(part) for part in argument[1]]
        strings = [way for way in ways if way is not None]
        return frozenset().union(*strings) if len(strings) == len(ways) else None
    if op in (sre.MAX_REPEAT, sre.MIN_REPEAT) and argument[1] <= OPTIONAL:
        once = _joined(argument[2])
        if once is None or len(once) ** argument[1] > _MOST_STRINGS:
            return None
        times = range(argument[0], argument[1] + 1)
        return frozenset("".join(way) for n in times for way in product(once, repeat=n))
    return None


def _joined(nodes: Any) -> frozenset[str] | None:
    strings = frozenset([""])
    for op, argument in _merged(nodes):
        more = _strings(op, argument)
        if more is None or len(strings) * len(more) > _MOST_STRINGS:
            return None
        strings = frozenset(a + b for a in strings for b in more)
    return strings


def _characters(members: Any) -> frozenset[str] | None:
    if not all(kind is sre.LITERAL for kind, _ in members):
        return None
    return frozenset(chr(code).lower() for _, code in members)


def _is_gap(op: Any, argument: Any) -> bool:
    """Tell whether a node only ever ends with a space, or is not there."""
    if op not in (sre.MAX_REPEAT, sre.MIN_REPEAT):
        return False
    inner = list(argument[2])
    while inner and inner[-1][0] is sre.SUBPATTERN:
        inner = list(inner[-1][1][3])
    return bool(inner) and inner[-1] == (sre.LITERAL, ord(" "))


def _whole_words(
    run: Sequence[frozenset[str]], at_left: bool, at_right: bool
) -> list[Words]:
    """Return, if every string of a run has whole words, the rarest of each."""
    chosen: set[str] = set()
    for parts in product(*run):
        text = "".join(parts)
        places = [
            found.span()
            for found in _WORD.finditer(text)
            if (found.start() > 0 or at_left) and (found.end() < len(text) or at_right)
        ]
        if not places:
            return []
        chosen.add(_rarest(text, places))
    return [frozenset(chosen)]


def _rarest(text: str, places: Sequence[tuple[int, int]]) -> str:
    """Return the two neighbouring words of `text` that are the rarest, or its one."""
    words = [text[start:end] for start, end in places]
    pairs = [f"{one} {two}" for one, two in pairwise(words)]
    return max(pairs or words, key=_rarity)


def _rarity(words: str) -> tuple[int, int]:
    return sum(word not in _COMMON for word in words.split()), len(words)


def _starts_apart(strings: frozenset[str] | None) -> bool:
    return strings is not None and all(s and not s[0].isalnum() for s in strings)


def _ends_apart(run: Sequence[frozenset[str]], at_left: bool) -> bool:
    """Tell whether what follows a run begins a new word."""
    if not any(any(strings) for strings in run):
        return at_left
    return all(s and not (s[-1].isalnum() or s[-1] == "_") for s in run[-1])


def _size(run: Sequence[frozenset[str]]) -> int:
    size = 1
    for strings in run:
        size *= len(strings)
    return size


def _cost(words: Words) -> tuple[bool, int]:
    return any(not _rarity(word)[0] for word in words), len(words)
