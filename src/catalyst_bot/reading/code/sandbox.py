"""Runs code that nobody trusts, in a process that can reach nothing.

Monty interprets a part of Python: it has no files, no environment, no network and no
way out of its own heap, and each worker of it is a process. What bounds a block:

- its seconds and its memory, counted by the interpreter, where it looks;
- our own clock, one second later: the process is killed, whatever it does;
- the kernel: it can open no further file or socket, writes to no file, and runs when
  nobody else on the machine has much to do.

Monty is an extra: `pip install catalyst-bot[sandbox]`. Its blocking interface is driven
from threads, for its asyncio one at times aborts the process that ends after it.
"""

import asyncio
import os
import resource
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from threading import Lock
from typing import TypeVar

from pydantic_monty import (
    CollectString,
    FunctionSnapshot,
    FutureSnapshot,
    Monty,
    MontyComplete,
    MontyCrashedError,
    MontyError,
    MontyRuntimeError,
    MontySession,
    MontySyntaxError,
    NameLookupSnapshot,
)

from catalyst_bot.errors import CatalystError
from catalyst_bot.text import clip

Functions = Mapping[str, Callable[..., Awaitable[object]]]
_Step = FunctionSnapshot | NameLookupSnapshot | FutureSnapshot | MontyComplete
_T = TypeVar("_T")

LONGEST_ERROR = 2_000  # characters of a traceback
GRACE = 1.0  # seconds from the interpreter's own limit to the kill
_PRINTED = 10 << 20  # bytes; a block that prints more fails
_SUSPENSIONS = 1_000_000  # of a worker; those of a block are counted here
_KERNEL_LIMITS = {
    resource.RLIMIT_NOFILE: 3,  # the pipes to us are there
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_CPU: 120,  # seconds, should nobody be left to kill it
    resource.RLIMIT_AS: 1 << 30,
}
_NICE = 10  # a tenth of the weight of the daemon's own threads


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one block may take; while it waits for us, its clock stands."""

    seconds: float = 2.0
    memory: int = 128 << 20  # bytes, of all variables together
    calls: int = 1_000  # of our functions
    depth: int = 200  # of its own functions


class Refused(Exception):
    """A function says no: the block gets `error`, a built-in one, and may catch it."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        super().__init__(str(error))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a block ended; `error` tells what stopped it, "" when nothing did."""

    printed: str
    error: str = ""
    is_lost: bool = False  # its variables are gone, the next block starts anew


class Sandbox:
    """Runs blocks that share their variables, on one worker at a time."""

    def __init__(
        self, *, prelude: str, variables: Mapping[str, str], limits: Limits
    ) -> None:
        self._prelude, self._variables, self._limits = prelude, variables, limits
        self._held = ExitStack()
        self._session: MontySession | None = None
        self._pid: int | None = None
        self._lock = Lock()

    async def run(self, code: str, functions: Functions) -> Ran:
        """Run one block, which may call `functions` by their names.

        What one of them raises ends the block and is raised here, but for `Refused`.

        Raises:
            CatalystError: no worker can be started.
        """
        printed = CollectString(_PRINTED)
        error, is_lost = "", True
        try:
            error = await self._carry_out(code, functions, printed)
            is_lost = bool(error)
        except MontyError as problem:
            error = _words_of(problem, self._limits)
            is_lost = _ends_worker(problem)
        finally:
            if is_lost:
                await self.close()
        return Ran(printed=printed.output, error=error, is_lost=is_lost)

    async def close(self) -> None:
        """End the worker; a next block would get another."""
        await asyncio.to_thread(self._close)

    async def _carry_out(
        self, code: str, functions: Functions, printed: CollectString
    ) -> str:
        """Run to the end, or return what was too much."""
        session = await self._in_thread(self._open)
        step: _Step = await self._in_thread(
            lambda: session.feed_start(code, print_callback=printed)
        )
        for _ in range(self._limits.calls + 1):
            if isinstance(step, MontyComplete):
                return ""
            step = await self._in_thread(await _answered(step, functions))
        return f"RuntimeError: more than {self._limits.calls} calls in one block"

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        """Wait for a step of the worker; whoever does not wait any more kills it."""
        try:
            return await asyncio.to_thread(self._alone, work)
        except asyncio.CancelledError:
            if self._pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(self._pid, signal.SIGKILL)
            raise

    def _alone(self, work: Callable[[], _T]) -> _T:
        with self._lock:  # a step that was cancelled may still be on its way back
            return work()

    def _open(self) -> MontySession:
        """Return the session of before, or a new one that knows the variables."""
        if self._session is not None:
            return self._session
        limits = self._limits
        pool = Monty(
            max_processes=1,
            request_timeout=limits.seconds + GRACE,
            feed_duration_limit_grace=GRACE,
        )
        try:
            self._held.enter_context(pool)
            session = self._held.enter_context(
                pool.checkout(
                    limits={
                        "max_feed_duration_secs": limits.seconds,
                        "max_memory": limits.memory,
                        "max_recursion_depth": limits.depth,
                        "max_suspensions": _SUSPENSIONS,
                    },
                    os_policy={"sleep": "zero"},
                )
            )
            self._pid = session.worker_pid
            _bound(self._pid)
            # Without any code nothing would be bound.
            session.feed_run(self._prelude or "None", inputs=dict(self._variables))
        except (OSError, MontyError) as error:
            raise CatalystError(
                f"the sandbox cannot be started ({error}): install it again with "
                "pip install --force-reinstall catalyst-bot[sandbox]"
            ) from error
        self._session = session
        return session

    def _close(self) -> None:
        with self._lock:
            self._session = self._pid = None
            self._held.close()


