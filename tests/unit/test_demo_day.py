"""The bundled market day: what is in it, and how a script is read."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, time, timedelta

import pytest

from catalyst_bot.clock import FastClock
from catalyst_bot.intake.notices import notice_of
from catalyst_bot.reading.conflicts.features import Features, features_of
from catalyst_bot.reading.conflicts.rules import find_conflict
from catalyst_bot.scoring import score_title
from catalyst_bot.simulation.issuers import SYMBOLS, issuer
from catalyst_bot.simulation.newsroom import (
    BANK,
    FILINGS,
    HALTS,
    STREAM,
    WIRE_ONE,
    WIRE_TWO,
)
from catalyst_bot.simulation.scenarios.day import day_lines
from catalyst_bot.simulation.scenarios.programme import SCENARIOS
from catalyst_bot.simulation.script import Line, parse_script

WIRES = (WIRE_ONE, WIRE_TWO, STREAM)


def releases() -> list[Line]:
    return [line for line in day_lines() if line.place in WIRES]


def test_the_day_has_some_hundred_and_fifty_items_of_all_kinds() -> None:
    counted = Counter(line.place for line in day_lines())
    assert 140 <= sum(counted.values()) - counted["model"] <= 170
    assert counted[FILINGS] >= 20
    assert counted[HALTS] >= 15
    assert counted[BANK] >= 3


def test_the_day_has_the_traps_of_real_feeds() -> None:
    lines = releases()
    notices = [notice_of(line.text)[0] for line in lines if line.revises]
    carried = Counter(line.text for line in lines)
    assert {str(notice) for notice in notices} >= {"corrected", "retracted"}
    assert sum(count > 1 for count in carried.values()) >= 5
    assert any(line.symbol == "-" for line in lines)
    assert any(":" in line.symbol for line in lines)
    assert any(line.mark == "yesterday" for line in lines)


def test_most_releases_are_worth_an_alert_and_the_rest_is_routine() -> None:
    lines = releases()
    strong = sum(abs(score_title(line.text)) >= 0.3 for line in lines)
    assert 0.6 <= strong / len(lines) <= 0.8


def test_the_day_has_the_conflicts_that_are_planted_in_it_and_no_other() -> None:
    found: list[tuple[str, str]] = []
    told: dict[str, list[Features]] = defaultdict(list)
    for line in releases():
        if line.symbol not in SYMBOLS or line.mark == "yesterday" or line.revises:
            continue
        features = features_of(line.text)
        conflicts = [find_conflict(one, features) for one in told[line.symbol]]
        found += [(line.symbol, one.kind.value) for one in conflicts if one]
        told[line.symbol].append(features)
    assert found == [
        ("NTLC", "denial"),
        ("HRTM", "denial"),
        ("OKFL", "denial"),
        ("ULND", "correction"),
        ("MSGT", "denial"),
        ("GLWS", "guidance"),
    ]


def test_every_company_of_the_day_is_one_of_the_invented() -> None:
    for line in releases():
        if line.symbol in SYMBOLS and line.mark != "yesterday":
            first = issuer(line.symbol).name.split()[0]
            assert first in line.text
        else:
            assert line.symbol == "-" or ":" in line.symbol or line.mark


def test_a_line_of_a_script_is_read_with_its_marks() -> None:
    (line,) = parse_script("# a comment\n\n09:30 wire-one ABCD [hang] A title: more\n")
    assert line == Line(
        at=time(9, 30),
        place="wire-one",
        symbol="ABCD",
        text="A title: more",
        mark="hang",
    )


@pytest.mark.parametrize(
    "bad", ["9:30 wire-one ABCD x", "09:30 nowhere ABCD x", "09:30 wire-one ABCD"]
)
def test_a_malformed_line_is_named(bad: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        parse_script(f"# fine\n{bad}")


def test_a_script_never_goes_back_in_time() -> None:
    with pytest.raises(ValueError, match="line 2: earlier"):
        parse_script("09:30 halts ABCD T1\n09:29 halts ABCD T2")


def test_every_scenario_says_what_to_look_for() -> None:
    assert list(SCENARIOS) == [
        "day",
        "slow-llm",
        "llm-down",
        "network-away",
        "flood",
        "halt",
    ]
    for scenario in SCENARIOS.values():
        assert len(scenario.look_for) >= 3
        assert scenario.shows
        assert scenario.start < scenario.until


def test_event_time_is_fast_until_the_day_is_over_and_then_real() -> None:
    start = datetime(2026, 11, 20, 14, tzinfo=UTC)
    until = start + timedelta(hours=1)
    began = FastClock(start=start, speed=1).monotonic()
    during = FastClock(start=start, until=until, speed=60, began=began - 30)
    after = FastClock(start=start, until=until, speed=60, began=began - 70)
    assert during.real(90) == after.real(90) == 1.5
    second = timedelta(seconds=1)
    assert abs(during.now() - start - timedelta(minutes=30)) < 60 * second
    assert abs(after.now() - until - timedelta(seconds=10)) < second
