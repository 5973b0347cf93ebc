"""A thread and a loop for work that goes on after a script's last line.

`asyncio.run` cancels whatever its loop still does, and once the main thread has ended
the interpreter's executors take nothing more.
"""

import asyncio
import atexit
import socket
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from typing import Any, Generic, TypeVar

_Owner = TypeVar("_Owner")
_T = TypeVar("_T")
_Job = Callable[[_Owner], Coroutine[Any, Any, _T]]


class LateLoop(asyncio.SelectorEventLoop):
    """Resolves names also while the interpreter winds down.

    A loop does it in an executor: each new connection to `localhost` would fail.
    """

    async def getaddrinfo(
        self, host: Any, port: Any, **hints: Any
    ) -> list[tuple[Any, ...]]:
        """Return the addresses of a name, as `socket.getaddrinfo` does.

        At the end it stops the loop meanwhile, which nobody but late work is on.
        """
        try:
            return await super().getaddrinfo(host, port, **hints)
        except RuntimeError:  # "cannot schedule new futures after shutdown"
            return socket.getaddrinfo(host, port, **hints)


class LateThread(Generic[_Owner]):
    """Runs jobs in a thread of its own, and is waited for when the interpreter exits.

    `open_owner` makes, in that thread, what the jobs work with. The thread alone would
    not keep the interpreter alive; the hook at its exit closes the owner, which must
    end by itself whatever it began.
    """

    def __init__(
        self,
        *,
        name: str,
        open_owner: Callable[[], AbstractAsyncContextManager[_Owner]],
    ) -> None:
        self._open_owner = open_owner
        self._loop, self._stop = LateLoop(), asyncio.Event()
        opened: Future[tuple[_Owner, asyncio.TaskGroup]] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(opened,), name=name, daemon=True
        )
        self._thread.start()
        self._owner, self._group = opened.result()  # milliseconds: it asks nobody
        atexit.register(self.close)

    @property
    def is_alive(self) -> bool:
        """Tell whether jobs can begin; in a forked child they cannot."""
        return self._thread.is_alive()

    def begin(self, job: _Job[_Owner, _T]) -> Future[_T]:
        """Begin a job and return its outcome; who gave it cannot cancel it."""
        outcome: Future[_T] = Future()
        outcome.set_running_or_notify_cancel()  # from here on `cancel` does nothing
        self._loop.call_soon_threadsafe(self._start, job, outcome)
        return outcome

    def close(self) -> None:
        """Let everything under way come to its end, then end the thread."""
        if self.is_alive:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    def _run(self, opened: Future[tuple[_Owner, asyncio.TaskGroup]]) -> None:
        try:
            self._loop.run_until_complete(self._serve(opened))
        except BaseException as error:
            if opened.done():
                raise
            opened.set_exception(error)
        finally:
            self._loop.close()

    async def _serve(self, opened: Future[tuple[_Owner, asyncio.TaskGroup]]) -> None:
        async with self._open_owner() as owner, asyncio.TaskGroup() as group:
            opened.set_result((owner, group))
            await self._stop.wait()

    def _start(self, job: _Job[_Owner, _T], outcome: Future[_T]) -> None:
        self._group.create_task(_settle(job(self._owner), outcome))


async def _settle(work: Coroutine[Any, Any, _T], outcome: Future[_T]) -> None:
    try:
        outcome.set_result(await work)
    except Exception as error:  # noqa: BLE001 - it is raised where the outcome is awaited
        outcome.set_exception(error)
