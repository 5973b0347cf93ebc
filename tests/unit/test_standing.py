"""The alerts that stand, as a later headline meets them."""

from dataclasses import replace

import pytest

from catalyst_bot.conflict import Strength
from catalyst_bot.disputes import NOTHING, Contradicted
from catalyst_bot.model import Reason, Rejection
from catalyst_bot.reading.conflicts.features import Features, features_of
from catalyst_bot.reading.conflicts.model import Kind, conflict_of
from catalyst_bot.reading.standing import (
    MANY,
    MOST_ALERTS,
    MOST_CANDIDATES,
    Found,
    StandingAlerts,
)
from tests.alerts import alert_of
from tests.clocks import NOON
from tests.news import headline

HOUR = 3600.0
TALKS = "Acme in talks to be acquired by Beta"
DENIES = "Acme denies report of takeover talks with Beta"


def standing(*told: tuple[str, str, float]) -> StandingAlerts:
    """Return what remembers these keys with their titles, of ACME, for an hour."""
    alerts = StandingAlerts(window=HOUR)
    for key, title, unix in told:
        alerts.add(key, title, ("ACME",), unix=unix)
    return alerts


def keys(found: tuple[Found, ...]) -> list[str]:
    return [one.key for one in found]


def test_a_denial_meets_the_rumour_of_its_ticker_within_the_window() -> None:
    alerts = standing(("old", TALKS, 0.0), ("new", TALKS, HOUR))
    assert keys(alerts.contradicted_by(DENIES, ("ACME",), unix=HOUR + 1)) == ["new"]
    assert alerts.contradicted_by(DENIES, ("BETA",), unix=HOUR) == ()
    assert keys(alerts.contradicted_by(DENIES, ("X", "ACME"), unix=HOUR)) == [
        "new",
        "old",
    ]


def test_what_is_sure_goes_first() -> None:
    alerts = standing(
        ("sure", "Acme raises full-year outlook to $30 million", 0.0),
        ("weak", "Acme full-year outlook is $50 million", 1.0),
    )
    found = alerts.contradicted_by(
        "Acme cuts full-year outlook to $20 million", ("ACME",), unix=2.0
    )
    strengths = [one.conflict.strength for one in found]
    assert keys(found)[0] == "sure"
    assert strengths == sorted(strengths, key=lambda one: one is Strength.WEAK)


def test_an_alert_is_remembered_as_it_now_reads() -> None:
    alerts = standing(("a", TALKS, 0.0), ("a", "Acme opens a store in York", 1.0))
    assert alerts.contradicted_by(DENIES, ("ACME",), unix=2.0) == ()


def test_only_the_newest_of_a_ticker_and_of_all_are_kept() -> None:
    one = standing(*((str(n), TALKS, float(n)) for n in range(MOST_CANDIDATES + 5)))
    found = keys(one.contradicted_by(DENIES, ("ACME",), unix=200.0))
    assert len(found) == MOST_CANDIDATES
    assert "4" not in found
    many = StandingAlerts(window=HOUR)
    for n in range(MOST_ALERTS + 1):
        many.add(str(n), TALKS, (f"T{n}",), unix=1.0)
    assert many.contradicted_by(DENIES, ("T0",), unix=1.0) == ()
    assert keys(many.contradicted_by(DENIES, ("T1",), unix=1.0)) == ["1"]


async def test_what_is_prepared_after_a_start_is_compared_as_before() -> None:
    alerts = standing(*((str(n), TALKS, float(n)) for n in range(MANY)))
    await alerts.prepare()
    found = alerts.contradicted_by(DENIES, ("ACME",), unix=9.0)
    assert len(found) == MANY


async def test_a_headline_that_breaks_off_costs_its_own_comparison_and_that_once() -> (
    None
):
    tried = list[str]()
    broken = list[str]()

    def read(title: str) -> Features:
        tried.append(title)
        if "cursed" in title:
            raise RecursionError(title)
        return features_of(title)

    alerts = StandingAlerts(
        window=HOUR, read=read, broke=lambda: broken.append(tried[-1])
    )
    for n in range(MANY):
        alerts.add(str(n), f"{TALKS} {'cursed' * (n == 3)}", ("ACME",), unix=1.0)
    await alerts.prepare()
    for _ in range(2):
        found = keys(alerts.contradicted_by(DENIES, ("ACME",), unix=9.0))
        assert sorted(found) == [str(n) for n in range(MANY) if n != 3]
    assert broken == [f"{TALKS} cursed"]


def test_a_pair_that_breaks_off_costs_itself_only() -> None:
    broken = list[None]()

    def read(title: str) -> Features:
        features = features_of(title)
        return replace(features, topic=None) if "cursed" in title else features  # type: ignore[arg-type]

    alerts = StandingAlerts(window=HOUR, read=read, broke=lambda: broken.append(None))
    for key, title in (("a", TALKS), ("b", f"{TALKS} cursed"), ("c", TALKS)):
        alerts.add(key, title, ("ACME",), unix=1.0)
    found = alerts.contradicted_by(DENIES, ("ACME",), unix=9.0)
    assert sorted(keys(found)) == ["a", "c"]
    assert broken == [None]


@pytest.mark.parametrize(
    ("reason", "is_alert"),
    [
        (Reason.LOW_SCORE, True),
        (Reason.ROUTINE, True),
        (Reason.STALE, False),
        (Reason.ROUNDUP, False),
        (Reason.LAW_FIRM, False),
        (Reason.PROMOTION, False),
    ],
)
def test_a_sure_conflict_overrules_dullness_alone(
    reason: Reason, *, is_alert: bool
) -> None:
    rejection = Rejection(item=headline(), reason=reason, detail="", at=NOON)
    sure = Found(key="a", conflict=conflict_of(Kind.DENIAL, "denies"))
    weak = Found(key="a", conflict=conflict_of(Kind.NUMBER, "x", Strength.WEAK))
    assert Contradicted((weak, sure)).overrules(rejection) is is_alert
    assert not Contradicted((weak,)).overrules(rejection)


def test_what_only_a_watch_wants_is_for_all_when_it_surely_contradicts() -> None:
    sure = Contradicted((Found(key="a", conflict=conflict_of(Kind.DENIAL, "denies")),))
    alert = alert_of(headline())
    assert sure.overrules(replace(alert, is_wanted=True))
    assert not sure.overrules(alert)
    assert not NOTHING.overrules(replace(alert, is_wanted=True))
