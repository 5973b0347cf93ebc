"""Which headlines are worth a message, and why the others are not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from catalyst_bot.model import Alert, Event, Reason, Rejection, ScoredItem

# VADER gives them 0; traders need them.
ALWAYS = (Event.HALT, Event.RESUMPTION, Event.RETRACTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPolicy:
    """Publish what is fresh, names its subject, and says something strong.

    Halts, resumptions and market-wide sources are not gated by the score; an item whose
    scorer failed is published too: a missed catalyst costs more than a dull alert.
    """

    min_score: float = 0.3  # |sentiment|
    max_age: timedelta = timedelta(seconds=900)

    def decide(self, scored: ScoredItem, *, now: datetime) -> Alert | Rejection:
        """Return an alert, or the reason why there is none."""
        item, sentiment = scored.item, scored.sentiment
        age = now - item.published_at
        if age > self.max_age:
            limit = self.max_age.total_seconds()
            detail = f"{age.total_seconds():.0f} s old, limit {limit:.0f} s"
            return _reject(scored, Reason.STALE, detail, now)
        if not (item.tickers or item.company or item.is_market):
            return _reject(scored, Reason.NO_TICKER, "names no listed stock", now)
        is_gated = item.event not in ALWAYS and not item.is_market
        if is_gated and sentiment is not None and abs(sentiment) < self.min_score:
            detail = f"|{sentiment:+.2f}| is below {self.min_score:.2f}"
            return _reject(scored, Reason.LOW_SCORE, detail, now)
        return Alert(
            key=item.key,
            item=item,
            sentiment=sentiment,
            value=1.0 if item.event in ALWAYS else abs(sentiment or 0.0),
            raised_at=now,
        )


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
