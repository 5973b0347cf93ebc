"""Reads the words, numbers and periods of one title into the form of `duplicates`."""

import re
from functools import lru_cache

from catalyst_bot.intake.company_words import INDUSTRY
from catalyst_bot.intake.story_events import (
    COUNTS,
    LISTED,
    ORDINALS,
    PHASES,
)
from catalyst_bot.intake.story_phrases import PAIRS
from catalyst_bot.words.canon import CANON, stem

_MARKS = ".,:;!?\"'“”‘’()[]{}*#@|<>=–—-/&$€£"
_PARTS = re.compile(r"[-/–—]")
_NUMBER = re.compile(r"(?:us|c|a|hk|nz|eur|usd)?[$€£]?(\d[\d,]*(?:\.\d+)?)([a-z%]*)")
_NAME = re.compile(r"[a-z]+-?\d[a-z0-9.'-]*|[1-4][qh][0-9'-]*")  # ab-101, q3, h1, fy26
_SCALES = {
    "million": 1e6, "mln": 1e6, "mn": 1e6, "mm": 1e6, "m": 1e6,
    "billion": 1e9, "bln": 1e9, "bn": 1e9, "b": 1e9,
    "trillion": 1e12, "tn": 1e12, "thousand": 1e3, "k": 1e3,
    "cent": 0.01, "cents": 0.01, "c": 0.01,
}  # fmt: skip
_PERIODS = {"quarter": "q", "half": "h"}
_PERCENT = frozenset(("%", "percent", "pct"))
_DIGITS = 15  # of a number that is compared
_FIRST, _LAST = 1990, 2100  # what counts as a year
_LOWER, _CAPITAL, _ENDS, _TURNS = 1, 2, 4, 8  # flags of a word
_TURNING = frozenset(
    {*PHASES, *COUNTS, *_PERIODS, "year", *(second for _, second in PAIRS)}
)
_LONG = 5  # letters from which an ending is cut off


