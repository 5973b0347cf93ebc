"""What shares an answer, and what must not."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.llm.cache_key import cache_key, digest_of
from catalyst_bot.llm.model import CompletionRequest

REQUEST = CompletionRequest(prompt="Is it good news?", system="You judge news.")
MODELS = ("ollama/mistral@61e8", "num_ctx=4096")
TEXTS = st.lists(st.text(max_size=6), max_size=5)


def test_the_same_question_to_the_same_model_has_the_same_key() -> None:
    again = CompletionRequest(prompt="Is it good news?", system="You judge news.")
    assert cache_key(REQUEST, MODELS) == cache_key(again, MODELS)
    assert len(cache_key(REQUEST, MODELS)) == 32


@pytest.mark.parametrize(
    "change",
    [
        {"prompt": "Is it bad news?"},
        {"system": ""},
        {"schema": '{"type": "object"}'},
        {"max_tokens": 511},
        {"temperature": 0.0},
        {"subject": ("Is it good news?",)},
    ],
)
def test_whatever_can_change_the_answer_changes_the_key(change: dict[str, Any]) -> None:
    other = dataclasses.replace(REQUEST, **change)
    assert cache_key(other, MODELS) != cache_key(REQUEST, MODELS)


def test_another_model_or_other_weights_under_its_name_change_the_key() -> None:
    for models in (("ollama/mistral@ffff", "num_ctx=4096"), MODELS[:1], ()):
        assert cache_key(REQUEST, models) != cache_key(REQUEST, MODELS)


def test_a_subject_makes_the_text_of_the_prompt_irrelevant() -> None:
    first, second = (
        CompletionRequest(prompt=f"<<{fence}>> Acme soars", subject=("verdict", "acme"))
        for fence in ("1a", "2b")
    )
    assert cache_key(first, MODELS) == cache_key(second, MODELS)


def test_the_purpose_is_for_the_books_only() -> None:
    other = dataclasses.replace(REQUEST, purpose="verdict")
    assert cache_key(other, MODELS) == cache_key(REQUEST, MODELS)
    assert other == REQUEST


@given(TEXTS, TEXTS)
def test_two_lists_of_fields_never_run_together(one: list[str], two: list[str]) -> None:
    assert (digest_of(one) == digest_of(two)) == (one == two)


@given(TEXTS, TEXTS)
def test_models_and_subject_never_run_together(one: list[str], two: list[str]) -> None:
    def key(models: list[str], subject: list[str]) -> bytes:
        request = dataclasses.replace(REQUEST, subject=("s", *subject))
        return cache_key(request, models)

    assert (key(one, two) == key(two, one)) == (one == two)


def test_half_a_character_in_a_prompt_has_a_key_too() -> None:
    broken = dataclasses.replace(REQUEST, prompt="\ud800")
    assert cache_key(broken, MODELS) != cache_key(REQUEST, MODELS)
