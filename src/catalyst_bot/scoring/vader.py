"""VADER's compound without its waste: the same number at several times the speed.

What vaderSentiment does per call is done once here, each word is lowered once, and
nothing is quadratic: the input is cut first. Words, emoji and constants are those of
the installed package. Its own slips are kept, since the score must be identical.
"""

import math
import string
from collections.abc import Mapping, Sequence

from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    C_INCR,
    N_SCALAR,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
)

MAX_CHARS = 400
MAX_WORDS = 64  # after emoji are spelled out: one becomes up to six words
ALPHA = 15.0  # VADER's own: a sum of 4 gives 0.72

_PUNCTUATION = string.punctuation
_SHORT = 2  # characters; a word that strips to no more may be an emoticon
_NEGATE = frozenset(NEGATE)
_BOOSTERS: Mapping[str, float] = BOOSTER_DICT
_IDIOMS: Mapping[str, float] = SPECIAL_CASES
_IN_IDIOMS = frozenset(
    word
    for idiom in (*_IDIOMS, *(pair for pair in _BOOSTERS if " " in pair))
    for word in idiom.split()
)
_TURN: float = N_SCALAR  # -0.74: what a negation makes of a valence
_LOUD: float = C_INCR
_FADES = (1.0, 0.95, 0.9)  # what is left of a booster one, two, three words before
_SO = ("so", "this")


class Words:
    """A text as VADER sees it: cut, emoji spelled out, punctuation stripped.

    `raw` are the words before that, split off `text` when they are first needed.
    """

    __slots__ = ("_is_mixed", "_raw", "lowered", "text")

    def __init__(
        self, text: str, lowered: Sequence[str], *, raw: Sequence[str] = ()
    ) -> None:
        self.text, self.lowered = text, lowered
        self._raw = raw
        self._is_mixed: bool | None = None

    def is_loud(self, i: int) -> bool:
        """Tell whether word `i` stands in capitals among others that do not."""
        if not self._raw:
            self._raw = self.text.split()
        if not _stripped(self._raw[i]).isupper():
            return False
        if self._is_mixed is None:
            self._is_mixed = not all(_stripped(word).isupper() for word in self._raw)
        return self._is_mixed


class Vader:
    """Scores texts with one lexicon, the package's own unless another is given."""

    def __init__(self, lexicon: Mapping[str, float] | None = None) -> None:
        package = SentimentIntensityAnalyzer()
        self.lexicon: Mapping[str, float] = lexicon or package.lexicon
        self._emoji: Mapping[str, str] = package.emojis
        self._any_emoji = frozenset(self._emoji)

    def words(self, text: str) -> Words:
        """Return the words of `text`; what is past the caps is left out."""
        if len(text) > MAX_CHARS:
            text = text[:MAX_CHARS]
        if not text.isascii():
            return self._wide_words(text)
        words = text.lower().split()
        if len(words) > MAX_WORDS:
            del words[MAX_WORDS:]
            text = " ".join(text.split()[:MAX_WORDS])
        lowered = [
            stripped if len(stripped := word.strip(_PUNCTUATION)) > _SHORT else word
            for word in words
        ]
        return Words(text, lowered)

    def score(self, text: str) -> float:
        """Return the compound of `text`, -1.0 to 1.0, rounded to 4 places."""
        words = self.words(text)
        valences = self.valences(words)
        if "but" in words.lowered:
            _weigh_but(valences, words.lowered.index("but"))
        total = sum(valences)
        if total:
            total += math.copysign(emphasis(words.text), total)
        return round(total / math.sqrt(total * total + ALPHA), 4)

    def valences(self, words: Words) -> list[float]:
        """Return the valence of each word, 0.0 of most, before any "but" is weighed."""
        lexicon, lowered = self.lexicon, words.lowered
        found = [0.0] * len(lowered)
        for i, word in enumerate(lowered):
            if word in lexicon and not self._is_modifier(lowered, i):
                found[i] = self._valence(words, i)
        return found

    def _wide_words(self, text: str) -> Words:
        if not self._any_emoji.isdisjoint(text):
            text = self._spelled(text)
        raw = text.split()
        if len(raw) > MAX_WORDS:
            del raw[MAX_WORDS:]
            text = " ".join(raw)
        return Words(text, [_stripped(word).lower() for word in raw])

    def _spelled(self, text: str) -> str:
        """Write each emoji as the words of its name."""
        parts: list[str] = []
        is_apart = True
        for character in text:
            name = self._emoji.get(character)
            if name is None:
                parts.append(character)
                is_apart = character == " "
            else:
                parts.append(name if is_apart else f" {name}")
                is_apart = False
        return "".join(parts)

    @staticmethod
    def _is_modifier(lowered: Sequence[str], i: int) -> bool:
        word = lowered[i]
        return word in _BOOSTERS or (word == "kind" and "of" in lowered[i + 1 : i + 2])

    def _valence(self, words: Words, i: int) -> float:
        lexicon, lowered = self.lexicon, words.lowered
        own = valence = lexicon[lowered[i]]
        if lowered[i] == "no" and i + 1 < len(lowered) and lowered[i + 1] in lexicon:
            valence = 0.0
        if _follows_no(lowered, i):
            valence = own * _TURN
        if words.is_loud(i):
            valence += _LOUD if valence > 0 else -_LOUD
        for distance in range(1, min(i, 3) + 1):
            if lowered[i - distance] not in lexicon:
                valence = _modified(words, i, distance, valence)
        return self._least(lowered, i, valence)

    def _least(self, lowered: Sequence[str], i: int, valence: float) -> float:
        if i == 0 or lowered[i - 1] != "least" or "least" in self.lexicon:
            return valence
        if i > 1 and lowered[i - 2] in ("at", "very"):
            return valence
        return valence * _TURN


