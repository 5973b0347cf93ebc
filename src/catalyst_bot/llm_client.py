"""A script's client: the guarded model with its cache and its books."""

import json
import logging
import random
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from typing import Any, Final, Literal, Self

from catalyst_bot.clock import SystemClock
from catalyst_bot.llm.batch import Batch, OnProgress
from catalyst_bot.llm.client import open_llm
from catalyst_bot.llm.core import CacheTerms, Core, open_core
from catalyst_bot.llm.model import (
    Completion,
    CompletionRequest,
    Lane,
    LLMError,
    LLMErrorKind,
)
from catalyst_bot.llm.providers.offers import Local
from catalyst_bot.llm.schema import schema_of
from catalyst_bot.llm.stats import Stats
from catalyst_bot.llm.structured import Objects
from catalyst_bot.llm_config import LLMClientConfig
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.secret import Secret

Priority = Literal["high", "normal", "low"]

PURPOSE = "script"
_MAX_TOKENS = 1024  # of an answer; a quarter of the context, the rest is the prompt's
_LANES: Final = {"high": Lane.ALERT, "normal": Lane.INTERACTIVE, "low": Lane.BATCH}
_SILENT = (  # the client logs every other kind itself
    LLMErrorKind.BUSY,
    LLMErrorKind.RATE_LIMITED,
    LLMErrorKind.BAD_ANSWER,
    LLMErrorKind.BAD_JSON,
    LLMErrorKind.TRUNCATED,
)

logger = logging.getLogger(__name__)


