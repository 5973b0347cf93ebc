"""Our own limit on the posts of a channel, in virtual time."""

import pytest

from catalyst_bot.delivery.guard import ChannelGuard, Guards


def test_five_posts_of_a_minute_are_kept_for_breaking_alerts() -> None:
    guard = ChannelGuard(30)
    for _ in range(25):
        assert guard.free(0.0, is_urgent=False) > 0
        guard.take()
    assert guard.free(0.0, is_urgent=False) == 0
    assert guard.free(0.0, is_urgent=True) == 5


def test_a_token_comes_back_every_two_seconds() -> None:
    guard = ChannelGuard(30)
    for _ in range(25):
        guard.take()
    assert guard.free(0.0, is_urgent=False) == 0
    assert guard.wait(0.0, is_urgent=False) == pytest.approx(2.0)
    assert guard.free(2.0, is_urgent=False) == 1


def test_no_minute_sees_more_than_twice_the_limit_and_no_hour_more_than_it() -> None:
    guard, started = ChannelGuard(30), []
    for second in range(3600):
        while guard.free(float(second), is_urgent=True):
            guard.take()
            started.append(second)
    assert len(started) <= 30 * 60 + 30
    assert max(sum(s <= t < s + 60 for t in started) for s in started) <= 60


def test_zero_is_no_limit_but_a_pause_holds_all_the_same() -> None:
    guard = ChannelGuard(0)
    for _ in range(1000):
        guard.take()
    assert guard.free(0.0, is_urgent=False) > 20
    guard.pause(40.0, 0.0)
    assert guard.free(39.0, is_urgent=True) == 0
    assert guard.wait(0.0, is_urgent=True) == pytest.approx(40.0)
    assert guard.free(40.0, is_urgent=False) > 20


def test_after_a_limit_that_no_header_shows_it_begins_from_nothing() -> None:
    guard = ChannelGuard(30)
    guard.pause(4.0, 0.0)
    assert guard.free(4.5, is_urgent=True) == 2
    assert guard.free(4.5, is_urgent=False) == 0


def test_two_webhooks_of_one_channel_share_its_guard() -> None:
    guards = Guards(per_minute=30)
    first = guards.of("7", guards.fresh())
    other = guards.fresh()
    other.take()
    assert guards.of("7", other) is first
    assert first.taken == 1
    assert guards.of("8", other) is other
