"""Turns a fragment of a catalyst rule into a pattern, and finds what must be there.

A fragment is a regular expression over the lowered headline whose hyphens are spaces.
` .. ` stands for up to five words of the same clause that subordinate nothing, `{name}`
for the alternatives of the table [terms]. With a capital letter in it the fragment is
matched as written. With two numbers named `more` and `less` in it, the first must be
the larger.
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from re import _compiler, _parser  # type: ignore[attr-defined]
from re import _constants as sre  # type: ignore[attr-defined]
from typing import Any

SLOWEST = 0.02  # seconds a fragment may take on any text
_GAP = r" (?:(?!(?:after|despite|amid|following) )[^\s;:]{1,30} ){0,5}"
_TERM = re.compile(r"\{([a-z_]+)\}")
_WORD = re.compile(r"\w+")
_MOST_STRINGS = 300  # of one run of words; longer lists are cut into two runs
# Headlines are full of them: a pattern behind one of these would run all the time.
_COMMON_WORDS = """
    a an and announce announced announces announcing are as at be by company completes
    corp enters first for from full get gets has in inc into is its it new no not of on
    or out over provides quarter receives report reports results s says share shares
    stock than the to up update us with year
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_OPTIONAL = 2  # repeats up to it are spelled out
_LENGTHS = (6, 8, 10, 12, 14, 16, 18, 20, 23, 27, 34, 44, 100, 400)
_HOSTILE = ("a", "a ", "1 ", "$1.5 million ")

_LEAVES = frozenset([sre.LITERAL, sre.IN, sre.AT, sre.ANY, sre.NOT_LITERAL])

Words = frozenset[str]
Node = tuple[Any, Any]  # an operation of the regular expression and its argument


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
    inner = list(tree)[1:-1]  # the boundaries are no part of the words
    needs = tuple(sorted(_needs(inner, True, True), key=_cost))
    is_cased = any(chr(code).isupper() for code in _literals(nodes))
    own = " ".join(min(words) for words in reversed(needs))
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
        is_repeat = op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
        if is_repeat and argument[1] == sre.MAXREPEAT:
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


def _repeated(nodes: Sequence[Node]) -> set[str]:
    """Return the letters that stand under repeats: only these can be tried in turns."""
    found: set[str] = set()
    for op, argument in nodes:
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT) and argument[1] > _OPTIONAL:
            found.update(chr(code) for code in _literals(list(_nodes(argument[2]))))
    return found - {" "}


def _is_slow(pattern: re.Pattern[str], text: str) -> bool:
    """Measure a search in processor time: other processes do not count."""
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
    if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
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


def _needs(nodes: list[Any], at_left: bool, at_right: bool) -> list[Words]:
    """Return sets of words (or pairs) of each of which one is wherever `nodes` match.

    `at_left` and `at_right` tell whether a word cannot go on beyond that end.
    """
    found: list[Words] = []
    run: list[frozenset[str]] = []
    is_bounded = at_left
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
    if op is sre.LITERAL:
        return frozenset([chr(argument).lower()])
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
    if op in (sre.MAX_REPEAT, sre.MIN_REPEAT) and argument[1] <= _OPTIONAL:
        once = _joined(argument[2])
        if once is None or len(once) ** argument[1] > _MOST_STRINGS:
            return None
        times = range(argument[0], argument[1] + 1)
        return frozenset("".join(way) for n in times for way in product(once, repeat=n))
    return None


def _joined(nodes: Any) -> frozenset[str] | None:
    strings = frozenset([""])
    for op, argument in nodes:
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
