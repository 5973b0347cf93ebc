"""What a text claims beside its numbers: negations, quarters, directions, names."""

import re

from catalyst_bot.words.canon import canonical

_NEGATION = re.compile(
    r"\b(?:not(?! only)|no(?!\.)|never|none|nor|neither|without|cannot|unable"
    r"|fail(?:s|ed|ing)?|den(?:y|ies|ied)|declin(?:es?|ed) to|refus(?:es?|ed))\b"
    r"|n['’]t\b",
    re.IGNORECASE,
)
_QUARTER = re.compile(
    r"\b(?:(first|second|third|fourth)[\s-]quarter|Q([1-4])|([1-4])Q)", re.IGNORECASE
)
_ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4"}
_WORD = re.compile(r"[a-z]+")
_NAME = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][A-Za-z]{2,}")
# By what `words` calls them; who buys and who sells may tell of one deal.
_OPPOSITES = (
    (frozenset({"rise", "raise"}), frozenset({"fall", "lower"})),
    (frozenset({"beat"}), frozenset({"miss"})),
    (frozenset({"approve"}), frozenset({"reject"})),
    (frozenset({"upgrade"}), frozenset({"downgrade"})),
    (frozenset({"resume"}), frozenset({"halt"})),
    (frozenset({"profit"}), frozenset({"loss"})),
)


def is_negated(text: str) -> bool:
    """Tell whether something is not so, or was denied, refused or failed."""
    return _NEGATION.search(text) is not None


def quarters_in(text: str) -> frozenset[str]:
    """Return the quarters that a text names, as "1" to "4"."""
    return frozenset(
        _ORDINALS.get((match[1] or "").lower()) or match[2] or match[3]
        for match in _QUARTER.finditer(text)
    )


def is_turned(statement: str, source: str) -> bool:
    """Tell whether a statement has nothing but the opposite of what its source says."""
    ours, theirs = _acts(statement), _acts(source)
    return any(
        ours & one and not ours & other and theirs & other and not theirs & one
        for pair in _OPPOSITES
        for one, other in (pair, pair[::-1])
    )


def names_known(statement: str, text: str) -> bool:
    """Tell whether each name in a statement stands in a text, in any case."""
    return all(
        name in text or name.upper() in text or name.lower() in text
        for name in _NAME.findall(statement)
    )


def _acts(text: str) -> frozenset[str]:
    return frozenset(map(canonical, _WORD.findall(text.lower())))
