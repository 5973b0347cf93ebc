"""When a provider is fast enough to be waited for."""

from catalyst_bot.market.provider_speed import Speed


def test_a_provider_counts_as_quick_until_it_shows_otherwise() -> None:
    assert Speed().is_quick


def test_one_slow_answer_in_four_does_not_make_a_provider_slow_two_do() -> None:
    speed = Speed()
    for seconds in (0.02, 0.02, 0.02, 0.02, 0.3):
        speed.add(seconds)
    assert speed.is_quick
    speed.add(0.3)
    speed.add(0.3)
    assert not speed.is_quick


def test_a_slow_provider_becomes_quick_again() -> None:
    speed = Speed()
    for _ in range(20):
        speed.add(3.0)
    for _ in range(13):
        speed.add(0.02)
    assert speed.is_quick
