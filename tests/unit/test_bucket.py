"""Rate limits in virtual time: no socket, no sleep."""

import heapq
import random

import pytest

from catalyst_bot.delivery.allowance import Allowance
from catalyst_bot.delivery.bucket import UNLIMITED, Bucket
from catalyst_bot.delivery.guard import ChannelGuard
from catalyst_bot.delivery.routes import Route, Routes


def answer(
    *,
    limit: int = 5,
    remaining: int,
    reset: float,
    after: float,
    name: str = "hash",
) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": str(reset),
        "X-RateLimit-Reset-After": str(after),
        "X-RateLimit-Bucket": name,
    }


def test_five_requests_may_start_before_the_first_answer() -> None:
    bucket = Bucket(reset_at=100.0)
    for _ in range(5):
        assert bucket.wait(0.0) == 0.0
        bucket.start()
    assert bucket.wait(0.0) > 0


def test_a_late_answer_gives_no_token_back() -> None:
    bucket = Bucket()
    for _ in range(3):
        bucket.start()
    bucket.finish(200, answer(remaining=2, reset=50, after=2), 0.1)
    bucket.finish(200, answer(remaining=4, reset=50, after=2), 0.2)
    assert bucket.left == 0


def test_a_new_window_gives_all_tokens_less_those_in_flight() -> None:
    bucket = Bucket()
    for _ in range(5):
        bucket.start()
    for _ in range(4):
        bucket.finish(200, answer(remaining=0, reset=50, after=2), 0.1)
    assert bucket.wait(1.0) == pytest.approx(1.1)
    assert bucket.wait(2.2) == 0.0
    assert bucket.left == 4


def test_a_success_without_headers_lifts_the_limit() -> None:
    bucket = Bucket()
    bucket.start()
    bucket.finish(200, {}, 0.1)
    assert bucket.left == UNLIMITED


def test_a_failure_without_headers_lifts_nothing() -> None:
    bucket = Bucket()
    bucket.start()
    bucket.finish(500, {}, 0.1)
    assert bucket.limit == 5


def test_a_pause_holds_whatever_later_headers_say() -> None:
    bucket = Bucket()
    bucket.start()
    bucket.start()
    bucket.finish(429, answer(remaining=0, reset=50, after=1), 0.0)
    bucket.pause(10.0, 0.0)
    bucket.finish(200, answer(remaining=4, reset=52, after=1), 0.5)
    assert bucket.wait(9.0) == pytest.approx(1.0)
    assert bucket.wait(10.0) == 0.0


@pytest.mark.parametrize("bad", ["", "abc", "nan", "inf", "-1"])
def test_nonsense_in_a_header_is_no_limit(bad: str) -> None:
    bucket = Bucket()
    bucket.start()
    headers = answer(remaining=4, reset=50, after=2) | {"X-RateLimit-Reset": bad}
    bucket.finish(429, headers, 0.0)
    assert bucket.limit == 5
    assert bucket.wait(0.0) == 0.0


class Window:
    """Discord's side in virtual time: `limit` requests per window of 2 s."""

    def __init__(self, limit: int) -> None:
        self.limit, self.used, self.began, self.refused = limit, 0, -10.0, 0

    def take(self, now: float) -> tuple[int, dict[str, str]]:
        if now - self.began >= 2.0:
            self.began, self.used = now, 0
        status = 200 if self.used < self.limit else 429
        self.used += status == 200
        self.refused += status == 429
        left = self.began + 2.0 - now
        remaining = self.limit - self.used
        headers = answer(
            limit=self.limit, remaining=remaining, reset=1e9 + now + left, after=left
        )
        return status, headers


@pytest.mark.parametrize("seed", range(5))
def test_no_request_is_ever_too_many(seed: int) -> None:
    """Send 2,000 requests with random delays; answers overtake each other."""
    jitter = random.Random(seed)
    bucket, window = Bucket(), Window(5)
    now, sent, done = 0.0, 0, 0
    events: list[tuple[float, int, str, tuple[int, dict[str, str]] | None]] = []
    while done < 2_000:
        while sent < 2_000 and not bucket.wait(now):
            bucket.start()
            sent += 1
            arrival = now + jitter.uniform(0.01, 0.3)
            heapq.heappush(events, (arrival, sent, "arrives", None))
        if not events or (sent < 2_000 and now + bucket.wait(now) < events[0][0]):
            now += bucket.wait(now)
            continue
        now, number, what, reply = heapq.heappop(events)
        if what == "arrives":
            back = now + jitter.uniform(0.01, 0.3)
            heapq.heappush(events, (back, number, "answer", window.take(now)))
        elif reply is not None:
            bucket.finish(*reply, now)
            done += 1
    assert window.refused == 0


