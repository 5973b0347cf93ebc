"""Builds the chain of providers out of what may be asked, and on which terms."""

import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from catalyst_bot.clock import Clock
from catalyst_bot.llm.breaker import Breaker
from catalyst_bot.llm.budget import Budget, Metered
from catalyst_bot.llm.client import LLMClient
from catalyst_bot.llm.member import Member
from catalyst_bot.llm.providers.offers import Cloud, Local, build_provider
from catalyst_bot.llm.router import Router
from catalyst_bot.llm.wire import Wire, open_wire
from catalyst_bot.ops.metrics import Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A provider of the chain, and what it may cost in a day; None: anything."""

    offer: Local | Cloud
    budget: Budget | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """What protects each provider by itself; see `LLMClient` and `Breaker`."""

    max_concurrent: int
    max_attempts: int
    retry_delay: float
    fail_max: int
    reset: float
    longest: float
    rate_per_minute: int = 0


@asynccontextmanager
async def open_chain(
    listed: Sequence[Listed],
    *,
    guards: Guards,
    clock: Clock,
    now: Callable[[], datetime],
    rng: random.Random,
    metrics: Metrics,
) -> AsyncIterator[Router]:
    """Open one pool and a router over the providers, in order; close it at the end.

    `now` returns the real time: money is spent by real days, whatever the clock says.

    Raises:
        ValueError: nothing is listed, or the URL of a local server names no dialect.
    """
    if not listed:
        raise ValueError("no provider is listed")
    async with open_wire() as wire:
        clients = [
            _client_of(
                one,
                wire=wire,
                guards=guards,
                clock=clock,
                rng=rng,
                metrics=metrics,
            )
            for one in listed
        ]
        members = [
            Member(
                client,
                model=one.offer.model,
                now=now,
                is_local=isinstance(one.offer, Local),
            )
            for one, client in zip(listed, clients, strict=True)
        ]
        yield Router(members, monotonic=clock.monotonic)


def _client_of(
    listed: Listed,
    *,
    wire: Wire,
    guards: Guards,
    clock: Clock,
    rng: random.Random,
    metrics: Metrics,
) -> LLMClient:
    provider = build_provider(listed.offer, wire=wire)
    if listed.budget is not None:
        provider = Metered(provider, listed.budget)
    return LLMClient(
        provider,
        breaker=Breaker(
            fail_max=guards.fail_max,
            reset=guards.reset,
            monotonic=clock.monotonic,
            rng=rng,
        ),
        clock=clock,
        rng=rng,
        metrics=metrics,
        max_concurrent=guards.max_concurrent,
        max_attempts=guards.max_attempts,
        retry_delay=guards.retry_delay,
        rate_per_minute=guards.rate_per_minute,
        longest=guards.longest,
    )
