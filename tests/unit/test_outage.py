"""When trouble is an outage, when it is over, and what is told of it."""

from dataclasses import replace
from datetime import timedelta

from catalyst_bot.lifecycle.catching_up import summary
from catalyst_bot.lifecycle.outage import (
    DISCORD,
    DOWN,
    FEEDS,
    Outage,
    follow,
    newest_first,
    troubles,
)
from catalyst_bot.model import BREAKING
from catalyst_bot.ops.health import Health, SourceHealth
from tests.alerts import alert_of
from tests.clocks import NOON
from tests.news import headline

NOW = 1_000_000.0


def source(name: str, *, failures: int, last: float) -> SourceHealth:
    return SourceHealth(name=name, failures=failures, last_success=last)


def test_one_sick_source_is_no_outage_and_all_of_them_are() -> None:
    health = Health()
    health.source(source("well", failures=0, last=NOW - 300))
    health.source(source("sick", failures=9, last=NOW - 900))
    assert troubles(health, started=NOW - 5000) == {}
    health.source(source("well", failures=1, last=NOW - 300))
    assert troubles(health, started=NOW - 5000) == {FEEDS: NOW - 300}


def test_a_source_that_rests_through_the_night_is_no_outage() -> None:
    health = Health()
    health.source(source("wire", failures=0, last=NOW - 3000))
    assert troubles(health, started=NOW - 5000) == {}


def test_a_destination_is_away_from_the_first_request_that_got_no_answer() -> None:
    health = Health()
    health.destination("default", fault="")
    health.answered("default", is_well=False, unix=NOW - 200)
    health.answered("default", is_well=False, unix=NOW - 100)
    assert troubles(health, started=0.0) == {DISCORD: NOW - 200}
    health.answered("default", is_well=True, unix=NOW)
    assert troubles(health, started=0.0) == {}


def test_a_destination_that_is_closed_is_no_outage_any_more() -> None:
    health = Health()
    health.destination("default", fault="")
    health.answered("default", is_well=False, unix=NOW - 200)
    health.forget_destination("default")
    health.answered("default", is_well=False, unix=NOW)  # cut off at its closing
    assert troubles(health, started=0.0) == {}


def test_a_hiccup_is_no_outage_and_a_long_one_ends_when_all_is_well() -> None:
    hiccup = {FEEDS: NOW - 59}
    assert follow(None, hiccup, now=NOW, longest=60) is None
    begun = follow(None, {FEEDS: NOW - 61}, now=NOW, longest=60)
    assert begun == Outage(began=NOW - 61, causes=(FEEDS,), counted=NOW - 61)
    both = follow(begun, {FEEDS: NOW - 61, DISCORD: NOW - 70}, now=NOW + 5, longest=60)
    assert both == Outage(began=NOW - 70, causes=(FEEDS, DISCORD), counted=NOW - 70)
    still = follow(both, {DISCORD: NOW - 70}, now=NOW + 9, longest=600)
    assert still == both
    over = follow(both, {}, now=NOW + 10, longest=60)
    assert over == replace(both, ended=NOW + 10)
    assert follow(over, {}, now=NOW + 99, longest=60) == over


def test_trouble_that_comes_back_while_catching_up_is_the_same_outage() -> None:
    over = Outage(began=NOW - 900, causes=(DOWN,), counted=NOW - 100, ended=NOW - 100)
    again = follow(over, {FEEDS: NOW - 99}, now=NOW, longest=60)
    assert again == Outage(began=NOW - 900, causes=(DOWN, FEEDS), counted=NOW - 100)


def test_while_catching_up_breaking_news_goes_first_and_then_the_newest() -> None:
    unix = NOON.timestamp()

    def aged(minutes: float, *, breaking: bool = False) -> float:
        one = alert_of(headline(published_at=NOON - timedelta(minutes=minutes)))
        return newest_first(replace(one, breaking=breaking), unix=unix)

    order = [aged(9, breaking=True), aged(0), aged(1), aged(14), aged(60 * 30)]
    assert order == sorted(order, reverse=True)
    assert order[0] >= BREAKING > 1 > order[1]


def test_the_summary_says_what_was_posted_and_what_was_missed() -> None:
    outage = Outage(
        began=NOW - 720, causes=(FEEDS, DISCORD), counted=NOW - 720, ended=NOW
    )
    assert summary(outage, posted=14, missed=31, max_age=900) == (
        "Caught up after 12 min (no source answered, Discord did not answer): "
        "14 alerts posted, 31 older than 15 min not posted: `alerts --rejected`"
    )
    assert summary(outage, posted=1, missed=0, max_age=900).endswith(": 1 alert posted")
