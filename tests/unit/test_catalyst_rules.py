"""What an operator may write in catalysts.toml, and what is refused."""

import time
from pathlib import Path

import pytest

from catalyst_bot.errors import SettingsError
from catalyst_bot.model import Gate
from catalyst_bot.scoring.catalyst_rules import Rule, load_rules
from catalyst_bot.scoring.catalysts import CatalystRules
from catalyst_bot.scoring.fragments import BadFragment, compile_fragment
from catalyst_bot.scoring.prepared import prepare

GOOD = """
[terms]
fruit = 'apples?|pears?'

[[category]]
name = "harvest"
priority = 50
direction = 0.5
alert = "score"
any = ['{fruit} .. picked', { text = 'bumper crop', direction = 1.0, alert = "always" }]
unless = ['rotten']
codes = ["form 12"]
"""


def load(path: Path, text: str) -> tuple[Rule, ...]:
    file = path / "catalysts.toml"
    file.write_text(text, encoding="utf-8")
    return load_rules(file)


def faults(path: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as raised:
        load(path, text)
    assert all(str(path / "catalysts.toml") in fault for fault in raised.value.faults)
    return raised.value.faults


def test_terms_gaps_and_guards_are_understood(tmp_path: Path) -> None:
    rules = CatalystRules(load(tmp_path, GOOD))
    (found,) = rules.match(prepare("Acme says ripe pears were all picked today"))
    assert (found.name, found.evidence) == ("harvest", "pears were all picked")
    assert not rules.match(prepare("Acme pears picked, rotten"))
    assert not rules.match(prepare("Acme pears: hands picked"))  # another clause


def test_a_fragment_may_have_its_own_direction_and_alert(tmp_path: Path) -> None:
    rules = CatalystRules(load(tmp_path, GOOD))
    (found,) = rules.match(prepare("Acme expects a bumper crop"))
    assert (found.direction, found.alert) == (1.0, Gate.ALWAYS)
    (coded,) = rules.of_codes(["form 12"])
    assert (coded.direction, coded.alert) == (0.5, Gate.SCORE)


def test_a_fragment_of_higher_priority_is_tried_before_other_categories(
    tmp_path: Path,
) -> None:
    weather = """
[[category]]
name = "weather"
priority = 40
direction = 0.0
alert = "score"
any = ['frost', { text = 'frost kills', priority = 60 }]
"""
    rules = CatalystRules(load(tmp_path, GOOD + weather))
    title = prepare("Frost kills pears that were to be picked, a bumper crop")
    first, second = rules.match(title)
    assert (first.name, first.priority, first.evidence) == (
        "weather",
        60,
        "Frost kills",
    )
    assert second.name == "harvest"
    assert rules.match(prepare("Frost, bumper crop"))[0].name == "harvest"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("'bumper crop'", "'bumper ('", "any[2]"),
        ("'bumper crop'", "'bumper .*crop'", "any[2]"),
        ("'bumper crop'", "'bumper crop', colour = 1", "any[2]"),
        ("'bumper crop'", "'{vegetable} crop'", "any[2]"),
        ("'bumper crop'", "' '", "any[2]"),
        ("'bumper crop'", "'{fruit} .. picked'", "any[2]"),
        ("'bumper crop'", "'bumper (?:big )?.. crop'", "any[2]"),
        ("'bumper crop'", "'bumper crop '", "any[2]"),
        ("direction = 1.0", "direction = 1.5", "any[2]: direction"),
        ('alert = "always"', 'alert = "often"', "any[2]: alert"),
        ('alert = "always"', "priority = 111", "any[2]: priority"),
        ("['rotten']", "['rot+en']", "unless[1]"),
        ("['rotten']", "'rotten'", "unless"),
        ("['rotten']", "['rotten', 'rotten']", "unless[2]"),
        ("direction = 0.5", "direction = -2", "direction"),
        ("direction = 0.5", 'direction = "up"', "direction"),
        ("direction = 0.5", "direction = nan", "direction"),
        ("direction = 0.5", "direction = true", "direction"),
        ("priority = 50", "priority = 111", "priority"),
        ("priority = 50", "priority = 5.5", "priority"),
        ('alert = "score"', 'alert = "never"', "reason"),
        ('alert = "score"', 'alert = "score"\nreason = "roundup"', "reason"),
        ('alert = "score"', 'alert = "score"\nbreaking = "yes"', "breaking"),
        ('alert = "score"', 'alert = "score"\ncolor = "red"', "color"),
        ('name = "harvest"', 'name = "Harvest time"', "name"),
        ('name = "harvest"\n', "", "name"),
    ],
)
def test_a_fault_names_the_file_the_entry_and_the_field(
    tmp_path: Path, old: str, new: str, field: str
) -> None:
    assert old in GOOD
    (fault,) = faults(tmp_path, GOOD.replace(old, new, 1))
    assert "entry 1" in fault
    assert f": {field}: " in fault


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("priority = 50", "priority = -1").replace("crop'", "crop('")
    assert len(faults(tmp_path, text + "\n[weather]\nrain = 1\n")) == 3


