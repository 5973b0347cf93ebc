"""Who is let through to the model's server, and what counts against it."""

import asyncio
import importlib.util
import logging
import random

import pytest

from catalyst_bot.llm.breaker import Breaker, CircuitOpen
from tests.clocks import ManualClock


class Refused(Exception):
    """What a sick server does to an attempt."""


def breaker_of(
    clock: ManualClock, *, fail_max: int = 5, reset: float = 60.0
) -> Breaker:
    return Breaker(
        fail_max=fail_max, reset=reset, monotonic=clock.monotonic, rng=random.Random(1)
    )


async def attempt(breaker: Breaker, *, fails: bool = False) -> None:
    """Go through the circuit as the client does, with one turn of the loop inside."""
    with breaker.admit() as admission:
        await asyncio.sleep(0)
        if fails:
            admission.failed()
            raise Refused
        admission.succeeded()


async def many(breaker: Breaker, count: int, *, fails: bool) -> list[type[object]]:
    """Make attempts at once; the type of what each ended with, NoneType when sent."""
    attempts = (attempt(breaker, fails=fails) for _ in range(count))
    return [
        type(end) for end in await asyncio.gather(*attempts, return_exceptions=True)
    ]


async def opened(clock: ManualClock, *, reset: float = 60.0) -> Breaker:
    breaker = breaker_of(clock, reset=reset)
    await many(breaker, 5, fails=True)
    assert breaker.state == "open"
    return breaker


async def test_the_circuit_opens_after_five_failures_in_a_row() -> None:
    breaker = breaker_of(ManualClock())
    assert await many(breaker, 4, fails=True) == [Refused] * 4
    assert breaker.state == "closed"
    assert await many(breaker, 1, fails=True) == [Refused]  # its own error, no other
    assert breaker.state == "open"
    assert await many(breaker, 1, fails=False) == [CircuitOpen]


async def test_a_success_between_failures_keeps_the_circuit_closed() -> None:
    breaker = breaker_of(ManualClock())
    for _ in range(3):
        await many(breaker, 4, fails=True)
        await attempt(breaker)
    assert breaker.state == "closed"


def test_nothing_of_tornado_is_there() -> None:
    assert importlib.util.find_spec("tornado") is None


async def test_of_fifty_at_a_half_open_circuit_one_is_sent() -> None:
    clock = ManualClock()
    breaker = await opened(clock)
    clock.advance(10.0)
    ends = await many(breaker, 50, fails=False)
    assert ends.count(type(None)) == 1
    assert ends.count(CircuitOpen) == 49
    assert breaker.state == "half-open"


async def test_two_good_probes_close_the_circuit() -> None:
    clock = ManualClock()
    breaker = await opened(clock)
    clock.advance(10.0)
    await attempt(breaker)
    assert breaker.state == "half-open"
    assert not breaker.is_open  # the second probe may go at once
    await attempt(breaker)
    assert breaker.state == "closed"


async def test_a_failed_probe_opens_the_circuit_again() -> None:
    clock = ManualClock()
    breaker = await opened(clock)
    clock.advance(10.0)
    await attempt(breaker)
    assert await many(breaker, 1, fails=True) == [Refused]
    assert breaker.state == "open"


async def cancelled(breaker: Breaker) -> bool:
    """Cancel an attempt under way; tell whether its task ended as cancelled."""
    task = asyncio.ensure_future(attempt(breaker, fails=True))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    return task.cancelled()


async def test_cancelling_counts_for_nothing_while_closed() -> None:
    breaker = breaker_of(ManualClock())
    await many(breaker, 4, fails=True)
    assert all([await cancelled(breaker) for _ in range(9)])
    assert breaker.state == "closed"  # no failure
    await many(breaker, 1, fails=True)
    assert breaker.state == "open"  # and no success: the four were not forgotten


