"""Who reads the alerts: the listed models with their layers, for daemon and scripts.

No web server and no database is imported here: a script that sends one alert must not
load them.
"""

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from catalyst_bot.clock import Clock
from catalyst_bot.enrichment.enricher import Documents, LLMEnricher
from catalyst_bot.enrichment.off import LLMOff
from catalyst_bot.llm.core import Core
from catalyst_bot.llm.usage import Usage
from catalyst_bot.llm_chain import Notes, Tally, open_models
from catalyst_bot.llm_layers import File, open_layers
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.settings import Settings

Reader = LLMEnricher | LLMOff


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """The opened reader with its books; run `beside` beside it.

    `core` asks the same models about other things, None when nobody is asked.
    """

    reader: Reader
    usage: Usage
    tally: Tally
    core: Core | None = None
    beside: tuple[Callable[[], Awaitable[None]], ...] = ()


@asynccontextmanager
async def open_reader(
    settings: Settings,
    *,
    is_on: bool,
    clock: Clock,
    metrics: Metrics,
    notes: Notes | None = None,
    file: File | None = None,
    documents: Documents | None = None,
) -> AsyncIterator[Readers]:
    """Open the listed models and who reads with them; close them at the end.

    `is_on` False: nobody reads. `notes` and `file` remember over restarts what was
    spent today and what was answered, `documents` has what is behind the alerts; a
    script has none of them.
    """
    if not is_on:
        usage = Usage(metrics=metrics, unix=clock.unix, cost=lambda _: 0.0)
        yield Readers(reader=LLMOff(), usage=usage, tally=Tally({}, None))
        return
    rng = random.Random()  # noqa: S311 - jitter
    async with (
        open_models(
            settings, clock=clock, rng=rng, metrics=metrics, notes=notes
        ) as models,
        open_layers(
            models.router,
            offers=models.offers,
            cost=models.tally.cost,
            cache=settings.cache,
            file=file,
            clock=clock,
            metrics=metrics,
        ) as layers,
    ):
        reader = LLMEnricher(
            models.router,
            asks=layers.core.structured,
            clock=clock,
            model=models.first,
            deadline=settings.llm.enrich_deadline,
            fence=random.SystemRandom(),
            documents=documents,
        )
        yield Readers(
            reader=reader,
            usage=layers.core.usage,
            tally=models.tally,
            core=layers.core,
            beside=(reader.warm_up, reader.tend, models.tally.run, layers.keep),
        )
