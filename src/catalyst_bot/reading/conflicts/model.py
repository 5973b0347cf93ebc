"""What a conflict between two headlines is; made by the rules, confirmed by a model."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How the later headline contradicts the earlier one."""

    CORRECTION = "correction"
    RETRACTION = "retraction"
    DENIAL = "denial"
    GUIDANCE = "guidance"
    NUMBER = "number"
    POLARITY = "polarity"


class Strength(StrEnum):
    """Whether a conflict is shown at once, or once a model agrees."""

    STRONG = "strong"
    WEAK = "weak"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A later headline that cannot stand beside an earlier one, found by rule."""

    kind: Kind
    strength: Strength
    reason: str  # a few words: what of the later headline tells it


def conflict_of(
    kind: Kind, reason: str, strength: Strength = Strength.STRONG
) -> Conflict:
    """Return a conflict; a strong one unless told otherwise."""
    return Conflict(kind=kind, strength=strength, reason=reason)
