"""A real Redis of the test's own, on a socket in a folder; a machine may have none."""

import asyncio
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.waiting import LONGEST

PROGRAM = "redis-server"


class RedisServer:
    """The running server; it keeps nothing on disk."""

    def __init__(self, process: asyncio.subprocess.Process, socket: Path) -> None:
        self._process = process
        self.url = f"unix://{socket}"

    def stop(self) -> None:
        self._process.kill()

    def freeze(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGCONT)


@asynccontextmanager
async def redis_server() -> AsyncIterator[RedisServer]:
    program = shutil.which(PROGRAM)
    if program is None:
        pytest.skip(f"{PROGRAM} is not installed")
    with tempfile.TemporaryDirectory() as folder:
        socket = Path(folder) / "redis.sock"
        process = await asyncio.create_subprocess_exec(
            *(program, "--port", "0", "--unixsocket", str(socket), "--save", ""),
            cwd=folder,
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(LONGEST):
                while not socket.exists():  # noqa: ASYNC110 - nothing sets an event
                    await asyncio.sleep(0.01)
            yield RedisServer(process, socket)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
