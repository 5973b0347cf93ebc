"""Which headlines contradict an earlier one, by the rules alone."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.reading.conflicts.features import features_of
from catalyst_bot.reading.conflicts.model import Conflict, Kind, Strength
from catalyst_bot.reading.conflicts.rules import find_conflict

WORDS = """
Acme Beta FDA denies raises cuts Q1 Q3 2026 FY27 guidance profit loss not no $5 12% May
$7 million correction: withdraws offering ; , rival approves rejects will won't talks to
be of in merger report false sees outlook beats misses phase 4
"""
headlines = st.one_of(
    st.text(max_size=600),
    st.lists(st.sampled_from(WORDS.split()), max_size=24).map(" ".join),
)


def conflict(earlier: str, later: str) -> Conflict | None:
    return find_conflict(features_of(earlier), features_of(later))


def kind_of(earlier: str, later: str) -> str:
    found = conflict(earlier, later)
    return found.kind.value if found else "none"


@pytest.mark.parametrize(
    ("earlier", "later", "kind"),
    [
        (
            "Acme in talks to be acquired by Beta",
            "Acme denies talks to be acquired by Beta",
            Kind.DENIAL,
        ),
        ("Acme raises 2026 outlook", "Acme cuts 2026 outlook", Kind.GUIDANCE),
        ("FDA approves Acme drug", "FDA rejects Acme drug", Kind.POLARITY),
        (
            "Acme chief will step down",
            "Acme chief will not step down",
            Kind.POLARITY,
        ),
        (
            "Acme declares dividend of $0.45 per share",
            "CORRECTION: Acme dividend is $0.35 per share",
            Kind.CORRECTION,
        ),
        ("Acme signs merger with Beta", "Acme calls off Beta merger", Kind.RETRACTION),
        ("Acme Q2 loss $18 million", "Acme Q2 loss $24 million", Kind.NUMBER),
        (
            "Acme orders 14 vessels",
            "Acme orders 4 vessels, not 14",
            Kind.CORRECTION,
        ),
        (
            "Acme ups FY closings guide to 6,100 homes",
            "Acme dials back closings to 5,300 for the fiscal year",
            Kind.GUIDANCE,
        ),
        (
            "Acme in takeover talks, blog says",
            "'Pure invention': Acme hits back at talk of a takeover",
            Kind.DENIAL,
        ),
        (
            "Acme October output 84,000 tons",
            "8-K/A from Acme: October output was 48,000 tons",
            Kind.CORRECTION,
        ),
        (
            "Acme Q3 revenue $5.1 billion",
            "Acme Q3 revenue rises 4% to $4.1 billion",
            Kind.NUMBER,
        ),
        (
            "Acme Q1 EPS 42 cents",
            "Acme first-quarter earnings 24 cents a share",
            Kind.NUMBER,
        ),
        (
            "Acme appoints Ann Roe as finance chief",
            "Fixes job title: Acme appoints Ann Roe as chief risk officer",
            Kind.CORRECTION,
        ),
        (
            "Acme to build plant in Ohio",
            "Acme's Ohio plant is off the table",
            Kind.RETRACTION,
        ),
        (
            "Acme to sell chip unit, sources say",
            "There is no truth to chip unit sale report: Acme",
            Kind.DENIAL,
        ),
        (
            "Acme to cut 900 jobs, union says",
            "Union's claim of 900 job cuts disputed by Acme",
            Kind.DENIAL,
        ),
        (
            "Acme faces fraud probe by SEC, paper reports",
            "Acme was not contacted by SEC, lawyer says",
            Kind.DENIAL,
        ),
        (
            "Acme chief to quit in June, daily says",
            "Acme chief: I am not quitting",
            Kind.DENIAL,
        ),
        (
            "Acme expects second-half rebound",
            "No second-half rebound after all, Acme warns",
            Kind.GUIDANCE,
        ),
        (
            "Acme gets $74 mln Pilbara order",
            "Pilbara order to bring Acme $47 mln",
            Kind.NUMBER,
        ),
        (
            "Acme Signs Merger With Beta",
            "Acme: Merger Terminated",
            Kind.RETRACTION,
        ),
        (
            "Acme to move headquarters to Dallas",
            "Acme backpedals on Dallas headquarters",
            Kind.RETRACTION,
        ),
    ],
)
def test_a_headline_that_takes_back_or_denies_is_a_conflict(
    earlier: str, later: str, kind: Kind
) -> None:
    assert kind_of(earlier, later) == kind


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("Acme launches service in Canada", "Acme announces service in Canada"),
        ("Acme orders two carriers", "Acme now has two carriers on order"),
        ("Acme denies report of probe", "Probe report is false, says Acme"),
        ("Acme proposes public offering", "Acme prices public offering"),
        ("Trading in Acme halted", "Trading in Acme resumes"),
        ("Acme bids $14 a share for Beta", "Acme raises Beta bid to $16 a share"),
        ("Acme Q2 revenue $41.2 million", "Acme posts about $41 mln revenue in Q2"),
        ("Acme to buy Beta", "Acme denies wrongdoing in pension case"),
        ("Acme Q2 EPS $1.10", "Acme Q2 EPS $1.10, est. $1.02"),
        ("Acme shares rise 4%", "Acme shares fall 3%"),
        ("Acme to open plant in Poland", "Acme scraps plan for plant in Chile"),
        ("FDA clears knee robot of Acme", "FDA will not clear spine robot of Acme"),
        ("FDA approves Acme's AC-201", "FDA rejects Acme's AC-305"),
        ("Acme Q2 EPS $0.88", "Acme Q2 EPS excluding merger costs $0.97"),
        ("Acme Q3 EPS seen at $1.20 by analysts", "Acme Q3 EPS $1.07"),
        ("Acme to appeal $18M verdict", "Court pares Acme verdict to $6M from $18M"),
        ("Acme Q1 net up 29 per cent", "Acme Q1 net profit up 14% at $19.8 mln"),
        ("Acme Q3 net profit $196 mln", "Acme Q3 net profit soars 98% to $94 mln"),
        ("Acme Q4 net rises 30%", "Acme Q4 net falls to $59 mln"),
        ("Acme slips as Q1 loss widens to $37 million", "Acme Q1 loss $66 million"),
        ("Acme up 8% on sale of unit", "Acme settles 3% higher on sale of unit"),
        ("Acme plant still shut", "Acme restarts plant"),
        ("Acme profit before tax $31 mln", "Acme profit after tax $22 mln"),
        ("Acme ends merger talks with Beta", "Acme and Beta end merger discussions"),
        ("Acme not to appeal ruling", "Acme decides against appeal of ruling"),
        ("Acme opens 31st store", "Acme opens 32nd store"),
        ("Acme tenant seeks bankruptcy", "No. 2 tenant of Acme seeks bankruptcy"),
        ("Acme asks for 9.6% rate rise", "Acme granted 8.2% rate rise"),
        (
            "Acme drills 22.4 g/t over 9.1 metres",
            "Acme drills 11.8 g/t over 4.0 metres",
        ),
        ("Acme not only sells homes but lands", "Acme sells homes"),
        (
            "Talk of deal lifts Acme",
            "Acme deal not saleable: Jane Moss, Orton Securities",
        ),
        (
            "Acme in talks to sell unit, sources say",
            "Acme unit sale will not delay dividend",
        ),
        (
            "Acme weighs Beta bid - Bloomberg",
            "Acme has not hired bank for Beta bid yet",
        ),
        ("FMC mulls trade of commodities", "No stock limits on commodities: FMC"),
        ("Acme workers go on strike", "Acme workers end strike"),
        ("Acme fails to win FDA approval", "FDA rejects Acme drug"),
        ("Beta sues Acme over patents", "Acme denies infringing Beta patents"),
    ],
)
def test_the_same_story_and_its_next_stage_are_none(earlier: str, later: str) -> None:
    assert kind_of(earlier, later) == "none"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme raises Q1 outlook", "Acme cuts Q2 outlook"),
        ("Acme Q3 sales rise", "Acme full-year sales fall"),
        ("Acme lifts 2026 target", "Acme trims 2028 target"),
        ("Acme raises revenue guidance", "Acme cuts tax guidance"),
        ("Acme Q3 revenue beats estimates", "Acme Q3 profit misses estimates"),
        ("Hartwell Research upgrades Acme to buy", "Orton downgrades Acme to sell"),
        ("Acme phase 2 trial meets goal", "Acme phase 3 trial fails goal"),
    ],
)
def test_other_periods_measures_and_raters_are_apart_in_either_order(
    one: str, other: str
) -> None:
    assert kind_of(one, other) == kind_of(other, one) == "none"


@pytest.mark.parametrize(
    "later",
    [
        "Rival Beta Air cuts 2026 profit forecast; Acme shares dip",
        "FDA rejects asthma drug of Acme rival Beta",
        "Beta Cargo denies merger talks; Acme trades flat",
        "Beta Trust fails stress test, weighs on peer Acme",
    ],
)
def test_news_of_another_company_is_held_against_nobody(later: str) -> None:
    for earlier in (
        "Acme raises 2026 profit forecast",
        "FDA approves asthma drug of Acme",
        "Acme confirms merger talks",
        "Acme passes stress test",
    ):
        assert kind_of(earlier, later) == "none"


def test_a_figure_and_a_synonym_are_weak_and_the_rest_is_strong() -> None:
    figure = conflict("Acme Q2 loss $18 million", "Acme Q2 loss $24 million")
    synonym = conflict("EU clears Acme purchase", "EU prohibits Acme purchase")
    plain = conflict("EU approves Acme purchase", "EU rejects Acme purchase")
    strengths = [one.strength for one in (figure, synonym, plain) if one]
    assert strengths == [Strength.WEAK, Strength.WEAK, Strength.STRONG]


@given(headlines, headlines)
def test_no_text_makes_the_rules_raise(earlier: str, later: str) -> None:
    found = conflict(earlier, later)
    assert found is None or found.reason


@given(headlines)
def test_no_headline_contradicts_itself(title: str) -> None:
    assert conflict(title, title) is None


@given(headlines, headlines)
def test_what_sets_two_headlines_apart_does_so_in_either_order(
    one: str, other: str
) -> None:
    ours, theirs = features_of(one), features_of(other)
    assert ours.periods.excludes(theirs.periods) is theirs.periods.excludes(
        ours.periods
    )
    if ours.is_note:
        assert find_conflict(ours, theirs) is find_conflict(theirs, ours) is None


def test_to_hold_a_headline_against_another_is_quicker_than_to_read_it() -> None:
    title = "Acme raises full-year revenue outlook to $610-$620 million after {} wins"
    titles = [title.format(count) for count in range(100)]
    candidates = [features_of(title) for title in titles]
    later = features_of("Acme cuts full-year capital spending outlook, denies report")

    def compare() -> None:
        for earlier in candidates:
            find_conflict(earlier, later)

    def read() -> None:
        for title in titles:
            features_of(title)

    assert fastest(compare) < fastest(read)


def fastest(act: Callable[[], None]) -> float:
    took = []
    for _ in range(10):
        begun = time.perf_counter()
        act()
        took.append(time.perf_counter() - begun)
    return min(took)
