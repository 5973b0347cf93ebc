"""What the conflict rules know of one headline; made once, as it comes in."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from catalyst_bot.reading.conflicts.amounts import Amount, amounts_of
from catalyst_bot.reading.conflicts.cues import Cue, CueKind, Side, find_cues
from catalyst_bot.reading.conflicts.outlooks import Outlook, outlooks_of
from catalyst_bot.reading.conflicts.periods import Periods, periods_of
from catalyst_bot.reading.conflicts.titles import Word, related, stems_of, words_of
from catalyst_bot.reading.conflicts.words import (
    HEARSAY,
    MARKETS,
    METRICS,
    NOTES,
    NOTS,
    PALE,
    PRICES,
    QUALIFIERS,
)
from catalyst_bot.text import word_set
from catalyst_bot.words.acts import ACTS

_AXES = tuple(frozenset(line.split()) for line in QUALIFIERS.strip().splitlines())
_ACTS = frozenset(related(line.partition(":")[0]) for line in ACTS.splitlines() if line)
_PALE, _METRICS = stems_of(PALE), stems_of(METRICS) - {"fall", "rise"}
_MOVES = frozenset(("rise", "fall"))
_RALLIES = frozenset(("rally", "scrip", "mcap", "stk"))
_PRESS = word_set(
    """
    times journal post news reuters sources source report ceo
    """
)
_CHANGES_OF_RATING = frozenset(("upgrade", "downgrade"))
NO_DENIAL = word_set(
    """
    only just longer later less more further additional new other immediate decision
    comment date impact injuries injured word change one yet
    """
)
_FAILS = frozenset(("fail", "fails", "failed", "unable", "refuses", "refused"))
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
    cues: tuple[Cue, ...]
    sides: frozenset[Side]  # of opposite pairs, turned round by a "not" before it
    sided: frozenset[str]  # stems of the words that tell the sides
    outlooks: tuple[Outlook, ...]
    negated: frozenset[str]  # stems that a "not" denies
    metrics: frozenset[str]
    qualifiers: frozenset[tuple[int, str]]  # (line of QUALIFIERS, word)
    is_note: bool  # a rater's or a roundup: conflicts with nothing
    is_price: bool  # of the stock: its figures and its direction tell of nothing else
    is_hearsay: bool  # not told by the company

    def has(self, kind: CueKind) -> bool:
        """Tell whether a cue of this kind stands in it, not denied itself."""
        return any(kind in cue.kinds and not cue.is_negated for cue in self.cues)


def features_of(title: str) -> Features:
    """Return the features of any text; never raises, takes well under a millisecond."""
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
    return Features(
        words=words,
        topic=topic,
        things=topic - _ACTS,
        texts=known,
        runs=_runs(words, at_cues),
        periods=periods,
        amounts=amounts_of(words, told=told),
        cues=cues,
        sides=sides,
        sided=sided,
        outlooks=outlooks_of(words, cues, told=told),
        negated=_negated(words),
        metrics=topic & _METRICS,
        qualifiers=frozenset(
            (axis, text) for axis, line in enumerate(_AXES) for text in known & line
        )
        | _phases(words),
        is_note=_is_note(title, words, known, topic),
        is_price=_is_price(words, known, topic),
        is_hearsay=any(word.text in HEARSAY and not word.is_name for word in words),
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


def _negated(words: Sequence[Word]) -> frozenset[str]:
    """Return what the negators deny: the first word of weight behind each."""
    found: set[str] = set()
    for at, word in enumerate(words):
        following = words[at + 1 : at + 2 + _SKIPPED]
        is_not = word.text in NOTS or _fails(words, at)
        if not is_not or not following:
            continue
        if following[0].text in NO_DENIAL:
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
    return words[at].text in _FAILS and after == "to"


def _phases(words: Sequence[Word]) -> frozenset[tuple[int, str]]:
    """Return the phase of a trial as a qualifier."""
    return frozenset(
        (-1, after.number or after.text)
        for word, after in pairwise(words)
        if word.text == "phase"
    )


def _is_note(
    title: str, words: Sequence[Word], known: frozenset[str], topic: frozenset[str]
) -> bool:
    if not MARKETS.isdisjoint(known) or not NOTES.isdisjoint(known):
        return True
    if "target" in known and not known.isdisjoint(("price", "buy", "sell")):
        return True
    if not _CHANGES_OF_RATING.isdisjoint(topic):
        return topic.isdisjoint(("guidance", "expect", "target"))
    return title.rstrip().endswith("?") or _is_opinion(words)


def _is_opinion(words: Sequence[Word]) -> bool:
    """Tell "Pick of the week is ACME: Jane Roe" by the name at its end."""
    said_by = [word for word in words if word.clause == words[-1].clause]
    return (
        len(said_by) in (2, 3)
        and words[-1].clause > 0
        and all(word.is_name for word in said_by)
        and _PRESS.isdisjoint(word.text for word in said_by)
    )


def _is_price(
    words: Sequence[Word], known: frozenset[str], topic: frozenset[str]
) -> bool:
    if not _RALLIES.isdisjoint(topic):
        return True
    stems = {word.stem for word in words}
    return not PRICES.isdisjoint(known) and not _MOVES.isdisjoint(stems)
