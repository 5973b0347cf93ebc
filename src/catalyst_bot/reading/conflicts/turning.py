"""Rules for what turns round between two headlines: an outlook, a side, a figure."""

from collections.abc import Iterator
from itertools import product

from catalyst_bot.reading.conflicts.cues import MOVES_AXIS, PROFIT_AXIS, Side
from catalyst_bot.reading.conflicts.model import Conflict, Kind, Strength, conflict_of
from catalyst_bot.reading.conflicts.pair import Pair
from catalyst_bot.reading.conflicts.words import STAGES

_SHARE = 0.5  # of the words of weight, where two figures are of one measure
_LEAST_SHARED = 3  # where the news may well come twice, as an order does
_RECURRING = frozenset(("contract", "win", "partner", "loan", "launch"))


def guidance(pair: Pair) -> Conflict | None:
    """Return a conflict when an outlook turns, or has other figures."""
    if pair.is_other_period:
        return None
    outlooks = list(product(pair.earlier.outlooks, pair.later.outlooks))
    for ours, theirs in outlooks:
        if ours.turns_to(theirs):
            return conflict_of(Kind.GUIDANCE, theirs.word)
    if pair.is_other_metric or pair.is_other_object or not pair.figures.differ:
        return None
    if pair.shared and any(one.about & two.about for one, two in outlooks):
        return conflict_of(Kind.GUIDANCE, "other figures")
    return None


def polarity(pair: Pair) -> Conflict | None:
    """Return a conflict when the opposite is told in nearly the same words."""
    if pair.is_apart or pair.is_foreign:
        return None
    if pair.earlier.outlooks and pair.later.outlooks:
        return None
    if not pair.is_same_but_for_sides:
        return None
    for other, side in _opposites(pair):
        if pair.figures.differ and side.axis != PROFIT_AXIS:
            continue
        if side.axis == MOVES_AXIS and not _is_of_a_measure(pair):
            continue
        is_plain = side.is_plain and other.is_plain
        strength = Strength.STRONG if is_plain else Strength.WEAK
        return conflict_of(Kind.POLARITY, "the opposite", strength)
    return None


def _opposites(pair: Pair) -> Iterator[tuple[Side, Side]]:
    """Yield the sides of an axis on which each headline stands on one alone."""
    for axis in {side.axis for side in pair.earlier.sides}:
        before = [side for side in pair.earlier.sides if side.axis == axis]
        after = [side for side in pair.later.sides if side.axis == axis]
        both = {one.side for one in before} & {one.side for one in after}
        if after and not both:
            yield before[0], after[0]


def _is_of_a_measure(pair: Pair) -> bool:
    """Tell a measure that rose in a period from a stock or a company that did."""
    if pair.is_vague_period:
        return False
    common = pair.earlier.metrics & pair.later.metrics
    return bool(common or pair.shared & pair.earlier.things)


def number(pair: Pair) -> Conflict | None:
    """Return a weak conflict when the same measure has another value."""
    if pair.is_apart or not pair.figures.is_one or pair.is_vague_period:
        return None
    ours, theirs, shared = pair.ours, pair.theirs, pair.shared
    if ours and theirs:
        return None
    if len(shared) < _SHARE * (len(shared) + len(ours) + len(theirs)):
        return None
    if len(shared) == 1 and not pair.has_same_period and (ours or theirs):
        return None
    if not shared or not (pair.later.topic - pair.earlier.topic).isdisjoint(STAGES):
        return None
    if (ours or theirs) and len(shared) < 3 and shared & _RECURRING:
        return None
    return conflict_of(Kind.NUMBER, "another figure", Strength.WEAK)
