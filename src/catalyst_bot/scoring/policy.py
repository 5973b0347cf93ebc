"""Which headlines are worth a message, and why the others are not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from catalyst_bot.model import (
    Alert,
    Event,
    Gate,
    NewsItem,
    Reason,
    Rejection,
    ScoredItem,
)

# The lexicon gives them 0; traders need them.
ALWAYS = (Event.HALT, Event.RESUMPTION, Event.RETRACTION)
HIGHEST_PRIORITY = 110
PLAIN_SOURCE = 0.5  # weight of a source that none is known of
STRONG = 2.5  # times min_score, and never over STRONGEST
STRONGEST = 0.9
_REFUSALS = {
    Reason.LAW_FIRM: "a law firm looks for shareholders",
    Reason.ROUNDUP: "a round-up of many stocks",
    Reason.PROMOTION: "a promotion of a stock",
    Reason.ROUTINE: "a routine notice",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One condition of an alert; `reason` is the rejection when it is not met."""

    name: str
    passed: bool
    detail: str  # for a person: "5 s old, limit 900 s"
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPolicy:
    """Publish what is fresh, names its subject, and is a catalyst or says much.

    Halts, resumptions and market-wide sources are not gated by the score; an item whose
    scorer failed is published too: a missed catalyst costs more than a dull alert.
    """

    min_score: float = 0.3  # |sentiment|
    max_age: timedelta = timedelta(seconds=900)
    weights: Mapping[str, float] = field(default_factory=dict)  # 0..1, by source
    watchlist: frozenset[str] = frozenset()  # written as in NewsItem.tickers

    def decide(self, scored: ScoredItem, *, now: datetime) -> Alert | Rejection:
        """Return an alert, or the reason why there is none: the first failed check."""
        for check in self.checks(scored, now=now):
            if not check.passed:
                return Rejection(
                    item=scored.item,
                    reason=check.reason,
                    detail=check.detail,
                    sentiment=scored.sentiment,
                    at=now,
                )
        return self.alert(scored, now=now)

    def alert(self, scored: ScoredItem, *, now: datetime) -> Alert:
        """Return the alert of an item, whatever the checks say of it."""
        return Alert(
            key=scored.item.key,
            item=scored.item,
            sentiment=scored.sentiment,
            value=self.value(scored),
            catalysts=scored.signal.catalysts,
            breaking=scored.signal.breaking,
            raised_at=now,
        )

    def checks(self, scored: ScoredItem, *, now: datetime) -> tuple[Check, ...]:
        """Return every check as an item finds it at `now`, in their order."""
        fresh = self._fresh(scored.item, now)
        return (fresh, _news(scored), _subject(scored.item), self._strong(scored))

    def value(self, scored: ScoredItem) -> float:
        """Return how much an item is worth before others, 0..1; a halt goes first."""
        item = scored.item
        if item.event in ALWAYS:
            return 1.0
        weight = self.weights.get(item.source, PLAIN_SOURCE)
        is_watched = not self.watchlist.isdisjoint(item.tickers)
        worth = (
            0.5 * scored.signal.priority / HIGHEST_PRIORITY
            + 0.3 * abs(scored.sentiment or 0.0)
            + 0.1 * weight
            + (0.1 if is_watched else 0.0)
        )
        return min(max(worth, 0.0), 1.0)

    def _fresh(self, item: NewsItem, now: datetime) -> Check:
        age, limit = now - item.published_at, self.max_age
        detail = f"{age.total_seconds():.0f} s old, limit {limit.total_seconds():.0f} s"
        return Check(
            name="fresh", passed=age <= limit, detail=detail, reason=Reason.STALE
        )

    def _strong(self, scored: ScoredItem) -> Check:
        gate, sentiment = scored.signal.gate, scored.sentiment
        bar = self._bar(gate)
        if not _is_gated(scored.item):
            passed, detail = True, "alerts whatever its score"
        elif sentiment is None:
            passed, detail = True, "the scorer failed: posted to be safe"
        elif gate is Gate.ALWAYS:
            passed = True
            detail = f"{scored.signal.catalysts[0]} alerts whatever its score"
        else:
            passed = abs(sentiment) >= bar
            verb = "reaches" if passed else "is below"
            detail = f"|{sentiment:+.2f}| {verb} {bar:.2f}"
        return Check(
            name="strong", passed=passed, detail=detail, reason=Reason.LOW_SCORE
        )

    def _bar(self, gate: Gate) -> float:
        if gate is Gate.SCORE:
            return self.min_score
        return max(self.min_score, min(round(STRONG * self.min_score, 4), STRONGEST))


def _is_gated(item: NewsItem) -> bool:
    return item.event not in ALWAYS and not item.is_market


def _news(scored: ScoredItem) -> Check:
    """Tell news from the notices that carry its words."""
    refusal = scored.signal.refusal if _is_gated(scored.item) else None
    detail = "no routine, no notice of a law firm, no round-up"
    if refusal is not None:
        detail = f"{_REFUSALS[refusal]}: {scored.signal.evidence!r}"
    return Check(
        name="news",
        passed=refusal is None,
        detail=detail,
        reason=refusal or Reason.ROUTINE,
    )


def _subject(item: NewsItem) -> Check:
    named = " ".join(item.tickers) or item.company
    subject = named or ("the whole market" if item.is_market else "")
    return Check(
        name="subject",
        passed=bool(subject),
        detail=subject or "names no listed stock",
        reason=Reason.NO_TICKER,
    )
