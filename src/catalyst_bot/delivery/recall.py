"""What a channel can say of a post whose answer never came."""

from dataclasses import dataclass
from enum import StrEnum

from catalyst_bot.card_state import MessageRef


class Fate(StrEnum):
    """What became of it; a label of `posts_in_doubt_total`."""

    UNKNOWN = "unknown"  # nobody can tell: posted again it may stand there twice
    NONCE = "nonce"  # posted again, Discord returns the first message and makes none
    ABSENT = "absent"  # it is not in the channel
    ADOPTED = "adopted"  # it is there: `refs`


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """The fate of a post; ADOPTED: its message, made at `posted` (unix seconds)."""

    fate: Fate
    refs: tuple[MessageRef, ...] = ()
    posted: float = 0.0
