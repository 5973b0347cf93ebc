"""Which headlines of several wires are one, and which never are."""

import random

import pytest

from catalyst_bot.enrichment.canonical import canonical_title
from catalyst_bot.enrichment.prompt import build_request
from tests.news import headline


def canonical(title: str) -> str:
    return canonical_title(title, tickers=("ACME", "BOLT"))


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("Acme reports record profit", "ACME REPORTS RECORD PROFIT"),
        ("Acme reports record profit", "UPDATE 2-Acme reports record profit"),
        ("Acme reports record profit", "BRIEF-Acme reports record profit"),
        ("Acme reports profit", "Acme (NASDAQ: ACME) reports profit"),
        ("Acme reports profit", "Acme (acme) reports profit."),
        ("Acme third-quarter profit", "Acme Q3 profit"),
        ("Acme 3Q profit", "Acme third quarter profit"),
        ("Acme Corporation up 5 percent", "Acme Corp. up 5%"),
    ],
)
def test_what_wires_add_is_folded(one: str, same: str) -> None:
    assert canonical(one) == canonical(same)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme EPS $0.45", "Acme EPS $0.35"),
        ("Acme profit 5%", "Acme profit 5"),
        ("Acme profit $5 million", "Acme profit $5 billion"),
        ("Acme to buy Bolt", "Bolt to buy Acme"),
        ("Acme beats estimates", "Acme misses estimates"),
        ("Acme Q3 profit", "Acme Q4 profit"),
        ("Acme third trial succeeds", "Acme Q3 trial succeeds"),
        ("Acme approves deal", "Acme does not approve deal"),
        ("Acme (ZZZZ) soars", "Acme soars"),
        ("Acme -5%", "Acme 5%"),
        ("Acme +5%", "Acme -5%"),
        ("Acme $1.50", "Acme $150"),
    ],
)
def test_what_says_something_else_stays_apart(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_one_story_of_three_wires_is_asked_once_and_another_summary_again() -> None:
    def question(title: str, summary: str = "") -> object:
        item = headline(title, summary=summary, tickers=("ACME",))
        return build_request(item, fence=random.SystemRandom()).question

    titles = ("Acme Q3 profit up", "UPDATE 1-Acme (ACME) third-quarter profit up")
    assert question(titles[0]) == question(titles[1])
    assert question(titles[0]) != question(titles[0], "It warned of 2027.")
