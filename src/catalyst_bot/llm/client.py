"""The guarded client: queue, circuit, attempts, and one deadline over all of them.

complete -> gate (slot, deadline) -> breaker (admission) -> provider.attempt
   ^________________ back-off, without a slot _______________________|
"""

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from catalyst_bot.clock import Clock
from catalyst_bot.llm.breaker import Admission, Breaker, CircuitOpen
from catalyst_bot.llm.endpoints import endpoints_of
from catalyst_bot.llm.gate import Gate
from catalyst_bot.llm.model import (
    Answer,
    Completion,
    CompletionRequest,
    Condition,
    LLMError,
    LLMErrorKind,
)
from catalyst_bot.llm.ollama import Ollama
from catalyst_bot.llm.pace import Pace
from catalyst_bot.llm.wire import open_wire
from catalyst_bot.ops.metrics import Metrics

_MARGIN = 0.05  # seconds: an attempt ends before its caller does, so a hang is counted
_SHORTEST = 0.05  # seconds: no model answers in less, so it is not asked
_FIRST_PAUSE = 0.1  # seconds after a 429 that names no wait; it doubles
_LOADING = 300.0  # seconds; a large model from a slow disk
_TOUCHING = 5.0
_STATES = {"closed": 0, "half-open": 1, "open": 2}
_FOR_THE_OPERATOR = (
    LLMErrorKind.AUTH,
    LLMErrorKind.BAD_REQUEST,
    LLMErrorKind.MODEL_MISSING,
    LLMErrorKind.TOO_LONG,
)

logger = logging.getLogger(__name__)


class Provider(Protocol):
    """A server that completes prompts; `llm.ollama` is one."""

    name: str

    async def attempt(
        self, request: CompletionRequest, *, timeout: float
    ) -> Answer: ...

    async def load(self, *, timeout: float) -> None: ...

    async def loaded(self, *, timeout: float) -> tuple[str, ...]: ...


@dataclass(slots=True, kw_only=True)
class _Call:
    """One call of `complete`: what bounds it, and what was sent for it so far."""

    value: float
    began: float
    deadline: float
    sent: int = 0
    refusals: int = 0  # 429s among those sent: they cost no attempt

    @property
    def attempt(self) -> int:
        """Return the number of the attempt under way, from 1."""
        return self.sent - self.refusals


