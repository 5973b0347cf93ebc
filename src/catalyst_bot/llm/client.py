"""The guarded client: queue, circuit, attempts, and one deadline over all of them.

complete -> flight (equal requests together) -> answer -> gate (slot, rate, deadline)
    -> breaker (admission) -> provider.attempt
answer -> gate again after each back-off, during which it holds nothing
"""

import asyncio
import math
import random
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager

from catalyst_bot.clock import Clock
from catalyst_bot.llm.attempt import Attempts
from catalyst_bot.llm.breaker import Breaker
from catalyst_bot.llm.flight import SingleFlight
from catalyst_bot.llm.gate import MARGIN, Gate
from catalyst_bot.llm.limit import Limit
from catalyst_bot.llm.model import (
    Answer,
    Completion,
    CompletionRequest,
    Condition,
    Lane,
    LLMError,
)
from catalyst_bot.llm.pace import Pace
from catalyst_bot.llm.providers.offers import Local, Provider, build_local
from catalyst_bot.llm.rate import Window
from catalyst_bot.llm.retry import RetryPolicy, Tries
from catalyst_bot.llm.terms import Terms
from catalyst_bot.llm.upkeep import Upkeep
from catalyst_bot.llm.wire import open_wire
from catalyst_bot.ops.metrics import Metrics

_REFUSALS = (429, 503)
_STATES = {"closed": 0, "half-open": 1, "open": 2}


