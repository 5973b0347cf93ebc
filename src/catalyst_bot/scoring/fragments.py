"""Turns a fragment of a catalyst rule into a pattern that takes no text too long.

A fragment is a regular expression over the lowered headline whose hyphens are spaces.
` .. ` stands for up to five words of the same clause that subordinate nothing, `{name}`
for the alternatives of the table [terms]. With a capital letter in it the fragment is
matched as written. With two numbers named `more` and `less` in it, the first must be
the larger.
"""

import math
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from re import _compiler, _parser  # type: ignore[attr-defined]
from re import _constants as sre  # type: ignore[attr-defined]
from typing import Any

from catalyst_bot.scoring.fragment_needs import OPTIONAL, Node, Words, needs_of

SLOWEST = 0.02  # seconds a fragment may take on any text
_GAP = r" (?:(?!(?:after|despite|amid|following) )[^\s;:]{1,30} ){0,5}"
_TERM = re.compile(r"\{([a-z_]+)\}")
_FEW_WAYS = 10_000  # so many are tried in far less than SLOWEST
_LENGTHS = (6, 8, 10, 12, 14, 16, 18, 20, 23, 27, 34, 44, 100, 400)
_HOSTILE = ("a", "a ", "1 ", "$1.5 million ")

_REPEATS = frozenset([sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT])
_LEAVES = frozenset([sre.LITERAL, sre.IN, sre.AT, sre.ANY, sre.NOT_LITERAL])


class BadFragment(ValueError):
    """A fragment cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A compiled fragment; of each set in `needs` one must be in the headline.

    Each is a word or two neighbouring words, with a space whatever parts them.
    """

    source: str  # the regular expression, its terms and gaps written out
    pattern: re.Pattern[str]
    is_cased: bool
    needs: tuple[Words, ...]  # the rarest first; empty: it is tried on every headline
    compares: bool = False  # the numbers `more` and `less`


def compile_fragment(source: str, terms: Mapping[str, str]) -> Fragment:
    """Return the pattern of a fragment.

    Raises:
        BadFragment: it is no regular expression, names an unknown term, has a repeat
            without a bound, or takes more than 20 ms on some text.
    """
    bounded = rf"(?<!\w)(?:{_expanded(source, terms)})(?!\w)"
    try:
        tree = _parser.parse(bounded)  # once: this is half of the cost of loading
        pattern = _compiler.compile(tree)
    except (re.error, OverflowError, RecursionError) as error:
        raise BadFragment(f"not a regular expression: {error}") from error
    nodes = list(_nodes(tree))
    _check_repeats(nodes)
    needs = needs_of(list(tree)[1:-1])  # the boundaries are no part of the words
    is_cased = any(chr(code).isupper() for code in _literals(nodes))
    own = " ".join(min(words) for words in reversed(needs))
    if _ways(nodes) > _FEW_WAYS:
        _check_time(pattern, [f"{own} ", *sorted(_repeated(nodes))])
    compares = {"more", "less"} <= pattern.groupindex.keys()
    return Fragment(bounded, pattern, is_cased, needs, compares)


def _expanded(source: str, terms: Mapping[str, str]) -> str:
    unknown = [name for name in _TERM.findall(source) if name not in terms]
    if unknown:
        raise BadFragment(f"unknown term {{{unknown[0]}}}")
    text = source
    for _ in range(3):  # a term may name another
        text = _TERM.sub(lambda found: f"(?:{terms.get(found[1], '')})", text)
    if not text.strip():
        raise BadFragment("empty")
    if text != text.strip():
        raise BadFragment("begins or ends with a space, where a word has to end")
    text = text.replace(" .. ", _GAP)
    if ".. " in text:
        raise BadFragment("a gap is ` .. `: it needs a space on each side")
    return text


def _check_repeats(nodes: Sequence[Node]) -> None:
    for op, argument in nodes:
        if op in _REPEATS and argument[1] == sre.MAXREPEAT:
            raise BadFragment("repeat without a bound: write {0,60} instead of * or +")


def _check_time(pattern: re.Pattern[str], own: Sequence[str]) -> None:
    """Try growing hostile texts, so that even exponential time is met while small."""
    for text in (*_HOSTILE, *own):
        for length in _LENGTHS:
            hostile = (text * length)[:length]
            if _is_slow(pattern, hostile) and _is_slow(pattern, hostile):
                raise BadFragment(
                    f"takes over {SLOWEST * 1000:.0f} ms on {length} characters"
                )


def _ways(nodes: Sequence[Node]) -> float:
    """Return in how many ways a pattern may be tried at a place, or more than that."""
    ways = 1.0
    for op, argument in nodes:
        if op is sre.BRANCH:
            ways *= len(argument[1])
        elif op in _REPEATS:
            ways *= 3.0 if argument[1] <= OPTIONAL else math.inf
    return ways


def _repeated(nodes: Sequence[Node]) -> set[str]:
    """Return the letters that stand under repeats: only these can be tried in turns."""
    found: set[str] = set()
    for op, argument in nodes:
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT) and argument[1] > OPTIONAL:
            found.update(chr(code) for code in _literals(list(_nodes(argument[2]))))
    return found - {" "}


def _is_slow(pattern: re.Pattern[str], text: str) -> bool:
    """Measure a search; of what seems slow, in processor time: others do not count."""
    start = time.perf_counter()  # costs a tenth of thread_time
    pattern.search(text)
    if time.perf_counter() - start <= SLOWEST:
        return False
    start = time.thread_time()
    pattern.search(text)
    return time.thread_time() - start > SLOWEST


def _nodes(tree: Any) -> Iterator[Node]:
    """Yield every node of a parse tree."""
    waiting = [tree]
    while waiting:
        for node in waiting.pop():
            yield node
            if node[0] not in _LEAVES:
                waiting += _parts(*node)


def _parts(op: Any, argument: Any) -> Sequence[Any]:
    """Return the sequences that stand inside a node."""
    if op is sre.BRANCH:
        return list(argument[1])
    if op is sre.SUBPATTERN:
        return [argument[3]]
    if op in _REPEATS:
        return [argument[2]]
    if op in (sre.ASSERT, sre.ASSERT_NOT):
        return [argument[1]]
    if op is sre.ATOMIC_GROUP:
        return [argument]
    return []


def _literals(nodes: Sequence[Node]) -> Iterator[int]:
    for op, argument in nodes:
        if op is sre.LITERAL:
            yield argument
        elif op is sre.IN:
            yield from (code for kind, code in argument if kind is sre.LITERAL)
