"""Precision, recall and their kin against cases worked out by hand."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.reading.scores import (
    Choice,
    Flag,
    Measure,
    Named,
    choice_measures,
    flag_measures,
    mcnemar,
    with_intervals,
)


def flag(*, true: bool, flagged: bool, certainty: float | None = 0.5) -> Flag:
    return Flag(is_true=true, is_flagged=flagged, certainty=certainty)


def test_flags_are_measured_as_the_books_have_it() -> None:
    flags = [
        flag(true=True, flagged=True, certainty=0.9),
        flag(true=True, flagged=True, certainty=0.6),
        flag(true=True, flagged=False, certainty=0.2),
        flag(true=False, flagged=True, certainty=0.7),
        flag(true=False, flagged=False, certainty=0.1),
    ]
    found = dict(flag_measures(flags))
    assert found["precision"] == pytest.approx(2 / 3)
    assert found["recall"] == pytest.approx(2 / 3)
    assert found["f1"] == pytest.approx(2 / 3)
    assert found["auroc"] == pytest.approx(4 / 6)  # of six pairs


def test_equal_certainties_rank_as_half_and_missing_ones_not_at_all() -> None:
    flags = [
        flag(true=True, flagged=True, certainty=0.5),
        flag(true=False, flagged=False, certainty=0.5),
        flag(true=True, flagged=False, certainty=None),
    ]
    assert dict(flag_measures(flags))["auroc"] == 0.5


def test_what_a_sample_does_not_allow_is_none_and_not_nought() -> None:
    found = dict(flag_measures([flag(true=False, flagged=False)]))
    assert found == {"precision": None, "recall": None, "f1": None, "auroc": None}
    assert dict(choice_measures([])) == {"accuracy": None, "macro_f1": None}


def test_choices_count_each_label_alike() -> None:
    choices = [
        *(Choice(label="up", answer="up") for _ in range(8)),
        Choice(label="down", answer="up"),
        Choice(label="down", answer="down"),
    ]
    found = dict(choice_measures(choices))
    assert found["accuracy"] == 0.9
    assert found["macro_f1"] == pytest.approx((16 / 17 + 2 / 3) / 2)


def test_an_interval_holds_its_measure_and_is_the_same_for_a_seed() -> None:
    flags = [flag(true=i % 2 == 0, flagged=i % 3 == 0) for i in range(60)]

    def drawn() -> tuple[Measure, ...]:
        return with_intervals(flags, flag_measures, rng=random.Random(4))

    for one in drawn():
        assert one.value is not None
        assert one.low is not None
        assert one.high is not None
        assert one.low <= one.value <= one.high
    assert drawn() == drawn()


def test_without_draws_or_without_a_sample_there_is_no_interval() -> None:
    one = [flag(true=True, flagged=True)]
    for sample, draws in ((one, 0), ([], 1000)):
        found = with_intervals(sample, flag_measures, rng=random.Random(1), draws=draws)
        assert [measure.low for measure in found] == [None] * 4


def test_a_measure_that_most_draws_do_not_allow_has_no_interval() -> None:
    def seldom(sample: Sequence[int]) -> Named:
        return (("seldom", 1.0 if sum(sample) == 20 else None),)

    (found,) = with_intervals([1, *[0] * 19], seldom, rng=random.Random(1))
    assert (found.value, found.low) == (None, None)


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [(0, 0, 1.0), (5, 5, 1.0), (6, 0, 0.03125), (1, 9, 0.021484375)],
)
def test_the_test_of_mcnemar_is_exact(first: int, second: int, p: float) -> None:
    rights = [(True, False)] * first + [(False, True)] * second + [(True, True)] * 7
    found = mcnemar(rights)
    assert (found.only_first, found.only_second) == (first, second)
    assert found.p == pytest.approx(p)


@given(
    st.lists(
        st.builds(
            Flag,
            is_true=st.booleans(),
            is_flagged=st.booleans(),
            certainty=st.none() | st.floats(0, 1),
        )
    )
)
def test_every_measure_is_a_share_or_none(flags: list[Flag]) -> None:
    for _, value in flag_measures(flags):
        assert value is None or 0 <= value <= 1
