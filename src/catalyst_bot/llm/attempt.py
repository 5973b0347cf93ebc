"""One attempt: let through by the circuit, bounded in time, judged by its end."""

import logging
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import aclosing
from typing import Any, Protocol

from catalyst_bot.llm.alarm import Alarms
from catalyst_bot.llm.breaker import Admission, Breaker, CircuitOpen
from catalyst_bot.llm.gate import MARGIN
from catalyst_bot.llm.limit import Limit
from catalyst_bot.llm.model import (
    Answer,
    CompletionRequest,
    Lane,
    LLMError,
    LLMErrorKind,
)
from catalyst_bot.llm.pace import Pace
from catalyst_bot.llm.retry import Tries
from catalyst_bot.llm.terms import Terms

_SHORTEST = 0.05  # seconds: no model answers in less, so it is not asked
_FOR_THE_OPERATOR = (
    LLMErrorKind.AUTH,
    LLMErrorKind.BAD_REQUEST,
    LLMErrorKind.MODEL_MISSING,
    LLMErrorKind.TOO_LONG,
)

logger = logging.getLogger(__name__)


class Asked(Protocol):
    """A server that answers a request sent once."""

    name: str

    async def attempt(
        self, request: CompletionRequest, *, timeout: float | None
    ) -> Answer:
        """Return the answer; `timeout` None: the caller keeps the time."""
        ...

    def stream(
        self, request: CompletionRequest, *, timeout: float | None
    ) -> AsyncGenerator[str | Answer, None]:
        """Yield the answer in pieces, and last as a whole."""
        ...


class Attempts:
    """Sends requests to one server; `fault` is the last, "" since a good answer.

    No attempt takes longer than `longest` seconds, or goes on in the last 50 ms before
    its deadline: then it is the server that failed, not the caller that left.
    `max_attempts` is for the log.
    """

    def __init__(
        self,
        server: Asked,
        *,
        breaker: Breaker,
        limit: Limit,
        pace: Pace,
        longest: float,
        max_attempts: int,
    ) -> None:
        self._server, self._breaker = server, breaker
        self._limit, self._pace = limit, pace
        self._longest, self._max_attempts = longest, max_attempts
        self._alarms = Alarms()
        self.fault = ""

    async def send(
        self, request: CompletionRequest, terms: Terms, tries: Tries, began: float
    ) -> Answer:
        """Make one attempt, which began at `began`, monotonic.

        Raises:
            LLMError: it failed, or the circuit or the deadline did not allow it.
        """
        try:
            admission = self._breaker.admit()
        except CircuitOpen as error:
            raise self.open_circuit() from error
        with admission:
            timeout = self._timeout(terms, began)
            if timeout < _SHORTEST:
                raise self._no_time(terms)
            tries.sent += 1
            terms.sent += 1
            pieces: list[str] = []
            try:
                with self._alarms.after(timeout) as alarm:
                    terms.on_raise = lambda: alarm.last(self._timeout(terms, began))
                    answer = await self._asked(request, pieces)
            except TimeoutError as error:
                late = _late(self._timeout(terms, began), pieces)
                self._judge(late, admission, tries, terms.lane, timeout)
                raise late from error
            except LLMError as error:
                self._judge(error, admission, tries, terms.lane, timeout)
                raise
            finally:
                terms.on_raise = None
            admission.succeeded()
            self.fault = ""
            return answer

    def open_circuit(self) -> LLMError:
        """Return the error for a request that is not sent, after saying so."""
        logger.warning("llm_circuit_open skipping_request")
        return LLMError(
            LLMErrorKind.CIRCUIT_OPEN,
            "circuit open",
            retry_after=self._breaker.retry_in(),
        )

    def _asked(
        self, request: CompletionRequest, pieces: list[str]
    ) -> Coroutine[Any, Any, Answer]:
        if request.in_pieces:
            return self._streamed(request, pieces)
        return self._server.attempt(request, timeout=None)

    async def _streamed(self, request: CompletionRequest, pieces: list[str]) -> Answer:
        """Have the answer in pieces, and keep them: they may be all there is."""
        async with aclosing(self._server.stream(request, timeout=None)) as parts:
            async for part in parts:
                if isinstance(part, Answer):
                    return part
                pieces.append(part)
        raise LLMError(LLMErrorKind.UNAVAILABLE, "answer without an end")

    def _timeout(self, terms: Terms, began: float) -> float:
        return min(terms.deadline - began - MARGIN, self._longest)

    def _judge(
        self,
        error: LLMError,
        admission: Admission,
        tries: Tries,
        lane: Lane,
        timeout: float,
    ) -> None:
        """Log a failure, and count it against the server if it is the server's.

        An attempt that was given less than two usual answers' time proves nothing.
        """
        is_new, self.fault = error.detail != self.fault, error.detail
        attempt = (tries.attempt, self._max_attempts)
        extra = {"provider": self._server.name, "reason": error.detail}
        if error.kind is LLMErrorKind.UNAVAILABLE:
            logger.warning("llm_server_overload attempt=%d/%d", *attempt, extra=extra)
            admission.failed()
        elif error.kind is LLMErrorKind.TIMEOUT:
            logger.warning("llm_timeout attempt=%d/%d", *attempt, extra=extra)
            if timeout >= 2 * self._pace.typical(lane):
                admission.failed()
        elif error.kind is LLMErrorKind.RATE_LIMITED:
            tries.refused(error)
        elif error.kind in _FOR_THE_OPERATOR and is_new:
            logger.error("the model cannot be used", extra=extra)

    def _no_time(self, terms: Terms) -> LLMError:
        """Tell a call that spent its time in the queue from one that had none."""
        if terms.sent or terms.deadline - terms.began < MARGIN + _SHORTEST:
            return LLMError(LLMErrorKind.TIMEOUT, "no time left")
        ahead = self._limit.slots
        return LLMError(LLMErrorKind.BUSY, f"{ahead} ahead", ahead=ahead)


def _late(seconds: float, pieces: Sequence[str]) -> LLMError:
    detail = f"no answer in {seconds:.3g} s"
    return LLMError(LLMErrorKind.TIMEOUT, detail, partial="".join(pieces))
