"""What the model was used for, summed up for scripts, commands and the page."""

from collections.abc import Iterable
from dataclasses import dataclass

NOBODY = "-"  # the provider of a question that nobody answered
_ERROR = "error:"

Count = tuple[str, str, str, str, float]  # UTC day, provider, purpose, name, amount


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageRow:
    """The questions of one purpose that one provider answered; seconds are sums.

    `calls` is `ok` (the model was asked) + `cached` + `failed`. `saved_tokens` and
    `saved_s` are what the cached ones cost when they were new.
    """

    provider: str
    purpose: str
    calls: int = 0
    ok: int = 0
    cached: int = 0
    failed: int = 0
    attempts: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    saved_tokens: int = 0
    saved_s: float = 0.0
    queue_s: float = 0.0
    service_s: float = 0.0
    cost_usd: float = 0.0
    errors: tuple[tuple[str, int], ...] = ()  # kind and number, by kind

    @property
    def hit_rate(self) -> float:
        """Return the share of cached ones among all answers, 0.0 to 1.0."""
        answered = self.ok + self.cached
        return self.cached / answered if answered else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Of the last 512 answers, in seconds; 0.0 before the first."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """The usage of one process since its start; `rows` by provider and purpose."""

    total: UsageRow
    rows: tuple[UsageRow, ...]
    queue: Spread
    service: Spread


def rows_of(counts: Iterable[Count]) -> tuple[UsageRow, ...]:
    """Return one row for each provider and purpose, all days together."""
    groups: dict[tuple[str, str], list[Count]] = {}
    for count in counts:
        groups.setdefault((count[1], count[2]), []).append(count)
    return tuple(
        _row(provider, purpose, groups[provider, purpose])
        for provider, purpose in sorted(groups)
    )


def total_of(counts: Iterable[Count]) -> UsageRow:
    """Return everything in one row; its provider and purpose are "all"."""
    return _row("all", "all", counts)


def error_name(kind: str) -> str:
    """Return under which name the errors of a kind are counted."""
    return f"{_ERROR}{kind}"


def _row(provider: str, purpose: str, counts: Iterable[Count]) -> UsageRow:
    sums: dict[str, float] = {}
    for *_, name, amount in counts:
        sums[str(name)] = sums.get(str(name), 0.0) + amount
    errors = {
        name.removeprefix(_ERROR): round(amount)
        for name, amount in sorted(sums.items())
        if name.startswith(_ERROR)
    }
    whole = {
        name: round(sums.get(name, 0.0))
        for name in (
            "ok",
            "cached",
            "attempts",
            "prompt_tokens",
            "completion_tokens",
            "saved_tokens",
        )
    }
    failed = sum(errors.values())
    return UsageRow(
        provider=provider,
        purpose=purpose,
        calls=whole["ok"] + whole["cached"] + failed,
        failed=failed,
        saved_s=sums.get("saved_s", 0.0),
        queue_s=sums.get("queue_s", 0.0),
        service_s=sums.get("service_s", 0.0),
        cost_usd=sums.get("cost_usd", 0.0),
        errors=tuple(errors.items()),
        **whole,
    )
