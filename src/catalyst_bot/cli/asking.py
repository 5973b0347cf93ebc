"""Opens the model for one command: the layers of the daemon, without the daemon."""

import asyncio
import random
import re
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from catalyst_bot.cli.dependencies import State, look_at_providers
from catalyst_bot.clock import SystemClock
from catalyst_bot.configuration import read_settings
from catalyst_bot.errors import CatalystError, StorageError
from catalyst_bot.llm.core import Core
from catalyst_bot.llm.model import (
    Completion,
    CompletionRequest,
    Lane,
    LLMError,
    LLMErrorKind,
)
from catalyst_bot.llm.router import Router
from catalyst_bot.llm_chain import Models, open_models
from catalyst_bot.llm_layers import File, open_layers
from catalyst_bot.ops.logs import configure
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.redact import Redactor
from catalyst_bot.settings import Settings
from catalyst_bot.settings_clouds import LOCAL, PROVIDERS
from catalyst_bot.storage.answers import answers_path, open_answers

INTERRUPTED = 130  # the exit code after Ctrl-C; what was done is shown first
# Seconds for the file of answers: no alert waits here, and to ask anew takes longer.
_PATIENCE = 5.0
_MODEL = re.compile(r"\S{1,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The opened model; `file` keeps its answers, where there is one."""

    models: Models
    core: Core
    file: File | None
    metrics: Metrics


def quiet_settings(env_file: Path | None) -> Settings:
    """Return the settings, with a log on stderr that has nothing but errors.

    Raises:
        SettingsError: with every fault.
    """
    settings = read_settings(env_file)
    configure(
        level="ERROR",
        form=settings.log.format,
        redact=Redactor(settings.secrets),
        stream=sys.stderr,
    )
    return settings


def provider_of(name: str, settings: Settings) -> str:
    """Return who is asked, the first who is listed unless one is named.

    Raises:
        typer.BadParameter: there is no such provider, or it has no key.
    """
    hint = "--provider" if name else "LLM_PROVIDERS"
    name = name or settings.llm.providers[0]
    if name not in PROVIDERS:
        known = ", ".join(PROVIDERS)
        raise typer.BadParameter(f"{name!r}: expected one of {known}", param_hint=hint)
    if name != LOCAL and getattr(settings, name).key is None:
        raise typer.BadParameter(
            f"{name} needs a key: set {name.upper()}_API_KEY", param_hint=hint
        )
    return name


def check_model(name: str) -> None:
    """Refuse what no model can be called.

    Raises:
        typer.BadParameter: it has spaces, or is too long.
    """
    if not _MODEL.fullmatch(name):
        raise typer.BadParameter(
            f"{name!r}: expected a name without spaces", param_hint="--model"
        )


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
async def open_model(
    settings: Settings, *, warms_up: bool = False
) -> AsyncIterator[Asked]:
    """Open the listed models behind the cache that the daemon uses too.

    `warms_up`: the model is loaded before the first question that the cache has no
    answer to.
    """
    clock, metrics = SystemClock(), Metrics()
    rng = random.Random()  # noqa: S311 - jitter
    async with AsyncExitStack() as stack:
        file = await _open_file(stack, settings)
        models = await stack.enter_async_context(
            open_models(settings, clock=clock, rng=rng, metrics=metrics, notes=None)
        )
        layers = await stack.enter_async_context(
            open_layers(
                _WarmLLM(models.router) if warms_up else models.router,
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


class _WarmLLM:
    """Loads the model before it is asked for the first time."""

    def __init__(self, router: Router) -> None:
        self._router, self._turn = router, asyncio.Lock()
        self._is_warm = False

    async def complete(
        self,
        request: CompletionRequest,
        *,
        within: float,
        value: float = 0.0,
        lane: Lane = Lane.ALERT,
    ) -> Completion:
        began = time.monotonic()
        try:
            async with asyncio.timeout(within):
                await self._warm_up()
        except TimeoutError as error:
            detail = "the model was not loaded in time"
            raise LLMError(LLMErrorKind.TIMEOUT, detail) from error
        left = within - (time.monotonic() - began)
        return await self._router.complete(
            request, within=max(0.0, left), value=value, lane=lane
        )

    async def _warm_up(self) -> None:
        async with self._turn:
            if not self._is_warm:
                await self._router.warm_up()
            self._is_warm = True


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
            open_answers(
                path, max_entries=settings.cache.max_entries, patience=_PATIENCE
            )
        )
    except StorageError:
        return None  # every question is then asked anew
