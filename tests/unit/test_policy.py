"""Which headlines become alerts, and what the others are told."""

from datetime import timedelta

import pytest

from catalyst_bot.model import Alert, Event, Reason, Rejection, ScoredItem
from catalyst_bot.scoring.policy import AlertPolicy
from tests.clocks import NOON
from tests.news import headline


def decide(sentiment: float | None = 0.6, **fields: object) -> Alert | Rejection:
    item = headline(**{"key": "feed:1", **fields})  # type: ignore[arg-type]
    scored = ScoredItem(item=item, sentiment=sentiment)
    return AlertPolicy().decide(scored, now=NOON + timedelta(seconds=2))


def reason(decision: Alert | Rejection) -> Reason | None:
    return decision.reason if isinstance(decision, Rejection) else None


@pytest.mark.parametrize(
    ("tickers", "sentiment", "value"),
    [
        (("ACME",), 0.4, 0.7),
        (("OTHR", "ACME"), -0.4, 0.7),
        (("OTHR",), 0.4, 0.4),
        (("ACME",), 0.9, 1.0),
        (("ACME",), None, 0.3),
    ],
)
def test_a_watched_symbol_is_worth_more_and_never_more_than_one(
    tickers: tuple[str, ...], sentiment: float | None, value: float
) -> None:
    item = headline(key="feed:1", tickers=tickers)
    policy = AlertPolicy(watchlist=frozenset({"ACME"}))
    alert = policy.decide(ScoredItem(item=item, sentiment=sentiment), now=NOON)
    assert isinstance(alert, Alert)
    assert alert.value == pytest.approx(value)


def test_a_watched_symbol_does_not_make_a_weak_headline_an_alert() -> None:
    item = headline(key="feed:1", tickers=("ACME",))
    policy = AlertPolicy(watchlist=frozenset({"ACME"}))
    decision = policy.decide(ScoredItem(item=item, sentiment=0.1), now=NOON)
    assert reason(decision) is Reason.LOW_SCORE


def test_a_strong_fresh_headline_with_a_ticker_alerts() -> None:
    alert = decide()
    assert isinstance(alert, Alert)
    assert alert.value == pytest.approx(0.6)


@pytest.mark.parametrize("sentiment", [0.3, -0.3, 1.0, -1.0])
def test_the_threshold_itself_is_enough(sentiment: float) -> None:
    assert isinstance(decide(sentiment), Alert)


def test_a_weak_headline_is_rejected_with_its_score() -> None:
    decision = decide(0.12)
    assert reason(decision) is Reason.LOW_SCORE
    assert isinstance(decision, Rejection)
    assert "0.12" in decision.detail


def test_a_headline_without_a_stock_is_rejected() -> None:
    assert reason(decide(tickers=())) is Reason.NO_TICKER


def test_a_filing_alerts_under_its_company_until_symbols_come() -> None:
    assert isinstance(decide(tickers=(), company="ACME CORP"), Alert)


def test_a_market_source_needs_neither_ticker_nor_score() -> None:
    assert isinstance(decide(0.0, tickers=(), is_market=True), Alert)


@pytest.mark.parametrize("event", [Event.HALT, Event.RESUMPTION])
def test_halts_and_resumptions_alert_whatever_their_score(event: Event) -> None:
    alert = decide(0.0, event=event)
    assert isinstance(alert, Alert)
    assert alert.value == 1.0


def test_an_item_whose_scorer_failed_is_published() -> None:
    assert isinstance(decide(None), Alert)


@pytest.mark.parametrize("event", [Event.NEWS, Event.HALT])
def test_what_is_older_than_the_limit_is_stale(event: Event) -> None:
    published = NOON - timedelta(seconds=899)
    assert reason(decide(event=event, published_at=published)) is Reason.STALE


def test_what_is_just_within_the_limit_alerts() -> None:
    assert isinstance(decide(published_at=NOON - timedelta(seconds=898)), Alert)


def test_every_gate_says_how_it_stands_in_order() -> None:
    item = headline("Acme", tickers=(), published_at=NOON - timedelta(seconds=1000))
    gates = AlertPolicy().gates(ScoredItem(item=item, sentiment=0.12), now=NOON)
    assert [(gate.name, gate.passed, gate.detail) for gate in gates] == [
        ("fresh", False, "1000 s old, limit 900 s"),
        ("subject", False, "names no listed stock"),
        ("strong", False, "|+0.12| is below 0.30"),
    ]


def test_an_open_gate_says_why_too() -> None:
    halt = headline("Halted", event=Event.HALT, tickers=("ACME",))
    gates = AlertPolicy().gates(ScoredItem(item=halt, sentiment=0.0), now=NOON)
    assert all(gate.passed for gate in gates)
    assert gates[1].detail == "ACME"
    assert gates[2].detail == "a halt needs no score"
