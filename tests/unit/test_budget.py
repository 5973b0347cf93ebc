"""What a provider may cost in a day, to the last token."""

from datetime import date

import pytest

from catalyst_bot.llm.budget import Budget, Caps, Spent
from catalyst_bot.llm.model import Answer, CompletionRequest, LLMError, LLMErrorKind

REQUEST = CompletionRequest(prompt="x" * 299, max_tokens=100)
MOST = 100 + 100 + 1024  # the prompt at 3 bytes a token, the answer, its thoughts
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


class Calendar:
    def __init__(self) -> None:
        self.day = MONDAY

    def today(self) -> date:
        return self.day


def answer(prompt_tokens: int, completion_tokens: int) -> Answer:
    return Answer(
        text="yes",
        model="m",
        finish="stop",
        prompt_tokens=prompt_tokens,
        completion_tokens=completion_tokens,
    )


def test_a_request_pays_the_most_it_can_cost_and_gets_the_rest_back() -> None:
    budget = Budget(
        Caps(usd_per_mtok_in=1.0, usd_per_mtok_out=10.0), today=Calendar().today
    )
    hold = budget.reserve(REQUEST)
    assert budget.spent.tokens == hold.tokens == MOST
    assert budget.spent.usd == pytest.approx((100 + 1124 * 10) / 1e6)
    budget.settle(hold, answer(80, 20))
    assert (budget.spent.requests, budget.spent.tokens) == (1, 100)
    assert budget.spent.usd == pytest.approx((80 + 20 * 10) / 1e6)


def test_an_answer_without_counts_costs_the_most() -> None:
    budget = Budget(Caps(), today=Calendar().today)
    budget.settle(budget.reserve(REQUEST), answer(0, 0))
    assert budget.spent.tokens == MOST


def test_what_was_refused_costs_a_request_and_no_token() -> None:
    budget = Budget(Caps(), today=Calendar().today)
    budget.release(budget.reserve(REQUEST))
    assert (budget.spent.requests, budget.spent.tokens) == (1, 0)


@pytest.mark.parametrize(
    ("caps", "allowed", "words"),
    [
        (Caps(requests=3), 3, "our limit of 3 requests a day is reached"),
        (Caps(tokens=2 * MOST), 2, "our limit of 2448 tokens a day is reached"),
        (
            Caps(usd=0.03, usd_per_mtok_out=10.0),
            2,
            "our limit of 0.03 USD a day is reached",
        ),
    ],
)
def test_requests_in_flight_cannot_pass_a_cap_together(
    caps: Caps, allowed: int, words: str
) -> None:
    budget = Budget(caps, today=Calendar().today)
    for _ in range(allowed):
        budget.reserve(REQUEST)
    with pytest.raises(LLMError) as caught:
        budget.reserve(REQUEST)
    assert (caught.value.kind, caught.value.detail) == (LLMErrorKind.SPEND_LIMIT, words)
    assert budget.spent.requests == allowed


def test_a_new_utc_day_begins_with_nothing_spent() -> None:
    calendar = Calendar()
    budget = Budget(Caps(requests=1), today=calendar.today)
    late = budget.reserve(REQUEST)
    calendar.day = TUESDAY
    assert budget.spent == Spent(day=TUESDAY)
    budget.reserve(REQUEST)
    budget.settle(late, answer(1, 1))  # of a day that is over
    assert budget.spent == Spent(day=TUESDAY, requests=1, tokens=MOST)


def test_a_restart_goes_on_with_the_day_and_forgets_the_one_before() -> None:
    budget = Budget(Caps(requests=5), today=Calendar().today)
    budget.resume(Spent(day=MONDAY, requests=4, tokens=7, usd=0.5))
    assert budget.spent == Spent(day=MONDAY, requests=4, tokens=7, usd=0.5)
    budget.resume(Spent(day=TUESDAY, requests=4))
    assert budget.spent.requests == 4
