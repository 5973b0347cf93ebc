"""The chain of models that the settings list, and the memory of what it has cost."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from pydantic import TypeAdapter

from catalyst_bot.clock import Clock, SystemClock
from catalyst_bot.errors import StorageError
from catalyst_bot.llm.budget import Budget, Caps, Day, Spent
from catalyst_bot.llm.chain import Guards, Listed, open_chain
from catalyst_bot.llm.model import Completion
from catalyst_bot.llm.providers.offers import Cloud, Local
from catalyst_bot.llm.providers.ollama import NUM_CTX
from catalyst_bot.llm.router import Router
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.secret import Secret
from catalyst_bot.settings import Settings
from catalyst_bot.settings_clouds import LOCAL, CloudGroup

T = TypeVar("T")

SAVED_EVERY = 5.0  # seconds; what a crash forgets of the day's money
_SPENT = TypeAdapter(Spent)

logger = logging.getLogger(__name__)


class Notes(Protocol):
    """Keeps texts by name over restarts; both may raise StorageError."""

    async def read(self, name: str, parse: Callable[[str], T]) -> T | None: ...

    async def write(self, texts: Mapping[str, str]) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The opened chain; run `tally` beside it."""

    router: Router
    offers: tuple[Local | Cloud, ...]
    tally: "Tally"

    @property
    def first(self) -> str:
        """Return the name of the model that is asked first."""
        return self.offers[0].model


@asynccontextmanager
async def open_models(
    settings: Settings,
    *,
    clock: Clock,
    rng: random.Random,
    metrics: Metrics,
    notes: Notes | None,
) -> AsyncIterator[Models]:
    """Open the chain; with notes it goes on with what was spent today already."""
    llm, now = settings.llm, SystemClock().now
    offers = offers_of(settings)
    budgets = {
        name: Budget(_caps_of(cloud), today=lambda: now().date())
        for name, cloud in settings.clouds.items()
    }
    tally = Tally(budgets, notes)
    await tally.load()
    guards = Guards(
        max_concurrent=llm.max_concurrent,
        max_attempts=llm.max_retries,
        retry_delay=llm.retry_delay,
        fail_max=llm.breaker_fail_max,
        reset=llm.breaker_reset,
        rate_per_minute=llm.rate_per_minute,
        longest=llm.timeout,
    )
    listed = [Listed(offer=one, budget=budgets.get(one.name)) for one in offers]
    try:
        async with open_chain(
            listed, guards=guards, clock=clock, now=now, rng=rng, metrics=metrics
        ) as router:
            yield Models(router=router, offers=offers, tally=tally)
    finally:
        await tally.save()


def offers_of(settings: Settings) -> tuple[Local | Cloud, ...]:
    """Return who is asked, in the order of LLM_PROVIDERS; clouds only with a key."""
    offers: list[Local | Cloud] = []
    for name in settings.llm.providers:
        if name == LOCAL:
            offers.append(local_of(settings))
        elif name in settings.clouds:
            offers.append(_cloud_of(name, settings.clouds[name]))
    return tuple(offers)


def context_of(offers: Sequence[Local | Cloud]) -> int | None:
    """Return how many tokens each of them can hold, None: more than we ever send."""
    is_local = any(isinstance(offer, Local) for offer in offers)
    return NUM_CTX if is_local else None


def local_of(settings: Settings) -> Local:
    """Return the server of our own, listed or not."""
    llm = settings.llm
    return Local(endpoint_url=llm.endpoint_url, model=llm.model_name)


class Tally:
    """Remembers over restarts what each provider has cost today.

    A cap of a day that a restart forgets is no cap. Without notes, in a script, the
    day begins with the process.
    """

    def __init__(self, budgets: Mapping[str, Budget], notes: Notes | None) -> None:
        self._budgets, self._notes = budgets, notes
        self._saved: dict[str, Spent] = {}

    async def load(self) -> None:
        """Take over what an earlier process has spent today."""
        if self._notes is None:
            return
        for name, budget in self._budgets.items():
            spent = await self._notes.read(name, _SPENT.validate_json)
            if spent is not None:  # else this day begins anew
                budget.resume(spent)
        self._saved = self._spent()

    async def run(self) -> None:
        """Save it every few seconds, as long as something is spent; never return."""
        while True:
            await asyncio.sleep(SAVED_EVERY)
            await self.save()

    async def save(self) -> None:
        """Write down what has changed; a failure is one log line."""
        spent = self._spent()
        if self._notes is None or spent == self._saved:
            return
        texts = {name: _SPENT.dump_json(one).decode() for name, one in spent.items()}
        try:
            await self._notes.write(texts)
        except StorageError as error:
            logger.warning("spending not saved", extra={"reason": str(error)})
        else:
            self._saved = spent

    def cost(self, completion: Completion) -> float:
        """Return what a completion cost in USD, 0.0 where nobody is paid."""
        budget = self._budgets.get(completion.provider)
        if budget is None:
            return 0.0
        return budget.caps.price(completion.prompt_tokens, completion.completion_tokens)

    def today(self) -> tuple[Day, ...]:
        """Return what each cloud has used up today, and its caps."""
        return tuple(
            Day(provider=name, spent=budget.spent, caps=budget.caps)
            for name, budget in self._budgets.items()
        )

    def _spent(self) -> dict[str, Spent]:
        return {name: budget.spent for name, budget in self._budgets.items()}


def _cloud_of(name: str, group: CloudGroup) -> Cloud:
    match name:
        case "openai" | "gemini" | "anthropic":
            return Cloud(
                name=name,
                key=group.key or Secret(""),
                base=group.base_url,
                model=group.model,
            )
    raise ValueError(f"{name} is no cloud")


def _caps_of(group: CloudGroup) -> Caps:
    return Caps(
        requests=group.daily_requests,
        tokens=group.daily_tokens,
        usd=group.daily_usd,
        usd_per_mtok_in=group.usd_per_mtok_in,
        usd_per_mtok_out=group.usd_per_mtok_out,
    )
