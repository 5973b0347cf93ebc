"""What makes a headline a catalyst, by the rules that are shipped."""

import csv
import random
import time
from functools import cache
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from catalyst_bot.model import Gate, Reason
from catalyst_bot.ops.shipped import shipped_file
from catalyst_bot.scoring.catalyst_rules import Rule, Trigger, load_rules
from catalyst_bot.scoring.catalysts import Catalyst, CatalystRules, signal_of
from catalyst_bot.scoring.prepared import prepare
from catalyst_bot.scoring.status import Status
from tests.catalyst_titles import FIRES, SILENT

CATALYSTS = shipped_file("catalysts.toml")
SENTFIN = Path(__file__).parents[3] / "shared" / "data" / "sentfin_dev.csv"
HOSTILE = (
    "",
    " ",
    "\x00\ud800",
    "9" * 100_000,
    "but good " * 10_000,
    "$1.5 million " * 1_000,
    "raises " * 500 + "guidance",
    "to acquire " * 500,
    "😀" * 5_000,
    "offering of " * 500 + "shares",
    "phase 2 trial " * 400,
)


@cache
def shipped() -> CatalystRules:
    return CatalystRules(rules())


@cache
def rules() -> tuple[Rule, ...]:
    return load_rules(CATALYSTS)


def found(title: str) -> tuple[Catalyst, ...]:
    return shipped().match(prepare(title))


def names(title: str) -> list[str]:
    return [catalyst.name for catalyst in found(title)]


def titles(table: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(name, title) for name, listed in table.items() for title in listed]


def test_every_category_has_three_titles_that_fire_and_two_that_must_not() -> None:
    for rule in rules():
        assert len(FIRES[rule.name]) >= 3, rule.name
        assert len(SILENT[rule.name]) >= 2, rule.name


@pytest.mark.parametrize(("name", "title"), titles(FIRES))
def test_a_catalyst_is_recognised(name: str, title: str) -> None:
    assert names(title)[:1] == [name]


@pytest.mark.parametrize(("name", "title"), titles(SILENT))
def test_a_look_alike_is_not_taken_for_the_catalyst(name: str, title: str) -> None:
    assert name not in names(title)


def test_the_primary_comes_first_and_at_most_three_others_follow() -> None:
    title = (
        "Acme Beats Estimates, Raises Guidance, Declares Special Dividend, "
        "Names CFO, Launches Chip, Announces Buyback"
    )
    catalysts = found(title)
    assert len(catalysts) == 4
    assert [one.is_primary for one in catalysts] == [True, False, False, False]
    priorities = [one.priority for one in catalysts]
    assert priorities == sorted(priorities, reverse=True)


def test_offsets_slice_to_the_evidence() -> None:
    for _, title in titles(FIRES):
        prepared = prepare(title)
        for one in shipped().match(prepared):
            assert prepared.text[one.start : one.end] == one.evidence


@pytest.mark.parametrize(
    ("title", "status", "sign"),
    [
        ("Acme in takeover talks with Beta", Status.POSSIBLE, 1),
        ("Acme denies merger talks", Status.DENIED, -1),
        ("FDA approves Acme drug", Status.ASSERTED, 1),
        ("Acme awaits FDA approval", Status.PENDING, 1),
        ("No FDA approval yet for Acme's drug", Status.PENDING, 1),
        ("Acme prices public offering", Status.ASSERTED, -1),
        ("Acme has no plans for a public offering", Status.DENIED, 1),
        ("Acme may file for bankruptcy", Status.POSSIBLE, -1),
        ("Acme avoids bankruptcy with new loan", Status.UNDONE, 1),
        ("Acme fails to avoid bankruptcy", Status.ASSERTED, -1),
        ("Acme withdraws public offering", Status.ASSERTED, 1),
        ("Acme calls off merger", Status.ASSERTED, -1),
        ("FDA lifts clinical hold on Acme trial", Status.ASSERTED, 1),
        ("Acme lawsuit dismissed", Status.UNDONE, 1),
    ],
)
def test_a_status_turns_the_direction(title: str, status: Status, sign: int) -> None:
    primary = found(title)[0]
    assert primary.status is status
    assert (primary.effective > 0) - (primary.effective < 0) == sign


def test_acronyms_need_their_capitals() -> None:
    assert "guidance_up" in names("Acme Ups Guidance")
    assert "guidance_up" not in names("UPS guidance due Tuesday")
    assert "fda_approval" not in names("Information on Acme's formats")


def test_the_bought_company_gains_and_the_buyer_is_open() -> None:
    assert found("Acme to Be Acquired by Beta")[0].direction == 0.7
    assert found("Acme to Acquire Beta")[0].direction == 0.0


def test_plain_debt_is_no_offering_of_shares() -> None:
    assert "offering" not in names(
        "Acme Announces Pricing of $500 Million of Senior Notes"
    )
    shares = found("Acme Prices Convertible Senior Notes Offering")[0]
    assert (shares.name, shares.direction) == ("offering", -0.8)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("form 424B5", "offering"),
        ("form S-1", "offering"),
        ("form FWP", "offering"),
        ("form SC 13D", "ownership"),
        ("form SCHEDULE 13G", "ownership"),
        ("form 25", "delisting"),
        ("item 1.03", "bankruptcy"),
        ("item 2.02", "earnings_report"),
        ("item 3.01", "delisting"),
        ("item 4.02", "legal"),
        ("item 5.02", "management"),
        ("halt T1", "trading_halt"),
        ("halt D", "delisting"),
        ("resumption", "trading_resume"),
    ],
)
def test_a_code_needs_no_words(code: str, name: str) -> None:
    (only,) = shipped().of_codes([code])
    assert (only.name, only.is_primary, only.evidence) == (name, True, code)


