"""What is undone, denied or failed counts as the opposite."""

import pytest

from catalyst_bot.model import Side, side_of
from catalyst_bot.scoring import score_title
from catalyst_bot.scoring.headline import shipped_scorer

UP, DOWN, NEUTRAL = Side.BULLISH, Side.BEARISH, Side.NEUTRAL


@pytest.mark.parametrize(
    ("title", "side"),
    [
        ("Court dismisses shareholder lawsuit against Acme", UP),
        ("Acme sees no need for reverse split", UP),
        ("Acme says reverse split no longer needed", UP),
        ("Acme decides not to proceed with share offering", UP),
        ("US exempts Acme from new tariffs", UP),
        ("Generic entry barred until 2035, Acme says", UP),
        ("Independent probe clears Acme of accounting fraud", UP),
        ("Court upholds $500M verdict against Acme", DOWN),
        ("Judge grants injunction against Acme", DOWN),
        ("Acme loses bid for Navy contract", DOWN),
        ("Acme loses protest over Navy award", DOWN),
        ("Pentagon cancels $300 million contract with Acme", DOWN),
        ("Acme fails to get lawsuit thrown out", DOWN),
        ("Court clears way for generics of Acme's drug", DOWN),
        ("Acme suspends share repurchases", DOWN),
    ],
)
def test_an_event_is_turned_by_what_is_done_to_it(title: str, side: Side) -> None:
    assert side_of(score_title(title)) is side


@pytest.mark.parametrize(
    ("title", "side"),
    [
        ("Acme lifts quarterly dividend", UP),
        ("Acme closes acquisition of Borel", NEUTRAL),
        ("Acme cancels flights, faces lawsuit", DOWN),
        ("Acme fails in bid to overturn patent ruling", DOWN),
        ("Judge rejects FTC challenge to Acme deal", UP),
        ("Stockholders reject Acme reverse split proposal", UP),
        ("Acme settles lawsuit", NEUTRAL),
    ],
)
def test_a_look_alike_of_a_turn_is_no_turn(title: str, side: Side) -> None:
    assert side_of(score_title(title)) is side


@pytest.mark.parametrize(
    ("title", "side"),
    [
        ("Rival's drug fails in late-stage trial", UP),
        ("Acme rises as competitor Borel gets FDA rejection", UP),
        ("Generic rival to Acme's top seller gets FDA nod", DOWN),
        ("Acme loses Army contract to rival", DOWN),
        ("Rival Borel sues Acme over patents", DOWN),
    ],
)
def test_the_luck_of_a_rival_is_the_opposite(title: str, side: Side) -> None:
    assert side_of(score_title(title)) is side


@pytest.mark.parametrize(
    ("title", "side"),
    [
        ("Acme drops despite record revenue", DOWN),
        ("Acme falls even as profit doubles", DOWN),
        ("Acme soars despite wider loss", UP),
        ("Despite weak sales, Acme lifts forecast", UP),
        ("Liver signal clouds Acme's positive efficacy data", NEUTRAL),
    ],
)
def test_what_is_conceded_does_not_decide(title: str, side: Side) -> None:
    assert side_of(score_title(title)) is side


def test_a_catalyst_speaks_where_the_words_are_silent() -> None:
    told = shipped_scorer().explain(
        "Acme Announces Binding Offtake Agreement With Borel"
    )
    assert told.raw == 0.0
    assert told.label is UP


def test_words_that_contradict_the_catalyst_make_no_side() -> None:
    told = shipped_scorer().explain("Acme drops acquisition of Borel, shares jump")
    assert told.raw > 0 > told.parts.prior
    assert told.label is NEUTRAL


def test_the_words_of_a_withdrawn_offering_are_no_bad_news() -> None:
    told = shipped_scorer().explain("Acme withdraws planned stock offering")
    assert told.label is UP
