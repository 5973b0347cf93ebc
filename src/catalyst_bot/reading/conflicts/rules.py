"""Decides by rule whether a later headline contradicts an earlier one."""

from collections.abc import Callable

from catalyst_bot.reading.conflicts.denials import denial, negation
from catalyst_bot.reading.conflicts.features import Features
from catalyst_bot.reading.conflicts.model import Conflict
from catalyst_bot.reading.conflicts.pair import Pair
from catalyst_bot.reading.conflicts.taking_back import correction, retraction
from catalyst_bot.reading.conflicts.turning import guidance, number, polarity

# The first that finds something names the kind: the surest and most telling first.
_RULES: tuple[Callable[[Pair], Conflict | None], ...] = (
    correction,
    guidance,
    negation,
    polarity,
    denial,
    retraction,
    number,
)


def find_conflict(earlier: Features, later: Features) -> Conflict | None:
    """Return how `later` contradicts `earlier`, None where both can stand.

    Both are of one ticker and at most some days apart. Pure; never raises.
    """
    if earlier.words == later.words:
        return None
    if earlier.is_note or later.is_note or earlier.topic.isdisjoint(later.topic):
        return None
    pair = Pair(earlier, later)
    if pair.is_other_company:
        return None
    for rule in _RULES:
        conflict = rule(pair)
        if conflict is not None:
            return conflict
    return None
