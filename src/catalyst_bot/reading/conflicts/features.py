"""What the conflict rules know of one headline; made once, as it comes in."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from catalyst_bot.reading.conflicts.amounts import Amount, amounts_of, compared_of
from catalyst_bot.reading.conflicts.cues import Cue, CueKind, Side, find_cues
from catalyst_bot.reading.conflicts.outlooks import Outlook, outlooks_of
from catalyst_bot.reading.conflicts.periods import Periods, periods_of
from catalyst_bot.reading.conflicts.telling import (
    MEASURES,
    has_heading,
    is_hearsay,
    is_note,
    is_price,
    movers_of,
    tellers,
)
from catalyst_bot.reading.conflicts.titles import (
    LONGEST,
    Word,
    related,
    stems_of,
    words_of,
)
from catalyst_bot.reading.conflicts.words.denying import FAILS, NOTS
from catalyst_bot.reading.conflicts.words.names import ESTIMATES
from catalyst_bot.reading.conflicts.words.topics import (
    LABELS,
    PALE,
    QUALIFIERS,
)
from catalyst_bot.text import word_set
from catalyst_bot.words.acts import ACTS

_AXES = {line: frozenset(line.split()) for line in QUALIFIERS.strip().splitlines()}
_ACTS = frozenset(related(line.partition(":")[0]) for line in ACTS.splitlines() if line)
_PALE = stems_of(PALE)
NO_DENIAL = word_set(
    """
    additional all change comment date decision enough every everyone further immediate
    impact injured injuries just later less longer more new one only other so sure word
    yet
    """
)
_CODE = re.compile(r"([a-z]+)(\d.*)")
_PLACES = frozenset(("in", "for", "at", "of"))
_SKIPPED = 3  # words without weight between "not" and what it denies


@dataclass(frozen=True, slots=True)
class Features:
    """A headline as the rules compare it; places count in `words`."""

    words: tuple[Word, ...]
    topic: frozenset[str]  # stems of its words of weight
    things: frozenset[str]  # stems of the topic that are not acts
    texts: frozenset[str]  # all words
    runs: tuple[frozenset[str], ...]  # names that stand together, in order
    periods: Periods
    amounts: tuple[Amount, ...]
    compared: frozenset[str]  # digits of figures that others are compared with
    numbers: frozenset[str]  # digits of the others
    is_future: bool  # "to open", "will open"
    cues: tuple[Cue, ...]
    claims: frozenset[CueKind]  # of the cues that are not denied
    sides: frozenset[Side]  # of opposite pairs, turned round by a "not" before it
    sided: frozenset[str]  # stems of the words that tell the sides
    outlooks: tuple[Outlook, ...]
    hints: tuple[Outlook, ...]  # of outlooks, beside an outlook
    negated: frozenset[str]  # stems that a "not" denies
    metrics: frozenset[str]
    qualifiers: frozenset[tuple[str, str]]  # (line of QUALIFIERS or label, word)
    slots: frozenset[tuple[str, str, str]]  # (side, neighbour, stem)
    has_heading: bool  # begins with some words and a colon
    is_note: bool  # a rater's or a roundup: conflicts with nothing
    is_price: bool  # of the stock: its figures and its direction tell of nothing else
    movers: frozenset[str]  # names of whose stock it tells that it moves
    is_estimate: bool  # of somebody else: an actual figure does not contradict it
    is_hearsay: bool  # not told by the company

    def has(self, kind: CueKind) -> bool:
        """Tell whether a cue of this kind stands in it, not denied itself."""
        return kind in self.claims


def features_of(title: str) -> Features:
    """Return the features of any text; never raises, takes well under a millisecond."""
    title = title[:LONGEST]
    words = words_of(title)
    texts = [word.text for word in words]
    cues = find_cues(texts)
    at_cues = {at for cue in cues for at in range(cue.first, cue.last)}
    periods, told = periods_of(words)
    topic = frozenset(
        word.stem
        for at, word in enumerate(words)
        if word.stem and at not in told and word.stem not in _PALE
    )
    sides, sided = _sides(words, cues)
    known = frozenset(texts)
    outlooks = outlooks_of(words, cues, told=told)
    amounts = amounts_of(words, told=told)
    compared = compared_of(words)
    return Features(
        words=words,
        topic=topic,
        things=topic - _ACTS - tellers(words),
        texts=known,
        runs=_runs(words, at_cues),
        periods=periods,
        amounts=amounts,
        compared=compared,
        numbers=frozenset(word.number for word in words if word.number) - compared,
        is_future=_is_future(words),
        cues=cues,
        claims=frozenset(
            kind for cue in cues if not cue.is_negated for kind in cue.kinds
        ),
        sides=sides,
        sided=sided,
        outlooks=tuple(one for one in outlooks if not one.is_hint),
        hints=tuple(one for one in outlooks if one.is_hint),
        negated=_negated(words, told=told),
        metrics=topic & MEASURES,
        qualifiers=_qualifiers(words, known),
        slots=_slots(words, topic),
        has_heading=has_heading(title),
        is_note=is_note(title, words, known, topic, amounts),
        is_estimate=not ESTIMATES.isdisjoint(texts),
        is_price=is_price(words, known, topic),
        movers=movers_of(words),
        is_hearsay=is_hearsay(title, words),
    )


def _runs(words: Sequence[Word], at_cues: Set[int]) -> tuple[frozenset[str], ...]:
    runs: list[set[str]] = []
    last = Word("")
    for at, word in enumerate(words):
        if word.is_name and at not in at_cues:
            if not (runs and last.is_name and last.clause == word.clause):
                runs.append(set())
            runs[-1].add(word.text)
            last = word
        else:
            last = Word("")
    return tuple(frozenset(run) for run in runs)


def _sides(
    words: Sequence[Word], cues: Sequence[Cue]
) -> tuple[frozenset[Side], frozenset[str]]:
    sides: set[Side] = set()
    sided: set[str] = set()
    for cue in cues:
        sides.update(side.other if cue.is_negated else side for side in cue.sides)
        if cue.sides:
            sided.update(word.stem for word in words[cue.first : cue.last])
    return frozenset(sides), frozenset(sided)


def _negated(words: Sequence[Word], *, told: Set[int]) -> frozenset[str]:
    """Return what the negators deny: the first word of weight behind each."""
    found: set[str] = set()
    for at, word in enumerate(words):
        behind = range(at + 1, min(at + 2 + _SKIPPED, len(words)))
        following = [words[place] for place in behind if place not in told]
        is_not = word.text in NOTS or _fails(words, at)
        if not is_not or not following:
            continue
        if following[0].text in NO_DENIAL or following[0].number:  # "No. 2"
            continue
        for one in following:
            if one.clause != word.clause:
                break
            if one.stem and one.stem not in _PALE:
                found.add(one.stem)
                break
    return frozenset(found)


def _fails(words: Sequence[Word], at: int) -> bool:
    """Tell whether "fails to" stands here: what follows has not come to be."""
    after = words[at + 1].text if at + 1 < len(words) else ""
    return words[at].text in FAILS and after == "to"


def _qualifiers(
    words: Sequence[Word], known: frozenset[str]
) -> frozenset[tuple[str, str]]:
    """Return words of QUALIFIERS, "phase 3", "block 14", and codes such as "AC-201"."""
    named = {(axis, text) for axis, line in _AXES.items() for text in known & line}
    labels = {
        (word.text, after.number or after.text)
        for word, after in pairwise(words)
        if word.text in LABELS and (after.number or len(after.text) == 1)
    }
    codes = (_CODE.fullmatch(word.text) for word in words if word.stem)
    return frozenset(named | labels | {(code[1], code[2]) for code in codes if code})


def _is_future(words: Sequence[Word]) -> bool:
    """Tell "Acme to open", "will open" from "has opened"."""
    return any(
        word.text == "will" or (word.text == "to" and not after.number)
        for word, after in pairwise(words)
        if not after.is_name
    )


def _slots(
    words: Sequence[Word], topic: frozenset[str]
) -> frozenset[tuple[str, str, str]]:
    """Return each word of weight with what stands before it and what behind it."""
    slots: set[tuple[str, str, str]] = set()
    for word, after in pairwise(words):
        if word.clause != after.clause:
            continue
        if after.stem in topic and (word.stem in topic or word.text in _PLACES):
            slots.add(("behind", word.stem or word.text, after.stem))
        if word.stem in topic and after.stem in topic:
            slots.add(("before", after.stem, word.stem))
    return frozenset(slots)
