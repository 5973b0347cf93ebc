"""Decides which of the posts that are due go into one message; pure.

Singles while the tokens can carry all that waits, else up to ten cards in a message:
under 5 messages in 2 s a burst of 60 is out within one window and a tenth of the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from catalyst_bot.delivery.room import PostRoom
from catalyst_bot.model import BREAKING
from catalyst_bot.storage.jobs import Job

MOST_CARDS = 10  # embeds in one message (Resources/Message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Jobs by message, each with one token, and those for which there is none."""

    messages: tuple[tuple[Job, ...], ...]
    over: tuple[Job, ...]


def cut(jobs: Sequence[Job], free: PostRoom) -> Cut:
    """Give the tokens to breaking posts first; what lacks tokens shares messages.

    A breaking post never stands with another kind, and alone while the tokens can
    carry all breaking ones. Never cut anew: a post in doubt, or a batch that was cut
    before, since another cut would be another message.
    """
    breaking = [job for job in jobs if job.priority >= BREAKING]
    calm = [job for job in jobs if job.priority < BREAKING]
    urgent = _cut_kind(breaking, free.urgent)
    left = max(0, min(free.posts, free.urgent - len(urgent.messages)))
    rest = _cut_kind(calm, left)
    return Cut(
        messages=(*urgent.messages, *rest.messages), over=(*urgent.over, *rest.over)
    )


def _cut_kind(jobs: Sequence[Job], left: int) -> Cut:
    alone = [job for job in jobs if job.in_doubt or job.is_joined]
    rest = [job for job in jobs if not (job.in_doubt or job.is_joined)]
    messages: list[tuple[Job, ...]] = [(job,) for job in alone[:left]]
    over = alone[left:]
    left -= len(messages)
    while rest and left:
        size = batch_size(len(rest), left)
        messages.append(tuple(rest[:size]))
        rest, left = rest[size:], left - 1
    return Cut(messages=tuple(messages), over=(*over, *rest))


def batch_size(queued: int, left: int) -> int:
    """Return how many cards the next message has when `left` tokens remain, 1 to 10.

    One while the other tokens can carry all the rest.
    """
    return min(MOST_CARDS, queued, max(1, queued - MOST_CARDS * (left - 1)))
