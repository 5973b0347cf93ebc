"""The outer layers of the model as the settings want them: cache, books, ladder."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from catalyst_bot.clock import Clock
from catalyst_bot.llm.cache_tier import Tier
from catalyst_bot.llm.core import CacheTerms, Core, open_core
from catalyst_bot.llm.keeper import File as AnswerFile
from catalyst_bot.llm.keeper import Keeper
from catalyst_bot.llm.model import Completion
from catalyst_bot.llm.providers.offers import Cloud, Local
from catalyst_bot.llm.structured import Completer
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.settings_llm import Cache


class File(Tier, AnswerFile, Protocol):
    """Keeps answers and books over restarts; `storage.answers` is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """The opened layers; run `keep` beside them."""

    core: Core
    keeper: Keeper | None  # of the file, where there is one

    async def keep(self) -> None:
        """Look after the file, and audit what the semantic tier serves."""
        async with asyncio.TaskGroup() as group:
            if self.keeper is not None:
                group.create_task(self.keeper.run())
            if self.core.semantic is not None:
                group.create_task(self.core.semantic.audit())


@asynccontextmanager
async def open_layers(
    inner: Completer,
    *,
    offers: Sequence[Local | Cloud],
    cost: Callable[[Completion], float],
    cache: Cache,
    file: File | None,
    clock: Clock,
    metrics: Metrics,
) -> AsyncIterator[Layers]:
    """Open the layers round `inner`.

    Without a file everything works too: every start then begins with no answers.
    """
    async with open_core(
        inner,
        offers=offers,
        cache=_terms_of(cache, file),
        cost=cost,
        clock=clock,
        metrics=metrics,
    ) as core:
        yield Layers(core=core, keeper=_keeper_of(core, file, clock))


def _terms_of(cache: Cache, disk: Tier | None) -> CacheTerms | None:
    """Return what is cached, None for nothing."""
    if not cache.enabled:
        return None
    return CacheTerms(
        ttl=cache.ttl,
        max_entries=cache.max_entries,
        disk=disk,
        url=cache.url,
        embeds_with=cache.embed_model if cache.semantic else "",
    )


def _keeper_of(core: Core, file: File | None, clock: Clock) -> Keeper | None:
    """The books go to the file even when no answers do."""
    if file is None:
        return None
    forget = core.memory.clear if core.memory is not None else lambda: None
    return Keeper(core.usage, file, forget=forget, monotonic=clock.monotonic)
