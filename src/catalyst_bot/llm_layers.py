"""The outer layers of the model as the settings want them: cache, books, ladder."""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from catalyst_bot.clock import Clock
from catalyst_bot.errors import StorageError
from catalyst_bot.llm.core import Core, open_core
from catalyst_bot.llm.keeper import Keeper
from catalyst_bot.llm.model import Completion
from catalyst_bot.llm.providers.offers import Cloud, Local
from catalyst_bot.llm.structured import Completer
from catalyst_bot.llm_terms import terms_of
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.settings_llm import Cache
from catalyst_bot.storage.answers import AnswerFile, answers_path, open_answers

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """The opened layers; run `keep` beside them."""

    core: Core
    keeper: Keeper | None  # of the file, where there is one

    async def keep(self) -> None:
        """Look after the file; without one there is nothing to do."""
        if self.keeper is not None:
            await self.keeper.run()


@asynccontextmanager
async def open_layers(
    inner: Completer,
    *,
    offers: Sequence[Local | Cloud],
    cost: Callable[[Completion], float],
    cache: Cache,
    database_url: str,
    clock: Clock,
    metrics: Metrics,
) -> AsyncIterator[Layers]:
    """Open the layers round `inner`, with a file of answers beside the database.

    Without a usable file the daemon works on: every start then begins with none.
    """
    async with AsyncExitStack() as stack:
        file = None
        try:
            file = await stack.enter_async_context(
                open_answers(answers_path(database_url), max_entries=cache.max_entries)
            )
        except StorageError as error:
            logger.warning("cache file not used", extra={"reason": str(error)})
        core = await stack.enter_async_context(
            open_core(
                inner,
                offers=offers,
                cache=terms_of(cache, disk=file),
                cost=cost,
                clock=clock,
                metrics=metrics,
            )
        )
        yield Layers(core=core, keeper=_keeper_of(core, file, clock))


def _keeper_of(core: Core, file: AnswerFile | None, clock: Clock) -> Keeper | None:
    """The books go to the file even when no answers do."""
    if file is None:
        return None
    forget = core.memory.clear if core.memory is not None else lambda: None
    return Keeper(core.usage, file, forget=forget, monotonic=clock.monotonic)