class Reading:
    """Collects the parts of one title, word by word."""

    __slots__ = (
        "_pending",
        "capitals",
        "has_lower",
        "lead",
        "numbers",
        "periods",
        "phases",
        "telling",
        "words",
        "years",
    )

    def __init__(self) -> None:
        self.words: list[str] = []
        self.capitals: set[str] = set()  # unlisted words, written with a capital
        self.has_lower = False  # a word of weight is in lower case
        self.lead = -1  # how many words stand before the first that is listed
        self.numbers: set[str] = set()
        self.telling: set[str] = set()
        self.periods: set[str] = set()
        self.years: set[str] = set()
        self.phases: set[str] = set()
        self._pending = ""  # a number whose unit may follow

    def read(self, text: str) -> None:
        """Take all words of a title as they stand in it."""
        words = self.words
        for token in text.split():
            word, known, flags = _look_up(token)
            if known is None or self._pending:
                self.add(token)
                continue
            if flags & _ENDS and self.lead < 0:
                self.lead = len(words)
            if flags & _LOWER:
                self.has_lower = True
            elif flags & _CAPITAL:
                self.capitals.add(known)
            if flags & _TURNS:
                self._known(known, word)
            elif known:
                words.append(known)
        self.end_number("")

    def add(self, token: str) -> None:
        """Take the next word; more than letters, or behind a number."""
        if self._pending and "-" in token[1:-1]:  # "$2.1 billion-$2.3 billion"
            self._split(token)
            return
        word, known, flags = _look_up(token)
        if self._pending and self.end_number(word):
            return
        if known is None:
            self._mixed(word, token)
        elif known:
            if flags & _CAPITAL:
                self.capitals.add(known)
            self._known(known, word)

    def end_number(self, unit: str) -> bool:
        """Note the number that waited for its unit; tell whether this was one."""
        text, self._pending = self._pending, ""
        is_unit = unit in _SCALES or unit in _PERCENT
        if len(unit) == 1 and text[:1] != "$":  # "12 m" are metres
            is_unit = False
        is_money = text[:1] == "$"
        text = text.removeprefix("$")
        if text:
            self._number(text, unit if is_unit else "", is_money=is_money)
        return is_unit

    def _known(self, known: str, word: str) -> None:
        words = self.words
        last = words[-1] if words else ""
        if last == "phase" and word in PHASES:
            self.phases.add(PHASES[word])
        elif known in _PERIODS and last in ORDINALS:
            words.pop()
            self.periods.add(_PERIODS[known] + ORDINALS[last])
        elif known == "year" and last in ("full", "fiscal"):
            words.pop()
            self.periods.add("fy")
        elif word in COUNTS:
            self.numbers.add(COUNTS[word])
        elif (joined := PAIRS.get((last, known))) is not None:
            words.pop()
            for part in joined:
                self._joined(part)
        else:
            words.append(known)

    def _joined(self, known: str) -> None:
        if known.startswith("phase-"):
            self.phases.add(known[6:])
        else:
            self._known(known, "")

    def _mixed(self, word: str, token: str) -> None:
        """Take what is more than letters: $50M, third-quarter, AB-101, Q3'26."""
        if not word:
            return
        number = _NUMBER.fullmatch(word)
        if token[:2] in ("-$", "($"):
            self.words.append("loss")
        if number and not self._is_phase() and self._measure(number, token):
            return
        if number or _NAME.fullmatch(word):
            self._name(word)
            return
        if not self._split(token.strip(_MARKS)):
            self.words.append(word)

    def _split(self, token: str) -> bool:
        """Take the parts of "spin-off"; tell whether there are several."""
        parts = _PARTS.split(token, maxsplit=5)
        if len(parts) == 1:
            return False
        for part in parts:
            if part:
                self.add(part)
        return True

    def _is_phase(self) -> bool:
        return bool(self.words) and self.words[-1] == "phase"

    def _measure(self, number: re.Match[str], token: str) -> bool:
        """Take a number with its unit, if it has a known one."""
        digits, unit = number[1].replace(",", ""), number[2]
        if len(digits) > _DIGITS:
            return True
        if unit or token.endswith("%"):
            if unit not in _SCALES and unit not in _PERCENT:
                return False
            self._number(digits, unit)
        elif token[0] == "'" and len(digits) == 2:
            self.years.add(f"20{digits}")
        elif (
            digits == number[1]
            and len(digits) == 4
            and _FIRST <= float(digits) <= _LAST
            and token[0] != "$"
        ):
            self.years.add(digits)
        else:
            self._pending = f"${digits}" if "$" in token else digits
        return True

    def _number(self, digits: str, unit: str, *, is_money: bool = False) -> None:
        value = float(digits)
        if unit in _PERCENT:
            number = f"{value:.12g}%"
        else:
            number = f"{value * _SCALES.get(unit, 1.0):.12g}"
        self.numbers.add(number)
        if unit or is_money or "." in digits or len(digits) > 2:
            self.telling.add(number)

    def _name(self, word: str) -> None:
        """Take q3, 3q26, h1, fy26, 2b of a phase; the rest is a name: AB-101, 10-K."""
        if self._is_phase():
            self.phases.add(word)
            return
        first, second, rest = word[:1], word[1:2], word[2:].strip("'-")
        if (first in "qh" and second in "1234") or word[:2] == "fy":
            self.periods.add("fy" if first == "f" else first + second)
        elif first in "1234" and second in "qh":
            self.periods.add(second + first)
        else:
            name = word.replace("-", "").replace(".", "")
            self.numbers.add(f"#{name}")
            return
        if len(rest) in (2, 4) and rest.isdecimal():
            self.years.add(rest if len(rest) == 4 else f"20{rest}")


@lru_cache(maxsize=16_384)
def _look_up(token: str) -> tuple[str, str | None, int]:
    """Return a word, what it is compared as, and its flags.

    The second is None for what is more than letters, "" for what is left out.

    _LOWER: in lower case; _CAPITAL: perhaps a name; _ENDS: no part of the name at the
    beginning; _TURNS: the word before may change by it.
    """
    word = token.strip(_MARKS).lower().replace("’", "'")
    known = _listed(word)
    if known is None and not word.isalpha():
        word = word.removesuffix("'s").removesuffix("'")
        known = _listed(word)
        if known is None and not word.isalpha():
            return word, None, 0
    if known is None and len(word) >= _LONG and word[-1] == "s" and word[-2] != "s":
        known = _listed(word[:-1])
    is_listed = known is not None
    if known is None:
        known = stem(word)
    return word, known, _flags(token, word, known, is_listed=is_listed)


def _flags(token: str, word: str, known: str, *, is_listed: bool) -> int:
    if not known:
        return 0
    flags = _TURNS if word in _TURNING or known in _TURNING else 0
    if token[0].islower():
        return flags | _LOWER | _ENDS
    if is_listed:
        return flags if word in INDUSTRY else flags | _ENDS
    return flags | _CAPITAL


def _listed(word: str) -> str | None:
    known = CANON.get(word)
    return word if known is None and word in LISTED else known
