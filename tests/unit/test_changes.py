"""What a card says of a change: the old text, and which numbers and tickers differ."""

from dataclasses import replace

import pytest

from catalyst_bot.card_state import ChangeKind
from catalyst_bot.intake.changes import change_of, told_before, words_of
from tests.clocks import NOON
from tests.news import headline


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "Acme pays $1.2 billion",
            "Acme pays $1.5 billion",
            "$1.2 billion → $1.5 billion",
        ),
        ("EPS 0.45, up 3%", "EPS 0.35, up 3%", "0.45 → 0.35"),
        ("Acme prices 10,000 shares", "Acme prices shares", "10,000 no more"),
        ("Acme prices shares", "Acme prices 10,000 shares", "10,000 added"),
        ("Acme wins", "Acme loses", ""),
        ("Acme pays $5 and $5", "Acme pays $5 and $6", "$5 → $6"),
    ],
)
def test_the_numbers_that_differ_are_named(old: str, new: str, words: str) -> None:
    assert words_of(headline(old), headline(new)) == words


def test_tickers_are_named_when_others_stand_there_now() -> None:
    old = headline(tickers=("ACME",))
    assert words_of(old, replace(old, tickers=("ACME", "BETA"))) == (
        "tickers ACME → ACME, BETA"
    )
    assert words_of(old, replace(old, tickers=())) == ""  # the old ones stay
    assert words_of(replace(old, tickers=()), old) == "tickers ACME added"


def test_a_headline_that_still_holds_is_not_struck_out() -> None:
    old = headline("Trading halted", summary="Acme; quotes from 10:00")
    new = replace(old, summary="Acme; quotes from 10:05")
    assert told_before(old, new) == "Acme; quotes from 10:00"
    assert told_before(old, replace(old, state="other")) == ""


def test_the_times_of_a_halt_are_not_told_as_numbers() -> None:
    change = change_of(
        headline("Trading halted 10:00:00 ET"),
        headline("Trading resumes 10:05:00 ET"),
        ChangeKind.RESUMED,
        at=NOON,
    )
    assert (change.was, change.note) == ("Trading halted 10:00:00 ET", "")
