"""Tells which of many fragments a headline may match, by the words that they need."""

import re
from collections.abc import Iterator, Sequence
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

    def promising(self, words: frozenset[str]) -> int:
        """Return the fragments whose rarest needed words are among `words`."""
        first, second = self._free
        by_word = self._by_word
        for word in words & by_word.keys():
            masks = by_word[word]
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


def named(lower: str) -> frozenset[str]:
    """Return the words of a lowered text and each two that are neighbours."""
    words = _WORDS.findall(lower)
    return frozenset([*words, *map(" ".join, pairwise(words))])
