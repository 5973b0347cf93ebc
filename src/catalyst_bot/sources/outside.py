"""The one guarded way to the web: feeds, searches and documents share its limits."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial

import aiohttp
from yarl import URL

from catalyst_bot.clock import Clock
from catalyst_bot.errors import AskedTooOften, SourceError
from catalyst_bot.sources.addresses import WEB_PORTS
from catalyst_bot.sources.fetch import DEADLINE, Fetched, fetch, open_feed_session
from catalyst_bot.sources.hosts import HostGate
from catalyst_bot.sources.lookups import Lookup, look_up, open_lookups

AGENT = "catalyst-bot"  # for sources that ask for no contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """A session that refuses private addresses, and the turns of each host.

    `ports` are those that may be reached; `sources.loops` adds those of the sources.
    `strict` refuses private addresses whatever the settings allow the sources, and
    looks names up apart from theirs; all but `own_hosts` go through it. None: every
    address comes from the operator.
    """

    session: aiohttp.ClientSession
    strict: aiohttp.ClientSession
    gate: HostGate
    clock: Clock
    ports: set[int] = field(default_factory=set)
    own_hosts: frozenset[str] | None = None

    def for_links(self, sources: Iterable[str]) -> "Outside":
        """Return the way for addresses that news names, of whom nobody has heard.

        A private address is then refused unless a source of these URLs is there.
        """
        hosts = (URL(url).host for url in sources)
        return replace(self, own_hosts=frozenset(host for host in hosts if host))

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        deadline: float = DEADLINE,
    ) -> Fetched:
        """Return the answer of `url` within `deadline` seconds; the feeds go first.

        Raises:
            AskedTooOften: we had no turn at the host in time, which is no fault of it.
            SourceError: see `fetch`; no address at all; the host cools down after it
                blocked us.
        """
        if not is_address(url):
            raise SourceError("an address that is no URL")
        has_turn = False
        try:
            async with asyncio.timeout(deadline), self.gate.spare(url):
                has_turn = True
                return await self._fetch(url, headers or {}, deadline)
        except TimeoutError as error:
            if has_turn:
                reason = f"no complete answer within {deadline:g} s"
                raise SourceError(reason) from error
            raise AskedTooOften(f"busy: no turn within {deadline:g} s") from error

    async def _fetch(
        self, url: str, headers: Mapping[str, str], deadline: float
    ) -> Fetched:
        hosts = self.own_hosts
        is_own = hosts is None or URL(url).host in hosts
        session = self.session if is_own else self.strict
        try:
            return await fetch(
                session, url, headers=headers, clock=self.clock, deadline=deadline
            )
        except SourceError as error:
            if error.retry_after is not None:
                self.gate.cool(url, error.retry_after)
            raise


def is_address(text: str) -> bool:
    """Tell whether a text is the address of something on the web."""
    try:
        url = URL(text)
        return url.scheme in ("http", "https") and bool(url.host)
    except ValueError:
        return False


@asynccontextmanager
async def open_outside(
    *,
    user_agent: str,
    allow_private: bool,
    clock: Clock,
    lookup: Lookup = look_up,
) -> AsyncIterator[Outside]:
    """Open the way to the web; once in a process, or a host's limit counts for each.

    `user_agent` "" is ours; `allow_private` is FEEDS_ALLOW_PRIVATE_HOSTS; `lookup`
    finds the addresses of hosts that only news names.
    """
    ports = set(WEB_PORTS)
    build = partial(open_feed_session, user_agent=user_agent or AGENT, ports=ports)
    async with (
        open_lookups(lookup) as apart,
        build(allow_private=allow_private) as session,
        build(allow_private=False, resolver=apart) as strict,
    ):
        yield Outside(
            session=session,
            strict=strict,
            gate=HostGate(clock=clock),
            clock=clock,
            ports=ports,
        )
