"""The model for other people's scripts: the daemon's own client behind five names.

A script has no composition root, so two things live at module level, which the fixed
signatures demand: the client of each running loop, and when memory was last reported.
"""

import asyncio
import logging
import os
import random
import sys
import threading
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from typing import Final, Literal, Self

from catalyst_bot.clock import Clock, SystemClock
from catalyst_bot.errors import SettingsError
from catalyst_bot.llm.client import LLMClient, open_llm
from catalyst_bot.llm.endpoints import endpoints_of
from catalyst_bot.llm.memory import report_memory
from catalyst_bot.llm.model import CompletionRequest, LLMError, LLMErrorKind
from catalyst_bot.ops.late_loop import LateLoop
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.settings import load_settings
from catalyst_bot.settings_llm import Llm

Priority = Literal["high", "normal", "low"]

REPORT_EVERY = 300.0  # seconds between two reports that nobody forced
_TENDING = 2.0  # seconds for unloading and reporting together
_MAX_TOKENS = 1024  # of an answer; a quarter of the context, the rest is the prompt's
_VALUES: Final = {"high": 1.0, "normal": 0.5, "low": 0.0}  # the gate's order
_SILENT = (  # the client logs every other kind itself
    LLMErrorKind.BUSY,
    LLMErrorKind.RATE_LIMITED,
    LLMErrorKind.BAD_ANSWER,
    LLMErrorKind.TRUNCATED,
)
_DEFAULTS = Llm()

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LLMClientConfig:
    """Which model is asked, and how; defaults and limits are the daemon's.

    Args:
        endpoint_url: the full URL of Ollama's /api/generate (LLM_ENDPOINT_URL).
        model_name: as `ollama list` names it (LLM_MODEL_NAME).
        timeout_secs: for a whole query, queue and retries included.
        max_concurrent: requests at the server at a time; 100 more wait here.
        max_retries: attempts in all at one query.
        retry_delay: seconds, the base of the wait between two attempts.
        breaker_fail_max: failures in a row until the server is left alone.
        breaker_reset_secs: the longest wait between two probes of it.
    Raises:
        ValueError: with every value that the daemon would refuse too.
    """

    endpoint_url: str = _DEFAULTS.endpoint_url
    model_name: str = _DEFAULTS.model_name
    timeout_secs: float = _DEFAULTS.timeout
    max_concurrent: int = _DEFAULTS.max_concurrent
    max_retries: int = _DEFAULTS.max_retries
    retry_delay: float = _DEFAULTS.retry_delay
    breaker_fail_max: int = _DEFAULTS.breaker_fail_max
    breaker_reset_secs: float = _DEFAULTS.breaker_reset

    def __post_init__(self) -> None:
        endpoints_of(self.endpoint_url)
        values = {
            "LLM_ENDPOINT_URL": self.endpoint_url,
            "LLM_MODEL_NAME": self.model_name,
            "LLM_TIMEOUT_SECS": self.timeout_secs,
            "LLM_MAX_CONCURRENT": self.max_concurrent,
            "LLM_MAX_RETRIES": self.max_retries,
            "LLM_RETRY_DELAY": self.retry_delay,
            "LLM_BREAKER_FAIL_MAX": self.breaker_fail_max,
            "LLM_BREAKER_RESET_SECS": self.breaker_reset_secs,
        }
        try:
            load_settings({name: str(value) for name, value in values.items()})
        except SettingsError as error:
            raise ValueError(str(error)) from error

    @classmethod
    def from_env(cls) -> Self:
        """Return what the LLM_* settings of the environment say.

        Raises:
            SettingsError: with every fault among the settings, as the daemon does.
        """
        llm = load_settings(os.environ).llm
        return cls(
            endpoint_url=llm.endpoint_url,
            model_name=llm.model_name,
            timeout_secs=llm.timeout,
            max_concurrent=llm.max_concurrent,
            max_retries=llm.max_retries,
            retry_delay=llm.retry_delay,
            breaker_fail_max=llm.breaker_fail_max,
            breaker_reset_secs=llm.breaker_reset,
        )


