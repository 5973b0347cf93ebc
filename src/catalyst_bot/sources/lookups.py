"""Looks up the names of hosts that news names, in a few threads of its own.

A lookup cannot be broken off, only waited for no longer. In the threads that all share,
names whose servers are silent would hold up the lookups of the feeds.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

THREADS = 4  # lookups at a time; whoever comes then waits, for as long as he likes


Lookup = Callable[[str, int, int], list[Any]]
"""Called as `lookup(host, port, family)`; blocks, and finds what getaddrinfo does."""


def look_up(host: str, port: int, family: int) -> list[Any]:
    """Return what the system knows of a name, for TCP.

    Raises:
        OSError: there is no such name, or nobody tells.
    """
    return socket.getaddrinfo(
        host, port, family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
    )


@asynccontextmanager
async def open_lookups(lookup: Lookup) -> AsyncIterator[AbstractResolver]:
    """Open a resolver for aiohttp; its threads end with what they look up."""
    resolver = _OwnThreads(lookup)
    try:
        yield resolver
    finally:
        await resolver.close()


class _OwnThreads(AbstractResolver):
    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="lookup")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a name.

        Raises:
            OSError: it has none, or its server does not answer.
        """
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, self._lookup, host, port, family
        )
        return [
            ResolveResult(
                hostname=host,
                host=address[0],
                port=address[1],
                family=family_found,
                proto=proto,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for family_found, _, proto, _, address in found
        ]

    async def close(self) -> None:
        """Let go of the threads; what still waits for one is given up."""
        self._threads.shutdown(wait=False, cancel_futures=True)
