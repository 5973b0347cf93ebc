"""Tells two reports of results from one that is told in two ways.

Titles seldom name the year of a quarter, nor whether a subsidiary counts. Of two such
reports neither puts the other right.
"""

from catalyst_bot.reading.conflicts.cues import MOVE_AXES
from catalyst_bot.reading.conflicts.features import Features
from catalyst_bot.reading.conflicts.pair import Pair


def are_two_reports(pair: Pair) -> bool:
    """Tell whether each has figures of its own, of a quarter or month of any year.

    Figures that agree, or differ by a slip, are of one report.
    """
    ours, theirs = pair.earlier.periods, pair.later.periods
    if not ours.parts & theirs.parts or ours.years & theirs.years:
        return False
    if pair.figures.agree or pair.figures.is_slip:
        return False
    return bool(pair.earlier.amounts and pair.later.amounts)


def tells_change(features: Features) -> bool:
    """Tell whether a report says how it compares: "up 12%", "loss widens"."""
    return any(side.axis in MOVE_AXES for side in features.sides) or any(
        amount.unit == "%+" for amount in features.amounts
    )
