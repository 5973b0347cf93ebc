"""What a headline says of an outlook: raised, kept, lowered or dropped, and of what."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from catalyst_bot.reading.conflicts.cues import MOVE_AXES, MOVES_AXIS, Cue, CueKind
from catalyst_bot.reading.conflicts.titles import Word, stems_of
from catalyst_bot.reading.conflicts.words.names import PRICES
from catalyst_bot.reading.conflicts.words.topics import PALE
from catalyst_bot.text import word_set

_PALE = stems_of(PALE)
_OUTLOOKS = word_set(
    """
    guidance target projection goal ambition ambit aim rang hope
    """
)
_EXPECTS = frozenset(("expect", "guidance"))  # "guides" is a verb too
_MOODS = word_set(
    """
    upbeat optimistic confident bullish hopeful cautious gloomy
    """
)
# Said of what is to come, of a measure.
_FORWARD = word_set(
    """
    braces bracing brace pegs pegged pencils penciled pencilled projects projected flags
    flagged concedes conceded track course pace reiterates reiterated affirms affirmed
    reaffirms reaffirmed point points aims aiming hopes comfortable likely poised
    anticipates budgets seen seeing puts stands sticks stuck guided projection
    projections
    """
)
_SET = frozenset((CueKind.DOWN, CueKind.QUIT, CueKind.KEEP, CueKind.UP))
_OFFERS = frozenset(("price", "list", "offering"))  # of a share sale, not of a year
_TO_BE = word_set("be come land total average amount")
_BEYOND = word_set("above below within beyond over topping exceeding ahead")
_COMFORT = word_set("comfortable happy warns")
_GOALS = frozenset(("goal", "goals", "ambition", "ambitions"))
_TRIALS = word_set(
    """
    trial drug phase main primary secondary
    """
)
_CONSENSUS = frozenset(("forecast", "forecasts", "view", "views"))
_AGAINST_IT = word_set(
    """
    beats beat beating miss misses missed top exceed lag trail undershoot surpass
    tops topped topping exceeds exceeded undershoots outperforms outpaces lags
    trails surpasses surpassed
    """
)
_OWN = frozenset(("will", "warns", "warn", "expects", "expect", "sees", "to"))
_WARNS = frozenset(("warn",))
_ENDS_OBJECT = word_set(
    """
    on after amid as due despite because over citing with by in following thanks
    while but under
    """
)
_NO_OBJECTS = frozenset(
    ("guidance", "target", "expect", "warn", "endpoint", "estimate")
)
_LOOSE = frozenset(("while", "but", "and"))


class Turn(StrEnum):
    """What becomes of an outlook."""

    STATED = "stated"
    UP = "up"
    KEEP = "keep"
    DOWN = "down"
    QUIT = "quit"


_TURNS = {
    CueKind.QUIT: Turn.QUIT,
    CueKind.DOWN: Turn.DOWN,
    CueKind.UP: Turn.UP,
    CueKind.KEEP: Turn.KEEP,
}
_CHANGES = {
    (Turn.UP, Turn.DOWN),
    (Turn.UP, Turn.QUIT),
    (Turn.KEEP, Turn.DOWN),
    (Turn.KEEP, Turn.QUIT),
    (Turn.DOWN, Turn.UP),
}
_UNSAID = {
    (Turn.STATED, Turn.DOWN),
    (Turn.STATED, Turn.QUIT),
    (Turn.DOWN, Turn.QUIT),
}


@dataclass(frozen=True, slots=True)
class Outlook:
    """One outlook of a headline."""

    turn: Turn
    about: frozenset[str]  # stems of its measure; empty for all of it
    names: frozenset[str]  # in it, of products or places perhaps
    needs_object: bool  # "warns", "sees": not every outlook, but that of a measure
    is_hint: bool  # "dials back closings": of an outlook beside one alone
    word: str  # that told the turn, for the reason

    def has_measure_of(self, later: "Outlook", issuer: frozenset[str]) -> bool:
        """Tell whether both name one measure, or a product of the issuer."""
        return bool(self.about & later.about or (self.names & later.names) - issuer)

    def turns_to(self, later: "Outlook", issuer: frozenset[str]) -> bool:
        """Tell whether both cannot stand, by their turns and their measures."""
        turns = (self.turn, later.turn)
        common = self.has_measure_of(later, issuer)
        if turns not in _CHANGES and not (turns in _UNSAID and common):
            return False
        if self.needs_object or later.needs_object:
            return bool(common)
        return bool(common) or not (self.about and later.about)


def outlooks_of(
    words: Sequence[Word], cues: Sequence[Cue], *, told: Set[int]
) -> tuple[Outlook, ...]:
    """Return the outlooks of a headline; `told` are the places of its periods."""
    found = []
    for _, group in groupby(range(len(words)), key=_clause(words)):
        places = list(group)
        outlook = _outlook(words, places, cues, told)
        if outlook is not None:
            found.append(outlook)
    return tuple(found)


def _clause(words: Sequence[Word]) -> Callable[[int], int]:
    clauses, loose = {}, 0
    for at, word in enumerate(words):
        loose += word.text in _LOOSE
        clauses[at] = word.clause * 64 + loose
    return clauses.__getitem__


def _outlook(
    words: Sequence[Word], places: Sequence[int], cues: Sequence[Cue], told: Set[int]
) -> Outlook | None:
    stems = {words[at].stem for at in places}
    texts = {words[at].text for at in places}
    is_outlook = not _OUTLOOKS.isdisjoint(stems) and _OFFERS.isdisjoint(stems)
    if not _GOALS.isdisjoint(texts):
        is_outlook = stems.isdisjoint(_TRIALS)
    if _CONSENSUS & texts and _AGAINST_IT & texts and not _OWN & texts:
        return None  # "beats forecasts" is no outlook
    if _is_compared(words, places):
        return None
    if {"profit", "warn"} <= stems and "warning" in texts:
        is_outlook = True
    if "consensus" in texts and not _COMFORT.isdisjoint(texts):
        is_outlook = True
    is_loose = not stems.isdisjoint(_EXPECTS | _WARNS)
    is_loose = is_loose or not texts.isdisjoint(_MOODS | _FORWARD)
    is_loose = is_loose or _is_to_be(words, places)
    is_hint = not is_outlook and not is_loose
    if is_hint and not _is_set(words, places, cues):
        return None
    if not is_outlook and not PRICES.isdisjoint(word.text for word in words):
        return None
    turn, word, told_by = _turn(places, cues, words)
    about = _about(words, places, told | told_by)
    names = frozenset(words[at].text for at in places if words[at].is_name)
    return Outlook(turn, about, names, not is_outlook, is_hint, word)


def _is_to_be(words: Sequence[Word], places: Sequence[int]) -> bool:
    """Tell "cash flow to be $250M", "will land near 9 %"."""
    return any(words[at].number for at in places) and any(
        words[at - 1].text in ("to", "will") and words[at].text in _TO_BE
        for at in places[1:]
    )


def _is_compared(words: Sequence[Word], places: Sequence[int]) -> bool:
    """Tell "$21 million, above its guidance" from "guides above"."""
    return any(
        words[at].stem in _OUTLOOKS
        and any(word.text in _BEYOND for word in words[max(0, at - 2) : at])
        for at in places
    ) and _OWN.isdisjoint(words[at].text for at in places)


def _is_set(words: Sequence[Word], places: Sequence[int], cues: Sequence[Cue]) -> bool:
    """Tell "dials back closings", "margin to widen" from what has come to be."""
    for cue in cues:
        if not places[0] <= cue.first <= places[-1]:
            continue
        moves = any(side.axis in MOVE_AXES for side in cue.sides)
        before = words[cue.first - 1].text if cue.first else ""
        if moves and before in ("to", "will"):
            return True
        if not moves and not _SET.isdisjoint(cue.kinds):
            return True
    return False


def _turn(
    places: Sequence[int], cues: Sequence[Cue], words: Sequence[Word]
) -> tuple[Turn, str, Set[int]]:
    first, last = places[0], places[-1]
    turn, phrase, told = Turn.STATED, "", set[int]()
    is_price = not PRICES.isdisjoint(words[at].text for at in places)
    for cue in cues:
        if not first <= cue.first <= last:
            continue
        if is_price and any(side.axis == MOVES_AXIS for side in cue.sides):
            continue
        for kind, one in _TURNS.items():
            if kind in cue.kinds:
                told.update(range(cue.first, cue.last))
                if turn is Turn.STATED or (one is Turn.QUIT and turn is not Turn.KEEP):
                    turn = Turn.QUIT if cue.is_negated and one is Turn.KEEP else one
                    phrase = " ".join(word.text for word in words[cue.first : cue.last])
                break
    return turn, phrase, told


def _about(
    words: Sequence[Word], places: Sequence[int], told: Set[int]
) -> frozenset[str]:
    about: set[str] = set()
    is_named = False  # "guidance" has stood; behind it comes the reason
    for at in places:
        word = words[at]
        is_named = is_named or word.stem in _OUTLOOKS
        if at in told or word.number or word.is_name:
            continue
        if word.text in _ENDS_OBJECT and (about or is_named):
            break
        if word.stem and word.stem not in _PALE and word.stem not in _NO_OBJECTS:
            about.add(word.stem)
    return frozenset(about)
