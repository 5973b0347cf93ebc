"""Which period a headline is about: a quarter, a month, a year."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from catalyst_bot.reading.conflicts.titles import Word
from catalyst_bot.reading.conflicts.words.names import MONTHS, SEASONS

_ORDINALS = {
    "first": "1", "1st": "1", "second": "2", "2nd": "2", "third": "3", "3rd": "3",
    "fourth": "4", "4th": "4", "final": "4",
}  # fmt: skip
_SHORT = {"mar": "march", "apr": "april", "jun": "june", "jul": "july"}
_SPANS = {"quarter": "q", "half": "h"}
_CODE = re.compile(r"(?:([qh])([1-4])|([1-4])([qh])|(fy))(?:fy)?'?(\d{2}|\d{4})?")
_ANNUAL = frozenset(("annual", "annually", "yearly", "fiscal"))
_ANNUAL_THINGS = frozenset(("report", "meeting", "review", "filing", "conference"))
_WHOLE = frozenset(("full", "this", "the", "fiscal", "whole", "current"))
_BEFORE_MONTHS = frozenset(
    (
        "in",
        "of",
        "by",
        "since",
        "until",
        "from",
        "to",
        "late",
        "early",
        "mid",
        "last",
        "end",
    )
)
_NEXT = frozenset(("next", "coming"))
_FIRST, _LAST = 1990, 2100  # what counts as a year
_DAYS = 31


@dataclass(frozen=True, slots=True)
class Periods:
    """Parts of a year such as "q3", "fy", "june", and years such as "2026"."""

    parts: frozenset[str]
    years: frozenset[str]

    def excludes(self, other: "Periods") -> bool:
        """Tell whether both name periods and share none."""
        return _apart(self.parts, other.parts) or _apart(self.years, other.years)


def _apart(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    return bool(ours and theirs) and ours.isdisjoint(theirs)


def periods_of(words: Sequence[Word]) -> tuple[Periods, frozenset[int]]:
    """Return the periods of a headline, and the places of the words that tell them."""
    parts: set[str] = set()
    years: set[str] = set()
    places: set[int] = set()
    for at, word in enumerate(words):
        part, year, size = _read(words, at, word)
        if size:
            places.update(range(at - size + 1, at + 1))
        if part:
            parts.add(part)
        if year:
            years.add(year)
    return Periods(frozenset(parts), frozenset(years)), frozenset(places)


def _read(words: Sequence[Word], at: int, word: Word) -> tuple[str, str, int]:
    """Return the part, the year and how many words up to this one tell them."""
    before = words[at - 1].text if at else ""
    if word.number:
        return _year_or_day(word, words[at - 1].stem if at else "")
    month = _SHORT.get(word.text, word.stem)
    if month in MONTHS:
        return (month, "", 1) if _is_month(words, at) else ("", "", 0)
    if word.text in SEASONS:
        return word.text, "", 1
    return _year_or_quarter(words, at, before)


def _year_or_quarter(
    words: Sequence[Word], at: int, before: str
) -> tuple[str, str, int]:
    word = words[at]
    if word.text in _ANNUAL:
        after = words[at + 1].text if at + 1 < len(words) else ""
        return ("", "", 0) if after in _ANNUAL_THINGS else ("fy", "", 1)
    after = words[at + 1].text if at + 1 < len(words) else ""
    if word.text == "year" and after == "end" and before != "fiscal":
        return "december", "", 1
    if word.text == "year" and before in _WHOLE:
        return "fy", "", 2
    if word.text in ("year", "quarter") and before in _NEXT:
        return f"next {word.text}", "", 2
    if word.text in _SPANS:
        return _span(words, at)
    if word.is_capital and (code := _CODE.fullmatch(word.text)):
        return _coded(code)
    return "", "", 0


def _span(words: Sequence[Word], at: int) -> tuple[str, str, int]:
    span = _SPANS[words[at].text]
    for back in (1, 2):  # "first quarter", "first fiscal quarter"
        ordinal = _ORDINALS.get(words[at - back].text) if at >= back else None
        if ordinal:
            return span + ordinal, "", back + 1
    return "", "", 1


def _coded(code: re.Match[str]) -> tuple[str, str, int]:
    first, number, other, second, whole, year = code.groups()
    part = "fy" if whole else f"{first or second}{number or other}"
    if year and len(year) == len("26"):
        year = f"20{year}"
    return part, year or "", 1


def _year_or_day(word: Word, before: str) -> tuple[str, str, int]:
    if word.money or word.unit or "." in word.number:
        return "", "", 0
    value = int(word.number)
    if len(word.number) == len("2026") and _FIRST <= value <= _LAST:
        return "", word.number, 1
    if before in MONTHS and value <= _DAYS:
        return "", "", 1
    return "", "", 0


def _is_month(words: Sequence[Word], at: int) -> bool:
    """Tell "in May" from "may": by its capital, in capitals by what is beside it."""
    word = words[at]
    if word.text not in ("may", "march"):
        return True
    if all(one.is_capital for one in words if not one.number):
        return at > 0 and (
            words[at - 1].text in _BEFORE_MONTHS
            or any(one.number for one in words[at - 1 : at + 2])
        )
    return word.is_capital and (at > 0 or len(words) == 1)
