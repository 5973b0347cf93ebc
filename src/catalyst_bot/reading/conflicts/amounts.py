"""The figures of a headline with their units, without those it compares them with."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from catalyst_bot.reading.conflicts.titles import Word
from catalyst_bot.reading.conflicts.words.topics import LABELS
from catalyst_bot.text import word_set

NEAR = 0.03  # two values this close are one, rounded
ROUGHLY = 0.1  # the same, where one is "about"
PERCENT = frozenset(("%", "percent", "pct", "pc"))
FAR = 3.0  # times: another measure, unless the point has slipped
_HALF = 0.5  # what a percentage loses that is told without decimals
_SCALES = {
    "k": 1e3, "thousand": 1e3, "lakh": 1e5, "lakhs": 1e5, "m": 1e6, "mn": 1e6,
    "mln": 1e6, "mio": 1e6, "mm": 1e6, "million": 1e6, "cr": 1e7, "crore": 1e7,
    "crores": 1e7, "b": 1e9, "bn": 1e9, "bln": 1e9, "billion": 1e9, "t": 1e12,
    "tn": 1e12, "trillion": 1e12,
}  # fmt: skip
_CENTS = frozenset(("cent", "cents", "c", "p", "pence"))
_CURRENCIES = word_set(
    """
    dollar dollars euro euros pounds yen rupees
    """
)
_OTHER_VALUE = word_set(
    """
    vs versus from est ests estimate estimates consensus than prior previous
    compared against expected earlier street
    """
)
_BEHIND = word_set(
    """
    estimate estimates consensus est expected expectations forecast earlier
    previously ago
    """
)
_CHANGES = frozenset(("rise", "fall", "raise", "lower"))
_ABOUT = word_set(
    """
    about nearly almost roughly approximately some over around
    """
)
_ORDINALS = frozenset(("st", "nd", "rd", "th"))
_BOUNDS = frozenset(("upto", "least", "most", "much", "many", "maximum"))
_REACH, _NOUNS = 3, 3


@dataclass(frozen=True, slots=True)
class Amount:
    """A value and what it counts.

    `unit`: "$" for sums of any currency, "$1" for prices and amounts a share, "%",
    "%+" for a change in percent, "#" for a count of `nouns`, which may be unknown.
    """

    value: float
    unit: str
    nouns: frozenset[str] = frozenset()
    is_about: bool = False  # "about", "nearly"

    @property
    def is_whole(self) -> bool:
        """Tell whether it has no decimals."""
        return self.value.is_integer()

    def is_like(self, other: "Amount") -> bool:
        """Tell whether both can be the same measure."""
        if self.unit != other.unit:
            return False
        return not (self.nouns and other.nouns) or not self.nouns.isdisjoint(
            other.nouns
        )

    def is_near(self, other: "Amount") -> bool:
        """Tell whether both are the same value, perhaps rounded."""
        gap = abs(self.value - other.value)
        if self.unit[0] == "%" and gap <= _HALF and (self.is_whole or other.is_whole):
            return True
        share = ROUGHLY if self.is_about or other.is_about else NEAR
        return gap <= share * max(self.value, other.value)

    def is_far(self, other: "Amount") -> bool:
        """Tell whether both are too different to be one measure, told wrongly."""
        low, high = sorted((self.value, other.value))
        if not low or high <= FAR * low:
            return False
        if sorted(f"{low:.12g}".strip("0.")) == sorted(f"{high:.12g}".strip("0.")):
            return False  # digits have changed their places
        slip = high / low
        return all(abs(slip - ten) > NEAR * ten for ten in (10, 100, 1000))


def amounts_of(words: Sequence[Word], *, told: Set[int]) -> tuple[Amount, ...]:
    """Return the figures but those at the places `told`, which are dates."""
    return tuple(
        amount
        for at, word in enumerate(words)
        if word.number and at not in told and not _is_other_value(words, at)
        if (amount := _amount(words, at)) is not None
    )


def compared_of(words: Sequence[Word]) -> frozenset[str]:
    """Return the digits of the figures that others are compared with."""
    return frozenset(
        word.number
        for at, word in enumerate(words)
        if word.number and _is_other_value(words, at)
    )


def _amount(words: Sequence[Word], at: int) -> Amount | None:
    ahead = words[max(0, at - 2) : at]
    before = [one.text for one in ahead]
    if not _BOUNDS.isdisjoint(before) or _is_label(before):
        return None
    if before == ["up", "to"] or words[at].unit in _ORDINALS:
        return None
    value, unit, nouns = _measure(words, at)
    if unit == "%":
        near = (*ahead, *words[at + 1 : at + 3])
        if any(one.stem in _CHANGES for one in near) or "by" in before:
            unit = "%+"
    return Amount(value, unit, nouns, not _ABOUT.isdisjoint(before))


def _is_label(before: Sequence[str]) -> bool:
    """Tell "phase 3" and "alert number 3" from "members number 3 million"."""
    if before[-1:] == ["number"]:
        return not before[0].endswith(("s", "to"))
    return not _NO_VALUES.isdisjoint(before[-1:])


def _measure(words: Sequence[Word], at: int) -> tuple[float, str, frozenset[str]]:
    word, following = _whole(words, at), at + 1
    value, unit = float(word.number), word.unit
    if not unit and following < len(words):
        unit = words[following].text
        if len(unit) > 1 and unit in _SCALES:
            following += 1
    if unit in PERCENT or (unit == "per" and _is_cent(words, following + 1)):
        return value, "%", frozenset()
    if unit in _CENTS and (len(unit) > 1 or word.unit):
        return value / 100, "$1", frozenset()
    scale = _SCALES.get(unit, 1.0) if word.unit or len(unit) > 1 else 1.0
    nouns = _nouns(words, following)
    if word.money or not nouns.isdisjoint(_CURRENCIES):
        return value * scale, "$" if scale > 1 or value >= _SUM else "$1", frozenset()
    if len(word.unit) == 1 and scale > 1:  # "12m" may be metres
        return value, "#", frozenset((word.unit,))
    if word.unit and scale == 1:
        nouns |= {word.unit}
    return value * scale, "#", nouns


def _whole(words: Sequence[Word], at: int) -> Word:
    """Return a number of a range with what stands at the other: "$1.1-1.3bn"."""
    word = words[at]
    before = words[at - 1] if at and words[at - 1].clause == word.clause else word
    after = words[at + 1] if at + 1 < len(words) else word
    if after.number and after.clause == word.clause and not word.unit:
        return word._replace(unit=after.unit)
    if before.number and before.money and not word.money:
        return word._replace(money=True)
    return word


def _is_cent(words: Sequence[Word], at: int) -> bool:
    return at < len(words) and words[at].text == "cent"


def _nouns(words: Sequence[Word], first: int) -> frozenset[str]:
    found: list[str] = []
    for word in words[first : first + _NOUNS]:
        if word.number or word.clause != words[first - 1].clause or word.text in _ENDS:
            break
        if word.text in _CURRENCIES:
            return frozenset((word.text,))
        if word.stem:
            found.append(word.stem)
    return frozenset(found)


_NO_VALUES = LABELS | frozenset(("no", "top"))
_SUM = 10_000.0  # from which money is a sum even in digits: "$2,250,000"
_ENDS = word_set(
    """
    in on at for to of from by after before over with and or as is are was were
    during into under per through its it
    """
)


def _is_other_value(words: Sequence[Word], at: int) -> bool:
    clause = words[at].clause
    ahead = words[max(0, at - _REACH) : at]
    following = words[at + 1 : at + 2]
    return any(one.text in _OTHER_VALUE and one.clause == clause for one in ahead) or (
        any(one.text in _BEHIND and one.clause == clause for one in following)
    )
