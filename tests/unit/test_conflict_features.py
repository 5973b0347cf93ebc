"""What the conflict rules read in one headline."""

import pytest

from catalyst_bot.reading.conflicts.cues import CueKind, find_cues, forms_of
from catalyst_bot.reading.conflicts.features import features_of


@pytest.mark.parametrize(
    ("title", "amounts"),
    [
        ("Acme Q2 revenue $1.2 billion", [(1.2e9, "$")]),
        ("Acme gets 1,200 mln euros", [(1.2e9, "$")]),
        ("Acme EPS 45 cents", [(0.45, "$1")]),
        ("Acme EPS $0.45 vs $0.40", [(0.45, "$1")]),
        ("Acme EPS $1.10, beats $1.02 estimate", [(1.10, "$1")]),
        ("Acme profit up 12%", [(12.0, "%+")]),
        ("Acme margin 12 per cent", [(12.0, "%")]),
        ("Acme orders a dozen jets", [(12.0, "#")]),
        ("Acme to raise up to $50 million", []),
        ("Acme pays dividend on May 4, 2026", []),
        ("Acme begins Phase 2 study in Q3", []),
        ("Acme sees 2026 EBITDA of $1.1-1.3bn", [(1.1e9, "$"), (1.3e9, "$")]),
        ("Acme Block 14 well finds oil", []),
        ("Acme members number 3 million", [(3e6, "#")]),
        ("Acme files 10-Q, 8-K/A", []),
        ("Acme pays DKK 4.00 a share", [(4.0, "$1")]),
    ],
)
def test_figures_have_units_and_what_they_are_compared_with_is_left_out(
    title: str, amounts: list[tuple[float, str]]
) -> None:
    found = [(one.value, one.unit) for one in features_of(title).amounts]
    assert found == amounts


@pytest.mark.parametrize(
    ("title", "parts", "years"),
    [
        ("Acme third-quarter profit", {"q3"}, set()),
        ("Acme Q3 2026 profit", {"q3"}, {"2026"}),
        ("Acme 3Q26 profit", {"q3"}, {"2026"}),
        ("Acme lifts FY26 outlook", {"fy"}, {"2026"}),
        ("Acme full-year outlook", {"fy"}, set()),
        ("Acme sales in May", {"may"}, set()),
        ("Acme may sell unit", set(), set()),
        ("ACME MAY SELL UNIT", set(), set()),
        ("ACME TO SELL UNIT IN MAY", {"may"}, set()),
        ("Acme holiday sales", {"holiday"}, set()),
    ],
)
def test_periods_are_read_in_all_their_forms(
    title: str, parts: set[str], years: set[str]
) -> None:
    periods = features_of(title).periods
    assert (set(periods.parts), set(periods.years)) == (parts, years)


@pytest.mark.parametrize(
    ("text", "is_negated"),
    [("acme denies report", False), ("acme does not deny report", True)],
)
def test_a_cue_knows_whether_a_not_stands_before_it(
    text: str, is_negated: bool
) -> None:
    (cue,) = [one for one in find_cues(text.split()) if CueKind.DENIAL in one.kinds]
    assert cue.is_negated is is_negated


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("deny", {"deny", "denies", "denied", "denying"}),
        ("scrap", {"scrap", "scraps", "scrapped", "scrapping"}),
        ("withdraw/withdrew/withdrawn", {"withdraws", "withdrew", "withdrawing"}),
        ("lower", {"lowers", "lowered", "lowering"}),
    ],
)
def test_a_verb_takes_its_endings(verb: str, forms: set[str]) -> None:
    assert forms <= set(forms_of(verb))


@pytest.mark.parametrize(
    "title",
    [
        "Pick of the week is Acme: Jane Roe",
        "Sensex falls; Acme among losers",
        "Orton Securities cuts Acme price target to $60",
        "Is Acme a buy?",
        "Biotech movers: Acme up, Beta sinks",
        "Acme PT raised to $62",
    ],
)
def test_opinions_and_roundups_conflict_with_nothing(title: str) -> None:
    assert features_of(title).is_note


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("ACME FOODS SCRAPS BUYBACK TO PRESERVE CASH", {"acme", "foods"}),
        ("ACME TO OPEN PLANT IN CHILE", {"acme", "chile"}),
        ("Acme Steel Reverses Decision to Buy Velstra", {"acme", "steel", "velstra"}),
        ("RIVAL VELSTRA CUTS OUTLOOK", {"velstra"}),
        ("Acme scraps Velstra purchase", {"acme", "velstra"}),
    ],
)
def test_names_are_known_where_capitals_tell_nothing(
    title: str, names: set[str]
) -> None:
    assert {word.text for word in features_of(title).words if word.is_name} == names


def test_who_tells_it_is_not_what_it_is_about() -> None:
    features = features_of("Acme kiln runs again, plant manager tells customers")
    assert features.things == features_of("Acme kiln runs again").things


@pytest.mark.parametrize(
    ("title", "is_hearsay"),
    [
        ("Acme accepts bid - Nikkei", True),
        ("Acme accepts bid, local radio says", True),
        ("Acme accepts bid", False),
    ],
)
def test_what_the_company_did_not_tell_is_hearsay(title: str, is_hearsay: bool) -> None:
    assert features_of(title).is_hearsay is is_hearsay
