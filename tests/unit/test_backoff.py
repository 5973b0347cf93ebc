"""How long a source rests: in health, after failures, when the server asks for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.sources.backoff import LONGEST_PAUSE, pause

DRAWS = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize(("draw", "seconds"), [(0.0, 13.5), (0.5, 15.0), (1.0, 16.5)])
def test_a_well_source_rests_its_interval_give_or_take_a_tenth(
    draw: float, seconds: float
) -> None:
    assert pause(interval=15, draw=draw) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(1, 16.5), (2, 30), (3, 60), (4, 120), (7, 900), (5_000, 900)],
)
def test_failures_double_the_rest_up_to_a_quarter_of_an_hour(
    failures: int, seconds: float
) -> None:
    rest = pause(interval=15, failures=failures, draw=1.0)
    assert rest == pytest.approx(seconds)


@given(failures=st.integers(0, 10**6), interval=st.floats(1, 600), draw=DRAWS)
def test_a_failing_source_never_stops_and_never_hurries(
    failures: int, interval: float, draw: float
) -> None:
    rest = pause(interval=interval, failures=failures, draw=draw)
    assert interval * 0.9 <= rest <= max(LONGEST_PAUSE, interval * 1.1)


@given(failures=st.integers(0, 20), draw=DRAWS, permanent=st.booleans())
def test_what_the_server_asks_for_always_holds(
    failures: int, draw: float, permanent: bool
) -> None:
    rest = pause(
        interval=15, failures=failures, is_permanent=permanent, floor=3600, draw=draw
    )
    assert rest == 3600


@given(draw=DRAWS)
def test_a_fault_for_a_person_slows_the_source_at_once(draw: float) -> None:
    rest = pause(interval=15, failures=1, is_permanent=True, draw=draw)
    assert LONGEST_PAUSE / 2 <= rest <= LONGEST_PAUSE
