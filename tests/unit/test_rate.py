"""A promise on how many are sent in any minute."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.llm.rate import Window
from tests.clocks import ManualClock


def test_without_a_limit_nobody_waits() -> None:
    window = Window(0, monotonic=ManualClock().monotonic)
    assert [window.reserve() for _ in range(1000)] == [0.0] * 1000
    assert window.opens_in(10**6) == 0.0


def test_the_eleventh_waits_for_the_first_to_leave_the_window() -> None:
    clock = ManualClock()
    window = Window(10, monotonic=clock.monotonic)
    for _ in range(10):
        assert window.reserve() == 0.0
        clock.advance(1.0)
    assert window.reserve() == 50.0
    clock.advance(50.0)
    assert window.reserve() == 0.0
    assert window.reserve() == 1.0


@pytest.mark.parametrize(
    ("ahead", "seconds"), [(0, 0.0), (1, 50.0), (2, 60.0), (3, 110.0), (7, 230.0)]
)
def test_it_knows_when_the_last_of_a_queue_may_go(ahead: int, seconds: float) -> None:
    clock = ManualClock()
    window = Window(2, monotonic=clock.monotonic)
    window.reserve()
    clock.advance(10.0)
    assert window.opens_in(ahead) == seconds


@given(st.lists(st.floats(0.0, 20.0), max_size=80), st.integers(1, 5))
def test_no_window_ever_has_more(pauses: list[float], most: int) -> None:
    clock = ManualClock()
    window = Window(most, monotonic=clock.monotonic)
    sent = []
    for pause in pauses:
        clock.advance(pause)
        if not window.reserve():
            sent.append(clock.monotonic())
    for first in sent:
        assert sum(first <= other < first + 60.0 for other in sent) <= most
