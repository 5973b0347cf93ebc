"""What a headline says of an outlook: raised, kept, lowered or dropped, and of what."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from catalyst_bot.reading.conflicts.cues import Cue, CueKind
from catalyst_bot.reading.conflicts.titles import Word, stems_of
from catalyst_bot.reading.conflicts.words import PALE
from catalyst_bot.text import word_set

_PALE = stems_of(PALE)
_OUTLOOKS = word_set(
    """
    guidance target projection goal ambition aim
    """
)
_EXPECTS = frozenset(("expect", "guidance"))  # "guides" is a verb too
_MOODS = word_set(
    """
    upbeat optimistic confident bullish hopeful cautious gloomy
    """
)
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
_NO_OBJECTS = frozenset(("guidance", "target", "expect", "warn", "endpoint"))
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
_UNSAID = {(Turn.STATED, Turn.DOWN), (Turn.STATED, Turn.QUIT)}


@dataclass(frozen=True, slots=True)
class Outlook:
    """One outlook of a headline."""

    turn: Turn
    about: frozenset[str]  # stems of its measure; empty for all of it
    needs_object: bool  # "warns", "sees": not every outlook, but that of a measure
    word: str  # that told the turn, for the reason

    def turns_to(self, later: "Outlook") -> bool:
        """Tell whether both cannot stand, by their turns and their measures."""
        turns = (self.turn, later.turn)
        common = self.about & later.about
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
    is_outlook = not _OUTLOOKS.isdisjoint(stems) and "price" not in texts
    if not _GOALS.isdisjoint(texts):
        is_outlook = stems.isdisjoint(_TRIALS)
    if _CONSENSUS & texts and _AGAINST_IT & texts and not _OWN & texts:
        return None  # "beats forecasts" is no outlook
    if {"profit", "warn"} <= stems and "warning" in texts:
        is_outlook = True
    is_loose = not stems.isdisjoint(_EXPECTS | _WARNS) or not texts.isdisjoint(_MOODS)
    if not is_outlook and not is_loose:
        return None
    turn, word, told_by = _turn(places, cues, words)
    about = _about(words, places, told | told_by)
    return Outlook(turn, about, not is_outlook, word)


def _turn(
    places: Sequence[int], cues: Sequence[Cue], words: Sequence[Word]
) -> tuple[Turn, str, Set[int]]:
    first, last = places[0], places[-1]
    turn, phrase, told = Turn.STATED, "", set[int]()
    for cue in cues:
        if not first <= cue.first <= last:
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
        if word.text in _ENDS_OBJECT and (about or is_named):
            break
        if at in told or word.number or word.is_name:
            continue
        if word.stem and word.stem not in _PALE and word.stem not in _NO_OBJECTS:
            about.add(word.stem)
    return frozenset(about)