async def test_a_cancelled_probe_frees_its_place_and_closes_nothing() -> None:
    clock = ManualClock()
    breaker = await opened(clock)
    clock.advance(10.0)
    assert await cancelled(breaker)
    assert await cancelled(breaker)
    assert breaker.state == "half-open"
    assert await many(breaker, 3, fails=False) == [type(None), CircuitOpen, CircuitOpen]


async def test_an_attempt_cancelled_after_the_circuit_opened_changes_nothing() -> None:
    breaker = breaker_of(ManualClock())
    task = asyncio.ensure_future(attempt(breaker))
    await asyncio.sleep(0)
    async with asyncio.TaskGroup() as group:
        for _ in range(5):
            group.create_task(many(breaker, 1, fails=True))
        task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    assert breaker.state == "open"


async def test_a_neutral_end_is_neither_failure_nor_success() -> None:
    clock = ManualClock()
    breaker = await opened(clock)
    clock.advance(10.0)
    for _ in range(5):  # what a rejected request is: 404, or an answer without JSON
        with breaker.admit():
            pass
    assert breaker.state == "half-open"


async def test_results_from_before_the_last_change_are_ignored() -> None:
    clock = ManualClock()
    breaker = breaker_of(clock)
    with breaker.admit() as good, breaker.admit() as bad:
        await many(breaker, 5, fails=True)
        clock.advance(10.0)
        with breaker.admit() as probe:
            probe.succeeded()
        good.succeeded()
        bad.failed()
    assert (
        breaker.state == "half-open"
    )  # one more success or failure would have moved it
    assert await many(breaker, 2, fails=False) == [type(None), CircuitOpen]


async def test_late_failures_neither_announce_nor_delay_the_probe(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = ManualClock()
    breaker = breaker_of(clock)
    with caplog.at_level(logging.WARNING):
        late = [asyncio.ensure_future(attempt(breaker, fails=True)) for _ in range(10)]
        await asyncio.sleep(0)
        await asyncio.wait(late)
    assert [type(task.exception()) for task in late] == [Refused] * 10
    assert caplog.messages == ["llm_circuit_breaker state_change from=closed to=open"]
    assert breaker.retry_in() == 10.0


async def test_every_change_of_state_is_one_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = ManualClock()
    with caplog.at_level(logging.INFO):
        breaker = await opened(clock)
        clock.advance(10.0)
        await attempt(breaker)
        await attempt(breaker)
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", f"llm_circuit_breaker state_change from={old} to={new}")
        for old, new in [
            ("closed", "open"),
            ("open", "half-open"),
            ("half-open", "closed"),
        ]
    ]


async def test_the_wait_for_a_probe_grows_from_ten_to_sixty_seconds() -> None:
    clock = ManualClock()
    breaker = await opened(clock)
    waits = []
    for _ in range(5):
        waits.append(breaker.retry_in())
        clock.advance(waits[-1])
        await many(breaker, 1, fails=True)
    assert waits[0] == 10.0
    for wait, longest in zip(waits[1:], [20.0, 40.0, 60.0, 60.0], strict=True):
        assert longest * 0.9 <= wait <= longest
    assert len(set(waits)) == 5  # each with a jitter of its own


async def test_a_healed_server_starts_again_with_ten_seconds() -> None:
    clock = ManualClock()
    breaker = await opened(clock)
    clock.advance(10.0)
    await many(breaker, 1, fails=True)
    clock.advance(20.0)
    await attempt(breaker)
    await attempt(breaker)
    await many(breaker, 5, fails=True)
    assert breaker.retry_in() == 10.0


async def test_no_probe_is_due_until_its_time() -> None:
    clock = ManualClock()
    breaker = await opened(clock)
    seen = []
    for passed in (9.9, 0.1):
        clock.advance(passed)
        seen.append((breaker.is_open, round(breaker.retry_in(), 6)))
    assert seen == [(True, 0.1), (False, 0.0)]
    assert breaker.state == "open"  # until somebody asks


async def test_a_reset_below_ten_seconds_bounds_the_first_probe_too() -> None:
    breaker = await opened(ManualClock(), reset=2.0)
    assert breaker.retry_in() == 2.0
