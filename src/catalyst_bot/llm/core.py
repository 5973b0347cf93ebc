"""Puts the outer layers round whoever completes: the books, the cache, the ladder.

MeteredLLM -> CachedLLM -> the router or client that is given
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from catalyst_bot.llm.cache import CachedLLM, Clock
from catalyst_bot.llm.cache_memory import MemoryTier
from catalyst_bot.llm.cache_redis import open_redis_tier
from catalyst_bot.llm.cache_tier import Tier
from catalyst_bot.llm.embeddings import Embedder
from catalyst_bot.llm.endpoints import Speech, endpoints_of
from catalyst_bot.llm.identity import PATIENCE, Identity
from catalyst_bot.llm.model import Completion
from catalyst_bot.llm.providers.offers import Cloud, Local
from catalyst_bot.llm.providers.ollama import Ollama
from catalyst_bot.llm.semantic import SemanticLLM
from catalyst_bot.llm.structured import Completer, StructuredLLM
from catalyst_bot.llm.usage import MeteredLLM, Usage
from catalyst_bot.llm.wire import open_wire
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheTerms:
    """What is kept, and where: in memory, in `disk` if there is one, in the Redis."""

    ttl: float  # seconds
    max_entries: int
    disk: Tier | None = None
    url: Secret | None = None
    embeds_with: str = ""  # a model on the local server; "": no semantic tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """The opened core: ask `completer` for text and `structured` for objects."""

    completer: Completer
    structured: StructuredLLM
    usage: Usage
    memory: MemoryTier | None  # None: nothing is cached
    semantic: SemanticLLM | None = None


@asynccontextmanager
async def open_core(
    inner: Completer,
    *,
    offers: Sequence[Local | Cloud],
    cache: CacheTerms | None,
    cost: Callable[[Completion], float],
    clock: Clock,
    metrics: Metrics,
) -> AsyncIterator[Core]:
    """Open the layers round `inner`, which asks one of `offers`; close them at the end.

    `cost` is what a completion cost in USD.
    """
    usage = Usage(metrics=metrics, unix=clock.unix, cost=cost)
    async with AsyncExitStack() as stack:
        memory, semantic = None, None
        if cache is not None:
            memory = MemoryTier(max_entries=cache.max_entries)
            semantic = await _open_semantic(
                stack, inner, offers, cache, clock=clock, metrics=metrics
            )
            inner = CachedLLM(
                semantic or inner,
                tiers=[memory, *await _open_far_tiers(stack, cache)],
                models=await _open_identity(stack, offers, clock),
                ttl=cache.ttl,
                clock=clock,
                metrics=metrics,
            )
        completer = MeteredLLM(inner, usage)
        yield Core(
            completer=completer,
            structured=StructuredLLM(
                completer, metrics=metrics, monotonic=clock.monotonic
            ),
            usage=usage,
            memory=memory,
            semantic=semantic,
        )


async def _open_far_tiers(stack: AsyncExitStack, cache: CacheTerms) -> list[Tier]:
    tiers = [cache.disk] if cache.disk is not None else []
    if cache.url is not None:
        tiers.append(
            await stack.enter_async_context(open_redis_tier(cache.url.reveal()))
        )
    return tiers


async def _open_semantic(
    stack: AsyncExitStack,
    inner: Completer,
    offers: Sequence[Local | Cloud],
    cache: CacheTerms,
    *,
    clock: Clock,
    metrics: Metrics,
) -> SemanticLLM | None:
    """Texts are embedded on a server of our own, or not at all."""
    local = next((offer for offer in offers if isinstance(offer, Local)), None)
    if not cache.embeds_with or local is None:
        return None
    wire = await stack.enter_async_context(open_wire())
    embedder = Embedder(
        wire, endpoints=endpoints_of(local.endpoint_url), model=cache.embeds_with
    )
    return SemanticLLM(
        inner,
        embedder=embedder,
        ttl=cache.ttl,
        monotonic=clock.monotonic,
        metrics=metrics,
    )


async def _open_identity(
    stack: AsyncExitStack, offers: Sequence[Local | Cloud], clock: Clock
) -> Identity:
    """Ollama tells which weights it has; a cloud's model is no more than its name."""
    wire = await stack.enter_async_context(open_wire())
    names, servers = [], []
    for offer in offers:
        names += [offer.name, offer.model]
        if isinstance(offer, Cloud):
            names.append(offer.base)
            continue
        endpoints = endpoints_of(offer.endpoint_url)
        names.append(endpoints.speech)
        if endpoints.speech is Speech.OPENAI:
            names.append(endpoints.base)
        else:
            servers.append(Ollama(wire, endpoints=endpoints, model=offer.model))
    known = tuple(map(str, names))
    return Identity(
        partial(_identify, known, servers), unknown=known, monotonic=clock.monotonic
    )


async def _identify(
    known: tuple[str, ...], servers: Sequence[Ollama]
) -> tuple[str, ...]:
    found = [part for one in servers for part in await one.identity(timeout=PATIENCE)]
    return *known, *found
