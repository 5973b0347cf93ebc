"""The finance layer: what a headline's words, phrases, directions and numbers weigh.

Each layer reads what the earlier ones left: phrases, then a direction with its noun
("costs fell"), then compared numbers, then single words by VADER's rules of boosters,
negation and capitals over the trade's own weights.
"""

import math
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import NamedTuple

from catalyst_bot.scoring.lexicon import Lexicon, folded
from catalyst_bot.scoring.numbers import Compared, comparison
from catalyst_bot.scoring.prepared import Prepared
from catalyst_bot.scoring.vader import ALPHA, Vader, Words

NEUTRAL = 0.05  # |score| inside it says nothing
QUIET = 0.18  # |v| that is bent to NEUTRAL; found on the even rows of sentfin_dev

NOUN_BEFORE, NOUN_AFTER = 5, 3  # words in which a direction looks for its noun
GENERAL = 0.5  # of VADER's weight, for words the lexicon does not name
MARKET = 1.6  # the market's answer outweighs its reasons
NEAR, NEAR_WEIGHT, FAR_WEIGHT = 3, 2.0, 1.2
_CONCESSIONS = frozenset(("despite", "although", "though", "amid", "even"))
_BREAKS = frozenset(
    ("after", "as", "amid", "despite", "but", "while", "on", "over", "due",
     "although", "though", "following", "since")
)  # fmt: skip
CONCEDED = 0.6  # what counts of words after "despite", and of those before "but"
STRESSED = 1.3  # and of those after "but"
ASKED = 0.4  # of a question
EXPECTED = 2.0  # times, for an amount against what was expected


NEGATED = -0.74  # VADER's own
_NEGATORS = frozenset(
    ("no", "not", "never", "without", "nor", "denies", "denied", "deny", "denying",
     "refutes", "isn't", "aren't", "wasn't", "won't", "wouldn't", "cannot", "can't",
     "doesn't", "didn't", "don't", "hasn't", "haven't", "unlikely")
)  # fmt: skip
_FAILING = frozenset(
    ("fail", "fails", "failed", "failing", "unable", "refuses", "refused", "declines")
)


class Layer(StrEnum):
    """Which rule gave a weight."""

    WORDS = "words"
    PHRASES = "phrases"
    DIRECTION = "direction"
    NUMBERS = "numbers"
    PRIOR = "prior"


class Fired(NamedTuple):
    """A rule that fired on the words [first, last), and what it gave."""

    layer: Layer
    first: int
    last: int
    weight: float


