"""Tells apart what one sentence says of two things: notes and shares, found and not."""

import re

_ISSUES = re.compile(r"\b(?:offering|placement|pric(?:es|ed|ing)|issu|sells?\b|sale\b)")
_INSTRUMENTS = re.compile(
    r"\b(?:(?P<preferred>preferred|preference)|(?P<warrants>warrants)|(?P<units>units)|"
    r"(?P<notes>notes?|bonds?|debentures?|convertibles)|"
    r"(?P<stock>common stock|(?<!preferred )(?<!preference )shares|adss?))\b"
)
_FOUND = re.compile(
    r"\bdiscover(?:y|ies|s|ed)?\b|\b(?:finds|found|hits|strikes|struck) "
    r"(?:\w+ ){0,2}(?:gas|oil|pay|gold|hydrocarbons)\b"
)
_NOT_FOUND = re.compile(
    r"\bdry\b|\bduster\b|\bnon-?commercial\b|\bplug(?:s|ged)? and abandon|"
    r"\bno (?:commercial |significant )?(?:gas|oil|hydrocarbons)\b|"
    r"\b(?:fails to find|finds no)\b"
)
_FOR = re.compile(r"\bvot(?:e|es|ed|ing) (?:to|for|in favou?r|yes)\b")
_AGAINST = re.compile(
    r"\bvot(?:e|es|ed|ing) (?:down|against|not to|no)\b|\breject|"
    r"\bturn(?:s|ed)? down\b|\b(?:to|for) (?:oust|remove|strip|block)"
)
# what is so, and what is not so
_OUTCOMES = ((_FOUND, _NOT_FOUND), (_FOR, _AGAINST))


def are_other_instruments(one: str, other: str) -> bool:
    """Tell whether two titles have a company issue something else, notes or shares."""
    one, other = one.lower(), other.lower()
    if not _ISSUES.search(one) or not _ISSUES.search(other):
        return False
    mine, theirs = _instruments(one), _instruments(other)
    return bool(mine and theirs) and mine.isdisjoint(theirs)


def are_two_outcomes(one: str, other: str) -> bool:
    """Tell whether one title says that it is so where the other says it is not."""
    one, other = one.lower(), other.lower()
    return _is_undone(one, other) or _is_undone(other, one)


def _instruments(text: str) -> frozenset[str | None]:
    return frozenset(found.lastgroup for found in _INSTRUMENTS.finditer(text))


def _is_undone(text: str, other: str) -> bool:
    return any(
        missed.search(other) is not None
        and found.search(text) is not None
        and missed.search(text) is None
        for found, missed in _OUTCOMES
    )
