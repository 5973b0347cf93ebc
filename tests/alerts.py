"""Alerts and card states of fictitious issuers, as values."""

from dataclasses import replace
from typing import Any

from catalyst_bot.card_state import (
    Analysis,
    CardState,
    Direction,
    Phase,
    Shown,
    Verdict,
)
from catalyst_bot.model import Alert, NewsItem
from tests.clocks import NOON
from tests.news import headline


def alert_of(
    item: NewsItem | None = None, *, sentiment: float | None = 0.85, key: str = ""
) -> Alert:
    item = item or headline(link="https://news.example.com/acme-record")
    return Alert(
        key=key or f"feed:{item.identity}",
        item=item,
        sentiment=sentiment,
        value=0.5,
        raised_at=NOON,
    )


def shown(item: NewsItem | None = None, *, key: str = "", **state: Any) -> Shown:
    """Return a card of that state, by default without an analysis."""
    return Shown(alert=alert_of(item, key=key), state=CardState(**state))


def verdict_of(**changes: Any) -> Verdict:
    verdict = Verdict(
        direction=Direction.BULLISH,
        confidence=0.9,
        reason="Record profit beats the plan",
        risk="Currency.",
        evidence="reports record profit",
        agrees=True,
    )
    return replace(verdict, **changes)


def analysed(verdict: Verdict | None = None, *, late: float = 0.0) -> Analysis:
    return Analysis(
        phase=Phase.ANALYSED,
        verdict=verdict or verdict_of(),
        model="mistral",
        seconds=2.41,
        late=late,
    )


PENDING = Analysis(phase=Phase.PENDING, model="mistral", due=1795205714.2)
EVERY_ANALYSIS = (
    Analysis(phase=Phase.OFF),
    PENDING,
    analysed(),
    analysed(late=48.2),
    analysed(verdict_of(is_grounded=False, agrees=False)),
    Analysis(phase=Phase.TIMED_OUT, seconds=10.0),
    Analysis(phase=Phase.OFFLINE, detail="circuit open", retry=1795205763.0),
    Analysis(phase=Phase.BUSY, detail="38 alerts ahead"),
    Analysis(phase=Phase.UNUSABLE, detail="bot restarted"),
)
