"""The finance layer: what a headline's words, phrases, directions and numbers weigh.

Each layer reads what the earlier ones left: phrases, then a direction with its noun
("costs fell"), then compared numbers, then single words by VADER's rules of boosters,
negation and capitals over the trade's own weights.
"""

import math
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import NamedTuple

from catalyst_bot.scoring.contrast import Contrast
from catalyst_bot.scoring.frames import framed
from catalyst_bot.scoring.lexicon import Lexicon, folded, phrase_at
from catalyst_bot.scoring.numbers import Compared, comparison
from catalyst_bot.scoring.prepared import Prepared
from catalyst_bot.scoring.turned import FAILING, turned
from catalyst_bot.scoring.vader import ALPHA, Vader, Words

NEUTRAL = 0.05  # |score| inside it says nothing
QUIET = 0.18  # |v| that is bent to NEUTRAL; found on the even rows of sentfin_dev

NOUN_BEFORE, NOUN_AFTER = 5, 3  # words in which a direction looks for its noun
GENERAL = 0.5  # of VADER's weight, for words the lexicon does not name
MARKET = 1.6  # the market's answer outweighs its reasons
NEAR, NEAR_WEIGHT, FAR_WEIGHT = 3, 2.0, 1.2
_BREAKS = frozenset(
    ("after", "as", "amid", "despite", "but", "while", "on", "over", "due",
     "although", "though", "following", "since", "than")
)  # fmt: skip
EXPECTED = 2.0  # times, for an amount against what was expected


NEGATED = -0.74  # VADER's own
_NEGATORS = frozenset(
    ("no", "not", "never", "without", "nor", "denies", "denied", "deny", "denying",
     "refutes", "isn't", "aren't", "wasn't", "won't", "wouldn't", "cannot", "can't",
     "doesn't", "didn't", "don't", "hasn't", "haven't", "unlikely", "avoid", "avoids",
     "avoided", "averts", "averted", "dodges", "escapes", "escaped", "eases")
)  # fmt: skip


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
        words = folded(prepared.tokens)
        fired = self._framed(prepared, words, free)
        fired += [
            Fired(Layer.DIRECTION, first, last, weight)
            for first, last, weight in turned(
                prepared, words, self._lexicon.events, free
            )
        ]
        fired += self._phrases(prepared, words, free)
        directed = self._directed(prepared, free)
        compared = comparison(prepared.tokens, prepared.chunks)
        if compared is not None and compared.is_expected:
            directed = []  # "sales rise 2%, est. 5%" is a miss
        if compared is not None and not free[compared.first]:
            compared = None  # the figures of a phrase
        if compared is not None and (compared.is_worded or not directed):
            fired.append(self._compared(prepared, compared))
        fired += directed
        fired += self._words(prepared, free)
        contrast = Contrast(prepared)
        if contrast.is_plain:
            return fired
        return [
            one._replace(weight=contrast.weighed(one.weight, one.first))
            for one in fired
        ]

    def _framed(
        self, prepared: Prepared, words: tuple[str, ...], free: list[bool]
    ) -> list[Fired]:
        tokens, frames = prepared.tokens, self._lexicon.frames
        return [
            Fired(Layer.PHRASES, first, last, weight * _turn(tokens, first, free))
            for first, last, weight in framed(prepared, words, frames, free)
        ]

    def _phrases(
        self, prepared: Prepared, tokens: tuple[str, ...], free: list[bool]
    ) -> list[Fired]:
        phrases, fired = self._lexicon.phrases, []
        at, last = 0, len(tokens)
        while at < last:
            phrase = phrase_at(tokens, at, phrases) if tokens[at] in phrases else None
            stop = at + (len(phrase[0]) if phrase else 1)
            if phrase and all(free[at:stop]):
                words, weight = phrase
                free[at:stop] = [False] * len(words)
                if words[0] in FAILING and words[-1] == "to":
                    free[stop : stop + 2] = [False] * len(free[stop : stop + 2])
                if weight:
                    stated = weight * _turn(prepared.tokens, at, free)
                    fired.append(Fired(Layer.PHRASES, at, stop, stated))
                at = stop
            else:
                at += 1
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
        return [
            Fired(Layer.WORDS, i, i + 1, valence)
            for i, valence in self._vader.weighed(words)
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
    if first > 1 and tokens[first - 1] == "to" and tokens[first - 2] in FAILING:
        free[first - 2] = False
        return NEGATED
    return 1.0
