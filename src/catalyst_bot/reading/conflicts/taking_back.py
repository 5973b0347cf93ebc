"""Rules for what takes an earlier headline back: put right, denied, withdrawn."""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from catalyst_bot.reading.conflicts.cues import Cue, CueKind
from catalyst_bot.reading.conflicts.features import NO_DENIAL
from catalyst_bot.reading.conflicts.model import Conflict, Kind, conflict_of
from catalyst_bot.reading.conflicts.pair import Pair
from catalyst_bot.reading.conflicts.titles import Word, stems_of
from catalyst_bot.reading.conflicts.words.denying import CASES, NEGATORS, NOTS, RUMOURS
from catalyst_bot.reading.conflicts.words.names import AUTHORITIES
from catalyst_bot.reading.conflicts.words.withdrawing import EVENTS, PLANS, TRIVIA
from catalyst_bot.text import word_set

_DENIED_WITHIN, _TAKEN_BACK_WITHIN, _RUMOUR_WITHIN, _NOT_WITHIN = 7, 5, 5, 4  # words
_RIGHTED = (CueKind.CORRECTION, CueKind.AMENDMENT, CueKind.NOTICE)
_PLANS = stems_of(PLANS)
_OBJECTS = stems_of(
    word_set("contract award plan application right filing article post")
)
_IS = word_set("is are was were as being calls called be report reports")
_ISSUES = word_set("issues publishes issued makes posts files")
_REASONS = frozenset(("after", "following", "despite", "amid"))
_WHOLE = word_set(
    "release statement headline report figure earlier data item record disclosure "
    "notice filing table story post announcement flash"
)
_PREPOSITIONS = word_set("on in after as amid for due with at by from over to")


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
            return _found(Kind.CORRECTION, pair, cue)
    for cue in _cues(pair, CueKind.AMENDMENT):
        if _amends(pair, cue):
            return _found(Kind.CORRECTION, pair, cue)
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


def negation(pair: Pair) -> Conflict | None:
    """Find what is the same but for a "not", or a rumour that is said to be none."""
    if pair.is_other_period or pair.earlier.has(CueKind.DENIAL):
        return None
    ours = pair.earlier.negated & pair.shared
    theirs = pair.later.negated & pair.shared
    is_denied = not pair.earlier.texts.isdisjoint(NEGATORS)
    if pair.earlier.is_hearsay and not is_denied and not pair.has_price:
        word = _not_near(pair) or _calm(pair)
        if word:
            return conflict_of(Kind.DENIAL, word)
    if bool(ours) == bool(theirs) or pair.is_apart or pair.later.has(CueKind.DENIAL):
        return None
    agreeing = pair.later if ours else pair.earlier
    if pair.is_same_but_for_sides and not agreeing.has(CueKind.RETRACTION):
        return conflict_of(Kind.POLARITY, "not " + min(ours or theirs))
    return None


def _not_near(pair: Pair) -> str:
    """Return a "not" beside what the rumour was about, with what it denies."""
    words = pair.later.words
    for at, word in enumerate(words[:-1]):
        if word.text not in NOTS or words[at + 1].text in NO_DENIAL:
            continue
        near = words[max(0, at - _NOT_WITHIN) : at + 1 + _NOT_WITHIN]
        same = [one for one in near if one.clause == word.clause]
        if pair.is_about(same):
            return f"{word.text} {words[at + 1].text}"
    return ""


def _calm(pair: Pair) -> str:
    words = pair.later.words
    for cue in pair.later.cues if not pair.earlier.has(CueKind.CALM) else ():
        if CueKind.CALM in cue.kinds and pair.shared:
            return " ".join(word.text for word in words[cue.first : cue.last])
    return ""


def denial(pair: Pair) -> Conflict | None:
    """Return a conflict when somebody says that the earlier headline is untrue."""
    if pair.is_other_period or pair.earlier.has(CueKind.DENIAL):
        return None
    if pair.is_other_thing or _is_case(pair):
        return None
    if pair.is_other_object and pair.is_swapped:
        return None
    for cue in pair.later.cues:
        if cue.is_negated or not _is_denial(pair, cue):
            continue
        if _is_of_the_news(pair, cue):
            return _found(Kind.DENIAL, pair, cue)
    return None


def _is_case(pair: Pair) -> bool:
    return not pair.earlier.is_hearsay and not CASES.isdisjoint(pair.earlier.texts)


def _is_of_the_news(pair: Pair, cue: Cue) -> bool:
    """Tell whether what is denied is what the earlier headline told."""
    words = pair.later.words
    behind = _beside(words[cue.last : cue.last + _DENIED_WITHIN], cue, words)
    if pair.is_about(behind):
        return True
    if pair.earlier.is_hearsay and (
        pair.figures.agree
        or (pair.shared and any(word.text in RUMOURS for word in behind[:4]))
    ):
        return True
    new = pair.later.things - pair.earlier.topic - pair.later.sided
    if any(word.stem in new and word.text not in RUMOURS for word in behind):
        return False
    if not pair.earlier.is_hearsay:
        return pair.is_about(_beside(words, cue, words))
    return pair.is_about(words) or not RUMOURS.isdisjoint(pair.later.texts)


def _beside(near: Sequence[Word], cue: Cue, words: Sequence[Word]) -> list[Word]:
    """Return those of the words that stand in the clause of a cue."""
    return [word for word in near if word.clause == words[cue.first].clause]


def _is_denial(pair: Pair, cue: Cue) -> bool:
    if CueKind.DENIAL in cue.kinds:
        return True
    words = pair.later.words
    behind = words[cue.last : cue.last + _RUMOUR_WITHIN]
    before = words[max(0, cue.first - _RUMOUR_WITHIN) : cue.first]
    if CueKind.REBUFF in cue.kinds:
        return any(word.text in RUMOURS for word in behind)
    if CueKind.FALSE in cue.kinds:
        return any(word.text in RUMOURS or word.text in _IS for word in before)
    return False


def retraction(pair: Pair) -> Conflict | None:
    """Return a conflict when what the earlier headline told is taken back."""
    if pair.is_other_object or pair.is_other_period or pair.is_foreign:
        return None
    if pair.earlier.has(CueKind.RETRACTION) or _has_ended(pair):
        return None
    if pair.earlier.outlooks and pair.later.outlooks:
        return None
    for cue in pair.later.cues:
        if cue.is_negated or (pair.earlier.is_hearsay and _is_denial(pair, cue)):
            continue
        if _takes_back(pair, cue):
            return _found(Kind.RETRACTION, pair, cue)
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
    in_clause = _beside(behind, cue, words)
    objects = list(takewhile(lambda one: one.text not in _PREPOSITIONS, in_clause))
    new = pair.later.topic - pair.earlier.topic - _OBJECTS
    if any(word.stem in new and word.text not in RUMOURS for word in objects):
        named = [word for word in behind if word.is_name]
        subject = _beside(before[-2:], cue, words)
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


def _found(kind: Kind, pair: Pair, cue: Cue) -> Conflict:
    words = pair.later.words[cue.first : cue.last]
    return conflict_of(kind, " ".join(word.text for word in words))
