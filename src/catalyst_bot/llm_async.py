"""The model for other people's scripts: the daemon's own core behind a few names.

A script has no composition root, so the client of each running loop lives at module
level, which the fixed signatures demand; when memory was last reported, in `llm_gpu`.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from typing import Any

from catalyst_bot.llm.batch import OnProgress
from catalyst_bot.llm.model import Completion, LLMError, LLMErrorKind
from catalyst_bot.llm.stats import Stats, UsageRow
from catalyst_bot.llm_client import AsyncLLMClient, Priority
from catalyst_bot.llm_config import LLMClientConfig
from catalyst_bot.llm_gpu import cleanup_gpu_memory, in_a_loop

__all__ = [
    "AsyncLLMClient",
    "Completion",
    "LLMClientConfig",
    "LLMError",
    "LLMErrorKind",
    "Priority",
    "Stats",
    "UsageRow",
    "batch_llm",
    "batch_llm_async",
    "cleanup_gpu_memory",
    "query_llm",
    "query_llm_async",
]


async def query_llm_async(
    prompt: str, *, system: str | None = None, priority: Priority = "normal"
) -> str | None:
    """Return the model's answer, None after any failure: see `AsyncLLMClient.query`.

    All queries of one event loop share a client, which is closed with the loop.

    Raises:
        ValueError: an empty prompt, one that is no text, an unknown priority.
        SettingsError: the environment has a wrong setting.
    """
    client = await _client_of_this_loop()
    return await client.query(prompt, system=system, priority=priority)


def query_llm(
    prompt: str, *, system: str | None = None, priority: Priority = "normal"
) -> str | None:
    """Do what `query_llm_async` does, where no event loop runs.

    Each call has a loop, and so a client and a circuit, of its own.

    Raises:
        ValueError: an empty prompt, one that is no text, an unknown priority.
        SettingsError: the environment has a wrong setting.
        RuntimeError: an event loop runs in this thread.
    """
    if in_a_loop():
        raise RuntimeError("an event loop runs here: await query_llm_async instead")
    return asyncio.run(query_llm_async(prompt, system=system, priority=priority))


async def batch_llm_async(
    prompts: Sequence[str],
    *,
    max_concurrent: int = 10,
    system: str | None = None,
    schema: dict[str, Any] | None = None,
    deadline: float | None = None,
    on_progress: OnProgress | None = None,
) -> list[Completion | LLMError]:
    """Return the outcome of each prompt, in their order: see `AsyncLLMClient.batch`.

    Raises:
        ValueError: what is wrong, with the index of the prompt.
        SettingsError: the environment has a wrong setting.
    """
    client = await _client_of_this_loop()
    return await client.batch(
        prompts,
        max_concurrent=max_concurrent,
        system=system,
        schema=schema,
        deadline=deadline,
        on_progress=on_progress,
    )


def batch_llm(
    prompts: Sequence[str],
    *,
    max_concurrent: int = 10,
    system: str | None = None,
    schema: dict[str, Any] | None = None,
    deadline: float | None = None,
    on_progress: OnProgress | None = None,
) -> list[Completion | LLMError]:
    """Do what `batch_llm_async` does, where no event loop runs, in any thread.

    Raises:
        ValueError: what is wrong, with the index of the prompt.
        SettingsError: the environment has a wrong setting.
        RuntimeError: an event loop runs in this thread.
    """
    if in_a_loop():
        raise RuntimeError("an event loop runs here: await batch_llm_async instead")
    return asyncio.run(
        batch_llm_async(
            prompts,
            max_concurrent=max_concurrent,
            system=system,
            schema=schema,
            deadline=deadline,
            on_progress=on_progress,
        )
    )


_Life = AsyncGenerator[AsyncLLMClient, None]
_shared: dict[asyncio.AbstractEventLoop, tuple[AsyncLLMClient, _Life]] = {}


async def _client_of_this_loop() -> AsyncLLMClient:
    """Return the loop's client; `asyncio.run` ends a loop's generators, and so it.

    Opening does not suspend, so no second caller comes between look and entry.
    """
    loop = asyncio.get_running_loop()
    if loop not in _shared:
        for other in tuple(_shared):
            if other.is_closed():  # by hand, without its generators
                _shared.pop(other, None)
        life = _live(loop)
        _shared[loop] = (await anext(life), life)
    return _shared[loop][0]


async def _live(loop: asyncio.AbstractEventLoop) -> _Life:
    async with AsyncExitStack() as stack:
        stack.callback(_shared.pop, loop, None)
        with _unseen_by_the_loop():
            client = await stack.enter_async_context(AsyncLLMClient())
        yield client


@contextmanager
def _unseen_by_the_loop() -> Iterator[None]:
    """Keep generators begun in the block from being closed by the loop itself.

    At its end it closes all it knows at once: a context manager that is a generator
    would be closed twice, by the loop and by the `with` it stands in.
    """
    hook = sys.get_asyncgen_hooks().firstiter
    sys.set_asyncgen_hooks(firstiter=None)
    try:
        yield
    finally:
        sys.set_asyncgen_hooks(firstiter=hook)
