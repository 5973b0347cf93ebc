"""When two headlines are one story, and above all when they are not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.intake.duplicates import is_same_story, story_form
from catalyst_bot.intake.stories import (
    MOST_CANDIDATES,
    MOST_STORIES,
    STORY_WINDOW,
    StoryWindow,
)

OWN = {"acme": "ACME"}


def same(
    one: str,
    other: str,
    *,
    tickers: tuple[str, ...] = ("ACME",),
    corrects: bool = False,
    kinds: tuple[str, str] = ("", ""),
) -> bool:
    forms = [
        story_form(title, tickers, OWN, frozenset(found.split()))
        for title, found in zip((one, other), kinds, strict=True)
    ]
    forward = is_same_story(forms[0], forms[1], corrects=corrects)
    assert forward == is_same_story(forms[1], forms[0], corrects=corrects)
    return forward


TITLE = "Acme Corp prices $50 million registered direct offering"


@pytest.mark.parametrize(
    "other",
    [
        TITLE,
        TITLE.upper(),
        f"UPDATE 1-{TITLE}",
        f"BRIEF-{TITLE}",
        f"*{TITLE}",
        f"/PRNewswire/ -- {TITLE}",
        f"{TITLE} - GlobeNewswire",
        f"{TITLE} | Business Wire",
        "Acme prices $50M registered direct offering",
        "Acme (NASDAQ: ACME) Prices $50.0 Million Registered Direct Offering",
        "Acme Announces Pricing of $50 Million Registered Direct Offering",
        "Acme Corp prices $50 million registered direct…",
    ],
)
def test_what_a_wire_does_to_a_title_makes_no_other_story(other: str) -> None:
    assert same(TITLE, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme to acquire Bolt for $2.1 billion", "Acme to buy Bolt in $2.1 bln deal"),
        (
            "Acme Q3 EPS $0.45 beats $0.40 estimate",
            "Acme third-quarter EPS 45 cents tops 40-cent estimate",
        ),
        (
            "Acme Appoints Jane Doe as Chief Financial Officer",
            "Acme names Jane Doe CFO",
        ),
        ("Acme completes acquisition of Bolt", "Acme closes Bolt purchase"),
        (
            "Acme raises full-year guidance after strong Q2",
            "Acme lifts full-year outlook after strong second quarter",
        ),
        (
            "Acme Phase 3 trial of Zolpra meets primary endpoint",
            "Acme says Phase III Zolpra study met primary endpoint",
        ),
        (
            "Acme's asthma pill meets main goal in late-stage study",
            "Acme says asthma pill met primary endpoint in Phase 3 trial",
        ),
        (
            "Acme to cut 600 jobs in restructuring",
            "Acme will eliminate 600 positions in overhaul",
        ),
        ("Acme CFO Dana Wolfe to leave", "Acme finance chief Wolfe departing"),
        ("Acme shares sink 22% on results", "Acme stock tumbles 22%"),
        ("Acme Q2 EPS 66c, revenue $412M", "Acme earns 66 cents on revenue of $412M"),
        (
            "Acme to spin off water unit by mid-2026",
            "Acme plans separation of water business",
        ),
        ("Acme backs FY outlook", "Acme reaffirms full-year guidance"),
        ("Acme hits deal to buy Bolt", "Bolt agrees to be acquired by Acme"),
        ("Acme secures $150 million loan", "Acme closes $150M credit facility"),
        ("FDA declines to approve Acme's eye drug", "Acme gets CRL for eye drug"),
        (
            "Sample Bank lifts Acme PT to $64",
            "Acme price target raised to $64 from $55",
        ),
        ("Acme opens Ohio plant", "Acme opens new factory in Ohio"),
        ("Acme holders approve split", "Acme stockholders vote in favor of split"),
        ("Acme to sell Ohio pipes to Bolt for $9M", "Bolt to buy Acme's Ohio pipes"),
        ("Acme sees Q4 sales at $61-62M", "Acme Q4 revenue outlook $61M to $62M"),
        ("Acme cut to hold at Sample Bank", "Sample Bank downgrades Acme to hold"),
        ("Acme sells mall for $74M", "Acme completes $74 million sale of mall"),
        ("Acme delays launch to 2027", "Acme pushes its debut to 2027"),
        ("Acme files for Chapter 11", "Acme seeks bankruptcy protection"),
        ("Acme gets loan from Energy Department", "Acme secures DOE loan"),
        ("Acme to take Bolt Pipes private", "Bolt Pipes to be taken private by Acme"),
        ("Acme lowers prices on 300 items", "Acme cuts prices across 300 products"),
        ("Acme signs deal with Peru's top grocer", "Acme joins Peruvian grocery chain"),
        ("Acme in talks to sell Asian resorts", "Acme mulls sale of Asian hotels"),
        (
            "Acme launch slips to Friday on weather",
            "Weather delays Acme launch to Friday",
        ),
        ("Acme upsizes, prices $6M notes", "Acme Prices Upsized $6 Million Notes…"),
        ("Acme drug meets goal in CLEAR study", "Acme's drug met main goal in trial"),
        ("Acme late with 10-Q, gets notice", "Acme gets notice on delayed Form 10-Q"),
        (
            "Acme sells nine million shares at $12",
            "Acme prices 9,000,000 shares at $12",
        ),
        ("Acme prices $70M convertibles", "ACME PRICES $70M CONVERT, UPSIZED"),
        ("Acme is back in compliance", "Acme regains compliance with Nasdaq rule"),
        ("Bolt cuts Acme to hold", "Acme downgraded to hold at Bolt on margins"),
        ("Acme's No. 2 tenant is bankrupt", "Acme tenant files for Chapter 11"),
        (
            "FDA lifts hold on Acme's AB-1",
            "Acme Announces Clinical Hold Lifted on AB-1",
        ),
        ("Acme Announces Completion of Drill Program", "Acme completes drill program"),
        ("Acme declares higher dividend of $0.30", "Acme lifts dividend to $0.30"),
        ("Acme to resume dividend", "Acme resumes dividend"),
        ("Acme workers vote to reject contract", "Acme workers reject contract"),
        ("Acme prices $300M bond", "Acme Prices $300 Million Notes Offering"),
    ],
)
def test_other_words_for_one_event_are_one_story(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme proposes public offering", "Acme prices public offering"),
        ("Acme prices $50M offering", "Acme closes $50M offering"),
        ("Acme prices $50M offering", "Acme prices $60M offering"),
        ("Acme upsizes $50M offering", "Acme prices $50M offering"),
        ("Acme Q1 revenue rises", "Acme Q2 revenue rises"),
        ("Acme first quarter results", "Acme second-quarter results"),
        ("Acme full year 2025 results", "Acme full year 2026 results"),
        ("Acme Phase 2 trial meets endpoint", "Acme Phase 3 trial meets endpoint"),
        ("Acme trial meets endpoint", "Acme trial fails to meet endpoint"),
        ("Acme beats Q3 estimates", "Acme misses Q3 estimates"),
        ("Acme raises full-year guidance", "Acme lowers full-year guidance"),
        ("Acme upgraded at Sample Bank", "Acme downgraded at Sample Bank"),
        ("Acme in talks to acquire Bolt", "Acme to acquire Bolt"),
        ("Acme to acquire Bolt", "Acme completes acquisition of Bolt"),
        ("Acme to acquire Bolt", "Acme to acquire Dyno"),
        ("Acme denies takeover talks", "Acme in takeover talks"),
        ("First patient dosed with AB-101", "First patient dosed with AB-102"),
        (
            "FDA approves Zolpra for adults with moderate to severe asthma",
            "FDA approves Zolpra for adults with moderate to severe eczema",
        ),
        ("Acme receives $5M grant from agency", "Acme receives $5M order from agency"),
        ("Acme halts trading", "Acme resumes trading"),
        ("Acme recalls 5,000 cars over brakes", "Acme recalls 5,000 cars over airbags"),
        ("Acme opens plant in Ohio", "Acme opens plant in Iowa"),
        ("Acme opens plant in Ohio", "Acme breaks ground on plant in Ohio"),
        ("Acme names new CFO", "Acme names new CEO"),
        ("Acme wins $50M Army order", "Acme wins $50M Navy order"),
        ("Acme to acquire Bolt", "Acme wins EU approval to acquire Bolt"),
        ("Acme plans spin-off of water unit", "Acme sets record date for spin-off"),
        ("Acme signs letter of intent with Bolt", "Acme signs agreement with Bolt"),
        ("Acme submits eye drug to FDA", "FDA accepts application for Acme eye drug"),
        ("FDA panel backs Acme drug", "FDA approves Acme drug"),
        ("Acme completes enrollment in lupus trial", "Acme lupus drug works in trial"),
        ("Acme to report Q3 results on Nov. 4", "Acme reports Q3 results"),
        ("Acme secures $150M loan", "Acme repays $150M loan"),
        ("Acme Q2 sales top estimates", "Acme Q2 sales fall short of estimates"),
        ("Acme shareholders to vote on split", "Acme split takes effect"),
        ("Acme Q3 revenue rises 12%", "Acme buys 12% of Bolt"),
        ("Acme Closes First Tranche", "Acme Closes Second Tranche"),
        ("Acme starts Phase 2 trial", "Acme drug succeeds in Phase 2 trial"),
        ("FDA puts hold on Acme trial", "FDA lifts hold on Acme trial"),
        ("Acme starts Phase 3 NOVA-2 trial", "Acme starts Phase 3 NOVA-3 trial"),
        ("Dana Broker upgrades Acme", "Wolfe Broker upgrades Acme"),
        ("Acme Q3 sales rise 8%", "Acme Q3 output rises 8%"),
        ("Acme gets notice on bid price", "Acme gets notice on late 10-K"),
        ("Acme decides to build at Oak Hill", "Acme pours first gold at Oak Hill"),
        ("Acme to sell mall for $74M", "Acme completes $74 million sale of mall"),
        ("Acme signs term sheet with Bolt", "Acme signs definitive deal with Bolt"),
        ("Acme in-licenses asthma drug", "Acme out-licenses asthma drug in Chile"),
        ("Acme completes first drone flight", "Acme completes 100th drone flight"),
        ("Acme holders to vote on Bolt deal", "Acme holders approve Bolt deal"),
        ("Acme holders urged to back deal", "Acme holders back deal"),
        ("Acme approves $5M buyback", "Acme completes $5M buyback"),
        ("Acme to recall 900 vans", "Acme completes repair of 900 recalled vans"),
        ("Acme applies for Ohio license", "Ohio grants casino license to Acme"),
        ("Acme files for permit", "Agency dockets Acme's permit application"),
        ("Acme workers vote to strike", "Acme workers go on strike"),
        ("Acme sues Bolt over patents", "Bolt sues Acme over patents"),
        ("Acme launches lung test", "Acme launches liver test"),
        ("Acme to close Bolt merger Friday", "Acme closes Bolt merger"),
        ("Acme appeals delisting", "Acme wins delisting appeal"),
        ("Acme gets offer from Bolt", "Acme signs definitive agreement with Bolt"),
        ("Acme gets conditional $9M DOE loan", "Acme closes $9M DOE loan"),
        ("Acme CFO to leave in June", "Acme names successor to departing CFO"),
        ("Acme reports study for Elk Lake", "Acme files technical report for Elk Lake"),
        ("Acme files for IPO", "Acme sets terms of IPO"),
        ("Acme store sales +6.8%", "Acme store sales -6.8%"),
        ("Acme pill approved for adults", "Acme pill approved for teenagers"),
        ("Acme declares force majeure in Texas", "Acme lifts force majeure in Texas"),
        ("Acme Announces Tender Offer", "Acme Announces Final Results of Tender Offer"),
        ("ACME ANNOUNCES $9M ATM PROGRAM", "ACME COMPLETES $9M ATM PROGRAM"),
        ("Acme Announces CEO Search", "Acme Completes CEO Search, Names Veteran"),
        ("Acme plans to reopen Elk mine", "Acme restarts Elk mine"),
        ("Acme wins preliminary approval", "Acme wins final approval"),
        ("Acme raises bid for Bolt", "Bolt accepts Acme's raised bid"),
        ("Acme sets new launch date for probe", "Acme's probe lifts off"),
        ("Acme to launch probe in May", "Acme launches probe"),
        ("Acme makes gas discovery off Peru", "Acme says well off Peru was dry"),
        ("Acme workers vote to strike", "Acme workers vote down strike"),
        ("Acme sells $9M convertible notes", "Acme sells $9M common stock"),
        ("Acme prices preferred stock offering", "Acme prices common stock offering"),
    ],
)
def test_another_number_period_phase_or_stage_is_another_story(
    one: str, other: str
) -> None:
    assert not same(one, other)


def test_the_kind_of_event_finds_a_story_whose_words_have_all_been_changed() -> None:
    titles = "Acme slashes 2026 view", "Acme lowers outlook on weak gas prices"
    assert not same(*titles)
    assert same(*titles, kinds=("guidance_down bearish", "guidance_down"))
    assert not same(*titles, kinds=("guidance_down bearish", "guidance_down bullish"))
    assert not same(*titles, kinds=("contract", "contract"))


def test_two_kinds_of_event_are_hardly_one_story() -> None:
    titles = "Acme widens work on heaters for Ohio", "Acme heaters draw notice in Ohio"
    assert same(*titles)
    assert same(*titles, kinds=("product", ""))
    assert not same(*titles, kinds=("product", "legal"))


def test_two_companies_are_two_stories() -> None:
    title = "Receives notice from Nasdaq on minimum bid price"
    assert not is_same_story(story_form(title, ["ACME"]), story_form(title, ["BOLT"]))


def test_who_buys_whom_matters() -> None:
    one = story_form("Acme to acquire Bolt", ["ACME", "BOLT"])
    other = story_form("Bolt to acquire Acme", ["BOLT", "ACME"])
    passive = story_form("Bolt to be acquired by Acme", ["BOLT", "ACME"])
    assert not is_same_story(one, other)
    assert not is_same_story(other, passive) or is_same_story(one, passive)


def test_a_correction_may_change_the_number() -> None:
    told = "Acme prices $50M public offering"
    assert not same("CORRECTED-Acme prices $60M public offering", told)
    assert same("CORRECTED-Acme prices $60M public offering", told, corrects=True)


def test_without_a_ticker_the_beginning_must_be_shared() -> None:
    one = "Fed holds interest rates steady, signals two cuts"
    assert same(one, "Fed holds interest rates steady and signals two cuts", tickers=())
    assert not same(one, "Signals two cuts: interest rates holds steady", tickers=())


def test_without_a_ticker_another_name_is_another_company() -> None:
    one = "Silverquay Bancorp declares dividend of $0.18 per share"
    assert not same(one, one.replace("Bancorp", "Financial"), tickers=())
    assert same(one, "Silverquay Bancorp declares $0.18 dividend", tickers=())
    assert not same(one, one.replace("quay", "quarry"), tickers=())
    tech = "Acme Tech wins $40 million Army order"
    assert same(tech, tech.replace("Tech", "Technologies"), tickers=())
    assert not same(tech, tech.replace("Acme", "Acmeon"), tickers=())


def test_a_company_is_known_where_only_one_wire_gives_its_symbol() -> None:
    window = StoryWindow()
    told = story_form("Acme Robotics wins $40 million Army order", ["ACME"], OWN)
    window.add("told", told, unix=0.0)
    again = story_form("Acme lands $40M order from Army", [])
    other = story_form("Apex lands $40M order from Army", [])
    assert window.find(again, unix=1.0) == ("told",)
    assert window.find(other, unix=1.0) == ()


def test_only_a_sentence_told_in_other_words_may_have_an_unknown_word_for_another() -> (
    None
):
    told = "Acme recalls 800 heaters over faulty switches"
    assert same(told, "Acme issues recall of 800 heaters on switch defects")
    assert not same(told, "Acme recalls 800 heaters over faulty cables")


@given(st.text(max_size=600) | st.text("acme 12$M%-q3.…'", max_size=200))
def test_any_title_is_its_own_story_or_says_nothing(title: str) -> None:
    form = story_form(title, ["ACME"])
    assert is_same_story(form, form) or not form.words


@pytest.mark.parametrize(
    "piece",
    ["acme ", "9", "$5M ", "-", "phase 3 ", "(A:B)", "(", "*", "/a/", "update "],
)
def test_a_title_of_any_length_is_prepared_in_a_moment(piece: str) -> None:
    started = time.process_time()
    story_form(piece * 200_000, ["ACME"])
    assert time.process_time() - started < 0.05


def test_a_window_finds_the_story_by_ticker_or_by_its_words() -> None:
    window = StoryWindow()
    window.add("one", story_form(TITLE, ["ACME"], OWN), unix=0.0)
    by_ticker = story_form("Acme prices $50M registered direct offering", ["ACME"], OWN)
    assert window.find(by_ticker, unix=10.0) == ("one",)
    by_words = story_form(TITLE, [])
    assert window.find(by_words, unix=10.0) == ("one",) or by_words.lead
    late = STORY_WINDOW.total_seconds() + 1
    assert window.find(by_ticker, unix=late) == ()


def test_a_window_forgets_what_is_old_and_keeps_to_its_bound() -> None:
    window = StoryWindow()
    for n in range(MOST_STORIES + 50):
        form = story_form(f"Company{n} wins order number {n}", [f"T{n}"])
        window.add(str(n), form, unix=float(n))
    first = story_form("Company0 wins order number 0", ["T0"])
    last = story_form("Company10049 wins order number 10049", ["T10049"])
    assert window.find(first, unix=0.0) == ()
    assert window.find(last, unix=0.0) == (str(MOST_STORIES + 49),)
    window.prune(unix=1e9)
    assert window.find(last, unix=0.0) == ()


def test_a_day_full_of_one_company_stays_quick() -> None:
    window = StoryWindow()
    form = story_form(TITLE, ["ACME"], OWN)
    for n in range(2_000):
        other = story_form(f"Acme wins order {n} in Ohio", ["ACME"], OWN)
        window.add(str(n), other, unix=0.0)
    started = time.process_time()
    for _ in range(100):
        window.find(form, unix=1.0)
    assert time.process_time() - started < 100 * MOST_CANDIDATES * 3 * 37e-6
