"""A network that goes wrong on command: a TCP proxy before a simulated server.

It knows nothing of HTTP but where a body begins; answers that are wrong as such are the
business of the servers themselves.
"""

import asyncio
import random
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from typing import Self

from catalyst_bot.simulation.beside import beside
from catalyst_bot.simulation.loopback import HOST, LoopbackServer, hang

_PIECE = 1 << 16
_GARBAGE = b"\x00\xffnot HTTP at all\r\n" * 40
_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: a close is a reset


class Chaos(StrEnum):
    """What becomes of what passes; a connection that fell silent stays so."""

    NONE = "none"
    REFUSE = "refuse"  # no connection comes about, those that are open are reset
    BLACK_HOLE = "black_hole"  # taken, neither passed on nor answered
    GARBAGE = "garbage"  # answered by what is not HTTP, not passed on
    RESET_REQUEST = "reset_request"  # half of a request arrives, then both are reset
    LOST_REPLY = "lost_reply"  # passed on and carried out, then reset
    HALF_OPEN = "half_open"  # passed on and carried out, and nothing ever comes back
    RESET_ANSWER = "reset_answer"  # half of an answer comes, then a reset
    TRUNCATE = "truncate"  # half of an answer comes, then an orderly end
    DRIP = "drip"  # an answer comes byte by byte, `pause` seconds between
    LATE = "late"  # each piece of an answer comes `latency` to + `jitter` seconds late


class ChaosProxy:
    """Stands before `server` while it is open: all its addresses lead here then.

    Knobs, which may change at any time: pause, latency, jitter, in seconds; the fault
    by `turn`. Record: struck, how many pieces of traffic met a fault; the server's
    `wait_for` looks at it.
    """

    def __init__(self, server: LoopbackServer, *, seed: int = 1) -> None:
        self.pause, self.latency, self.jitter = 0.05, 0.2, 0.2
        self.struck = 0
        self._server = server
        self._fault = Chaos.NONE
        self._port = 0
        self._listener: asyncio.Server | None = None
        self._links: set[_Link] = set()
        self._group: asyncio.TaskGroup | None = None
        self._random = random.Random(seed)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Self]:
        """Take the server's place; at the end every connection is closed."""
        listens = asyncio.Event()
        async with beside(self._run(listens), name="chaos"):
            await listens.wait()
            self._server.entrance = self._port
            try:
                yield self
            finally:
                self._server.entrance = 0

    async def turn(self, fault: Chaos) -> None:
        """Let this happen from now on to what passes; NONE: nothing does any more."""
        self._fault = fault
        if fault is Chaos.REFUSE:
            self._close()
        elif self._listener is None:
            await self._listen()

    async def _run(self, listens: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as self._group:
            await self._listen()
            listens.set()
            try:
                await hang()
            finally:
                self._close()

    async def _listen(self) -> None:
        self._listener = await asyncio.start_server(self._take, HOST, self._port)
        self._port = int(self._listener.sockets[0].getsockname()[1])

    def _close(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for link in tuple(self._links):
            link.reset()

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert self._group is not None  # noqa: S101 - it listens only while it is open
        self._group.create_task(self._carry(reader, writer), name="chaos")

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        link = _Link(writer)
        self._links.add(link)
        try:
            far, link.far = await asyncio.open_connection(HOST, self._server.port)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pass_requests(reader, link))
                group.create_task(self._pass_answers(far, link))
        except* OSError:  # one side has left, or a fault ended it
            pass
        finally:
            self._links.discard(link)
            link.close()

    async def _pass_requests(self, reader: asyncio.StreamReader, link: "_Link") -> None:
        while piece := await reader.read(_PIECE):
            match self._fault_of(link, _BEFORE):
                case Chaos.BLACK_HOLE:
                    continue
                case Chaos.GARBAGE:
                    link.near.write(_GARBAGE)
                    raise _Over
                case Chaos.RESET_REQUEST:
                    await link.send_on(_half(piece))
                    link.reset()
                    raise _Over
            await link.send_on(piece)
        raise _Over

    async def _pass_answers(self, reader: asyncio.StreamReader, link: "_Link") -> None:
        while piece := await reader.read(_PIECE):
            await self._answer(self._fault_of(link, _AFTER), piece, link)
        raise _Over

    async def _answer(self, fault: Chaos, piece: bytes, link: "_Link") -> None:
        match fault:
            case Chaos.HALF_OPEN:
                return
            case Chaos.LOST_REPLY:
                link.reset()
                raise _Over
            case Chaos.RESET_ANSWER:
                await link.send_back(_half(piece))
                link.reset()
                raise _Over
            case Chaos.TRUNCATE:
                await link.send_back(_half(piece))
                raise _Over
            case Chaos.DRIP:
                await self._drip(piece, link)
            case _:
                if fault is Chaos.LATE:
                    share = self._random.random()
                    await asyncio.sleep(self.latency + self.jitter * share)
                await link.send_back(piece)

    async def _drip(self, piece: bytes, link: "_Link") -> None:
        while piece and self._fault is Chaos.DRIP:
            await link.send_back(piece[:1])
            piece = piece[1:]
            await asyncio.sleep(self.pause)
        await link.send_back(piece)

    def _fault_of(self, link: "_Link", among: frozenset[Chaos]) -> Chaos:
        """Return which of some faults a piece meets, NONE when none of these."""
        fault = link.silence if link.silence is not Chaos.NONE else self._fault
        if fault not in among:
            return Chaos.NONE
        if fault in _SILENCES:
            link.silence = fault
        self.struck += 1
        self._server.changed()
        return fault


_SILENCES = frozenset({Chaos.BLACK_HOLE, Chaos.HALF_OPEN})
_BEFORE = frozenset({Chaos.BLACK_HOLE, Chaos.GARBAGE, Chaos.RESET_REQUEST})
_AFTER = frozenset(Chaos) - _BEFORE - {Chaos.NONE, Chaos.REFUSE}


class _Over(OSError):
    """The exchange is at its end."""


class _Link:
    """One connection of a client, and the one to the server that belongs to it."""

    def __init__(self, near: asyncio.StreamWriter) -> None:
        self.near = near
        self.far: asyncio.StreamWriter | None = None
        self.silence = Chaos.NONE

    async def send_on(self, piece: bytes) -> None:
        if self.far is not None:
            self.far.write(piece)
            await self.far.drain()

    async def send_back(self, piece: bytes) -> None:
        self.near.write(piece)
        await self.near.drain()

    def reset(self) -> None:
        for side in (self.near, self.far):
            if side is None:
                continue
            connection = side.get_extra_info("socket")
            with suppress(OSError):  # it is gone already
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            side.transport.abort()

    def close(self) -> None:
        for side in (self.near, self.far):
            if side is not None:
                side.close()


def _half(piece: bytes) -> bytes:
    """Return a piece up to the middle of its body; of itself when it has none."""
    body = piece.find(b"\r\n\r\n") + 4
    start = body if body < len(piece) else 0
    return piece[: (start + len(piece)) // 2]