class LLMClient:
    """Completes prompts and never overloads the server; `open_llm` makes it.

    At most `max_concurrent` requests are in flight, fewer when the server shows that it
    serves fewer at a time, at most `rate_per_minute` are sent in a minute (0: any
    number), and none takes longer than `longest` seconds. At most 100 wait.
    `max_attempts` counts all attempts at one request; `retry_delay` is the base of the
    back-off in seconds. A 429 costs no attempt: that request waits its turn until its
    deadline, and where that takes most of its time, the 429 is why it has no answer.
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
        rate_per_minute: int = 0,
        longest: float = math.inf,
    ) -> None:
        self._provider, self._breaker = provider, breaker
        self._monotonic = clock.monotonic
        self._pace = Pace(monotonic=clock.monotonic)
        self._limit = Limit(max_concurrent, monotonic=clock.monotonic)
        self._gate = Gate(
            limit=self._limit,
            window=Window(rate_per_minute, monotonic=clock.monotonic),
            service=self._pace.typical,
            monotonic=clock.monotonic,
        )
        self._retries = RetryPolicy(
            max_attempts=max_attempts, retry_delay=retry_delay, rng=rng
        )
        self._attempts = Attempts(
            provider,
            breaker=breaker,
            limit=self._limit,
            pace=self._pace,
            longest=longest,
            max_attempts=max_attempts,
        )
        self._flight = SingleFlight(self.answer, monotonic=clock.monotonic)
        self._upkeep = Upkeep(provider, limit=self._limit, monotonic=clock.monotonic)
        breaker.opened = self._upkeep.opened
        metrics.llm_in_flight.labels(provider.name).set_function(
            lambda: self._gate.in_flight
        )
        metrics.llm_waiting.labels(provider.name).set_function(
            lambda: self._gate.waiting
        )
        metrics.llm_limit.labels(provider.name).set_function(lambda: self._limit.slots)
        metrics.llm_breaker_state.labels(provider.name).set_function(
            lambda: _STATES[breaker.state]
        )

    @property
    def name(self) -> str:
        """Return the name of the provider."""
        return self._provider.name

    def usual(self, lane: Lane) -> float:
        """Return the median seconds of recent answers in a lane, 0.0 without any."""
        return self._pace.typical(lane)

    @property
    def is_available(self) -> bool:
        """Tell whether a request would be sent: the circuit admits it."""
        return not self._breaker.is_open

    @property
    def is_well(self) -> bool:
        """Tell whether the circuit is closed."""
        return self._breaker.state == "closed"

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing is in flight and nothing waits."""
        return self._gate.is_idle

    def retry_in(self) -> float:
        """Return the seconds until the open circuit is probed, 0.0 when it is not."""
        return self._breaker.retry_in()

    def condition(self) -> Condition:
        """Return how the server is now."""
        return Condition(
            state=self._breaker.state,
            provider=self._provider.name,
            in_flight=self._gate.in_flight,
            waiting=self._gate.waiting,
            limit=self._limit.slots,
            retry_in=self._breaker.retry_in(),
            fault=self._attempts.fault,
        )

    def complete(
        self,
        request: CompletionRequest,
        *,
        within: float,
        value: float = 0.0,
        lane: Lane = Lane.ALERT,
    ) -> Coroutine[None, None, Completion]:
        """Return the completion of a request within `within` seconds, retries included.

        Raises:
            LLMError: why there is none; `attempts` were sent.
        """
        return self._flight.complete(request, within=within, value=value, lane=lane)

    async def answer(self, request: CompletionRequest, terms: Terms) -> Completion:
        """Return the completion of a request on `terms`, retries included.

        Raises:
            LLMError: why there is none; `attempts` were sent.
        """
        tries, began = Tries(), self._monotonic()
        self._retries.began()
        while True:
            turn = self._monotonic()
            try:
                return await self._once(request, terms, tries)
            except LLMError as error:
                pause = self._pause(error, terms, tries)
                if pause is None:
                    last = self._monotonic() - turn
                    cause = tries.cause(error, before=turn - began, last=last)
                    cause.attempts = terms.sent
                    raise cause  # noqa: B904
            # real time, as every deadline here: event time may run faster
            await asyncio.sleep(pause)

    async def warm_up(self) -> None:
        """Load the model and open the pool; a failure is one log line."""
        fault = await self._upkeep.warm_up(learns=self.is_idle)
        self._attempts.fault = fault or self._attempts.fault

    async def tend(self) -> None:
        """Give the model's memory back each time the circuit opens; never return."""
        await self._upkeep.run()

    async def drop_if_idle(self, seconds: float) -> None:
        """Give the model's memory back when nobody has asked for so long."""
        if self.is_idle:
            await self._upkeep.drop_if_idle(seconds)

    async def _once(
        self, request: CompletionRequest, terms: Terms, tries: Tries
    ) -> Completion:
        """Wait for a slot and make one attempt."""
        if self._breaker.is_open:
            raise self._attempts.open_circuit()
        gate = self._gate
        began = gate.try_enter(terms)
        if began is None:
            began = await gate.wait(terms)
        among = gate.in_flight
        try:
            answer = await self._attempts.send(request, terms, tries, began)
            ended = self._monotonic()
            self._learn(answer, among, terms.lane, began=began, ended=ended)
        except LLMError as error:
            if error.status in _REFUSALS:
                self._limit.refused(older=gate.older(terms))
            raise
        finally:
            gate.leave(terms)
        return Completion(
            text=answer.text,
            provider=self._provider.name,
            model=answer.model,
            finish=answer.finish,
            attempts=terms.sent,
            prompt_tokens=answer.prompt_tokens,
            completion_tokens=answer.completion_tokens,
            queue_s=began - terms.began,
            service_s=ended - began,
        )

    def _learn(
        self, answer: Answer, among: int, lane: Lane, *, began: float, ended: float
    ) -> None:
        """Note what a good answer tells of the server's pace and room."""
        waited = answer.times.waited if answer.times else 0.0
        self._pace.add(max(0.0, ended - began - waited), lane=lane, now=ended)
        self._limit.answered(answer.times, among=among)
        self._upkeep.used(ended)

    def _pause(self, error: LLMError, terms: Terms, tries: Tries) -> float | None:
        """Return the seconds to wait before the next attempt, None to give up."""
        if terms.is_final:
            return None
        pause = self._retries.pause(error, tries)
        if pause is None or not self.is_available:
            return None
        ends = self._monotonic() + pause + self._pace.typical(terms.lane) + MARGIN
        if ends >= terms.deadline:
            return None
        self._retries.spend(error)
        return pause


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
    rate_per_minute: int = 0,
    longest: float = math.inf,
) -> AsyncIterator[LLMClient]:
    """Open a client of one server of our own with its pool; close it at the end.

    Raises:
        ValueError: `endpoint_url` names no dialect.
    """
    async with open_wire() as wire:
        yield LLMClient(
            build_local(Local(endpoint_url=endpoint_url, model=model), wire=wire),
            breaker=Breaker(
                fail_max=fail_max, reset=reset, monotonic=clock.monotonic, rng=rng
            ),
            clock=clock,
            rng=rng,
            metrics=metrics,
            max_concurrent=max_concurrent,
            max_attempts=max_attempts,
            retry_delay=retry_delay,
            rate_per_minute=rate_per_minute,
            longest=longest,
        )