class AsyncLLMClient:
    """Asks the model; open it with `async with`, once for many queries.

    `config` None reads the environment. Queue, retries, circuit and cache are those of
    the daemon; all queries of one client share them. Its cache ends with it.
    """

    def __init__(self, config: LLMClientConfig | None = None) -> None:
        self._config = config or LLMClientConfig.from_env()
        self._stack = AsyncExitStack()
        self._opened: Core | None = None

    async def __aenter__(self) -> Self:
        config, clock, metrics = self._config, SystemClock(), Metrics()
        client = await self._stack.enter_async_context(
            open_llm(
                endpoint_url=config.endpoint_url,
                model=config.model_name,
                max_concurrent=config.max_concurrent,
                max_attempts=config.max_retries,
                retry_delay=config.retry_delay,
                fail_max=config.breaker_fail_max,
                reset=config.breaker_reset_secs,
                clock=clock,
                rng=random.Random(),  # noqa: S311 - jitter
                metrics=metrics,
            )
        )
        self._opened = await self._stack.enter_async_context(
            open_core(
                client,
                offers=[
                    Local(endpoint_url=config.endpoint_url, model=config.model_name)
                ],
                cache=_cache_of(config),
                cost=lambda _: 0.0,
                clock=clock,
                metrics=metrics,
            )
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._opened = None
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
        request, lane = _request(prompt, system), _lane_of(priority)
        core, within = self._core, self._config.timeout_secs
        try:
            answer = await core.completer.complete(request, within=within, lane=lane)
        except LLMError as error:
            _say(error)
            return None
        return answer.text

    async def json(
        self,
        prompt: str,
        schema: Mapping[str, Any],
        *,
        system: str | None = None,
        priority: Priority = "normal",
    ) -> dict[str, Any] | None:
        """Return an object that fits `schema`, None after any failure.

        `schema` is a JSON schema of type object; `model_json_schema()` of a pydantic
        model is one. What it demands is checked, so an answer is never a guess; one
        that cannot be read is asked for once more.

        Raises:
            ValueError: as `query`, and for a schema with parts that are not checked.
            RuntimeError: the client is not open.
        """
        request = _request(prompt, system, schema=_schema_text(schema))
        lane = _lane_of(priority)
        core, within = self._core, self._config.timeout_secs
        try:
            read = await core.structured.ask(request, within=within, lane=lane)
        except LLMError as error:
            _say(error)
            return None
        return read.value

    async def batch(
        self,
        prompts: Sequence[str],
        *,
        max_concurrent: int = 10,
        system: str | None = None,
        schema: Mapping[str, Any] | None = None,
        deadline: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> list[Completion | LLMError]:
        """Return the outcome of each prompt, in the order of the prompts.

        A failure is the outcome of its own prompt: an `LLMError` with `kind`, `status`
        and `attempts`. Equal prompts are asked once. With a `schema` each text is the
        JSON of an object that fits it. `deadline` is in seconds, for all of them.
        `on_progress(done, total, failed, eta_s)` is called after each.

        Raises:
            ValueError: `max_concurrent` below 1, a schema as in `json`, or a prompt
                that is empty or no text, with its index.
            RuntimeError: the client is not open.
        """
        requests = _requests(prompts, system, schema)
        batch = self._batch(max_concurrent, schema, deadline, on_progress)
        return await batch.run(requests)

    async def stream_batch(
        self,
        prompts: Sequence[str],
        *,
        max_concurrent: int = 10,
        system: str | None = None,
        schema: Mapping[str, Any] | None = None,
        deadline: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> AsyncGenerator[tuple[int, Completion | LLMError], None]:
        """Yield the index and the outcome of each prompt as they come: see `batch`.

        Closing it cancels what is under way.

        Raises:
            ValueError, RuntimeError: as `batch`, when the first is awaited.
        """
        requests = _requests(prompts, system, schema)
        batch = self._batch(max_concurrent, schema, deadline, on_progress)
        async with aclosing(batch.stream(requests)) as outcomes:
            async for place, outcome in outcomes:
                yield place, outcome

    def stats(self) -> Stats:
        """Return what this client was used for since it was opened.

        Raises:
            RuntimeError: the client is not open.
        """
        return self._core.usage.stats()

    @property
    def _core(self) -> Core:
        if self._opened is None:
            raise RuntimeError("open the client first: async with AsyncLLMClient()")
        return self._opened

    def _batch(
        self,
        max_concurrent: int,
        schema: Mapping[str, Any] | None,
        deadline: float | None,
        on_progress: OnProgress | None,
    ) -> Batch:
        core = self._core
        return Batch(
            completer=core.completer if schema is None else Objects(core.structured),
            within=self._config.timeout_secs,
            max_concurrent=max_concurrent,
            deadline=deadline,
            on_progress=on_progress,
        )


def _cache_of(config: LLMClientConfig) -> CacheTerms | None:
    if not config.cache_enabled:
        return None
    return CacheTerms(
        ttl=config.cache_ttl_secs,
        max_entries=config.cache_max_entries,
        url=Secret(config.cache_url) if config.cache_url else None,
    )


def _request(prompt: object, system: object, *, schema: str = "") -> CompletionRequest:
    if not isinstance(prompt, str) or not isinstance(system, str | None):
        raise ValueError("prompt and system must be texts")  # noqa: TRY004 - as empty
    return CompletionRequest(
        prompt=prompt,
        system=system or "",
        schema=schema,
        max_tokens=_MAX_TOKENS,
        purpose=PURPOSE,
    )


def _requests(
    prompts: Sequence[str], system: str | None, schema: Mapping[str, Any] | None
) -> list[CompletionRequest]:
    if isinstance(prompts, str):
        raise ValueError("prompts must be several texts, not one")  # noqa: TRY004
    text, requests = _schema_text(schema), []
    for index, prompt in enumerate(prompts):
        try:
            requests.append(_request(prompt, system, schema=text))
        except ValueError as error:
            raise ValueError(f"prompts[{index}]: {error}") from error
    return requests


def _schema_text(schema: Mapping[str, Any] | None) -> str:
    if schema is None:
        return ""
    text = json.dumps(schema)
    schema_of(text)  # says what is wrong with it before anything is sent
    return text


def _lane_of(priority: str) -> Lane:
    if priority not in _LANES:
        raise ValueError(f"priority must be high, normal or low, not {priority!r}")
    return _LANES[priority]


def _say(error: LLMError) -> None:
    if error.kind in _SILENT:
        logger.warning("query not answered: %s", error)