class FinanceLayer:
    """Weighs headlines by a lexicon; built once, as merging takes 5 ms."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        general = {word: GENERAL * v for word, v in Vader().lexicon.items()}
        merged = {**general, **lexicon.words}
        self._vader = Vader({word: weight for word, weight in merged.items() if weight})
        self._directions = dict.fromkeys(lexicon.up, 1.0)
        self._directions |= dict.fromkeys(lexicon.down, -1.0)
        self._nouns = dict.fromkeys(lexicon.good, 1.0) | dict.fromkeys(
            lexicon.bad, -1.0
        )
        self._nouns |= dict.fromkeys(lexicon.market, MARKET)
        self._leading = lexicon.leading

    def read(self, prepared: Prepared, *, masked: Collection[int] = ()) -> list[Fired]:
        """Return what fired, by layer; the words in `masked` count for nothing."""
        free = [True] * len(prepared.tokens)
        for i in masked:
            free[i] = False
        fired = self._phrases(prepared, free)
        directed = self._directed(prepared, free)
        compared = comparison(prepared.tokens, prepared.chunks)
        if compared is not None and compared.is_expected:
            directed = []  # "sales rise 2%, est. 5%" is a miss
        if compared is not None and (compared.is_worded or not directed):
            fired.append(self._compared(prepared, compared))
        fired += directed
        fired += self._words(prepared, free)
        return _contrasted(prepared, fired)

    def _phrases(self, prepared: Prepared, free: list[bool]) -> list[Fired]:
        tokens = folded(prepared.tokens)
        phrases, fired = self._lexicon.phrases, []
        at, last = 0, len(tokens)
        while at < last:
            step = 1
            for words, weight in phrases.get(tokens[at], ()):
                stop = at + len(words)
                if tokens[at:stop] == words and all(free[at:stop]):
                    step = stop - at
                    free[at:stop] = [False] * step
                    if weight:
                        stated = weight * _turn(prepared.tokens, at, free)
                        fired.append(Fired(Layer.PHRASES, at, stop, stated))
                    break
            at += step
        return fired

    def _directed(self, prepared: Prepared, free: list[bool]) -> list[Fired]:
        tokens, fired = prepared.tokens, []
        directions = self._directions
        for i, word in enumerate(tokens):
            if word not in directions or not free[i]:
                continue
            noun = self._noun(prepared, i, free)
            if noun < 0:
                continue
            near = abs(noun - i) <= NEAR
            weight = NEAR_WEIGHT if near else FAR_WEIGHT
            weight *= directions[word] * self._nouns[tokens[noun]]
            first, last = min(i, noun), max(i, noun) + 1
            weight *= _turn(tokens, first, free)
            fired.append(Fired(Layer.DIRECTION, first, last, weight))
            free[i] = free[noun] = False
        return fired

    def _noun(self, prepared: Prepared, i: int, free: list[bool]) -> int:
        nouns, tokens, chunks = self._nouns, prepared.tokens, prepared.chunks
        before = after = -1
        for j in range(i - 1, max(i - NOUN_BEFORE, 0) - 1, -1):
            if (free[j] and tokens[j] in _BREAKS) or chunks[j][-1] in ";:":
                break
            if tokens[j] in nouns and free[j]:
                before = j
                break
        if before >= 0 and tokens[i] not in self._leading:
            return before
        for j in range(i + 1, min(i + 1 + NOUN_AFTER, len(tokens))):
            if (free[j] and tokens[j] in _BREAKS) or chunks[j - 1][-1] in ",;:":
                break
            if tokens[j] in nouns and free[j]:
                after = j
                break
        return after if after >= 0 else before

    def _compared(self, prepared: Prepared, compared: Compared) -> Fired:
        first, last, sign, is_worded, is_expected = compared
        weight = self._lexicon.comparison * sign * (EXPECTED if is_expected else 1.0)
        if not is_worded and not self._lexicon.bad.isdisjoint(prepared.tokens[:first]):
            weight = -weight
        return Fired(Layer.NUMBERS, first, last, weight)

    def _words(self, prepared: Prepared, free: list[bool]) -> list[Fired]:
        words = Words(prepared.text, prepared.tokens, raw=prepared.chunks)
        valences = self._vader.valences(words)
        return [
            Fired(Layer.WORDS, i, i + 1, valence)
            for i, valence in enumerate(valences)
            if valence and free[i]
        ]


def score_of(raw: float) -> float:
    """Return the score (-1..1) of a sum of weights; small sums stay neutral."""
    v = raw / math.sqrt(raw * raw + ALPHA)
    size = abs(v)
    if size < QUIET:
        return NEUTRAL * v / QUIET
    return math.copysign(NEUTRAL + (1 - NEUTRAL) * (size - QUIET) / (1 - QUIET), v)


def _turn(tokens: Sequence[str], first: int, free: list[bool]) -> float:
    """Return the factor by which the two words before `first` turn what follows.

    A word that turns is used up.
    """
    for i in range(max(0, first - 2), first):
        if tokens[i] in _NEGATORS and not tokens[i + 1][0].isdigit():  # "No. 1"
            free[i] = False
            return NEGATED
    if first > 1 and tokens[first - 1] == "to" and tokens[first - 2] in _FAILING:
        free[first - 2] = False
        return NEGATED
    return 1.0


def _contrasted(prepared: Prepared, fired: list[Fired]) -> list[Fired]:
    """Weigh down what a headline asks, or concedes: "despite …", "… but"."""
    tokens = prepared.tokens
    if prepared.text.endswith("?"):
        fired = [one._replace(weight=one.weight * ASKED) for one in fired]
    if "but" in tokens:
        but = tokens.index("but")
        return [
            one._replace(
                weight=one.weight * (CONCEDED if one.first < but else STRESSED)
            )
            for one in fired
        ]
    if _CONCESSIONS.isdisjoint(tokens):
        return fired
    since = next((i for i, word in enumerate(tokens) if word in _CONCESSIONS and i), 0)
    return [
        one._replace(weight=one.weight * CONCEDED) if 0 < since < one.first else one
        for one in fired
    ]
