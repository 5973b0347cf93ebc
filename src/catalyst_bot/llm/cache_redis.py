"""The shared tier: answers that other machines may use, in a Redis of the operator's.

Its client is an extra: `pip install catalyst-bot[redis]`.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from catalyst_bot.llm.cache_tier import TierFault

if TYPE_CHECKING:
    from redis.asyncio import Redis

PATIENCE = 0.05  # seconds; a cache that is slower than that is none
_PREFIX = b"catalyst-bot:llm:"
_STEP = 500  # keys in one step of `clear`


class RedisTier:
    """Keeps answers under a prefix, with Redis's own expiry; see `open_redis_tier`."""

    name = "redis"
    patience = PATIENCE

    def __init__(self, client: "Redis") -> None:
        self._client = client

    async def get(self, key: bytes) -> bytes | None:
        """Return an entry.

        Raises:
            TierFault: Redis is away or says no.
        """
        with _translated():
            found = await self._client.get(_PREFIX + key)
        return found if isinstance(found, bytes) else None

    async def put(self, key: bytes, packed: bytes, *, ttl: float) -> None:
        """Keep an entry for `ttl` seconds, a millisecond at least.

        Raises:
            TierFault: Redis is away, full or says no.
        """
        with _translated():
            await self._client.set(_PREFIX + key, packed, px=max(1, int(ttl * 1000)))

    async def clear(self) -> int:
        """Delete all entries of every catalyst-bot on this Redis; return how many.

        Raises:
            TierFault: Redis is away or says no.
        """
        deleted = 0
        with _translated():
            keys = [key async for key in self._client.scan_iter(_PREFIX + b"*", _STEP)]
            for start in range(0, len(keys), _STEP):
                deleted += await self._client.unlink(*keys[start : start + _STEP])
        return deleted


@asynccontextmanager
async def open_redis_tier(url: str) -> AsyncIterator[RedisTier]:
    """Open the tier in the Redis at `url`; nothing is sent until it is used.

    Raises:
        ImportError: the extra is not installed; the settings look before.
        ValueError: not a redis URL.
    """
    # An extra: only who names a Redis pays for its client, in time and memory.
    from redis.asyncio import Redis  # noqa: PLC0415
    from redis.asyncio.retry import Retry  # noqa: PLC0415
    from redis.backoff import NoBackoff  # noqa: PLC0415

    client = Redis.from_url(url, retry=Retry(NoBackoff(), 0), protocol=2)
    try:
        yield RedisTier(client)
    finally:
        await client.aclose()


@contextmanager
def _translated() -> Iterator[None]:
    from redis.exceptions import RedisError  # noqa: PLC0415 - see above

    try:
        yield
    except (RedisError, OSError) as error:
        raise TierFault(type(error).__name__) from error
