"""The state of the daemon at a glance: the side panel of the page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from catalyst_bot import __version__
from catalyst_bot.clock import Clock
from catalyst_bot.delivery.writer import Tokens
from catalyst_bot.llm.model import Condition
from catalyst_bot.model import Hold, Watch
from catalyst_bot.ops.health import Health, SourceHealth
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.readings import Spread, counts_of, spread_of

MOST_WATCHES = 50  # that are shown of up to 500: a status goes out each second


class Channel(Protocol):
    """Where cards go; `tokens` is None when it knows no limits."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    def tokens(self) -> Tokens | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderStatus:
    """One provider; `retry_in` is in seconds, `limit` the most of it `in_flight`.

    `state` is that of its circuit (closed, half-open, open), or off: it is left out.
    """

    provider: str
    model: str
    state: str
    in_flight: int
    waiting: int
    limit: int
    retry_in: float
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LLMStatus:
    """Who reads; `state` is the best of the providers', off without any.

    `providers` are in the order in which they are asked; `answers` count the readings
    since the start by their end.
    """

    state: str
    providers: tuple[ProviderStatus, ...]
    answers: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelStatus:
    """One channel; what is left is null when it knows no limits.

    `held` counts the alerts since the start that its rules take and that quiet hours
    or its limit kept away.
    """

    name: str
    kind: str  # "discord", "page" or "terminal"
    fault: str
    posts_left: int | None
    edits_left: int | None
    posts_pending: int
    edits_pending: int
    held: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchStatus:
    """A standing query, and how many alerts were relevant to its words."""

    query: str
    ticker: str
    channel: str
    threshold: float
    hits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Everything but the alerts; counts are since the start.

    `hold` is the pause in force: new alerts wait then. `watches` are those that found
    most, MOST_WATCHES at most.
    `now` is event time, `unix` the real one in seconds since 1970.
    """

    now: datetime
    unix: float
    version: str
    controls: str
    ready: bool
    hold: Hold | None
    notices: Mapping[str, str]
    caught_up: str  # the summary of an outage of the last hour, "" without one
    sources: tuple[SourceHealth, ...]
    llm: LLMStatus
    channels: tuple[ChannelStatus, ...]
    watches: tuple[WatchStatus, ...]
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
    conditions: Callable[[], Sequence[Condition]]
    channels: Callable[[], Sequence[Channel]]
    watches: Callable[[], Sequence[Watch]]
    hold: Callable[[], Hold | None]
    controls: str

    def status(self) -> Status:
        """Return how everything is now."""
        metrics, health, unix = self.metrics, self.health, self.clock.unix()
        return Status(
            now=self.clock.now(),
            unix=unix,
            version=__version__,
            controls=self.controls,
            ready=health.ready().is_ready,
            hold=self.hold(),
            notices=dict(health.notices),
            caught_up=health.caught_up,
            sources=health.sources,
            llm=self._llm(),
            channels=tuple(map(self._channel, self.channels())),
            watches=self._watches(),
            rejected=counts_of(metrics.items_rejected, label="reason"),
            stages=(
                spread_of(metrics.alert_latency, name="seen to posted"),
                spread_of(metrics.enrich_latency, name="post to verdict"),
                spread_of(metrics.ledger_commit, name="commit"),
            ),
        )

    def _llm(self) -> LLMStatus:
        providers = tuple(map(_provider, self.conditions()))
        return LLMStatus(
            state=_state_of(providers),
            providers=providers,
            answers=counts_of(self.metrics.enrich, label="result"),
        )

    def _watches(self) -> tuple[WatchStatus, ...]:
        hits = counts_of(self.metrics.watch_hits, label="query")
        channels = self.channels()
        first = channels[0].name if channels else ""
        told = [
            WatchStatus(
                query=one.query,
                ticker=one.ticker,
                channel=one.channel or first,
                threshold=one.threshold,
                hits=hits.get(one.query, 0),
            )
            for one in self.watches()
        ]
        return tuple(sorted(told, key=lambda one: -one.hits)[:MOST_WATCHES])

    def _channel(self, channel: Channel) -> ChannelStatus:
        pending = counts_of(self.metrics.jobs_pending, label="queue")
        left, name = channel.tokens(), channel.name
        return ChannelStatus(
            name=name,
            kind=channel.kind,
            fault=self.health.destinations.get(name, ""),
            posts_left=left.posts if left else None,
            edits_left=left.edits if left else None,
            posts_pending=pending.get(f"post:{name}", 0),
            edits_pending=pending.get(f"edit:{name}", 0),
            held=counts_of(
                self.metrics.alerts_held, label="why", where={"channel": name}
            ),
        )


def _provider(now: Condition) -> ProviderStatus:
    return ProviderStatus(
        provider=now.provider,
        model=now.model,
        state=now.state,
        in_flight=now.in_flight,
        waiting=now.waiting,
        limit=now.limit,
        retry_in=now.retry_in,
        fault=now.fault,
    )


def _state_of(providers: Sequence[ProviderStatus]) -> str:
    """Return the best of all: whoever is well reads, whoever else is not."""
    states = [one.state for one in providers]
    best = ("closed", "half-open", "open")
    return next((state for state in best if state in states), "off")
