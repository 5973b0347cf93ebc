"""How the figures of two headlines compare."""

from dataclasses import dataclass

from catalyst_bot.reading.conflicts.amounts import Amount


@dataclass(frozen=True, slots=True)
class Figures:
    """Whether two sets of figures have values of one measure, and the same."""

    agree: bool  # a value of one is near one of the other
    differ: bool  # there are such of one measure, and none is near
    is_one: bool  # they differ in one measure alone, and not by far
    counts_same: bool  # what differs are counts of the same things
    is_slip: bool  # they differ as one digit does, or the order of them

    @classmethod
    def of(cls, ours: tuple[Amount, ...], theirs: tuple[Amount, ...]) -> "Figures":
        """Return how the figures of two headlines compare."""
        alike = [(one, two) for one in ours for two in theirs if one.is_like(two)]
        same = {one.unit for one, two in alike if one.is_near(two)}
        agree = bool(same) or any(
            one.value == two.value for one in ours for two in theirs
        )
        other = [(one, two) for one, two in alike if one.unit not in same]
        differ = bool(other) and (not agree or bool(same))
        measures = {one.nouns or one.unit for one, _ in other}
        far = all(one.is_far(two) for one, two in other)
        counts = any(one.nouns & two.nouns for one, two in other)
        slip = any(_is_slip(one, two) for one, two in other)
        is_one = differ and len(measures) == 1 and not far
        return cls(agree, differ, is_one, counts, slip)


def _is_slip(one: Amount, two: Amount) -> bool:
    """Tell whether a slip makes one figure of the other: 5.1 and 4.1, 34 and 43."""
    ours, theirs = (f"{each.value:.12g}".replace(".", "") for each in (one, two))
    ours, theirs = ours.strip("0"), theirs.strip("0")
    if sorted(ours) == sorted(theirs):
        return True
    wrong = sum(mine != other for mine, other in zip(ours, theirs, strict=False))
    return len(ours) == len(theirs) > 1 == wrong
