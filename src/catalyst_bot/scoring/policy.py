"""Which headlines are worth a message, and why the others are not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from catalyst_bot.model import Alert, Event, NewsItem, Reason, Rejection, ScoredItem

# VADER gives them 0; traders need them.
ALWAYS = (Event.HALT, Event.RESUMPTION, Event.RETRACTION)
WATCHED = 0.3  # added to the value of an alert about a watched symbol


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One condition of an alert; `reason` is the rejection when it is not met."""

    name: str
    passed: bool
    detail: str  # for a person: "5 s old, limit 900 s"
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPolicy:
    """Publish what is fresh, names its subject, and says something strong.

    Halts, resumptions and market-wide sources are not gated by the score; an item whose
    scorer failed is published too: a missed catalyst costs more than a dull alert.
    """

    min_score: float = 0.3  # |sentiment|
    max_age: timedelta = timedelta(seconds=900)
    watchlist: frozenset[str] = frozenset()  # written as in NewsItem.tickers

    def decide(self, scored: ScoredItem, *, now: datetime) -> Alert | Rejection:
        """Return an alert, or the reason why there is none: the first shut gate."""
        item, sentiment = scored.item, scored.sentiment
        for gate in self.gates(scored, now=now):
            if not gate.passed:
                return Rejection(
                    item=item,
                    reason=gate.reason,
                    detail=gate.detail,
                    sentiment=sentiment,
                    at=now,
                )
        return Alert(
            key=item.key,
            item=item,
            sentiment=sentiment,
            value=self._value(scored),
            raised_at=now,
        )

    def gates(self, scored: ScoredItem, *, now: datetime) -> tuple[Gate, ...]:
        """Return every gate as an item finds it at `now`, in their order."""
        item = scored.item
        return (self._fresh(item, now), _subject(item), self._strong(scored))

    def _value(self, scored: ScoredItem) -> float:
        """Return the place of the alert in the queue of the model, 0..1."""
        if scored.item.event in ALWAYS:
            return 1.0
        value = abs(scored.sentiment or 0.0)
        if self.watchlist.isdisjoint(scored.item.tickers):
            return value
        return min(1.0, value + WATCHED)

    def _fresh(self, item: NewsItem, now: datetime) -> Gate:
        age, limit = now - item.published_at, self.max_age
        detail = f"{age.total_seconds():.0f} s old, limit {limit.total_seconds():.0f} s"
        return Gate(
            name="fresh", passed=age <= limit, detail=detail, reason=Reason.STALE
        )

    def _strong(self, scored: ScoredItem) -> Gate:
        item, sentiment = scored.item, scored.sentiment
        if item.event in ALWAYS or item.is_market:
            kind = "market-wide news" if item.is_market else f"a {item.event.value}"
            passed, detail = True, f"{kind} needs no score"
        elif sentiment is None:
            passed, detail = True, "the scorer failed: posted to be safe"
        else:
            passed = abs(sentiment) >= self.min_score
            verb = "reaches" if passed else "is below"
            detail = f"|{sentiment:+.2f}| {verb} {self.min_score:.2f}"
        return Gate(
            name="strong", passed=passed, detail=detail, reason=Reason.LOW_SCORE
        )


def _subject(item: NewsItem) -> Gate:
    named = " ".join(item.tickers) or item.company
    subject = named or ("the whole market" if item.is_market else "")
    return Gate(
        name="subject",
        passed=bool(subject),
        detail=subject or "names no listed stock",
        reason=Reason.NO_TICKER,
    )