def test_edits_leave_a_shared_bucket_to_posts() -> None:
    routes = Routes(allowance=Allowance(), guard=ChannelGuard(0))
    shared = answer(remaining=4, reset=50, after=2)
    for route in Route:
        routes.start(route)
        routes.finish(route, 200, shared, 0.1)
    assert routes.is_shared
    assert routes.free(Route.POST, 0.2) == 4
    assert routes.free(Route.EDIT, 0.2) == 3
    routes.promise(3, 0.2)
    assert routes.free(Route.EDIT, 0.25) == 1
    assert routes.post_room(0.25).posts == 1
    routes.start(Route.POST)  # as promised
    assert routes.post_room(0.25).posts == 1
    assert routes.free(Route.EDIT, 0.75) == 2
    routes.post_waits(begins=True)
    assert routes.free(Route.EDIT, 0.75) == 0


def test_a_shared_bucket_counts_what_is_under_way_on_both_routes() -> None:
    routes = Routes(allowance=Allowance(), guard=ChannelGuard(0))
    shared = answer(remaining=3, reset=50, after=2)
    routes.start(Route.POST)
    for _ in range(3):
        routes.start(Route.EDIT)
    routes.finish(Route.POST, 200, answer(remaining=4, reset=50, after=2), 0.1)
    routes.finish(Route.EDIT, 200, shared, 0.1)
    assert routes.is_shared
    assert routes.free(Route.POST, 0.2) == 1
    assert routes.free(Route.POST, 2.2) == 3  # two edits may fall into the new window


def test_routes_that_stop_sharing_part_again() -> None:
    routes = Routes(allowance=Allowance(), guard=ChannelGuard(0))
    for route in Route:
        routes.start(route)
        routes.finish(route, 200, answer(remaining=0, reset=50, after=2), 0.1)
    assert routes.free(Route.POST, 0.2) == 0
    routes.start(Route.EDIT)
    other = answer(remaining=4, reset=52, after=2, name="edits alone")
    routes.finish(Route.EDIT, 200, other, 0.3)
    assert not routes.is_shared
    assert routes.free(Route.EDIT, 0.3) == 4


def test_an_empty_edit_bucket_leaves_posts_alone() -> None:
    routes = Routes(allowance=Allowance(), guard=ChannelGuard(0))
    routes.start(Route.EDIT)
    routes.finish(
        Route.EDIT, 200, answer(remaining=0, reset=50, after=2, name="edits"), 0.1
    )
    assert routes.free(Route.EDIT, 0.2) == 0
    assert routes.free(Route.POST, 0.2) == 5


def test_a_destination_holds_twenty_in_flight_and_ten_edits() -> None:
    routes = Routes(allowance=Allowance(), guard=ChannelGuard(0))
    for route in Route:
        routes.start(route)
        routes.finish(route, 200, {}, 0.1)
    for _ in range(10):
        routes.start(Route.EDIT)
    assert routes.free(Route.EDIT, 1.0) == 0
    assert routes.free(Route.POST, 1.0) == 10


def test_posts_and_edits_have_shares_of_their_own() -> None:
    allowance = Allowance()
    assert allowance.free(0.0, is_post=True) == 25
    assert allowance.free(0.0, is_post=False) == 7
    for _ in range(25):
        allowance.take(is_post=True)
    assert allowance.free(0.0, is_post=True) == 0
    assert allowance.free(0.0, is_post=False) == 7
    assert allowance.wait(0.0, is_post=True) == pytest.approx(1 / 12)
    assert allowance.free(0.5, is_post=True) == 6


def test_no_second_sees_more_than_discords_global_limit() -> None:
    allowance, started = Allowance(), []
    for step in range(4000):
        now = 100 + step / 1000
        for is_post in (True, False):
            while allowance.free(now, is_post=is_post):
                allowance.take(is_post=is_post)
                started.append(now)
    busiest = max(
        sum(begin <= moment < begin + 1 for moment in started) for begin in started
    )
    assert busiest <= 50


def test_cloudflare_is_given_twice_the_time_each_time_up_to_15_minutes() -> None:
    allowance = Allowance()
    waits = [allowance.pause_for_cloudflare(None, 0.0) for _ in range(6)]
    assert waits == [60, 120, 240, 480, 900, 900]
    assert allowance.pause_for_cloudflare(7.0, 0.0) == 7.0
    allowance.succeeded()
    assert allowance.pause_for_cloudflare(None, 0.0) == 60


def test_too_many_invalid_answers_stop_writing_until_the_window_clears() -> None:
    allowance = Allowance(invalid_limit=3)
    assert not allowance.invalid(0.0)
    assert not allowance.invalid(601.0)  # the first one is forgotten
    assert not allowance.invalid(610.0)
    assert allowance.invalid(620.0)
    assert allowance.free(1200.0, is_post=True) == 0
    assert allowance.free(1202.0, is_post=True) == 25
