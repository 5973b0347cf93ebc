"""When a failed attempt is made again, and when there were enough."""

import random

import pytest

from catalyst_bot.llm.model import LLMError, LLMErrorKind
from catalyst_bot.llm.retry import RetryPolicy, Tries
from tests.asking import LongestPause

DOWN = LLMError(LLMErrorKind.UNAVAILABLE, "HTTP 500")


def policy(rng: random.Random | None = None) -> RetryPolicy:
    return RetryPolicy(max_attempts=3, retry_delay=2.0, rng=rng or LongestPause())


def refused(retry_after: float | None = None) -> LLMError:
    kind = LLMErrorKind.RATE_LIMITED
    return LLMError(kind, "HTTP 429", status=429, retry_after=retry_after)


def test_the_pause_grows_with_the_attempts_until_there_were_enough() -> None:
    pauses = [policy().pause(DOWN, Tries(sent=sent)) for sent in (1, 2, 3)]
    assert pauses == [2.0, 4.0, None]


def test_the_jitter_is_full() -> None:
    retries = policy(random.Random(1))
    pauses = [retries.pause(DOWN, Tries(sent=1)) or 0.0 for _ in range(200)]
    assert min(pauses) < 0.1
    assert max(pauses) > 1.9


def test_a_429_waits_its_turn_and_costs_no_attempt() -> None:
    pauses = [
        policy().pause(refused(), Tries(sent=count, refusals=count))
        for count in range(1, 8)
    ]
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]


@pytest.mark.parametrize("seconds", [0.0, 1.0, 300.0])
def test_a_named_wait_is_kept_to_the_letter(seconds: float) -> None:
    assert policy().pause(refused(seconds), Tries(sent=1, refusals=1)) == seconds


def test_a_busy_server_that_names_a_wait_is_not_asked_earlier() -> None:
    error = LLMError(LLMErrorKind.UNAVAILABLE, "HTTP 503", status=503, retry_after=7.0)
    assert policy().pause(error, Tries(sent=1)) == 7.0


@pytest.mark.parametrize(
    "kind",
    sorted(set(LLMErrorKind) - {LLMErrorKind.RATE_LIMITED, LLMErrorKind.UNAVAILABLE}),
    ids=str,
)
def test_what_would_fail_again_is_not_repeated(kind: LLMErrorKind) -> None:
    assert policy().pause(LLMError(kind, "no"), Tries(sent=1)) is None


def test_ten_retries_then_one_for_every_ten_requests() -> None:
    retries = policy()
    made = 0
    for _ in range(100):
        if retries.pause(DOWN, Tries(sent=1)) is not None:
            retries.spend(DOWN)
            made += 1
    assert made == 10
    for _ in range(9):
        retries.began()
    assert retries.pause(DOWN, Tries(sent=1)) is None
    for _ in range(2):
        retries.began()
    assert retries.pause(DOWN, Tries(sent=1)) is not None


def test_a_429_costs_nothing_of_the_budget() -> None:
    retries = policy()
    for _ in range(100):
        retries.spend(refused())
    assert retries.pause(DOWN, Tries(sent=1)) is not None


@pytest.mark.parametrize(
    ("kind", "before", "last", "is_refusal"),
    [
        (LLMErrorKind.TIMEOUT, 2.0, 1.0, True),
        (LLMErrorKind.BUSY, 2.0, 0.0, True),
        (LLMErrorKind.TIMEOUT, 1.0, 2.0, False),  # it hung for most of the time
        (LLMErrorKind.UNAVAILABLE, 2.0, 1.0, False),
    ],
)
def test_a_429_that_ate_the_time_is_why_there_is_no_answer(
    kind: LLMErrorKind, before: float, last: float, is_refusal: bool
) -> None:
    tries, refusal, end = Tries(sent=2), refused(), LLMError(kind, "the end")
    assert tries.cause(end, before=before, last=last) is end
    tries.refused(refusal)
    cause = tries.cause(end, before=before, last=last)
    assert cause is (refusal if is_refusal else end)


def test_what_came_before_a_cut_is_not_lost_to_an_earlier_429() -> None:
    tries, cut = Tries(sent=2), LLMError(LLMErrorKind.TIMEOUT, "late", partial="{")
    tries.refused(refused())
    assert tries.cause(cut, before=2.0, last=1.0) is cut
