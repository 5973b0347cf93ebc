"""The state of the daemon at a glance: the side panel of the page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from catalyst_bot import __version__
from catalyst_bot.clock import Clock
from catalyst_bot.delivery.writer import Tokens
from catalyst_bot.llm.model import Condition
from catalyst_bot.ops.health import Health, SourceHealth
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.readings import Spread, counts_of, spread_of


class Channel(Protocol):
    """Where cards go; `tokens` is None when it knows no limits."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    def tokens(self) -> Tokens | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LLMStatus:
    """The model; `retry_in` is in seconds, `answers` count since the start."""

    state: str
    provider: str
    model: str
    in_flight: int
    waiting: int
    retry_in: float
    fault: str
    answers: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordStatus:
    """The channel; what is left is null when it knows no limits."""

    fault: str
    posts_left: int | None
    edits_left: int | None
    posts_pending: int
    edits_pending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Everything but the alerts; counts are since the start.

    `now` is event time, `unix` the real one in seconds since 1970.
    """

    now: datetime
    unix: float
    version: str
    channel: str  # "discord" or "page"
    controls: str
    ready: bool
    notices: Mapping[str, str]
    sources: tuple[SourceHealth, ...]
    llm: LLMStatus
    discord: DiscordStatus
    rejected: Mapping[str, int]
    stages: tuple[Spread, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusBoard:
    """Reads what each part says of itself.

    `controls` is the URL of the demo's control server, "" without one.
    """

    clock: Clock
    health: Health
    metrics: Metrics
    condition: Callable[[], Condition]
    model: str
    channel: Channel
    controls: str

    def status(self) -> Status:
        """Return how everything is now."""
        metrics, health, unix = self.metrics, self.health, self.clock.unix()
        return Status(
            now=self.clock.now(),
            unix=unix,
            version=__version__,
            channel=self.channel.kind,
            controls=self.controls,
            ready=health.ready(unix).is_ready,
            notices=dict(health.notices),
            sources=health.sources,
            llm=self._llm(),
            discord=self._discord(),
            rejected=counts_of(metrics.items_rejected, label="reason"),
            stages=(
                spread_of(metrics.alert_latency, name="seen to posted"),
                spread_of(metrics.enrich_latency, name="post to verdict"),
                spread_of(metrics.ledger_commit, name="commit"),
            ),
        )

    def _llm(self) -> LLMStatus:
        now = self.condition()
        return LLMStatus(
            state=now.state,
            provider=now.provider,
            model=self.model,
            in_flight=now.in_flight,
            waiting=now.waiting,
            retry_in=now.retry_in,
            fault=now.fault,
            answers=counts_of(self.metrics.enrich, label="result"),
        )

    def _discord(self) -> DiscordStatus:
        pending = counts_of(self.metrics.jobs_pending, label="queue")
        left, name = self.channel.tokens(), self.channel.name
        return DiscordStatus(
            fault=self.health.destinations.get(name, ""),
            posts_left=left.posts if left else None,
            edits_left=left.edits if left else None,
            posts_pending=pending.get(f"post:{name}", 0),
            edits_pending=pending.get(f"edit:{name}", 0),
        )
