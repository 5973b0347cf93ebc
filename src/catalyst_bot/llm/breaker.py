"""Decides whether the server may be asked at all, and what counts against it.

pybreaker keeps the counters, the states and the listeners. Admission is ours, because
under asyncio `call` never counts a failure, `call_async` needs Tornado, and `calling`
lets everybody through a half-open circuit and counts cancellation as failure.
"""

import logging
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Self

import pybreaker

FIRST_PROBE = 10.0  # seconds: a restarted server is found soon, a dead one costs little
SUCCESSES_TO_CLOSE = 2
_JITTER = 0.1  # a probe comes up to a tenth early: many clients must not probe as one

logger = logging.getLogger(__name__)


class CircuitOpen(Exception):
    """The attempt was not admitted: the circuit is open, or its one probe is away."""


class Admission:
    """One admitted attempt; it ends neutral unless told how the server did.

    Neutral is right for whatever says nothing about the server: a cancelled task, a
    rejected request, an answer that is no JSON. Leaving its block settles it.
    """

    __slots__ = ("_settle", "epoch", "is_probe", "verdict")

    def __init__(
        self, settle: "Callable[[Admission], None]", *, epoch: int, is_probe: bool
    ) -> None:
        self._settle = settle
        self.epoch, self.is_probe = epoch, is_probe
        self.verdict: bool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._settle(self)

    def succeeded(self) -> None:
        """Report that the server did its work."""
        self.verdict = True

    def failed(self) -> None:
        """Report that the server did not do its work."""
        self.verdict = False


class Breaker:
    """Opens after `fail_max` failures in a row, closes after two good probes.

    The first probe is due after min(10, `reset`) seconds; each failed probe doubles the
    wait, up to `reset`. One probe is away at a time. Results that were admitted before
    the last change of state are ignored. Whoever sets `opened` is called each time it
    opens anew, not when a probe fails.
    """

    def __init__(
        self,
        *,
        fail_max: int,
        reset: float,
        monotonic: Callable[[], float],
        rng: random.Random,
    ) -> None:
        self._monotonic, self._rng = monotonic, rng
        self.opened: Callable[[], None] = lambda: None
        self._first, self._longest = min(FIRST_PROBE, reset), reset
        self._wait = self._first
        self._probe_at = 0.0
        self._epoch = 0
        self._is_probe_away = False
        self.state = pybreaker.STATE_CLOSED  # "closed", "half-open" or "open"
        self._failures = 0  # in a row, since the last change
        self._circuit = pybreaker.CircuitBreaker(
            fail_max=fail_max,
            success_threshold=SUCCESSES_TO_CLOSE,
            listeners=[_Changes(self._changed)],
            throw_new_error_on_trip=False,
        )

    @property
    def is_open(self) -> bool:
        """Tell whether every attempt would be refused: open, and no probe due."""
        return self.state == pybreaker.STATE_OPEN and self.retry_in() > 0.0

    def retry_in(self) -> float:
        """Return the seconds until the next probe is due, 0.0 when one may go now."""
        if self.state != pybreaker.STATE_OPEN:
            return 0.0
        return max(0.0, self._probe_at - self._monotonic())

    def admit(self) -> Admission:
        """Admit one attempt, a block that settles it when it is left.

        Raises:
            CircuitOpen: nothing may be sent now.
        """
        if self.state == pybreaker.STATE_CLOSED:
            return Admission(self._settle, epoch=self._epoch, is_probe=False)
        if self.is_open:
            raise CircuitOpen("circuit open")
        if self.state == pybreaker.STATE_OPEN:
            self._circuit.half_open()
        if self._is_probe_away:
            raise CircuitOpen("circuit half-open")
        self._is_probe_away = True
        return Admission(self._settle, epoch=self._epoch, is_probe=True)

    def _settle(self, admission: Admission) -> None:
        if admission.epoch != self._epoch:
            return
        if admission.is_probe:
            self._is_probe_away = False
        if admission.verdict is True:
            if admission.is_probe or self._failures:  # else it is a no-op
                self._failures = 0
                self._circuit.call(_succeed)
        elif admission.verdict is False:
            self._failures += 1
            with suppress(_Failure):
                self._circuit.call(_fail)

    def _changed(self, old: str, new: str) -> None:
        self._epoch += 1
        self._is_probe_away = False
        self.state, self._failures = new, 0
        is_first = old == pybreaker.STATE_CLOSED
        if new == pybreaker.STATE_OPEN:
            self._plan_probe(is_first=is_first)
        logger.warning("llm_circuit_breaker state_change from=%s to=%s", old, new)
        if is_first:
            self.opened()

    def _plan_probe(self, *, is_first: bool) -> None:
        self._wait = self._first if is_first else min(self._wait * 2.0, self._longest)
        early = 0.0 if is_first else self._rng.uniform(0.0, _JITTER)
        self._probe_at = self._monotonic() + self._wait * (1.0 - early)


class _Failure(Exception):
    """Raised inside pybreaker only, to move its counter."""


def _succeed() -> None:
    return None


def _fail() -> None:
    raise _Failure


class _Changes(pybreaker.CircuitBreakerListener):
    """Reports changes; epochs keep pybreaker from announcing open -> open."""

    def __init__(self, report: Callable[[str, str], None]) -> None:
        self._report = report

    def state_change(
        self,
        cb: pybreaker.CircuitBreaker,  # noqa: ARG002 - the listener's signature
        old_state: pybreaker.CircuitBreakerState | None,
        new_state: pybreaker.CircuitBreakerState,
    ) -> None:
        self._report("" if old_state is None else old_state.name, new_state.name)