def test_a_name_and_a_code_are_given_once(tmp_path: Path) -> None:
    again = GOOD[GOOD.index("[[category]]") :]
    told = faults(tmp_path, GOOD + again)
    assert len(told) == 2
    assert all("already used by" in fault for fault in told)


@pytest.mark.parametrize("text", ["[[category]", "category = 1", "terms = 1"])
def test_what_is_no_list_of_categories_is_refused(tmp_path: Path, text: str) -> None:
    assert faults(tmp_path, text)


def test_a_file_that_is_absent_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_rules(tmp_path / "absent.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="not UTF-8"):
        load_rules(tmp_path / "binary.toml")


@pytest.mark.parametrize(
    "fragment",
    [
        "(a{0,60}){0,60}b",
        "(?:a|a|a ){0,200}b",
        "a{0,90}a{0,90}a{0,90}a{0,90}b",
        "(?:x{0,9} ?){0,90}y",
        "(?:a ?){0,300}(?:a ?){0,300}(?:a ?){0,300}b",
    ],
)
def test_a_fragment_that_backtracks_is_refused_in_seconds(fragment: str) -> None:
    start = time.thread_time()
    with pytest.raises(BadFragment, match="takes over 20 ms"):
        compile_fragment(fragment, {})
    assert time.thread_time() - start < 10


@pytest.mark.parametrize(
    ("fragment", "needs"),
    [
        ("public offering", [{"public offering"}]),
        ("(?:prices|priced) .. offering", [{"offering"}, {"prices", "priced"}]),
        ("shares? of", [{"shares of", "share of"}]),
        ("offer(?:ing)?s?", [{"offer", "offers", "offering", "offerings"}]),
        ("RMAT", [{"rmat"}]),
        (r"raises \$\d", [{"raises"}]),
        (r"\d{1,3} for 1", [{"for 1"}]),
        ("(?:a|b)cd|ef", [{"acd", "bcd", "ef"}]),
        (r"anti\w{0,9}", []),
        (r"\d{1,9}", []),
    ],
)
def test_the_words_that_must_be_there_are_found(
    fragment: str, needs: list[set[str]]
) -> None:
    found = compile_fragment(fragment, {}).needs
    assert sorted(map(sorted, found)) == sorted(map(sorted, needs))


def test_two_numbers_are_compared_in_the_same_unit(tmp_path: Path) -> None:
    number = r"\$?\d[\d.]{0,5}[mb]?"
    rule = f"'eps {{1,2}}(?P<more>{number}),? est {{1,2}}(?P<less>{number})'"
    rules = CatalystRules(load(tmp_path, GOOD.replace("'{fruit} .. picked'", rule)))
    for larger in ("EPS $1.22, est $1.10", "EPS 1b, est 900m", "EPS -$1, est -$2"):
        assert rules.match(prepare(larger)), larger
    for other in ("EPS $1.10, est $1.22", "EPS 900m, est 1b", "EPS -$2, est $1"):
        assert not rules.match(prepare(other)), other


def test_what_explains_silences_every_category_that_may_alert(tmp_path: Path) -> None:
    notice = GOOD.replace("harvest", "notice").replace("form 12", "form 13")
    notice = notice[notice.index("[[category]]") :].replace(
        'alert = "score"', 'alert = "never"\nreason = "routine"'
    )
    notice = notice.replace(', alert = "always"', "")
    text = "unless = ['explained']\n" + GOOD + notice
    rules = CatalystRules(load(tmp_path, text))
    titles = ("Acme expects a bumper crop", "The bumper crop explained")
    found = [[one.name for one in rules.match(prepare(title))] for title in titles]
    assert found == [["harvest", "notice"], ["notice"]]
