"""How many posts may start now."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRoom:
    """What Discord and our own guard allow at this moment, 0 to 20 each.

    `wait`: seconds until `posts` is 1 or more, unless an answer comes first.
    """

    posts: int
    urgent: int  # for breaking alerts, at least as many
    wait: float = 0.0
