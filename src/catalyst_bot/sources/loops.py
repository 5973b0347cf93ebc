"""Runs the loops of all sources, and starts and stops single ones while others run."""

import asyncio
from collections.abc import Callable, Sequence
from typing import NoReturn, Protocol

from catalyst_bot.ops.reloaded import Difference, difference
from catalyst_bot.sources.addresses import ports_of
from catalyst_bot.sources.catalogue import SourceConfig


class Loop(Protocol):
    """One source's endless loop."""

    async def run(self) -> None: ...

    def wake(self) -> None:
        """Take note that the trading session has changed."""


class SourceLoops:
    """A loop for each source; none runs before `run`.

    Args:
        ports: those that feeds may reach; kept in step with the sources.
        forget: called with the name of a source that is gone.
    """

    def __init__(
        self,
        sources: Sequence[SourceConfig],
        *,
        build: Callable[[SourceConfig], Loop],
        ports: set[int],
        forget: Callable[[str], None],
    ) -> None:
        self._sources = {source.name: source for source in sources}
        self._build, self._ports, self._forget = build, ports, forget
        self._loops: dict[str, Loop] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._group: asyncio.TaskGroup | None = None
        self._open_ports()

    async def run(self) -> NoReturn:
        """Run every loop until cancelled.

        Raises:
            StorageError: in a group; the database failed under one of them.
        """
        async with asyncio.TaskGroup() as group:
            self._group = group
            try:
                self._start_missing()
                await asyncio.Event().wait()  # for ever
            finally:
                self._group = None
        raise AssertionError("the loops end by being cancelled")

    def wake(self) -> None:
        """Let every loop work out its next poll anew."""
        for loop in self._loops.values():
            loop.wake()

    async def change(self, sources: Sequence[SourceConfig]) -> Difference:
        """Poll these from now on; a source that stays as it is notices nothing.

        A loop that is stopped is cut off where it stands: hold up what must not be.
        """
        known, wanted = self._sources, {source.name: source for source in sources}
        change = difference(known, wanted)
        self._sources = wanted
        self._open_ports()
        await self._stop((*change.removed, *change.changed))
        for name in change.removed:
            self._forget(name)
        self._start_missing()
        return change

    async def _stop(self, names: Sequence[str]) -> None:
        """Stop loops and wait until they are gone: none may poll beside its heir."""
        for name in names:
            self._loops.pop(name, None)
        tasks = [self._tasks.pop(name) for name in names if name in self._tasks]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _start_missing(self) -> None:
        if self._group is None:  # not yet, or the process is stopping
            return
        for name, source in self._sources.items():
            if name not in self._tasks:
                loop = self._loops[name] = self._build(source)
                self._tasks[name] = self._group.create_task(loop.run(), name=name)

    def _open_ports(self) -> None:
        used = ports_of(url for source in self._sources.values() for url in source.urls)
        self._ports.clear()
        self._ports.update(used)
