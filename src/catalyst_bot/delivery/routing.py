"""Which channels get an alert: found by its tickers, then by the other rules."""

from collections import defaultdict
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from catalyst_bot.delivery.rules import ChannelRules, Limit, Occasion, QuietHours, Quota
from catalyst_bot.model import Alert, Held, Interest, NewsItem, Routed, Session

Watched = Callable[[NewsItem], Sequence[Interest]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What a channel takes, and when it is closed to what it would take."""

    rules: ChannelRules = field(default_factory=ChannelRules)
    limit: Limit | None = None
    quiet: QuietHours | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a channel makes of an alert: `misses` are conditions that are not met."""

    channel: str
    misses: tuple[str, ...]
    held: Held | None = None


class Routing:
    """The channels there are; they may come and go while alerts are routed.

    `session_at` tells the session of a moment, `exchange_of` where a symbol trades, in
    capitals, "" when nobody knows. Only channels that name one of an alert's tickers,
    or none at all, are looked at: a hundred watchlists cost what the matching ones do.
    `watched` tells the watches that take an item: their channels get it whatever their
    rules say, and nobody else gets what is wanted by watches alone.
    """

    def __init__(
        self,
        *,
        session_at: Callable[[datetime], Session],
        exchange_of: Callable[[str], str],
        watched: Watched = lambda _: (),
    ) -> None:
        self._watched = watched
        self._session_at, self._exchange_of = session_at, exchange_of
        self._channels: dict[str, Admission] = {}
        self._quotas: dict[str, Quota] = {}
        self._by_ticker: defaultdict[str, list[str]] = defaultdict(list)
        self._for_all: list[str] = []

    @property
    def names(self) -> tuple[str, ...]:
        """Return the channels in the order in which they came."""
        return tuple(self._channels)

    def add(self, name: str, admission: Admission | None = None) -> None:
        """Let a channel take alerts from now on, everything without `admission`."""
        before, admission = self._channels.get(name), admission or Admission()
        self._channels[name] = admission
        if before is None or before.limit != admission.limit:
            self._quotas.pop(name, None)
            if admission.limit is not None:
                self._quotas[name] = Quota(admission.limit)
        self._index()

    def remove(self, name: str) -> None:
        """Let a channel take nothing any more."""
        del self._channels[name]
        self._quotas.pop(name, None)
        self._index()

    def route(
        self,
        alert: Alert,
        *,
        now: datetime,
        known: Collection[str] = (),
        owed: Collection[str] = (),
    ) -> tuple[Routed, ...]:
        """Return the channels whose rules match, and count what goes to them.

        Those of `known` are left out: the alert was routed there before. Those of
        `owed`, if they are open, get it whatever their rules say: they were told what
        it contradicts.
        """
        watches = self._by_channel(self._watched(alert.item))
        named = () if alert.is_wanted else self._candidates(alert.item.tickers)
        owed = [name for name in owed if name in self._channels]
        wanting = dict.fromkeys((*named, *owed, *watches))
        new = [one for one in wanting if one not in known]
        return self._admitted(alert, new, now, watches, owed)

    def admit(
        self, alert: Alert, interests: Sequence[Interest], *, now: datetime
    ) -> tuple[Routed, ...]:
        """Return the channels of watches that took an alert after it was routed."""
        watches = self._by_channel(interests)
        return self._admitted(alert, watches, now, watches)

    def also(self, alert: Alert, *, source: str, now: datetime) -> tuple[Routed, ...]:
        """Return the channels that take a known story because `source` tells it too."""
        if alert.is_wanted:
            return ()
        told = replace(alert, item=replace(alert.item, source=source))
        wanting = [
            name
            for name in self._candidates(alert.item.tickers)
            if source in self._channels[name].rules.sources
            and alert.item.source not in self._channels[name].rules.sources
        ]
        return self._admitted(told, wanting, now)

    def judge(self, alert: Alert, *, now: datetime) -> tuple[Judgement, ...]:
        """Return what each channel would make of an alert; nothing is counted."""
        occasion = self._occasion(alert, now)
        return tuple(
            Judgement(
                channel=name,
                misses=tuple(admission.rules.misses(alert, occasion)),
                held=self._held(name, alert, now),
            )
            for name, admission in self._channels.items()
        )

    def _admitted(
        self,
        alert: Alert,
        candidates: Iterable[str],
        now: datetime,
        watches: Mapping[str, tuple[Interest, ...]] = MappingProxyType({}),
        owed: Collection[str] = (),
    ) -> tuple[Routed, ...]:
        occasion = self._occasion(alert, now)
        routes = []
        for name in candidates:
            found = watches.get(name, ())
            is_meant = bool(found) or name in owed
            rules = self._channels[name].rules
            if not is_meant and any(rules.misses(alert, occasion)):
                continue
            held = self._held(name, alert, now)
            if held is None and name in self._quotas:
                self._quotas[name].take(now.timestamp())
            routes.append(Routed(channel=name, held=held, watches=found))
        return tuple(routes)

    def _by_channel(
        self, interests: Sequence[Interest]
    ) -> dict[str, tuple[Interest, ...]]:
        """Return the watches by the open channels that they are of."""
        found: defaultdict[str, list[Interest]] = defaultdict(list)
        for one in interests:
            found[one.watch.channel or next(iter(self._channels), "")].append(one)
        return {name: tuple(found[name]) for name in found if name in self._channels}

    def _candidates(self, tickers: Sequence[str]) -> Iterator[str]:
        named = [name for one in tickers for name in self._by_ticker.get(one, ())]
        yield from dict.fromkeys(named)
        yield from self._for_all

    def _held(self, name: str, alert: Alert, now: datetime) -> Held | None:
        quiet, quota = self._channels[name].quiet, self._quotas.get(name)
        if quiet is not None and quiet.holds(alert, now):
            return Held.QUIET
        if quota is not None and not quota.is_left(now.timestamp()):
            return Held.LIMIT
        return None

    def _occasion(self, alert: Alert, now: datetime) -> Occasion:
        exchanges = {self._exchange_of(symbol) for symbol in alert.item.tickers}
        return Occasion(
            session=self._session_at(now), exchanges=frozenset(exchanges - {""})
        )

    def _index(self) -> None:
        self._by_ticker.clear()
        self._for_all = []
        for name, admission in self._channels.items():
            for ticker in admission.rules.tickers:
                self._by_ticker[ticker].append(name)
            if not admission.rules.tickers:
                self._for_all.append(name)
