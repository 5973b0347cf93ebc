"""When somebody outside is left alone, and how often one may be asked."""

from catalyst_bot.ops.patience import FIRST_REST, LONGEST_REST, Patience, Tokens


def test_a_provider_rests_after_three_failures_then_twice_as_long_each_time() -> None:
    patience, now = Patience(), 0.0
    for _ in range(2):
        patience.failed(now, retry_after=None)
    assert patience.rest(now) == 0
    rests = []
    for _ in range(8):
        patience.failed(now, retry_after=None)
        rests.append(patience.rest(now))
        now += rests[-1]
        assert patience.is_probing
    assert rests[:3] == [FIRST_REST, 2 * FIRST_REST, 4 * FIRST_REST]
    assert rests[-1] == LONGEST_REST
    patience.succeeded()
    assert not patience.is_probing
    assert patience.rest(now) == 0


def test_failures_of_requests_that_were_under_way_do_not_lengthen_the_rest() -> None:
    patience = Patience()
    for _ in range(40):
        patience.failed(0.0, retry_after=None)
    assert patience.rest(0.0) == FIRST_REST


def test_a_provider_that_names_a_wait_gets_it_at_once() -> None:
    patience = Patience()
    patience.failed(0.0, retry_after=30.0)
    assert patience.rest(10.0) == 20.0
    assert patience.rest(30.0) == 0
    patience.failed(30.0, retry_after=1e9)
    assert patience.rest(30.0) == LONGEST_REST


def test_half_a_minutes_requests_may_start_at_once_then_one_by_one() -> None:
    tokens = Tokens(60)
    for _ in range(30):
        assert tokens.left(0.0) >= 1
        tokens.take(0.0)
    assert tokens.left(0.5) < 1
    assert tokens.left(1.0) >= 1
    assert tokens.left(1e6) == tokens.capacity
