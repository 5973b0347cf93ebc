"""Commands in processes forked from one that has imported everything once.

A start of Python with the product costs 2.5 s of the processor, a fork a tenth of it.
All else is as for `python -m catalyst_bot`: the process, its signals, pipes, terminal.
"""

import asyncio
import fcntl
import functools
import multiprocessing
import os
import runpy
import signal
import sys
import termios
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

from tests.processes import surroundings
from tests.wiring.recorder import LISTENING, listen

_LONGEST = 16 * 1024 * 1024  # bytes of an output that nobody reads meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a forked process is to do; `terminal` is all three streams of it."""

    words: tuple[str, ...]
    folder: Path
    env: Mapping[str, str]
    streams: tuple[Connection, ...]
    terminal: Connection | None


class Forked:
    """A forked process with the manners of one that asyncio started."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process, self._ended = process, asyncio.Event()
        asyncio.get_running_loop().add_reader(process.sentinel, self._end)

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        await self._ended.wait()
        self._process.join()
        assert self._process.exitcode is not None
        return self._process.exitcode

    def _end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._process.sentinel)
        self._ended.set()


class Command(Forked):
    """A command whose two outputs are read from pipes."""

    def __init__(
        self,
        process: ForkServerProcess,
        out: asyncio.StreamReader,
        err: asyncio.StreamReader,
    ) -> None:
        super().__init__(process)
        self.stdout, self.stderr = out, err

    async def communicate(self) -> tuple[bytes, bytes]:
        """Read both outputs to their ends, and wait for that of the process."""
        out, err = await asyncio.gather(self.stdout.read(), self.stderr.read())
        await self.wait()
        return out, err


async def start(
    *words: str, folder: Path, env: Mapping[str, str] | None = None, told: str = ""
) -> Command:
    """Start `catalyst-bot` with these words; `told` is all that its input says."""
    given, in_ = _pipe()
    out, takes_out = _pipe()
    err, takes_err = _pipe()
    os.write(in_.fileno(), told.encode())
    in_.close()
    order = Order(
        words=words,
        folder=folder,
        env={**surroundings(), "COLUMNS": "200", **(env or {})},
        streams=(given, takes_out, takes_err),
        terminal=None,
    )
    process = spawn(command, order)
    for stream in order.streams:
        stream.close()
    return Command(process, await _reader(out), await _reader(err))


def at_terminal(
    *words: str, folder: Path, env: Mapping[str, str], screen: int
) -> Forked:
    """Start `catalyst-bot` in a session that the terminal `screen` controls."""
    terminal = Connection(os.dup(screen))
    order = Order(words=words, folder=folder, env=env, streams=(), terminal=terminal)
    process = spawn(command, order)
    terminal.close()
    return Forked(process)


def command(order: Order) -> None:
    """Be the command; the target of a forked process."""
    streams = order.streams
    if order.terminal is not None:
        os.setsid()
        fcntl.ioctl(order.terminal.fileno(), termios.TIOCSCTTY, 0)
        streams = (order.terminal,) * 3
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
    encoding = order.env.get("PYTHONIOENCODING")
    sys.stdin = os.fdopen(0)  # what was there before knows other files
    sys.stdout = os.fdopen(1, "w", 1, encoding)
    sys.stderr = os.fdopen(2, "w", 1, encoding)
    os.environ.clear()  # it may hold somebody's webhook
    os.environ.update(order.env)
    os.chdir(order.folder)
    sys.argv = ["catalyst-bot", *order.words]
    runpy.run_module("catalyst_bot", run_name="__main__", alter_sys=True)


def spawn(target: Callable[[Any], None], order: object) -> ForkServerProcess:
    """Start a process that calls `target` with `order`."""
    arguments = (target, order, LISTENING in os.environ)
    process = _server().Process(target=_listened_to, args=arguments, daemon=True)
    process.start()
    return process


def _listened_to(
    target: Callable[[Any], None], order: object, is_listened_to: bool
) -> None:
    listen(is_listened_to)
    target(order)


@functools.cache
def _server() -> ForkServerContext:
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["pytest", "tests.warm"])
    return server


def _pipe() -> tuple[Connection, Connection]:
    """Return the end that is read and the one that is written."""
    read, write = os.pipe()
    return Connection(read, writable=False), Connection(write, readable=False)


async def _reader(end: Connection) -> asyncio.StreamReader:
    """Read an end of a pipe; it is closed when the other end is."""
    reader = asyncio.StreamReader(limit=_LONGEST)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader),
        end,
    )
    return reader
