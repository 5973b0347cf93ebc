"""What the models were used for, and what that cost: the API's side of the books."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from catalyst_bot.llm.budget import Day
from catalyst_bot.llm.stats import Spread, Stats, UsageRow


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageView:
    """The questions of one purpose that one provider answered; seconds are sums.

    `calls` is `ok` + `cached` + `failed`; what nobody answered has the provider "-".
    `saved_tokens` and `saved_s` are what the cached ones cost when they were new.
    """

    provider: str
    purpose: str
    calls: int
    ok: int
    cached: int
    failed: int
    hit_rate: float
    attempts: int
    prompt_tokens: int
    completion_tokens: int
    saved_tokens: int
    saved_s: float
    queue_s: float
    service_s: float
    cost_usd: float
    errors: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayView:
    """How far one cloud is with its UTC day; a cap of 0 is no limit."""

    provider: str
    day: date
    requests: int
    tokens: int
    usd: float
    cap_requests: int
    cap_tokens: int
    cap_usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageReport:
    """The usage since the start; `queue` and `service` are of the last 512 answers."""

    total: UsageView
    rows: tuple[UsageView, ...]
    queue: Spread
    service: Spread
    today: tuple[DayView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageBoard:
    """Reads the books of this process."""

    stats: Callable[[], Stats]
    today: Callable[[], tuple[Day, ...]]

    def report(self) -> UsageReport:
        """Return what was used until now."""
        stats = self.stats()
        return UsageReport(
            total=_view(stats.total),
            rows=tuple(map(_view, stats.rows)),
            queue=stats.queue,
            service=stats.service,
            today=tuple(map(_day, self.today())),
        )


def _view(row: UsageRow) -> UsageView:
    return UsageView(
        provider=row.provider,
        purpose=row.purpose,
        calls=row.calls,
        ok=row.ok,
        cached=row.cached,
        failed=row.failed,
        hit_rate=round(row.hit_rate, 4),
        attempts=row.attempts,
        prompt_tokens=row.prompt_tokens,
        completion_tokens=row.completion_tokens,
        saved_tokens=row.saved_tokens,
        saved_s=row.saved_s,
        queue_s=row.queue_s,
        service_s=row.service_s,
        cost_usd=row.cost_usd,
        errors=dict(row.errors),
    )


def _day(day: Day) -> DayView:
    return DayView(
        provider=day.provider,
        day=day.spent.day,
        requests=day.spent.requests,
        tokens=day.spent.tokens,
        usd=day.spent.usd,
        cap_requests=day.caps.requests,
        cap_tokens=day.caps.tokens,
        cap_usd=day.caps.usd,
    )
