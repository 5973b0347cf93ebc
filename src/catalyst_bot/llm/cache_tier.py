"""What the cache asks of each of its tiers."""

from typing import Protocol

from catalyst_bot.errors import CatalystError


class TierFault(CatalystError):
    """A tier cannot be used now; to the cache it is a miss."""


class Tier(Protocol):
    """Keeps bytes by key; it has `patience` seconds for each call."""

    @property
    def name(self) -> str: ...

    @property
    def patience(self) -> float: ...

    async def get(self, key: bytes) -> bytes | None:
        """Return what was put last, None for nothing.

        Raises:
            TierFault: it cannot tell.
        """
        ...

    async def put(self, key: bytes, packed: bytes, *, ttl: float) -> None:
        """Keep an entry for at most `ttl` seconds.

        Raises:
            TierFault: it was not kept.
        """
        ...
