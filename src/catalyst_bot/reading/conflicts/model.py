"""What the rules say of two headlines."""

from dataclasses import dataclass

from catalyst_bot.conflict import Kind, Strength

__all__ = ["Conflict", "Kind", "Strength", "conflict_of"]


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