def test_the_gravest_item_of_a_filing_is_the_primary() -> None:
    catalysts = shipped().of_codes(["item 2.02", "item 9.01", "item 3.01", "form 8-K"])
    assert [one.name for one in catalysts] == ["delisting", "earnings_report"]


@pytest.mark.parametrize(
    ("title", "gate", "breaking"),
    [
        ("Acme prices public offering", Gate.ALWAYS, True),
        ("Acme may make a public offering", Gate.SCORE, False),
        ("Acme awaits FDA approval", Gate.SCORE, False),
        ("Acme denies merger talks", Gate.ALWAYS, True),
        ("Acme beats estimates", Gate.SCORE, False),
        ("Acme launches new chip", Gate.STRONG, False),
        ("Acme paints its fence", Gate.STRONG, False),
        ("Acme to present at investor conference", Gate.NEVER, False),
    ],
)
def test_the_signal_says_how_high_the_bar_is(
    title: str, gate: Gate, breaking: bool
) -> None:
    signal = signal_of(found(title))
    assert (signal.gate, signal.breaking) == (gate, breaking)


def test_a_suppressed_headline_says_why() -> None:
    title = "SHAREHOLDER ALERT: Bram LLP Investigates Acme Merger and Offering"
    signal = signal_of(found(title))
    assert signal.refusal is Reason.LAW_FIRM
    assert signal.catalysts == ("law_firm_spam",)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule.name))
def test_every_fragment_is_reached(rule: Rule) -> None:
    """Each fragment matches texts that its own alternatives spell, prefilter on."""
    rng = random.Random(rule.name)
    for trigger in rule.triggers:
        alone = CatalystRules([_only(rule, trigger)])
        spelled = [_spelled(_tree(trigger), rng) for _ in range(6)]
        for text in spelled:
            prepared = prepare(text)
            on, off = alone.match(prepared), alone.match(prepared, is_filtered=False)
            assert on == off, text
        hits = [text for text in spelled if alone.match(prepare(text))]
        assert hits, (rule.name, trigger.text, spelled)


def test_the_prefilter_changes_nothing_on_public_headlines() -> None:
    if not SENTFIN.exists():
        pytest.skip(f"absent: {SENTFIN}")
    with SENTFIN.open(encoding="utf-8") as file:
        listed = [row["title"] for row in csv.DictReader(file)][::10]
    for title in listed:
        prepared = prepare(title)
        on = shipped().match(prepared)
        assert on == shipped().match(prepared, is_filtered=False), title


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_read_in_two_milliseconds(text: str) -> None:
    prepared = prepare(text)
    shipped().match(prepared)

    def took() -> float:
        start = time.thread_time()
        shipped().match(prepared)
        return time.thread_time() - start

    assert min(took() for _ in range(5)) < 0.002


def _only(rule: Rule, trigger: Trigger) -> Rule:
    return Rule(
        name=rule.name,
        priority=rule.priority,
        breaking=rule.breaking,
        is_structural=rule.is_structural,
        reason=rule.reason,
        triggers=(trigger,),
        guards=(),
        codes=(),
    )


def _tree(trigger: Trigger) -> Any:
    assert trigger.fragment is not None
    return _parser.parse(trigger.fragment.source)


def _spelled(nodes: Any, rng: random.Random) -> str:
    return "".join(_spell(op, argument, rng) for op, argument in nodes)


def _spell(op: Any, argument: Any, rng: random.Random) -> str:
    """Return one text that a node of a regular expression matches."""
    if op is sre.LITERAL:
        return chr(argument)
    if op is sre.ASSERT:  # what must follow, and is not part of the match
        return _spelled(argument[1], rng)
    if op is sre.BRANCH:
        return _spelled(rng.choice(argument[1]), rng)
    if op is sre.SUBPATTERN:
        return _spelled(argument[3], rng)
    if op is sre.MAX_REPEAT:
        times = rng.randint(argument[0], min(argument[1], argument[0] + 2))
        return "".join(_spelled(argument[2], rng) for _ in range(times))
    if op is sre.IN:
        return _member(argument, rng)
    return "x" if op is sre.ANY else ""


def _member(members: Any, rng: random.Random) -> str:
    if members[0][0] is sre.NEGATE:
        return "x"
    kind, value = rng.choice(list(members))
    if kind is sre.LITERAL:
        return chr(value)
    if kind is sre.RANGE:
        return chr(rng.randint(*value))
    spaces = (sre.CATEGORY_SPACE, sre.CATEGORY_NOT_WORD)
    if kind is sre.CATEGORY and value in spaces:
        return "'"
    return "7" if kind is sre.CATEGORY and value is sre.CATEGORY_DIGIT else "x"
