"""The one guarded way to the web: feeds, searches and documents share its limits."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from catalyst_bot.clock import Clock
from catalyst_bot.errors import SourceError
from catalyst_bot.sources.addresses import WEB_PORTS
from catalyst_bot.sources.fetch import DEADLINE, Fetched, fetch, open_feed_session
from catalyst_bot.sources.hosts import HostGate

AGENT = "catalyst-bot"  # for sources that ask for no contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """A session that refuses private addresses, and the turns of each host.

    `ports` are those that may be reached; `sources.loops` adds those of the sources.
    """

    session: aiohttp.ClientSession
    gate: HostGate
    clock: Clock
    ports: set[int] = field(default_factory=set)

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        deadline: float = DEADLINE,
    ) -> Fetched:
        """Return the answer of `url`, `deadline` seconds after its host's turn came.

        Raises:
            SourceError: see `fetch`; or the host cools down after it blocked us.
        """
        async with self.gate.slot(url):
            try:
                return await fetch(
                    self.session,
                    url,
                    headers=headers or {},
                    clock=self.clock,
                    deadline=deadline,
                )
            except SourceError as error:
                if error.retry_after is not None:
                    self.gate.cool(url, error.retry_after)
                raise


@asynccontextmanager
async def open_outside(
    *, user_agent: str, allow_private: bool, clock: Clock
) -> AsyncIterator[Outside]:
    """Open the way to the web; once in a process, or a host's limit counts for each.

    `user_agent` "" is ours; `allow_private` is FEEDS_ALLOW_PRIVATE_HOSTS.
    """
    ports = set(WEB_PORTS)
    async with open_feed_session(
        user_agent=user_agent or AGENT, allow_private=allow_private, ports=ports
    ) as session:
        yield Outside(
            session=session, gate=HostGate(clock=clock), clock=clock, ports=ports
        )
