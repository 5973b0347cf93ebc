"""Opens the model for one command: the layers of the daemon, without the daemon."""

import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from catalyst_bot.cli.dependencies import State, look_at_providers
from catalyst_bot.clock import SystemClock
from catalyst_bot.errors import CatalystError, StorageError
from catalyst_bot.llm.core import Core
from catalyst_bot.llm_chain import Models, open_models
from catalyst_bot.llm_layers import File, open_layers
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.settings import Settings
from catalyst_bot.settings_clouds import LOCAL
from catalyst_bot.storage.answers import answers_path, open_answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The opened model; `file` keeps its answers, where there is one."""

    models: Models
    core: Core
    file: File | None
    metrics: Metrics


def settings_for(
    settings: Settings,
    *,
    concurrency: int,
    provider: str = "",
    model: str = "",
    uses_cache: bool = True,
) -> Settings:
    """Return the settings under which a command asks; "": as they are set.

    `concurrency` is the ceiling of this process. A near story must not answer for the
    model, so the semantic tier is off.
    """
    update: dict[str, object] = {"max_concurrent": concurrency}
    if provider:
        update["providers"] = (provider,)
    first = provider or settings.llm.providers[0]
    if model and first == LOCAL:
        update["model_name"] = model
    kept = uses_cache and settings.cache.enabled
    chosen = replace(
        settings,
        llm=settings.llm.model_copy(update=update),
        cache=settings.cache.model_copy(update={"enabled": kept, "semantic": False}),
        features=settings.features.model_copy(update={"llm": True}),
    )
    if not model or first == LOCAL:
        return chosen
    cloud = getattr(settings, first).model_copy(update={"model": model})
    return replace(chosen, **{first: cloud})


@asynccontextmanager
async def open_model(settings: Settings) -> AsyncIterator[Asked]:
    """Open the listed models behind the cache that the daemon uses too."""
    clock, metrics = SystemClock(), Metrics()
    rng = random.Random()  # noqa: S311 - jitter
    async with AsyncExitStack() as stack:
        file = await _open_file(stack, settings)
        models = await stack.enter_async_context(
            open_models(settings, clock=clock, rng=rng, metrics=metrics, notes=None)
        )
        layers = await stack.enter_async_context(
            open_layers(
                models.router,
                offers=models.offers,
                cost=models.tally.cost,
                cache=settings.cache,
                file=file,
                clock=clock,
                metrics=metrics,
            )
        )
        try:
            yield Asked(models=models, core=layers.core, file=file, metrics=metrics)
        finally:
            if layers.keeper is not None:
                await layers.keeper.tend()  # for `cache stats`


async def look_at_model(settings: Settings) -> None:
    """Raise CatalystError with what to do when the first provider does not answer."""
    row = (await look_at_providers(settings))[0]
    if row.state is not State.OK:
        raise CatalystError(f"{row.detail}: {row.hint}")


async def _open_file(stack: AsyncExitStack, settings: Settings) -> File | None:
    """Return the daemon's file of answers: both use what the other has asked."""
    path = answers_path(settings.storage.database_url)
    try:
        return await stack.enter_async_context(
            open_answers(path, max_entries=settings.cache.max_entries)
        )
    except StorageError:
        return None  # every question is then asked anew
