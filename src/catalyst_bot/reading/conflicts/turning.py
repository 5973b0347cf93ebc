"""Rules for what turns round between two headlines: an outlook, a side, a figure."""

from collections.abc import Iterator, Sequence
from itertools import product

from catalyst_bot.reading.conflicts.cues import (
    MOVES_AXIS,
    PASSING_AXES,
    PROFIT_AXIS,
    Side,
)
from catalyst_bot.reading.conflicts.model import Conflict, Kind, Strength, conflict_of
from catalyst_bot.reading.conflicts.outlooks import Outlook, Turn
from catalyst_bot.reading.conflicts.pair import Pair
from catalyst_bot.reading.conflicts.reports import are_two_reports, tells_change
from catalyst_bot.reading.conflicts.taking_back import retraction
from catalyst_bot.reading.conflicts.words.topics import STAGES
from catalyst_bot.text import word_set

_SHARE = 0.4  # of the words of weight, where two figures are of one measure
_LEAST_SHARED = 3  # where the news may well come twice, as an order does
_HOPES = (Turn.STATED, Turn.UP, Turn.KEEP)
_PARTS = frozenset(
    ("first", "another", "remaining", "already", "far", "closes", "closed", "closing")
)
_BEGINNINGS = frozenset(("q1", "h1"))
_ASKS = word_set(
    """
    ask asks asked seek seeks sought request requests requested files filed demands
    claims claimed applies applied
    """
)
_GRANTS = word_set(
    """
    approve approves approved awarded awards allow allows allowed get gets grant grants
    granted receives secures won wins
    """
)
_RECURRING = frozenset(("contract", "win", "partner", "loan", "launch"))


def guidance(pair: Pair) -> Conflict | None:
    """Return a conflict when an outlook turns, or has other figures."""
    if pair.is_other_period or pair.is_other_thing or pair.earlier.is_estimate:
        return None
    if pair.is_foreign and pair.is_other_object:
        return None
    outlooks = list(_outlooks(pair))
    for ours, theirs in outlooks:
        if ours.turns_to(theirs, pair.issuer):
            return conflict_of(Kind.GUIDANCE, theirs.word)
    if pair.is_other_object or pair.is_other_metric:
        return None
    denied = _denied_hope(pair)
    if denied:
        return conflict_of(Kind.GUIDANCE, f"not {denied}")
    if _has_other_figures(pair, outlooks):
        return conflict_of(Kind.GUIDANCE, "other figures")
    return None


def _denied_hope(pair: Pair) -> str:
    """Return what was expected and is denied: "no second-half rebound"."""
    denied = pair.later.negated & pair.shared
    for one in pair.earlier.outlooks:
        if one.turn in _HOPES and one.about & denied:
            return min(one.about & denied)
    return ""


def _has_other_figures(pair: Pair, outlooks: Sequence[tuple[Outlook, Outlook]]) -> bool:
    if not pair.figures.differ or pair.is_told_apart or pair.is_swapped:
        return False
    return bool(pair.shared) and any(
        one.has_measure_of(two, pair.issuer)
        for one, two in outlooks
        if not (one.is_hint and two.is_hint)
    )


def _outlooks(pair: Pair) -> Iterator[tuple[Outlook, Outlook]]:
    """Yield an outlook of each, of which one may be a hint, or both in one period."""
    ours, theirs = pair.earlier, pair.later
    yield from product(ours.outlooks, (*theirs.outlooks, *theirs.hints))
    yield from product(ours.hints, theirs.outlooks)
    if pair.has_same_period:
        yield from product(ours.hints, theirs.hints)


def polarity(pair: Pair) -> Conflict | None:
    """Return a conflict when the opposite is told in nearly the same words."""
    if pair.is_apart or pair.is_foreign or pair.earlier.is_estimate:
        return None
    if pair.earlier.outlooks and pair.later.outlooks:
        return None
    if not pair.is_same_but_for_sides or are_two_reports(pair):
        return None
    for other, side in _opposites(pair):
        if not _can_oppose(pair, side):
            continue
        if side.is_plain and other.is_plain:
            return conflict_of(Kind.POLARITY, "the opposite")
        opposite = conflict_of(Kind.POLARITY, "the opposite", Strength.WEAK)
        return retraction(pair) or opposite
    return None


def _opposites(pair: Pair) -> Iterator[tuple[Side, Side]]:
    """Yield the sides of an axis on which each headline stands on one alone."""
    for axis in {side.axis for side in pair.earlier.sides}:
        before = [side for side in pair.earlier.sides if side.axis == axis]
        after = [side for side in pair.later.sides if side.axis == axis]
        both = {one.side for one in before} & {one.side for one in after}
        if after and not both:
            yield before[0], after[0]


def _can_oppose(pair: Pair, side: Side) -> bool:
    axis = side.axis
    if axis in PASSING_AXES and side.side == 0:
        return False
    if axis == PROFIT_AXIS:
        return _is_result(pair)
    return not pair.figures.differ and (axis != MOVES_AXIS or _is_of_a_measure(pair))


def _is_result(pair: Pair) -> bool:
    """Tell the profit of a period from one that is told of beside other news."""
    if pair.is_other_basis:
        return False
    if pair.has_same_period or not (pair.ours or pair.theirs):
        return True
    return bool(pair.earlier.amounts and pair.later.amounts)


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
    if pair.is_told_apart or pair.earlier.is_estimate or pair.is_other_basis:
        return None
    is_only_planned = pair.later.is_future and not pair.earlier.is_future
    if is_only_planned and not pair.figures.is_slip:
        return None
    if not _is_one_measure(pair) or _is_another_report(pair):
        return None
    turned = any(one.turn is not Turn.STATED for one in pair.earlier.outlooks)
    kind = Kind.GUIDANCE if turned else Kind.NUMBER
    return conflict_of(kind, "another figure", Strength.WEAK)


def _is_another_report(pair: Pair) -> bool:
    """Tell whether a quarter's growth is told by one alone, or differs as its sums."""
    tells = tells_change(pair.earlier) or tells_change(pair.later)
    return tells and are_two_reports(pair)


def _is_part(pair: Pair) -> bool:
    """Tell "remaining", "first" of the later alone, not that of "first quarter"."""
    new = pair.later.texts - pair.earlier.texts
    if not _BEGINNINGS.isdisjoint(pair.later.periods.parts):
        new -= {"first"}
    return not _PARTS.isdisjoint(new)


def _is_granted(pair: Pair) -> bool:
    """Tell whether what was asked for has been granted: less of it, as a rule."""
    return not (
        _ASKS.isdisjoint(pair.earlier.texts) or _GRANTS.isdisjoint(pair.later.texts)
    )


def _is_one_measure(pair: Pair) -> bool:
    """Tell whether what both share outweighs what one alone is about."""
    shared, other = len(pair.shared), len(pair.ours) + len(pair.theirs)
    if not shared or (pair.ours and pair.theirs and pair.is_swapped):
        return False
    if not (pair.later.topic - pair.earlier.topic).isdisjoint(STAGES):
        return False
    if _is_part(pair) or _is_granted(pair):
        return False
    if other and shared < _LEAST_SHARED and pair.shared & _RECURRING:
        return False
    weight = shared + pair.has_same_period + pair.figures.agree
    if pair.is_other_act and other and not pair.figures.agree:
        weight -= 1
    else:
        weight += pair.figures.counts_same
    return weight >= _SHARE * (weight + other) and (weight > 1 or not other)
