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
STRONG = 1.5  # times min_score, and never over STRONGEST
STRONGEST = 0.9
_DETAILS = {
    Reason.LAW_FIRM: "a law firm looks for shareholders",
    Reason.ROUNDUP: "a round-up of many stocks",
    Reason.PROMOTION: "a promotion of a stock",
    Reason.ROUTINE: "a routine notice",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPolicy:
    """Publish what is fresh, names its subject, and is a catalyst or says much.

    Halts, resumptions and market-wide sources are not gated by the score; an item whose
    scorer failed is published too: a missed catalyst costs more than a dull alert.
    """

    min_score: float = 0.3  # |sentiment|
    max_age: timedelta = timedelta(seconds=900)
    weights: Mapping[str, float] = field(default_factory=dict)  # 0..1, by source
    watchlist: frozenset[str] = frozenset()  # tickers

    def decide(self, scored: ScoredItem, *, now: datetime) -> Alert | Rejection:
        """Return an alert, or the reason why there is none."""
        item = scored.item
        age = now - item.published_at
        if age > self.max_age:
            limit = self.max_age.total_seconds()
            detail = f"{age.total_seconds():.0f} s old, limit {limit:.0f} s"
            return _reject(scored, Reason.STALE, detail, now)
        refusal = self._refusal(scored)
        if refusal is not None:
            return _reject(scored, *refusal, now)
        return Alert(
            key=item.key,
            item=item,
            sentiment=scored.sentiment,
            value=self.value(scored),
            catalysts=scored.signal.catalysts,
            breaking=scored.signal.breaking,
            raised_at=now,
        )

    def value(self, scored: ScoredItem) -> float:
        """Return how much an item is worth before others, 0..1; a halt goes first."""
        item = scored.item
        if item.event in ALWAYS:
            return 1.0
        weight = self.weights.get(item.source, PLAIN_SOURCE)
        worth = (
            0.5 * scored.signal.priority / HIGHEST_PRIORITY
            + 0.3 * abs(scored.sentiment or 0.0)
            + 0.1 * weight
            + (0.1 if self._is_watched(item) else 0.0)
        )
        return min(max(worth, 0.0), 1.0)

    def _refusal(self, scored: ScoredItem) -> tuple[Reason, str] | None:
        item, signal = scored.item, scored.signal
        is_gated = item.event not in ALWAYS and not item.is_market
        if is_gated and signal.refusal is not None:
            return signal.refusal, f"{_DETAILS[signal.refusal]}: {signal.evidence!r}"
        if not (item.tickers or item.company or item.is_market):
            return Reason.NO_TICKER, "names no listed stock"
        if is_gated and scored.sentiment is not None:
            return self._too_weak(scored.sentiment, signal.gate)
        return None

    def _too_weak(self, sentiment: float, gate: Gate) -> tuple[Reason, str] | None:
        bar = {
            Gate.ALWAYS: 0.0,
            Gate.SCORE: self.min_score,
            Gate.STRONG: max(
                self.min_score, min(round(STRONG * self.min_score, 4), STRONGEST)
            ),
            Gate.NEVER: 1.1,
        }[gate]
        if abs(sentiment) >= bar:
            return None
        return Reason.LOW_SCORE, f"|{sentiment:+.2f}| is below {bar:.2f}"

    def _is_watched(self, item: NewsItem) -> bool:
        return not self.watchlist.isdisjoint(item.tickers)


def _reject(
    scored: ScoredItem, reason: Reason, detail: str, now: datetime
) -> Rejection:
    return Rejection(
        item=scored.item,
        reason=reason,
        detail=detail,
        sentiment=scored.sentiment,
        at=now,
    )
