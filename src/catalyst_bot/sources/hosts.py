"""Keeps us polite: how often and how widely one host may be asked, over all sources."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType

from yarl import URL

from catalyst_bot.clock import Clock
from catalyst_bot.errors import SourceError


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRule:
    """What one host allows; `is_cooled`: one source's Retry-After binds them all."""

    per_second: float = 10.0
    burst: int = 5
    connections: int = 2
    is_cooled: bool = False


KEPT = 2  # turns of a host's burst that stay for the feeds
MOST_HOSTS = 200  # that are remembered; beyond them only those that are being asked

_ORDINARY = HostRule()
_OWN_MACHINE = HostRule(per_second=10_000.0, burst=1_000, connections=1_000)
RULES: Mapping[str, HostRule] = MappingProxyType(
    {
        # SEC: 10 requests/s over all machines of an operator; half of it is ours.
        # Feeds, searches and documents share it: what hangs must leave room.
        "sec.gov": HostRule(per_second=5.0, connections=4, is_cooled=True),
        # Nobody is to be spared there, and a hanging server must not starve others.
        "127.0.0.1": _OWN_MACHINE,
        "localhost": _OWN_MACHINE,
        "::1": _OWN_MACHINE,
    }
)


class HostGate:
    """Grants turns; one per process. A rule covers its host and all names below it."""

    def __init__(self, *, clock: Clock, rules: Mapping[str, HostRule] = RULES) -> None:
        self._clock = clock
        self._rules = rules
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def slot(self, url: str) -> AsyncIterator[None]:
        """Wait for the host's turn, then hold one of its connections.

        The wait for the rate comes first and holds nothing.

        Raises:
            SourceError: the host cools down; `retry_after` is what is left of it.
        """
        with self._asked(url) as host:
            self._refuse_while_cool(host)
            wait = host.reserve(self._clock.monotonic())
            if wait > 0:
                await self._clock.sleep(wait)
            async with host.connections:
                self._refuse_while_cool(host)
                yield

    @asynccontextmanager
    async def spare(self, url: str) -> AsyncIterator[None]:
        """Wait for a turn that no feed wants, one waiter of a host after the other.

        Some turns and a connection stay free: a feed never waits for a document.

        Raises:
            SourceError: as `slot`.
        """
        with self._asked(url) as host:
            async with host.spare_connections:
                await self._wait_in_line(host)
                async with host.connections:
                    yield

    def cool(self, url: str, seconds: float) -> None:
        """Ask nothing of the host for `seconds`, if its rule says so."""
        host = self._host(url)
        if host.rule.is_cooled:
            until = self._clock.monotonic() + seconds
            host.cool_until = max(host.cool_until, until)

    async def _wait_in_line(self, host: "_Host") -> None:
        async with host.line:
            self._refuse_while_cool(host)
            while (wait := host.until_spare(self._clock.monotonic())) > 0:
                await self._clock.sleep(wait)
            host.reserve(self._clock.monotonic())
        self._refuse_while_cool(host)

    def _refuse_while_cool(self, host: "_Host") -> None:
        left = host.cool_until - self._clock.monotonic()
        if left > 0:
            raise SourceError(
                f"{host.name} cools down for {left:.0f} s after it blocked us",
                retry_after=left,
            )

    @contextmanager
    def _asked(self, url: str) -> Iterator["_Host"]:
        """Keep a host remembered for the block."""
        host = self._host(url)
        host.askers += 1
        try:
            yield host
        finally:
            host.askers -= 1

    def _host(self, url: str) -> "_Host":
        name = (URL(url).host or "").lower()
        key = next((key for key in self._rules if _covers(key, name)), name)
        if key not in self._hosts:
            self._make_room()
            rule = self._rules.get(key, _ORDINARY)
            self._hosts[key] = _Host(
                name=key,
                rule=rule,
                connections=asyncio.Semaphore(rule.connections),
                spare_connections=asyncio.Semaphore(max(1, rule.connections - 1)),
            )
        return self._hosts[key]

    def _make_room(self) -> None:
        """Forget the hosts about which nothing is to be minded any more."""
        if len(self._hosts) < MOST_HOSTS:
            return
        now = self._clock.monotonic()
        for key in [key for key, host in self._hosts.items() if host.is_idle(now)]:
            del self._hosts[key]


def _covers(key: str, host: str) -> bool:
    return host == key or host.endswith(f".{key}")


@dataclass(slots=True, kw_only=True)
class _Host:
    name: str
    rule: HostRule
    connections: asyncio.Semaphore
    spare_connections: asyncio.Semaphore
    line: asyncio.Lock = field(default_factory=asyncio.Lock)  # of who waits to spare
    askers: int = 0  # who waits for a turn, or has one
    cool_until: float = field(default=float("-inf"))  # monotonic
    _next: float = field(default=float("-inf"))  # when the next token is due

    def is_idle(self, now: float) -> bool:
        """Tell whether it is as one that was never asked."""
        whole = now - (self.rule.burst - 1) / self.rule.per_second  # of the burst
        return not self.askers and self.cool_until <= now and self._next <= whole

    def reserve(self, now: float) -> float:
        """Take a token, also one of the future, and return the seconds until then."""
        step = 1 / self.rule.per_second
        start = max(self._next, now - (self.rule.burst - 1) * step)
        self._next = start + step
        return max(0.0, start - now)

    def until_spare(self, now: float) -> float:
        """Return the seconds until a turn is free and KEPT others stay."""
        return max(0.0, self._next + KEPT / self.rule.per_second - now)
