"""Rules for what takes an earlier headline back: put right, or withdrawn."""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from catalyst_bot.reading.conflicts.cues import Cue, CueKind
from catalyst_bot.reading.conflicts.denials import PREPOSITIONS, is_denial
from catalyst_bot.reading.conflicts.features import NO_DENIAL
from catalyst_bot.reading.conflicts.model import Conflict, Kind, conflict_of
from catalyst_bot.reading.conflicts.pair import Pair
from catalyst_bot.reading.conflicts.titles import Word, stems_of
from catalyst_bot.reading.conflicts.words.denying import RUMOURS
from catalyst_bot.reading.conflicts.words.names import AUTHORITIES
from catalyst_bot.reading.conflicts.words.withdrawing import EVENTS, PLANS, TRIVIA
from catalyst_bot.text import word_set

_TAKEN_BACK_WITHIN = 5  # words
_RIGHTED = (CueKind.CORRECTION, CueKind.AMENDMENT, CueKind.NOTICE)
_PLANS = stems_of(PLANS)
_OBJECTS = stems_of(
    word_set("contract award plan application right filing article post")
)
_ISSUES = word_set("issues publishes issued makes posts files")
_REASONS = frozenset(("after", "following", "despite", "amid"))
_WHOLE = word_set(
    "release statement headline report figure earlier data item record disclosure "
    "notice filing table story post announcement flash"
)


def correction(pair: Pair) -> Conflict | None:
    """Return a conflict when the earlier headline is put right."""
    word = _not_but(pair)
    if word and (pair.shared or pair.has_same_words):
        return conflict_of(Kind.CORRECTION, f"not {word}")
    if not TRIVIA.isdisjoint(pair.later.texts - pair.earlier.texts):
        return None
    taken_back = None if pair.figures.differ else retraction(pair)
    if taken_back and not pair.later.outlooks:
        return taken_back
    for cue in (*_cues(pair, CueKind.CORRECTION), *_notices(pair)):
        if _puts_right(pair, cue):
            return conflict_of(Kind.CORRECTION, pair.said(cue))
    for cue in _cues(pair, CueKind.AMENDMENT):
        if _amends(pair, cue):
            return conflict_of(Kind.CORRECTION, pair.said(cue))
    return None


def _puts_right(pair: Pair, cue: Cue) -> bool:
    is_heading = _is_heading(pair, cue)
    if pair.has_price and not is_heading:
        return False
    if not pair.shared:
        return is_heading and (
            pair.has_same_words or pair.figures.differ or pair.figures.agree
        )
    is_same = pair.figures.differ or pair.has_same_period
    return is_same or is_heading or len(pair.shared) > 1


def _amends(pair: Pair, cue: Cue) -> bool:
    """Tell whether a cue amends the news, and not an outlook or a rumour."""
    if pair.later.outlooks or (CueKind.FALSE in cue.kinds and pair.earlier.is_hearsay):
        return False
    return len(pair.shared) > 1 or bool(pair.shared and pair.figures.differ)


def _is_heading(pair: Pair, cue: Cue) -> bool:
    """Tell whether a cue is said of the whole news: "Corrects:", "corrects release"."""
    words = pair.later.words
    if cue.first == 0 or cue.last == len(words):
        return True
    after = words[cue.last : cue.last + 3]
    return after[0].clause > words[cue.first].clause or any(
        word.text in _WHOLE for word in after
    )


def _notices(pair: Pair) -> Iterator[Cue]:
    """Yield "Correction:" and "issues correction", not the one of a market."""
    words = pair.later.words
    if pair.later.has_heading:
        yield from (cue for cue in _cues(pair, CueKind.FIX) if cue.first == 0)
    for cue in _cues(pair, CueKind.NOTICE):
        ends = (
            cue.last == len(words) or words[cue.last].clause > words[cue.first].clause
        )
        before = {word.text for word in words[max(0, cue.first - 2) : cue.first]}
        if not _REASONS.isdisjoint(before):
            continue
        issued = cue.first > 0 and words[cue.first - 1].text in _ISSUES
        if ends or issued or words[cue.last].text == "to":
            yield cue


def _not_but(pair: Pair) -> str:
    """Return what ", not X" takes out of the earlier headline."""
    words = pair.later.words
    numbers = {word.number for word in pair.earlier.words if word.number}
    for at in range(1, len(words) - 1):
        if words[at].text != "not" or words[at - 1].clause == words[at].clause:
            continue
        if words[at + 1].text in NO_DENIAL:
            continue
        for word in words[at + 1 : at + 3]:
            if word.number in numbers or word.stem in pair.earlier.topic:
                return word.number or word.text
    return ""


def _cues(pair: Pair, kind: CueKind) -> Iterator[Cue]:
    """Yield the cues of a kind, if nothing is put right in the earlier headline."""
    if any(pair.earlier.has(one) for one in _RIGHTED):
        return
    for cue in pair.later.cues:
        if kind in cue.kinds and not cue.is_negated:
            yield cue


def retraction(pair: Pair) -> Conflict | None:
    """Return a conflict when what the earlier headline told is taken back."""
    if pair.is_other_object or pair.is_other_period or pair.is_foreign:
        return None
    if pair.earlier.has(CueKind.RETRACTION) or _has_ended(pair):
        return None
    if pair.earlier.outlooks and pair.later.outlooks:
        return None
    for cue in pair.later.cues:
        if cue.is_negated or (pair.earlier.is_hearsay and is_denial(pair, cue)):
            continue
        if _takes_back(pair, cue):
            return conflict_of(Kind.RETRACTION, pair.said(cue))
    return None


def _has_ended(pair: Pair) -> bool:
    """Tell whether the earlier headline ends a plan, or says that there is none."""
    if not (pair.earlier.negated & pair.shared).isdisjoint(pair.shared):
        return True
    words = pair.earlier.words
    return any(
        CueKind.DROPPED in cue.kinds
        and not cue.is_negated
        and any(word.stem in _PLANS for word in words[cue.last : cue.last + 3])
        for cue in pair.earlier.cues
    )


def _takes_back(pair: Pair, cue: Cue) -> bool:
    """Tell whether the object of a cue is what the earlier headline told."""
    words = pair.later.words
    behind = words[cue.last : cue.last + _TAKEN_BACK_WITHIN]
    before = words[max(0, cue.first - _TAKEN_BACK_WITHIN) : cue.first]
    if words[cue.first].stem in pair.earlier.topic or _is_another(pair, behind):
        return False
    in_clause = pair.beside(behind, cue)
    objects = list(takewhile(lambda one: one.text not in PREPOSITIONS, in_clause))
    new = pair.later.topic - pair.earlier.topic - _OBJECTS
    if any(word.stem in new and word.text not in RUMOURS for word in objects):
        named = [word for word in behind if word.is_name]
        subject = pair.beside(before[-2:], cue)
        if not any(map(pair.is_about, (objects, named, subject))):
            return False
    elif not pair.is_about(behind) and not pair.is_about(before):
        return False
    if CueKind.RETRACTION in cue.kinds:
        return True
    if CueKind.DROPPED not in cue.kinds or any(word.number for word in objects[:1]):
        return False
    return any(word.stem in _PLANS for word in (*objects, *before[-1:]))


def _is_another(pair: Pair, behind: Sequence[Word]) -> bool:
    """Tell whether the words behind a cue name an event or a party that is new."""
    known = pair.earlier
    if any(one.text in EVENTS and one.stem not in known.topic for one in behind):
        return True
    names = {one.text for one in behind if one.is_name} - AUTHORITIES
    return bool(names) and names.isdisjoint(known.texts)
