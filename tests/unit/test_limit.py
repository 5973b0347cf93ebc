"""How many requests a server is given at a time, by what it tells and refuses."""

import pytest

from catalyst_bot.llm.limit import Limit
from catalyst_bot.llm.model import ServerTimes
from tests.clocks import ManualClock


def limit_of(ceiling: int, clock: ManualClock | None = None) -> Limit:
    return Limit(ceiling, monotonic=(clock or ManualClock()).monotonic)


def times(*, waited: float, worked: float = 1.0, loaded: float = 0.0) -> ServerTimes:
    return ServerTimes(waited=waited, worked=worked, loaded=loaded)


class Server:
    """Serves `slots` at a time, each for a second; we keep `limit` there."""

    def __init__(self, limit: Limit, slots: int) -> None:
        self.limit, self.slots = limit, slots
        self._ends: list[float] = []
        self._now = 0.0

    def serve(self, count: int) -> None:
        """Let so many requests through, the next as soon as one has ended."""
        flying: list[tuple[float, float, int]] = []  # ends, waited, among
        for _ in range(count):
            while len(flying) >= self.limit.slots:
                self._land(flying)
            free = sorted(end for end, _, _ in flying)
            busy = len(free) - self.slots
            starts = free[busy] if busy >= 0 else self._now
            flying.append((starts + 1.0, starts - self._now, len(flying) + 1))
        while flying:
            self._land(flying)

    def _land(self, flying: list[tuple[float, float, int]]) -> None:
        first = min(flying)
        flying.remove(first)
        self._now, waited, among = first
        self.limit.answered(times(waited=waited), among=among)


def test_it_starts_at_the_ceiling_and_stays_there_without_a_queue() -> None:
    limit = limit_of(5)
    Server(limit, slots=5).serve(50)
    assert limit.slots == 5


@pytest.mark.parametrize("slots", [1, 2, 4, 8])
def test_it_comes_down_to_what_the_server_serves(slots: int) -> None:
    limit = limit_of(16)
    server = Server(limit, slots)
    server.serve(40)
    seen = []
    for _ in range(20):
        server.serve(1)
        seen.append(limit.slots)
    assert slots <= max(seen) <= slots + 2


def test_it_follows_a_server_down_and_up_again() -> None:
    limit = limit_of(10)
    server = Server(limit, slots=10)
    server.serve(20)
    server.slots = 3
    server.serve(30)
    assert limit.slots <= 4
    server.slots = 10
    server.serve(100)
    assert limit.slots >= 9


def test_an_answer_that_loaded_the_model_tells_nothing() -> None:
    limit = limit_of(4)
    limit.answered(times(waited=9.0, loaded=5.0), among=4)
    assert limit.slots == 4


def test_a_limit_that_is_not_used_does_not_grow() -> None:
    limit = limit_of(8)
    limit.answered(times(waited=3.0), among=4)
    assert limit.slots == 4
    for _ in range(50):
        limit.answered(times(waited=0.0), among=1)
    assert limit.slots == 4


def test_refusals_of_one_moment_halve_it_once() -> None:
    clock = ManualClock()
    limit = limit_of(10, clock)
    for _ in range(7):
        limit.refused(older=0)
    assert limit.slots == 5
    clock.advance(0.2)
    limit.refused(older=0)
    assert limit.slots == 2


def test_a_server_that_serves_some_and_refuses_the_rest_has_shown_its_room() -> None:
    limit = limit_of(10)
    for _ in range(7):
        limit.refused(older=3)
    assert limit.slots == 3


def test_it_is_never_below_one() -> None:
    clock = ManualClock()
    limit = limit_of(3, clock)
    for _ in range(9):
        clock.advance(1.0)
        limit.refused(older=0)
    assert limit.slots == 1


def test_a_server_that_tells_nothing_is_trusted_again_answer_by_answer() -> None:
    limit = limit_of(10)
    limit.refused(older=0)
    for _ in range(200):
        limit.answered(None, among=10)
    assert limit.slots == 10


def test_a_trial_behind_another_shows_a_server_that_serves_one() -> None:
    limit = limit_of(5)
    limit.tried(times(waited=0.0), ahead=0)
    assert limit.slots == 5
    limit.tried(times(waited=1.0), ahead=1)
    assert limit.slots == 1
    limit.tried(None, ahead=1)
    assert limit.slots == 1
