from collections.abc import Mapping
from typing import Any

import pytest

from catalyst_bot.delivery.answer import Answer


def limited(*, body: Mapping[str, Any] | None = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=429, headers=named, body=body)


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (limited(body={"retry_after": 1.5}, Retry_After="9"), 1.5),
        (limited(Retry_After="9"), 9.0),
        (limited(body={"retry_after": 0}), 0.05),
        (limited(body={"retry_after": 1e9}), 3600.0),
        (limited(body={"retry_after": "soon"}), None),
        (limited(body={"retry_after": True}), 1.0),
        (limited(Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"), None),
    ],
)
def test_a_named_wait_is_held_within_an_hour(
    answer: Answer, seconds: float | None
) -> None:
    assert answer.retry_after == seconds


@pytest.mark.parametrize(
    "answer",
    [
        limited(body={"global": True}),
        limited(body={}, X_RateLimit_Scope="global"),
        limited(body={}, X_RateLimit_Global="true"),
    ],
)
def test_any_sign_of_a_global_limit_counts(answer: Answer) -> None:
    assert answer.is_global
    assert not limited(body={"global": False}, X_RateLimit_Scope="user").is_global


def test_a_shared_limit_is_no_fault_of_ours() -> None:
    assert limited(X_RateLimit_Scope="user").is_invalid_request
    assert not limited(X_RateLimit_Scope="shared").is_invalid_request
