"""Finds two compared amounts: "to Rs 13.1 mn from 8.7 mn", "loss vs profit of $9M"."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

MOST_DIGITS = 15
REACH = 4  # words between an amount and "from"
KIND_REACH = 8  # words between an amount and its "profit" or "loss"

_AMOUNT = re.compile(
    r"(?:rs|usd|us|eur|gbp|inr|cad|chf|sek|hk|c|a|\$|€|£|¥|₹){0,2}\.?\$?"
    r"\(?(\d[\d,]{0,18}(?:\.\d{1,6})?)([a-z%]{0,9})(?:-\$?[\d.,]{1,12}[a-z%]{0,9})?"
)
_SCALES: Mapping[str, float] = {
    "k": 1e3, "thousand": 1e3, "lakh": 1e5, "lakhs": 1e5,
    "m": 1e6, "mn": 1e6, "mln": 1e6, "million": 1e6, "mio": 1e6,
    "cr": 1e7, "crore": 1e7, "crores": 1e7,
    "b": 1e9, "bn": 1e9, "bln": 1e9, "billion": 1e9,
    "t": 1e12, "tn": 1e12, "trillion": 1e12,
    "%": 0.01, "pct": 0.01, "pc": 0.01, "percent": 0.01, "per": 0.01,
    "c": 0.01, "p": 0.01, "cents": 0.01,
}  # fmt: skip
_EXPECTED = frozenset(
    ("expected", "est", "ests", "estimate", "estimates", "consensus", "forecast", "exp")
)
_VERSUS = _EXPECTED | {"vs", "versus", "against", "from", "compared", "v"}
_CURRENCIES = frozenset(("rs", "eur", "usd", "gbp", "sek", "nok", "dkk", "chf", "inr"))
_BETWEEN = _CURRENCIES | frozenset(
    ("a", "an", "the", "to", "with", "about", "nearly", "around", "over", "loss",
     "profit", "of", "us", "net", "some", "almost", "only", "just", "up", "down",
     "profits", "losses", "operating", "gain")
)  # fmt: skip
_KINDS: Mapping[str, int] = {
    "profit": 1, "profits": 1, "surplus": 1, "gain": 1, "income": 1, "earnings": 1,
    "loss": -1, "losses": -1, "deficit": -1,
}  # fmt: skip


class Compared(NamedTuple):
    """Two amounts in the words [first, last): A - B has the sign, +1 or -1."""

    first: int
    last: int
    sign: int
    is_worded: bool  # a profit against a loss: the sign is that of the first
    is_expected: bool  # B is what was expected: it says more than "sales rose"


def comparison(tokens: Sequence[str], chunks: Sequence[str]) -> Compared | None:
    """Return the two amounts that a headline compares: "A from B", "A, est. B".

    A unit that one side lacks is that of the other; bare years do not count.
    """
    if _VERSUS.isdisjoint(tokens):
        return None
    for i, word in enumerate(tokens):
        if word in _VERSUS and i:
            compared = _around(tokens, chunks, i)
            if compared is not None:
                return compared
    return None


def _around(tokens: Sequence[str], chunks: Sequence[str], i: int) -> Compared | None:
    kind, other = _kind_before(tokens, i), _kind_after(tokens, i)
    if kind * other < 0:
        return Compared(i, min(i + 2, len(tokens)), kind, True, False)
    left = _amount_before(tokens, i)
    right = _amount_after(tokens, i)
    if left < 0 or right < 0:
        return None
    sign = _sign(_signed(tokens, chunks, left), _signed(tokens, chunks, right))
    if not sign:
        return None
    is_expected = not _EXPECTED.isdisjoint(tokens[i : right + 3])
    return Compared(left, right + 1, sign, False, is_expected)


def _kind_before(tokens: Sequence[str], i: int) -> int:
    for j in range(i - 1, max(i - KIND_REACH, 0) - 1, -1):
        if tokens[j] in _KINDS:
            return _KINDS[tokens[j]]
    return 0


def _kind_after(tokens: Sequence[str], i: int) -> int:
    for word in tokens[i + 1 : i + 1 + REACH]:
        if word in _KINDS:
            return _KINDS[word]
        if word not in _BETWEEN:
            break
    return 0


def _amount_before(tokens: Sequence[str], i: int) -> int:
    for j in range(i - 1, max(i - REACH, 0) - 1, -1):
        if _amount(tokens, j) is not None:
            return j
    return -1


def _amount_after(tokens: Sequence[str], i: int) -> int:
    for j in range(i + 1, min(i + 2 + REACH, len(tokens))):
        if _amount(tokens, j) is not None:
            return j
        if tokens[j] not in _BETWEEN:
            break
    return -1


def _amount(tokens: Sequence[str], i: int) -> tuple[float, float] | None:
    """Return the number and the scale (0.0: none) of the amount at word `i`."""
    match = _AMOUNT.fullmatch(tokens[i])
    if match is None:
        return None
    digits, unit = match[1].replace(",", ""), match[2]
    if len(digits) > MOST_DIGITS or (unit and unit not in _SCALES):
        return None
    if not unit and i + 1 < len(tokens):
        unit = tokens[i + 1]
    scale = _SCALES.get(unit, 0.0)
    number = float(digits)
    if not scale and "." not in digits and 1900 <= number <= 2100:
        return None
    return number, scale


def _signed(
    tokens: Sequence[str], chunks: Sequence[str], i: int
) -> tuple[float, float] | None:
    """Return an amount below zero as bookkeepers write it: "$(0.12)", "-$0.12"."""
    amount, chunk = _amount(tokens, i), chunks[i]
    if amount is None or not (chunk[0] == "-" or ("(" in chunk and ")" in chunk)):
        return amount
    return -amount[0], amount[1]


def _sign(left: tuple[float, float] | None, right: tuple[float, float] | None) -> int:
    if left is None or right is None:
        return 0
    one = left[0] * (left[1] or right[1] or 1.0)
    other = right[0] * (right[1] or left[1] or 1.0)
    return (one > other) - (one < other)
