"""Tells which of many fragments a headline may match, by the words that they need."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from catalyst_bot.scoring.fragments import Fragment

_WORDS = re.compile(r"\w+")
_LEVELS = 2  # sets of needed words that are looked up; few fragments have more


class WordIndex:
    """Fragments by number; a set of them is an integer with one bit for each."""

    def __init__(self, fragments: Sequence[Fragment]) -> None:
        self.everything: Final = (1 << len(fragments)) - 1
        self._free = [0] * _LEVELS  # those that need nothing at that level
        self._by_word: dict[str, list[int]] = {}
        for number, fragment in enumerate(fragments):
            self._enter(1 << number, fragment)

    def promising(self, words: Iterable[str]) -> int:
        """Return the fragments whose rarest needed words are among `words`."""
        first, second = self._free
        find = self._by_word.get
        for word in words:
            if masks := find(word):
                first |= masks[0]
                second |= masks[1]
        return first & second

    def _enter(self, bit: int, fragment: Fragment) -> None:
        for level in range(_LEVELS):
            if level >= len(fragment.needs):
                self._free[level] |= bit
                continue
            for word in fragment.needs[level]:
                self._by_word.setdefault(word, [0] * _LEVELS)[level] |= bit


def lowest(numbers: int) -> Iterator[int]:
    """Yield the numbers of a set, the lowest first."""
    while numbers:
        bit = numbers & -numbers
        yield bit.bit_length() - 1
        numbers ^= bit


def named(lower: str) -> list[str]:
    """Return the words of a lowered text and each two that are neighbours."""
    words: list[str] = _WORDS.findall(lower)
    return [*words, *map(" ".join, pairwise(words))]
