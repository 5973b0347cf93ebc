"""Rules for what denies an earlier headline, and what is the same but for a "not"."""

from itertools import takewhile

from catalyst_bot.reading.conflicts.cues import Cue, CueKind
from catalyst_bot.reading.conflicts.features import NO_DENIAL
from catalyst_bot.reading.conflicts.model import Conflict, Kind, conflict_of
from catalyst_bot.reading.conflicts.pair import Pair
from catalyst_bot.reading.conflicts.words.denying import CASES, NEGATORS, NOTS, RUMOURS
from catalyst_bot.text import word_set

PREPOSITIONS = word_set("on in after as amid for due with at by from over to")
_DENIED_WITHIN, _RUMOUR_WITHIN, _NOT_WITHIN = 7, 7, 4  # words
_IS = word_set("is are was were as being calls called be report reports")


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
        if pair.is_about(same) and not _denies_another(pair, at):
            return f"{word.text} {words[at + 1].text}"
    return ""


def _denies_another(pair: Pair, at: int) -> bool:
    """Tell whether the "not" at a place has an object that is new: "not hired bank"."""
    words = pair.later.words
    behind = words[at + 1 : at + 1 + _NOT_WITHIN]
    same = [one for one in behind if one.clause == words[at].clause]
    denied = list(takewhile(lambda one: one.text not in PREPOSITIONS, same))
    new = [one for one in denied if one.stem in pair.later.topic - pair.earlier.topic]
    is_noun = words[at].text == "no"
    return len(new) > (not is_noun) and not pair.is_about(denied)


def _calm(pair: Pair) -> str:
    for cue in pair.later.cues if not pair.earlier.has(CueKind.CALM) else ():
        if CueKind.CALM in cue.kinds and pair.shared:
            return pair.said(cue)
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
        if cue.is_negated or not is_denial(pair, cue):
            continue
        if _is_of_the_news(pair, cue):
            return conflict_of(Kind.DENIAL, pair.said(cue))
    return None


def _is_case(pair: Pair) -> bool:
    return not pair.earlier.is_hearsay and not CASES.isdisjoint(pair.earlier.texts)


def _is_of_the_news(pair: Pair, cue: Cue) -> bool:
    """Tell whether what is denied is what the earlier headline told."""
    words = pair.later.words
    behind = pair.beside(words[cue.last : cue.last + _DENIED_WITHIN], cue)
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
        return pair.is_about(pair.beside(words, cue))
    return pair.is_about(words) or not RUMOURS.isdisjoint(pair.later.texts)


def is_denial(pair: Pair, cue: Cue) -> bool:
    """Tell whether a cue of the later headline says that something is untrue."""
    if CueKind.DENIAL in cue.kinds:
        return True
    words = pair.later.words
    behind = words[cue.last : cue.last + _RUMOUR_WITHIN]
    before = words[max(0, cue.first - _RUMOUR_WITHIN) : cue.first]
    if CueKind.REBUFF in cue.kinds:
        behind = before if behind[:1] and behind[0].text == "by" else behind
        return any(word.text in RUMOURS for word in behind)
    if CueKind.FALSE in cue.kinds:
        return any(word.text in RUMOURS or word.text in _IS for word in before)
    return False