def emphasis(text: str) -> float:
    """Return what "!" (at most four) and "?" (from two on) add to a sum."""
    exclamations, questions = text.count("!"), text.count("?")
    doubt = 0.0
    if questions > 1:
        doubt = questions * 0.18 if questions <= 3 else 0.96
    return min(exclamations, 4) * 0.292 + doubt


def _stripped(word: str) -> str:
    stripped = word.strip(_PUNCTUATION)
    return stripped if len(stripped) > _SHORT else word


def _follows_no(lowered: Sequence[str], i: int) -> bool:
    if "no" in lowered[max(0, i - 2) : i]:
        return True
    return i > 2 and lowered[i - 3] == "no" and lowered[i - 1] in ("or", "nor")


def _modified(words: Words, i: int, distance: int, valence: float) -> float:
    """Return what the word `distance` before word `i` makes of its valence."""
    lowered = words.lowered
    before = lowered[i - distance]
    if before in _BOOSTERS:
        valence += _boost(words, i - distance, valence) * _FADES[distance - 1]
    if before in _NEGATE or "n't" in before or distance == 3:
        valence *= _negation(lowered, i, distance)
    return _idiom(lowered, i, valence) if distance == 3 else valence


def _boost(words: Words, i: int, valence: float) -> float:
    boost = _BOOSTERS[words.lowered[i]]
    if valence < 0:
        boost = -boost
    if words.is_loud(i):
        boost += _LOUD if valence > 0 else -_LOUD
    return boost


def _negation(lowered: Sequence[str], i: int, distance: int) -> float:
    """Return the factor by which the word `distance` before word `i` changes it."""
    word = lowered[i - distance]
    between = lowered[i - distance + 1 : i]
    if word == "never" and distance > 1 and between[0] in _SO:
        return 1.25
    if distance == 3 and between[1] in _SO:  # VADER's slip: also without "never"
        return 1.25
    if word == "without" and "doubt" in between:
        return 1.0
    return _TURN if word in _NEGATE or "n't" in word else 1.0


def _idiom(lowered: Sequence[str], i: int, valence: float) -> float:
    near = lowered[i - 3 : i + 3]
    if _IN_IDIOMS.isdisjoint(near):
        return valence
    three, two, one, here = near[:4]
    before = (
        f"{one} {here}",
        f"{two} {one} {here}",
        f"{two} {one}",
        f"{three} {two} {one}",
        f"{three} {two}",
    )
    valence = next((_IDIOMS[words] for words in before if words in _IDIOMS), valence)
    for end in range(5, len(near) + 1):
        valence = _IDIOMS.get(" ".join(near[3:end]), valence)
    dampeners = (f"{three} {two} {one}", f"{three} {two}", f"{two} {one}")
    return valence + sum(_BOOSTERS.get(words, 0.0) for words in dampeners)


def _weigh_but(found: list[float], but: int) -> None:
    """Halve what stands before "but", raise what follows.

    VADER's slip: positions are looked up by value, so of equal valences the first is
    changed each time.
    """
    for valence in found:
        position = found.index(valence)
        if position != but:
            found[position] = valence * (0.5 if position < but else 1.5)
