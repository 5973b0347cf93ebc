"""Two tellings of one story have the same facts, two stories never."""

from pathlib import Path

import pytest

from catalyst_bot.enrichment.facts import facts_of

PAIRS = [
    line.split("\t")
    for line in (Path(__file__).parents[1] / "data/same_story_pairs.tsv")
    .read_text()
    .splitlines()
]
DIFFERENT = [(one, other) for label, one, other in PAIRS if label == "different"]
SAME = [(one, other) for label, one, other in PAIRS if label == "same"]


def test_there_are_more_than_a_hundred_pairs_to_be_told_apart() -> None:
    assert len(DIFFERENT) == 120


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_hard_pairs_are_told_apart(one: str, other: str) -> None:
    assert facts_of(one) != facts_of(other)


def test_half_of_the_paraphrases_are_seen_as_such() -> None:
    assert sum(facts_of(one) == facts_of(other) for one, other in SAME) >= 10


def test_facts_are_parties_numbers_dates_and_words() -> None:
    found = facts_of("Acme Corp. (NASDAQ: ACME) beats Q3 estimates by $1.50bn, up 5 %")
    assert found == (
        "parties acme",
        "numbers $1.5billion 5%",
        "dates q3",
        "words beats estimat by rises",
    )
    assert facts_of("") == ("parties ", "numbers ", "dates ", "words ")
