"""What a conflict between two alerts is, which both of their cards tell.

waiting -> confirmed | denied | unconfirmed, and never back
"""

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


class State(StrEnum):
    """What became of a conflict that a rule found."""

    WAITING = "waiting"  # for the model's verdict
    CONFIRMED = "confirmed"
    DENIED = "denied"  # both headlines can stand
    UNCONFIRMED = "unconfirmed"  # no verdict came, and none will


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A later alert that cannot stand beside an earlier one, by the keys of both.

    `confidence` (0 to 1, not calibrated) and `reasoning` are the model's.
    """

    earlier: str
    later: str
    kind: Kind
    strength: Strength
    reason: str  # a few words: what of the later headline tells it
    at: float  # unix seconds
    state: State = State.WAITING
    confidence: float | None = None
    reasoning: str = ""

    @property
    def is_told_by_later(self) -> bool:
        """Tell whether the card of the later alert names the earlier one."""
        is_strong = self.strength is Strength.STRONG
        return self.state is State.CONFIRMED or (
            is_strong and self.state is not State.DENIED
        )

    @property
    def is_told_by_earlier(self) -> bool:
        """Tell whether the card of the earlier alert names the later one."""
        return self.is_told_by_later and self.state is not State.WAITING
