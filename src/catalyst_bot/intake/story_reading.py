"""Reads the words, numbers and periods of one title into the form of `duplicates`."""

import re

from catalyst_bot.intake.story_words import CANON, ORDINALS, PHASES

_MARKS = ".,:;!?\"'“”‘()[]{}*#@|<>=–—-/&$€£"
_PARTS = re.compile(r"[-/–—]")
_NUMBER = re.compile(r"(?:us|c|a|hk|nz)?[$€£]?(\d[\d,]*(?:\.\d+)?)([a-z%]*)")
_NAME = re.compile(r"[a-z]+-?\d[a-z0-9.'-]*|[1-4][qh][0-9'-]*")  # ab-101, q3, h1, fy26
_SCALES = {
    "million": 1e6, "mln": 1e6, "mn": 1e6, "mm": 1e6, "m": 1e6,
    "billion": 1e9, "bln": 1e9, "bn": 1e9, "b": 1e9,
    "trillion": 1e12, "tn": 1e12, "thousand": 1e3, "k": 1e3,
    "cent": 0.01, "cents": 0.01,
}  # fmt: skip
_PERIODS = {"quarter": "q", "half": "h"}
_PERCENT = frozenset(("%", "percent", "pct"))
_DIGITS = 15  # of a number that is compared
_FIRST, _LAST = 1990, 2100  # what counts as a year


class Reading:
    """Collects the parts of one title, word by word."""

    __slots__ = (
        "_pending",
        "numbers",
        "periods",
        "phases",
        "telling",
        "words",
        "years",
    )

    def __init__(self) -> None:
        self.words: list[str] = []
        self.numbers: set[str] = set()
        self.telling: set[str] = set()
        self.periods: set[str] = set()
        self.years: set[str] = set()
        self.phases: set[str] = set()
        self._pending = ""  # a number whose unit may follow

    def add(self, token: str) -> None:
        """Take the next word as it stands in the title, in lower case."""
        word = token.strip(_MARKS)
        known = CANON.get(word)
        if self._pending and self.end_number(word):
            return
        if known is None and word:
            self._unlisted(word, token)
        elif known:
            self._known(known, word)

    def end_number(self, unit: str) -> bool:
        """Note the number that waited for its unit; tell whether this was one."""
        text, self._pending = self._pending, ""
        is_unit = unit in _SCALES or unit in _PERCENT
        if len(unit) == 1 and text[:1] != "$":  # "12 m" are metres
            is_unit = False
        text = text.removeprefix("$")
        if text:
            self._number(text, unit if is_unit else "")
        return is_unit

    def _known(self, known: str, word: str) -> None:
        last = self.words[-1] if self.words else ""
        if last == "phase" and word in PHASES:
            self.phases.add(PHASES[word])
        elif known in _PERIODS and last in ORDINALS:
            self.words.pop()
            self.periods.add(_PERIODS[known] + ORDINALS[last])
        elif known == "year" and last in ("full", "fiscal"):
            self.words.pop()
            self.periods.add("fy")
        elif word == "down" and last == "step":
            self.words[-1] = "resign"
        else:
            self.words.append(known)

    def _unlisted(self, word: str, token: str) -> None:
        """Take a word that is in no list: a name, a number, or several in one."""
        if not word.isalpha():
            word = word.removesuffix("'s")
            if not word.isalpha():
                self._mixed(word, token)
                return
        if len(word) > 4 and word[-1] == "s" and word[-2] != "s":
            word = word[:-1]
        known = CANON.get(word, word)
        if known:
            self._known(known, word)

    def _mixed(self, word: str, token: str) -> None:
        """Take what is more than letters: $50M, third-quarter, AB-101, Q3'26."""
        number = _NUMBER.fullmatch(word)
        if number and not self._is_phase() and self._measure(number, token):
            return
        if number or _NAME.fullmatch(word):
            self._name(word)
            return
        parts = _PARTS.split(word, maxsplit=5)
        if len(parts) == 1:
            self.words.append(word)
            return
        for part in parts:
            self.add(part)

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

    def _number(self, digits: str, unit: str) -> None:
        value = float(digits)
        if unit in _PERCENT:
            number = f"{value:.12g}%"
        else:
            number = f"{value * _SCALES.get(unit, 1.0):.12g}"
        self.numbers.add(number)
        if unit or "." in digits or len(digits) > 2:
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
