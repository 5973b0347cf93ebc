"""The way from the daemon's machine to everything that is far: all but its model."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Self

from catalyst_bot.simulation.chaos import Chaos, ChaosProxy
from catalyst_bot.simulation.world import World


class Network:
    """Leads to Discord, the sources and the prices while it is open."""

    def __init__(self, world: World) -> None:
        far = (world.discord, world.feeds, world.quotes, world.alpaca, world.edgar)
        self._proxies = tuple(ChaosProxy(server) for server in far)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Self]:
        """Stand before the servers for the block."""
        async with AsyncExitStack() as stack:
            for proxy in self._proxies:
                await stack.enter_async_context(proxy.open())
            yield self

    async def turn(self, fault: Chaos) -> None:
        """Let this happen on every way from now on."""
        for proxy in self._proxies:
            await proxy.turn(fault)
