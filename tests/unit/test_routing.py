"""Which channels an alert goes to: by rules, quiet hours and limits."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.delivery.pattern import Pattern
from catalyst_bot.delivery.routing import Admission, Routing
from catalyst_bot.delivery.rules import ChannelRules, Limit, QuietHours
from catalyst_bot.model import Alert, Event, Held, Interest, Routed, Session, Watch
from tests.alerts import alert_of
from tests.clocks import NOON
from tests.news import headline

SYMBOLS = ("AAAA", "BBBB", "CCCC", "TSXV:DDD")
EXCHANGES = {"AAAA": "NYSE", "BBBB": "NASDAQ"}


def told(
    title: str,
    *,
    sentiment: float | None = 0.85,
    catalysts: tuple[str, ...] = (),
    breaking: bool = False,
    **item: Any,
) -> Alert:
    alert = alert_of(headline(title, **item), sentiment=sentiment)
    return replace(alert, catalysts=catalysts, breaking=breaking)


def routing(**channels: Admission) -> Routing:
    made = Routing(
        session_at=lambda now: Session.REGULAR,
        exchange_of=lambda symbol: EXCHANGES.get(symbol, symbol.partition(":")[0]),
    )
    for name, admission in channels.items():
        made.add(name, admission)
    return made


def taking(rules: ChannelRules, alert: Alert) -> bool:
    found = routing(main=Admission(rules=rules)).route(alert, now=NOON)
    return found == (Routed(channel="main"),)


def test_a_channel_without_rules_takes_everything() -> None:
    assert taking(ChannelRules(), told("Acme wins", sentiment=None))


@pytest.mark.parametrize(
    ("rules", "is_taken"),
    [
        (ChannelRules(tickers=frozenset({"AAAA"})), True),
        (ChannelRules(tickers=frozenset({"BBBB"})), False),
        (ChannelRules(exchanges=frozenset({"NYSE"})), True),
        (ChannelRules(exchanges=frozenset({"NASDAQ"})), False),
        (ChannelRules(sources=frozenset({"wire"})), True),
        (ChannelRules(sources=frozenset({"other"})), False),
        (ChannelRules(catalysts=frozenset({"earnings"})), True),
        (ChannelRules(catalysts=frozenset({"ma"})), False),
        (ChannelRules(min_score=0.6), True),
        (ChannelRules(min_score=0.61), False),
        (ChannelRules(sessions=frozenset({Session.REGULAR})), True),
        (ChannelRules(sessions=frozenset({Session.PRE, Session.POST})), False),
        (ChannelRules(pattern=Pattern(r"\bWINS?\b")), True),
        (ChannelRules(pattern=Pattern(r"\bloses\b")), False),
        (ChannelRules(tickers=frozenset({"AAAA"}), min_score=0.9), False),
    ],
)
def test_all_rules_of_a_channel_must_match(rules: ChannelRules, is_taken: bool) -> None:
    alert = told(
        "Acme wins", tickers=("AAAA",), sentiment=-0.6, catalysts=("earnings",)
    )
    assert taking(rules, alert) is is_taken


def test_what_no_score_gates_in_the_policy_none_gates_in_a_channel() -> None:
    strong = ChannelRules(min_score=1.0)
    assert taking(strong, told("Halted", sentiment=0.0, event=Event.HALT))
    assert taking(strong, told("Rate held", sentiment=0.0, is_market=True))
    assert taking(strong, told("Unread", sentiment=None))


def test_quiet_hours_go_over_midnight_and_let_breaking_alerts_pass() -> None:
    quiet = QuietHours(start=time(22), end=time(6), breaking_passes=True)
    channels = routing(main=Admission(quiet=quiet))
    dull, urgent = told("Acme wins"), told("Acme bought", breaking=True)
    midnight = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)  # in New York
    (held,), (passed,) = (channels.route(a, now=midnight) for a in (dull, urgent))
    assert (held.held, passed.held) == (Held.QUIET, None)
    morning = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)  # 06:00
    assert channels.route(dull, now=morning)[0].held is None


def test_a_limit_holds_back_what_is_over_it_until_its_window_has_passed() -> None:
    limited = Admission(limit=Limit(count=2, seconds=60.0))
    channels = routing(main=limited)
    moments = [NOON + timedelta(seconds=s) for s in (0, 10, 20, 59, 61)]
    held = [channels.route(told("Acme"), now=at)[0].held for at in moments]
    assert held == [None, None, Held.LIMIT, Held.LIMIT, None]


def test_a_limit_that_stays_as_it_is_goes_on_counting() -> None:
    limited = Admission(limit=Limit(count=1, seconds=60.0))
    channels = routing(main=limited)
    assert channels.route(told("Acme"), now=NOON)[0].held is None
    channels.add("main", replace(limited, rules=ChannelRules(min_score=0.1)))
    assert channels.route(told("Acme"), now=NOON)[0].held is Held.LIMIT
    channels.add("main", Admission(limit=Limit(count=5, seconds=60.0)))
    assert channels.route(told("Acme"), now=NOON)[0].held is None


def test_a_channel_that_has_an_alert_is_not_charged_for_it_again() -> None:
    channels = routing(main=Admission(limit=Limit(count=1, seconds=60.0)))
    assert channels.route(told("Acme"), now=NOON, known=("main",)) == ()
    assert channels.route(told("Acme"), now=NOON)[0].held is None


def test_a_clock_that_was_set_back_does_not_mute_a_channel() -> None:
    channels = routing(main=Admission(limit=Limit(count=1, seconds=60.0)))
    channels.route(told("Acme"), now=NOON)
    earlier = NOON - timedelta(hours=1)
    assert channels.route(told("Acme"), now=earlier)[0].held is None


def test_looking_at_a_headline_takes_nothing_of_a_limit() -> None:
    channels = routing(main=Admission(limit=Limit(count=1, seconds=60.0)))
    for _ in range(3):
        assert channels.judge(told("Acme"), now=NOON)[0].held is None


def test_a_channel_may_come_and_go() -> None:
    channels = routing(one=Admission())
    channels.add("two", Admission(rules=ChannelRules(tickers=frozenset({"AAAA"}))))
    alert = told("Acme", tickers=("AAAA",))
    both = {route.channel for route in channels.route(alert, now=NOON)}
    channels.remove("one")
    left = [route.channel for route in channels.route(alert, now=NOON)]
    assert (both, left, channels.names) == ({"one", "two"}, ["two"], ("two",))


def test_a_second_source_brings_a_story_only_to_who_waits_for_that_source() -> None:
    channels = routing(
        all=Admission(),
        first=Admission(rules=ChannelRules(sources=frozenset({"wire"}))),
        second=Admission(rules=ChannelRules(sources=frozenset({"other"}))),
        weak=Admission(rules=ChannelRules(sources=frozenset({"other"}), min_score=0.9)),
    )
    found = channels.also(told("Acme", sentiment=0.5), source="other", now=NOON)
    assert found == (Routed(channel="second"),)


some = st.frozensets(st.sampled_from(SYMBOLS), max_size=3)
rules_of = st.builds(
    ChannelRules,
    tickers=some,
    sources=st.frozensets(st.sampled_from(["wire", "other"]), max_size=1),
    catalysts=st.frozensets(st.sampled_from(["ma", "earnings"]), max_size=1),
    min_score=st.sampled_from([0.0, 0.5]),
)


@given(
    st.lists(rules_of, max_size=8),
    st.lists(st.sampled_from(SYMBOLS), max_size=3, unique=True),
    st.sampled_from([-0.7, 0.2, None]),
)
def test_the_index_finds_what_looking_at_every_channel_finds(
    each: list[ChannelRules], tickers: list[str], sentiment: float | None
) -> None:
    plans = {f"c{n}": Admission(rules=rules) for n, rules in enumerate(each)}
    channels = routing(**plans)
    alert = told("Acme", tickers=tuple(tickers), sentiment=sentiment)
    by_index = {route.channel for route in channels.route(alert, now=NOON)}
    judged = channels.judge(alert, now=NOON)
    assert by_index == {one.channel for one in judged if not one.misses}


@pytest.mark.parametrize(
    "text", [r"(?=a)b", r"(a)\1", "[", r"\w{500}", ".{9}{9}{9}{9}"]
)
def test_a_pattern_that_could_take_long_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Pattern(text)


@pytest.mark.parametrize("text", ["(a+)+b", "(a|a)*b", "(.*){9}b", "(a?){9}a{9}b"])
def test_patterns_that_hang_a_backtracking_engine_answer(text: str) -> None:
    assert not Pattern(text).is_in("a" * 512)  # Python's re would take years
    assert Pattern(text).is_in("a" * 100 + "b")


def test_a_revised_alert_is_still_matched_by_value() -> None:
    rules = ChannelRules(pattern=Pattern("wins"))
    alert = told("Acme wins")
    assert rules == ChannelRules(pattern=Pattern("wins"))
    assert taking(rules, alert)
    assert not taking(rules, told("Acme loses"))


def watched_routing(*watches: Watch, **channels: Admission) -> Routing:
    """Return a routing in which these watches take everything."""
    made = Routing(
        session_at=lambda now: Session.REGULAR,
        exchange_of=lambda symbol: "",
        watched=lambda item: interests(*watches),
    )
    for name, admission in channels.items():
        made.add(name, admission)
    return made


def interests(*watches: Watch) -> tuple[Interest, ...]:
    return tuple(Interest(watch=one, score=1.0) for one in watches)


STRICT = Admission(rules=ChannelRules(min_score=0.9))
ANY, DESK = (
    Watch(query="any", threshold=0.7),
    Watch(query="desk", threshold=0.7, channel="desk"),
)


def test_a_watch_brings_an_alert_where_the_rules_do_not() -> None:
    made = watched_routing(DESK, main=Admission(), desk=STRICT, other=STRICT)
    assert made.route(told("Acme wins"), now=NOON) == (
        Routed(channel="main"),
        Routed(channel="desk", watches=interests(DESK)),
    )


def test_a_watch_without_a_channel_is_of_the_first() -> None:
    made = watched_routing(ANY, main=STRICT, desk=STRICT)
    (route,) = made.route(told("Acme wins"), now=NOON)
    assert route == Routed(channel="main", watches=interests(ANY))


def test_what_only_a_watch_wants_goes_nowhere_else() -> None:
    made = watched_routing(DESK, main=Admission(), desk=Admission())
    alert = replace(told("Acme wins"), is_wanted=True)
    assert [one.channel for one in made.route(alert, now=NOON)] == ["desk"]


def test_quiet_hours_and_limits_hold_for_watches_too() -> None:
    quiet = QuietHours(start=time(0, 0), end=time(23, 59))
    held = watched_routing(DESK, desk=Admission(quiet=quiet))
    assert [one.held for one in held.route(told("A"), now=NOON)] == [Held.QUIET]
    limited = watched_routing(DESK, desk=Admission(limit=Limit(count=1, seconds=60)))
    first, second = (limited.route(told(title), now=NOON) for title in "AB")
    assert [one.held for one in (*first, *second)] == [None, Held.LIMIT]


def test_the_watch_of_a_channel_that_is_gone_routes_nothing() -> None:
    assert watched_routing(DESK, main=STRICT).route(told("A"), now=NOON) == ()


def test_a_second_source_brings_no_more_of_what_only_a_watch_wants() -> None:
    late = Admission(rules=ChannelRules(sources=frozenset({"late wire"})))
    made = watched_routing(DESK, desk=STRICT, late=late)
    alert = replace(told("Acme wins"), is_wanted=True)
    assert made.also(alert, source="late wire", now=NOON) == ()
