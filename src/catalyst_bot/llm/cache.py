"""Answers what was answered before: memory, then disk, then a shared tier.

complete -> look in each tier, the nearest first -> the inner layer, and keep the answer
A tier that fails or is slow is a miss, and is left alone for a while.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Protocol

from catalyst_bot.errors import StorageError
from catalyst_bot.llm.cache_entry import Entry, pack, unpack
from catalyst_bot.llm.cache_key import cache_key
from catalyst_bot.llm.cache_tier import Tier, TierFault
from catalyst_bot.llm.ladder import Unreadable, read_answer
from catalyst_bot.llm.model import Completion, CompletionRequest, Lane
from catalyst_bot.llm.schema import schema_of
from catalyst_bot.llm.structured import Completer
from catalyst_bot.ops.metrics import Metrics

REST = 5.0  # seconds for which a tier that failed is not asked

logger = logging.getLogger(__name__)


class Clock(Protocol):
    """What the cache needs of the time; see `catalyst_bot.clock`."""

    def monotonic(self) -> float: ...

    def unix(self) -> float: ...


class CachedLLM:
    """Completes through `inner` what no tier knows.

    An answer is kept for `ttl` seconds when it is complete and, if a schema was asked
    for, fits it; errors never are. `models` says who may answer, see `identity`: with
    another model, or other weights under its name, everything is asked anew.
    """

    def __init__(
        self,
        inner: Completer,
        *,
        tiers: Sequence[Tier],
        models: Callable[[], Awaitable[tuple[str, ...]]],
        ttl: float,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._inner, self._models, self._ttl = inner, models, ttl
        self._clock, self._metrics = clock, metrics
        self._shelves = [_Shelf(tier, monotonic=clock.monotonic) for tier in tiers]

    async def complete(
        self,
        request: CompletionRequest,
        *,
        within: float,
        value: float = 0.0,
        lane: Lane = Lane.ALERT,
    ) -> Completion:
        """Return the answer to a request, from a tier or within `within` seconds.

        Raises:
            LLMError: why there is none.
        """
        began = self._clock.monotonic()
        key = cache_key(request, await self._models())
        entry = await self._find(key)
        looked = self._clock.monotonic() - began
        if entry is not None:
            return entry.completion(looked=looked)
        completion = await self._inner.complete(
            request, within=within - looked, value=value, lane=lane
        )
        if _is_whole(request, completion):
            await self._keep(key, completion)
        return completion

    async def _find(self, key: bytes) -> Entry | None:
        """Return the nearest entry, and put it into the tiers before it.

        The first tier is looked into again at the end: while a far one was asked, an
        equal question may have been answered.
        """
        for shelf in (*self._shelves, *self._shelves[:1]):
            now = self._clock.unix()
            packed = await shelf.get(key)
            entry = None if packed is None else unpack(packed, now=now)
            if packed is None or entry is None:
                continue
            self._metrics.llm_cache.labels(shelf.name).inc()
            for nearer in self._shelves[: self._shelves.index(shelf)]:
                await nearer.put(key, packed, ttl=entry.expires - now)
            return entry
        self._metrics.llm_cache.labels("none").inc()
        return None

    async def _keep(self, key: bytes, completion: Completion) -> None:
        expires = self._clock.unix() + self._ttl
        with suppress(ValueError):  # an answer with half a character cannot be kept
            packed = pack(Entry.of(completion, expires=expires))
            for shelf in self._shelves:
                await shelf.put(key, packed, ttl=self._ttl)


class _Shelf:
    """A tier that cannot hurt: its faults are misses, said once."""

    def __init__(self, tier: Tier, *, monotonic: Callable[[], float]) -> None:
        self._tier, self._monotonic = tier, monotonic
        self.name = tier.name
        self._rests_until = 0.0
        self._is_well = True

    async def get(self, key: bytes) -> bytes | None:
        return await self._ask(lambda: self._tier.get(key))

    async def put(self, key: bytes, packed: bytes, *, ttl: float) -> None:
        await self._ask(lambda: self._tier.put(key, packed, ttl=ttl))

    async def _ask(self, call: Callable[[], Awaitable[bytes | None]]) -> bytes | None:
        if self._monotonic() < self._rests_until:
            return None
        try:
            async with asyncio.timeout(self._tier.patience):
                found = await call()
        except (StorageError, TierFault, TimeoutError) as error:
            self._rests_until = self._monotonic() + REST
            reason = str(error) or f"no answer in {self._tier.patience:g} s"
            self._say(is_well=False, reason=reason)
            return None
        self._say(is_well=True, reason="")
        return found

    def _say(self, *, is_well: bool, reason: str) -> None:
        if is_well is self._is_well:
            return
        self._is_well = is_well
        extra = {"tier": self.name, "reason": reason}
        if is_well:
            logger.info("cache tier is back", extra=extra)
        else:
            logger.warning("cache tier failed, going on without it", extra=extra)


def _is_whole(request: CompletionRequest, completion: Completion) -> bool:
    """Tell whether an answer is what was asked for; a bad one is asked for again."""
    if completion.cached or not request.schema:
        return not completion.cached
    try:
        read_answer(completion.text, schema_of(request.schema))
    except (Unreadable, ValueError):
        return False
    return True