class LLMClient:
    """Completes prompts and never overloads the server; `open_llm` makes it.

    At most `max_concurrent` requests are in flight, at most 100 wait. `max_attempts`
    counts all attempts at one request; `retry_delay` is the base of the back-off in
    seconds. A 429 costs no attempt: that request waits its turn until its deadline.
    """

    def __init__(
        self,
        provider: Provider,
        *,
        breaker: Breaker,
        clock: Clock,
        rng: random.Random,
        metrics: Metrics,
        max_concurrent: int,
        max_attempts: int,
        retry_delay: float,
    ) -> None:
        self._provider, self._breaker = provider, breaker
        self._clock, self._rng = clock, rng
        self._max_concurrent = max_concurrent
        self._max_attempts, self._retry_delay = max_attempts, retry_delay
        self._fault = ""
        self._pace = Pace(monotonic=clock.monotonic)
        self._gate = Gate(
            limit=max_concurrent,
            service=self._pace.typical,
            monotonic=clock.monotonic,
        )
        metrics.llm_in_flight.set_function(lambda: self._gate.in_flight)
        metrics.llm_waiting.set_function(lambda: self._gate.waiting)
        metrics.llm_breaker_state.set_function(lambda: _STATES[breaker.state])

    @property
    def is_available(self) -> bool:
        """Tell whether a request would be sent: the circuit admits it."""
        return not self._breaker.is_open

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing is in flight and nothing waits."""
        return self._gate.is_idle

    def retry_in(self) -> float:
        """Return the seconds until the open circuit is probed, 0.0 when it is not."""
        return self._breaker.retry_in()

    def status(self) -> str:
        """Return one line for a person: circuit, load and the last fault."""
        now = self.condition()
        load = f"{now.in_flight} in flight, {now.waiting} waiting"
        fault = f", last fault: {now.fault}" if now.fault else ""
        return f"{now.provider}: circuit {now.state}, {load}{fault}"

    def condition(self) -> Condition:
        """Return how the client and its server are now."""
        return Condition(
            state=self._breaker.state,
            provider=self._provider.name,
            in_flight=self._gate.in_flight,
            waiting=self._gate.waiting,
            retry_in=self._breaker.retry_in(),
            fault=self._fault,
        )

    async def complete(
        self, request: CompletionRequest, *, within: float, value: float = 0.0
    ) -> Completion:
        """Return the completion of a request within `within` seconds, retries included.

        Raises:
            LLMError: why there is none; `attempts` were sent.
        """
        began = self._clock.monotonic()
        call = _Call(value=value, began=began, deadline=began + within)
        while True:
            try:
                return await self._once(request, call)
            except LLMError as error:
                pause = self._pause(error, call)
                if pause is None:
                    error.attempts = call.sent
                    raise
            # real time, as every deadline here: event time may run faster
            await asyncio.sleep(pause)

    async def warm_up(self) -> None:
        """Load the model and open the pool; a failure is one log line."""
        try:
            await self._provider.load(timeout=_LOADING)
            async with asyncio.TaskGroup() as group:
                for _ in range(self._max_concurrent):
                    group.create_task(self._touch())
        except LLMError as error:
            self._fault = error.detail
            logger.warning("model not loaded", extra={"reason": error.detail})
        else:
            logger.info("model loaded")

    async def _touch(self) -> None:
        try:
            await self._provider.loaded(timeout=_TOUCHING)
        except LLMError as error:  # a connection fewer is open; nothing else is lost
            logger.debug("pool not opened", extra={"reason": error.detail})

    async def _once(self, request: CompletionRequest, call: _Call) -> Completion:
        """Wait for a slot and make one attempt."""
        async with self._gate.slot(value=call.value, deadline=call.deadline):
            began = self._clock.monotonic()
            answer = await self._attempt(request, call, call.deadline - began - _MARGIN)
            service = self._clock.monotonic() - began
        self._pace.add(service)
        self._fault = ""
        return Completion(
            text=answer.text,
            provider=self._provider.name,
            model=answer.model,
            finish=answer.finish,
            attempts=call.sent,
            prompt_tokens=answer.prompt_tokens,
            completion_tokens=answer.completion_tokens,
            queue_s=began - call.began,
            service_s=service,
        )

    async def _attempt(
        self, request: CompletionRequest, call: _Call, timeout: float
    ) -> Answer:
        try:
            with self._breaker.admit() as admission:
                if timeout < _SHORTEST:
                    raise self._no_time(call)
                call.sent += 1
                try:
                    answer = await self._provider.attempt(request, timeout=timeout)
                except LLMError as error:
                    self._judge(error, admission, call, timeout)
                    raise
                admission.succeeded()
                return answer
        except CircuitOpen as error:
            raise self._open_circuit(call) from error

    def _judge(
        self, error: LLMError, admission: Admission, call: _Call, timeout: float
    ) -> None:
        """Log a failure, and count it against the server if it is the server's.

        An attempt that was given less than two usual answers' time proves nothing.
        """
        is_new, self._fault = error.detail != self._fault, error.detail
        attempt, extra = (call.attempt, self._max_attempts), {"reason": error.detail}
        if error.kind is LLMErrorKind.UNAVAILABLE:
            logger.warning("llm_server_overload attempt=%d/%d", *attempt, extra=extra)
            admission.failed()
        elif error.kind is LLMErrorKind.TIMEOUT:
            logger.warning("llm_timeout attempt=%d/%d", *attempt, extra=extra)
            if timeout >= 2 * self._pace.typical():
                admission.failed()
        elif error.kind is LLMErrorKind.RATE_LIMITED:
            call.refusals += 1
        elif error.kind in _FOR_THE_OPERATOR and is_new:
            logger.error("the model cannot be used", extra=extra)

    def _no_time(self, call: _Call) -> LLMError:
        """Tell a call that spent its time in the queue from one that had none."""
        if call.sent or call.deadline - call.began < _MARGIN + _SHORTEST:
            return LLMError(LLMErrorKind.TIMEOUT, "no time left")
        ahead = self._max_concurrent
        return LLMError(LLMErrorKind.BUSY, f"{ahead} ahead", ahead=ahead)

    def _open_circuit(self, call: _Call) -> LLMError:
        logger.warning("llm_circuit_open skipping_request")
        return LLMError(
            LLMErrorKind.CIRCUIT_OPEN,
            "circuit open",
            attempts=call.sent,
            retry_after=self._breaker.retry_in(),
        )

    def _pause(self, error: LLMError, call: _Call) -> float | None:
        """Return the seconds to wait before the next attempt, None to give up."""
        tried = call.sent - call.refusals
        if error.kind is LLMErrorKind.RATE_LIMITED:
            longest = max(_FIRST_PAUSE, self._retry_delay)
            pause = min(_FIRST_PAUSE * 2.0 ** (call.refusals - 1), longest)
            pause = pause if error.retry_after is None else error.retry_after
        elif error.kind is LLMErrorKind.UNAVAILABLE and tried < self._max_attempts:
            pause = self._rng.uniform(0.0, self._retry_delay * tried)
        else:
            return None
        ends = self._clock.monotonic() + pause + self._pace.typical() + _MARGIN
        return pause if ends < call.deadline and self.is_available else None


@asynccontextmanager
async def open_llm(
    *,
    endpoint_url: str,
    model: str,
    max_concurrent: int,
    max_attempts: int,
    retry_delay: float,
    fail_max: int,
    reset: float,
    clock: Clock,
    rng: random.Random,
    metrics: Metrics,
) -> AsyncIterator[LLMClient]:
    """Open a client of one Ollama server with its pool; close it at the end.

    Raises:
        ValueError: `endpoint_url` is not the URL of /api/generate.
    """
    async with open_wire() as wire:
        yield LLMClient(
            Ollama(wire, endpoints=endpoints_of(endpoint_url), model=model),
            breaker=Breaker(
                fail_max=fail_max, reset=reset, monotonic=clock.monotonic, rng=rng
            ),
            clock=clock,
            rng=rng,
            metrics=metrics,
            max_concurrent=max_concurrent,
            max_attempts=max_attempts,
            retry_delay=retry_delay,
        )
