"""Listens as systemd does: on $NOTIFY_SOCKET."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

PATIENCE = 60.0  # seconds; a daemon that starts on a busy machine is part of it


class Systemd:
    """`states` is what arrived, in order."""

    def __init__(self, address: str, listener: socket.socket) -> None:
        self.environment = {"NOTIFY_SOCKET": address}
        self._listener = listener
        self.states: list[str] = []

    async def hear(self) -> str:
        """Return the next state."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(PATIENCE):
            state = (await loop.sock_recv(self._listener, 4096)).decode()
        self.states.append(state)
        return state

    async def hear_of(self, *words: str) -> str:
        """Return the next state in which all of these words stand."""
        async with asyncio.timeout(PATIENCE):
            while True:
                state = await self.hear()
                if all(word in state for word in words):
                    return state

    def is_silent(self) -> bool:
        """Tell whether nothing has arrived since; what has is taken."""
        try:
            self._listener.recv(4096)
        except BlockingIOError:
            return True
        return False


@asynccontextmanager
async def open_systemd(address: str) -> AsyncIterator[Systemd]:
    """Listen on a path, or on "@name", an abstract socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        listener.setblocking(False)
        yield Systemd(address, listener)