@asynccontextmanager
async def open_sandbox(
    *, prelude: str, variables: Mapping[str, str], limits: Limits | None = None
) -> AsyncIterator[Sandbox]:
    """Open a sandbox whose every worker runs `prelude` first and knows `variables`.

    A worker is started for the first block, and after one that was lost.
    """
    sandbox = Sandbox(prelude=prelude, variables=variables, limits=limits or Limits())
    try:
        yield sandbox
    finally:
        await sandbox.close()


def _bound(pid: int | None) -> None:
    """Have the kernel hold the worker to what it needs; no code is in it as yet.

    Each of its threads makes way for those of the alerts: a new one has the priority of
    who starts it, so all that there are must be told.
    """
    if sys.platform != "linux" or pid is None:
        return
    for limit, most in _KERNEL_LIMITS.items():
        resource.prlimit(pid, limit, (most, most))
    nice = os.getpriority(os.PRIO_PROCESS, 0) + _NICE
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.setpriority(os.PRIO_PROCESS, int(thread.name), nice)


async def _answered(step: _Step, functions: Functions) -> Callable[[], _Step]:
    """Return how the worker goes on, with what it waited for."""
    match step:
        case NameLookupSnapshot() if step.variable_name in functions:
            function = functions[step.variable_name]
            return lambda: step.resume(value=function)
        case NameLookupSnapshot():
            return step.resume  # which is a NameError
        case FunctionSnapshot(is_os_function=True):
            return step.resume_not_handled
        case FunctionSnapshot():
            return await _called(step, functions)
    raise CatalystError("the sandbox waits for what it was never promised")


async def _called(step: FunctionSnapshot, functions: Functions) -> Callable[[], _Step]:
    try:
        value = await _call(step, functions)
    except Refused as refused:
        error = refused.error
        return lambda: step.resume({"exception": error})
    return lambda: step.resume({"return_value": value})


async def _call(step: FunctionSnapshot, functions: Functions) -> object:
    function = functions.get(str(step.function_name))
    if function is None:
        raise Refused(NameError(f"name '{step.function_name}' is not defined"))
    try:
        given = signature(function).bind(*step.args, **step.kwargs)
    except TypeError as error:
        raise Refused(error) from error
    return await function(*given.args, **given.kwargs)


def _words_of(error: MontyError, limits: Limits) -> str:
    """Return what the model is told; the same block is always told the same."""
    problem = error.exception()
    if isinstance(problem, TimeoutError) or _was_killed(error):
        return f"TimeoutError: more than {limits.seconds:g} s of running"
    if isinstance(problem, MemoryError):
        return f"MemoryError: more than {limits.memory >> 20} MiB"
    if isinstance(error, MontyRuntimeError | MontySyntaxError):
        return clip(error.display(), LONGEST_ERROR)
    return "RuntimeError: the interpreter broke down"


def _was_killed(error: MontyError) -> bool:
    return isinstance(error, MontyCrashedError) and error.timed_out


def _ends_worker(error: MontyError) -> bool:
    """Tell whether what is left in the worker can no longer be relied on."""
    return isinstance(error, MontyCrashedError) or isinstance(
        error.exception(), TimeoutError | MemoryError
    )
