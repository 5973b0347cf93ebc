"""Which headlines become alerts, and what the others are told."""

from datetime import timedelta

import pytest

from catalyst_bot.model import Alert, Event, Gate, Reason, Rejection, ScoredItem, Signal
from catalyst_bot.scoring.policy import AlertPolicy
from tests.clocks import NOON
from tests.news import headline

ALWAYS = Signal(catalysts=("offering",), priority=94, breaking=True, gate=Gate.ALWAYS)
SCORE = Signal(catalysts=("contract",), priority=75, gate=Gate.SCORE)
STRONG = Signal(catalysts=("product",), priority=35, gate=Gate.STRONG)
NONE = Signal()


def refused(reason: Reason) -> Signal:
    return Signal(
        catalysts=("x",), priority=110, gate=Gate.NEVER, refusal=reason, evidence="LLP"
    )


def decide(
    sentiment: float | None = 0.6,
    signal: Signal = SCORE,
    policy: AlertPolicy | None = None,
    **fields: object,
) -> Alert | Rejection:
    item = headline(**{"key": "feed:1", **fields})  # type: ignore[arg-type]
    scored = ScoredItem(item=item, sentiment=sentiment, signal=signal)
    return (policy or AlertPolicy()).decide(scored, now=NOON + timedelta(seconds=2))


def reason(decision: Alert | Rejection) -> Reason | None:
    return decision.reason if isinstance(decision, Rejection) else None


def value(decision: Alert | Rejection) -> float:
    assert isinstance(decision, Alert)
    return decision.value


def test_a_watched_symbol_does_not_make_a_weak_headline_an_alert() -> None:
    item = headline(key="feed:1", tickers=("ACME",))
    policy = AlertPolicy(watchlist=frozenset({"ACME"}))
    decision = policy.decide(ScoredItem(item=item, sentiment=0.1), now=NOON)
    assert reason(decision) is Reason.LOW_SCORE


def test_a_strong_fresh_headline_with_a_ticker_alerts() -> None:
    alert = decide(signal=ALWAYS)
    assert isinstance(alert, Alert)
    assert (alert.catalysts, alert.breaking) == (("offering",), True)


@pytest.mark.parametrize("sentiment", [0.3, -0.3, 1.0, -1.0])
def test_the_threshold_itself_is_enough(sentiment: float) -> None:
    assert isinstance(decide(sentiment), Alert)


def test_a_weak_headline_is_rejected_with_its_score() -> None:
    decision = decide(0.12)
    assert reason(decision) is Reason.LOW_SCORE
    assert isinstance(decision, Rejection)
    assert decision.detail == "|+0.12| is below 0.30"


@pytest.mark.parametrize("signal", [STRONG, NONE])
def test_praise_without_a_catalyst_needs_a_higher_score(signal: Signal) -> None:
    assert reason(decide(0.59, signal)) is Reason.LOW_SCORE
    assert isinstance(decide(-0.75, signal), Alert)


@pytest.mark.parametrize(("least", "bar"), [(0.0, 0.0), (0.3, 0.75), (0.7, 0.9)])
def test_the_higher_score_can_always_be_reached(least: float, bar: float) -> None:
    policy = AlertPolicy(min_score=least)
    assert isinstance(decide(bar, NONE, policy), Alert)
    if bar:
        assert reason(decide(bar - 0.01, NONE, policy)) is Reason.LOW_SCORE


@pytest.mark.parametrize("sentiment", [0.0, -0.04, None])
def test_a_sure_catalyst_alerts_whatever_its_score(sentiment: float | None) -> None:
    assert isinstance(decide(sentiment, ALWAYS), Alert)


@pytest.mark.parametrize(
    "why", [Reason.LAW_FIRM, Reason.ROUNDUP, Reason.PROMOTION, Reason.ROUTINE]
)
def test_a_suppressed_headline_never_alerts_and_says_why(why: Reason) -> None:
    decision = decide(-0.9, refused(why))
    assert reason(decision) is why
    assert isinstance(decision, Rejection)
    assert "'LLP'" in decision.detail


def test_a_halt_is_never_suppressed() -> None:
    assert isinstance(decide(0.0, refused(Reason.ROUNDUP), event=Event.HALT), Alert)


def test_a_headline_without_a_stock_is_rejected() -> None:
    assert reason(decide(tickers=(), signal=ALWAYS)) is Reason.NO_TICKER


def test_a_filing_alerts_under_its_company_until_symbols_come() -> None:
    assert isinstance(decide(tickers=(), company="ACME CORP"), Alert)


def test_a_market_source_needs_neither_ticker_nor_score() -> None:
    assert isinstance(decide(0.0, NONE, tickers=(), is_market=True), Alert)


@pytest.mark.parametrize("event", [Event.HALT, Event.RESUMPTION])
def test_halts_and_resumptions_alert_first_whatever_their_score(event: Event) -> None:
    assert value(decide(0.0, NONE, event=event)) == 1.0


def test_an_item_whose_scorer_failed_is_published() -> None:
    assert isinstance(decide(None, NONE), Alert)


def test_the_value_counts_catalyst_score_source_and_watchlist() -> None:
    plain = AlertPolicy(weights={"wire": 0.0})
    trusted = AlertPolicy(weights={"wire": 1.0}, watchlist=frozenset({"ACME"}))
    top = Signal(catalysts=("x",), priority=110, gate=Gate.ALWAYS)
    assert value(decide(0.0, NONE, AlertPolicy(min_score=0.0))) == pytest.approx(0.05)
    assert value(decide(0.5, ALWAYS, plain)) == pytest.approx(0.5 * 94 / 110 + 0.15)
    assert value(decide(-1.0, top, trusted)) == pytest.approx(1.0)
    assert value(decide(1.0, top, plain)) == pytest.approx(0.8)


@pytest.mark.parametrize("event", [Event.NEWS, Event.HALT])
def test_what_is_older_than_the_limit_is_stale(event: Event) -> None:
    published = NOON - timedelta(seconds=899)
    assert reason(decide(event=event, published_at=published)) is Reason.STALE


def test_what_is_just_within_the_limit_alerts() -> None:
    assert isinstance(decide(published_at=NOON - timedelta(seconds=898)), Alert)


def test_every_check_says_how_it_stands_in_order() -> None:
    item = headline("Acme", tickers=(), published_at=NOON - timedelta(seconds=1000))
    checks = AlertPolicy().checks(ScoredItem(item=item, sentiment=0.12), now=NOON)
    assert [(check.name, check.passed, check.detail) for check in checks] == [
        ("fresh", False, "1000 s old, limit 900 s"),
        ("news", True, "no routine, no notice of a law firm, no round-up"),
        ("subject", False, "names no listed stock"),
        ("strong", False, "|+0.12| is below 0.75"),
    ]


def test_a_passed_check_says_why_too() -> None:
    halt = headline("Halted", event=Event.HALT, tickers=("ACME",))
    checks = AlertPolicy().checks(ScoredItem(item=halt, sentiment=0.0), now=NOON)
    assert all(check.passed for check in checks)
    assert checks[2].detail == "ACME"
    assert checks[3].detail == "alerts whatever its score"
