"""The quantities of a text, however they are written: 1,200 mln is $1.2 billion."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

_NUMBER = re.compile(
    r"(?P<money>US\$|C\$|A\$|[$€£¥])?\s{0,6}(?<![A-Za-z\d])"
    r"(?P<digits>\d[\d,]{0,30}(?:\.\d{1,12})?|\.\d{1,12})"
    r"\)?[\s-]?(?P<unit>%|percent(?:age points?)?\b|per ?cent\b|basis points?\b|bps\b"
    r"|thousand\b|million\b|billion\b|trillion\b|mln\b|mn\b|mm\b|bln\b|bn\b|tn\b"
    r"|[kmbt]\b|x\b|times\b)?",
    re.IGNORECASE,
)
_SCALES = {"thousand": 3, "k": 3, "trillion": 12, "tn": 12, "t": 12}
_SCALES |= dict.fromkeys(("million", "mln", "mn", "mm", "m"), 6)
_SCALES |= dict.fromkeys(("billion", "bln", "bn", "b"), 9)
_SMALL = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
fifteen sixteen seventeen eighteen nineteen
"""
_TEN_FOLD = "zero ten twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: 10 * place for place, word in enumerate(_TEN_FOLD.split())}
_WORDS |= {word: place for place, word in enumerate(_SMALL.split())}
_TENS = "|".join(word for word in _WORDS if word.endswith("ty"))
_WORDED = re.compile(
    rf"\b(?:(?P<tens>{_TENS})[\s-])?(?P<word>{'|'.join(_WORDS)})\b"
    r"(?![\s-](?:of|or|another|time)\b)",
    re.IGNORECASE,
)
_IN_SCALE = re.compile(
    r"\bin (?P<scale>thousand|million|billion)s?\b|\(\s?[$€£¥]?\s?(?P<short>000)s?\b"
    r"|(?P<money>[$€£¥])\s?(?P<sign>thousand|million|billion|mln|mn|m|bn)s?\b",
    re.IGNORECASE,
)
_YEARS = range(1950, 2101)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A value; its unit, "%", "pp", "bps", "x" or none; its currency if it has one."""

    value: Decimal
    unit: str = ""
    currency: str = ""

    @property
    def is_year(self) -> bool:
        """Tell whether it may be a year."""
        return not (self.unit or self.currency) and self.value in _YEARS

    @property
    def digits(self) -> str:
        """Return the value without any sign, "2026" say."""
        return f"{self.value:f}"

    def is_same(self, other: "Quantity") -> bool:
        """Tell whether both are one; a currency that is not named may be any."""
        if self.value != other.value or self.unit != other.unit:
            return False
        return self.currency == other.currency or not (self.currency and other.currency)


@lru_cache(maxsize=64)  # each statement of a table asks for the same
def quantities_in(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of a text, those in words too, in no order."""
    return tuple(_quantities(text))


def scaled(quantities: Iterable[Quantity], *, by: str) -> tuple[Quantity, ...]:
    """Return the quantities, and again as many thousands or millions as `by` says.

    `by` is what stands over a table: "(in millions, except per share)".
    """
    found = tuple(quantities)
    scales = {(_power(one), one["money"] or "") for one in _IN_SCALE.finditer(by)}
    return found + tuple(
        replace(one, value=one.value.scaleb(power), currency=one.currency or money)
        for power, money in scales
        for one in found
        if not one.unit
    )


def are_in(wanted: Iterable[Quantity], source: Iterable[Quantity]) -> bool:
    """Tell whether each of `wanted` is one of `source`."""
    known = tuple(source)
    return all(any(one.is_same(other) for other in known) for one in wanted)


def _quantities(text: str) -> Iterator[Quantity]:
    text = _WORDED.sub(_digits, text)
    for match in _NUMBER.finditer(text):
        value = Decimal(match["digits"].replace(",", ""))
        unit = (match["unit"] or "").lower()
        if unit in _SCALES:
            value = value.scaleb(_SCALES[unit])
        money = (match["money"] or "").upper()
        yield Quantity(
            value=value.normalize(),
            unit=_unit(unit),
            currency="$" if money == "US$" else money,
        )


def _unit(unit: str) -> str:
    if unit.startswith("percentage"):
        return "pp"
    if unit.startswith(("percent", "per ", "%")):
        return "%"
    if unit.startswith(("basis", "bps")):
        return "bps"
    return "x" if unit in ("x", "times") else ""


def _digits(match: re.Match[str]) -> str:
    word = match["word"].lower()
    if not match["tens"]:
        return str(_WORDS[word])
    if not 0 < _WORDS[word] < 10:
        return match.group()
    return str(_WORDS[match["tens"].lower()] + _WORDS[word])


def _power(match: re.Match[str]) -> int:
    if match["short"]:
        return 3
    return _SCALES[(match["scale"] or match["sign"]).lower()]