class AsyncLLMClient:
    """Asks the model; open it with `async with`, once for many queries.

    `config` None reads the environment. Queue, retries and the circuit are those of
    the daemon; all queries of one client share them.
    """

    def __init__(self, config: LLMClientConfig | None = None) -> None:
        self._config = config or LLMClientConfig.from_env()
        self._stack = AsyncExitStack()
        self._client: LLMClient | None = None

    async def __aenter__(self) -> Self:
        config = self._config
        self._client = await self._stack.enter_async_context(
            open_llm(
                endpoint_url=config.endpoint_url,
                model=config.model_name,
                max_concurrent=config.max_concurrent,
                max_attempts=config.max_retries,
                retry_delay=config.retry_delay,
                fail_max=config.breaker_fail_max,
                reset=config.breaker_reset_secs,
                clock=SystemClock(),
                rng=random.Random(),  # noqa: S311 - jitter
                metrics=Metrics(),
            )
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._client = None
        await self._stack.aclose()

    async def query(
        self, prompt: str, *, system: str | None = None, priority: Priority = "normal"
    ) -> str | None:
        """Return the model's answer, None after any failure; the log has its reason.

        `system` is the constant part of what is asked. `priority` is the order in the
        queue, nothing else; beyond 100 waiting the least and last gets None at once.

        Raises:
            ValueError: an empty prompt, one that is no text, an unknown priority.
            RuntimeError: the client is not open.
        """
        request, value = _request(prompt, system), _value_of(priority)
        if self._client is None:
            raise RuntimeError("open the client first: async with AsyncLLMClient()")
        within = self._config.timeout_secs
        try:
            answer = await self._client.complete(request, within=within, value=value)
        except LLMError as error:
            if error.kind in _SILENT:
                logger.warning("query not answered: %s", error)
            return None
        return answer.text


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
    if _in_a_loop():
        raise RuntimeError("an event loop runs here: await query_llm_async instead")
    return asyncio.run(query_llm_async(prompt, system=system, priority=priority))


def cleanup_gpu_memory(force: bool = False) -> None:
    """Log what each model in the LLM server's memory takes, in bytes; never raise.

    At most once in 300 s. With `force` the server drops our model first, and the report
    comes now. It takes 2 s at most; where an event loop runs, a thread does it, which
    the interpreter waits for at its end.
    """
    if not _reports.is_due(force=force):
        return
    if not _in_a_loop():
        _tend(force=force)
        return
    try:
        threading.Thread(
            target=_tend, kwargs={"force": force}, name="catalyst-gpu-memory"
        ).start()
    except RuntimeError as error:  # no more threads: the system's limit, or the end
        logger.warning("gpu_memory not reported: %s", error)


def _request(prompt: object, system: object) -> CompletionRequest:
    if not isinstance(prompt, str) or not isinstance(system, str | None):
        raise ValueError("prompt and system must be texts")  # noqa: TRY004 - as empty
    return CompletionRequest(prompt=prompt, system=system or "", max_tokens=_MAX_TOKENS)


def _value_of(priority: str) -> float:
    if priority not in _VALUES:
        raise ValueError(f"priority must be high, normal or low, not {priority!r}")
    return _VALUES[priority]


def _in_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


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


class _Reports:
    """When the memory was reported; scripts may ask from several threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._next = 0.0

    def is_due(self, *, force: bool) -> bool:
        with self._lock:
            now = self._clock.monotonic()
            is_due = force or now >= self._next
            if is_due:
                self._next = now + REPORT_EVERY
            return is_due


_reports = _Reports(SystemClock())


def _tend(*, force: bool) -> None:
    """Unload and report in a loop of its own; the edge beyond which nothing raises."""
    try:
        config = LLMClientConfig.from_env()
        report = report_memory(
            endpoint_url=config.endpoint_url,
            model=config.model_name,
            unloads=force,
            timeout=_TENDING,
        )
        with asyncio.Runner(loop_factory=LateLoop) as runner:
            runner.run(report)
    except (LLMError, SettingsError, TimeoutError) as error:
        reason = str(error) or f"no answer in {_TENDING:g} s"
        logger.warning("gpu_memory not reported: %s", reason)
    except Exception:  # a script that tidies up must not fail by it
        logger.exception("gpu_memory not reported")
