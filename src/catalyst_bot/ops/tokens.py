"""A token of the HTTP API and what it opens."""

from dataclasses import dataclass
from enum import IntEnum

from catalyst_bot.ops.secret import Secret


class Scope(IntEnum):
    """What a caller may do; each includes those before it."""

    READ = 1  # see what there is
    SCORE = 2  # have texts scored, which costs processor time
    ADMIN = 3  # change what the daemon does


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A secret and how far it lets its bearer in."""

    secret: Secret
    scope: Scope = Scope.ADMIN
