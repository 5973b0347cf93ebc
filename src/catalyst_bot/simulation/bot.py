"""The daemon as a child process that may be killed, and is started anew."""

import asyncio
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path

from catalyst_bot.errors import CatalystError

RESTART = 1.5  # seconds between a kill and the next start
START_LIMIT = 60.0  # seconds until a started daemon must say that it is ready
STOP_LIMIT = 12.0  # seconds for its orderly end; its stages take up to 9
_TAIL = 30  # lines of the log that are told
# The rest of the environment may hold somebody's webhook: the demo must not post there.
_PASSED_ON = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR")


class BotState(StrEnum):
    """How the child process is."""

    STARTING = "starting"
    RUNNING = "running"
    KILLED = "killed"


class BotEnded(CatalystError):
    """The daemon ended by itself, or was never ready; the text has its last lines."""


class Bot:
    """Runs `catalyst-bot <words>` with these settings until cancelled.

    It holds the other end of the child's stdin: when this process is gone, however it
    went, the child reads the end of it and goes too.
    """

    def __init__(
        self, words: Sequence[str], settings: Mapping[str, str], *, folder: Path
    ) -> None:
        self._words, self._settings, self._folder = words, settings, folder
        self._child: asyncio.subprocess.Process | None = None
        self._is_ready = asyncio.Event()
        self.state = BotState.STARTING
        self.restarts = 0

    @property
    def pid(self) -> int:
        """Return the process id of the child that runs, 0 for none."""
        return self._child.pid if self._child and self._child.returncode is None else 0

    async def ready(self) -> None:
        """Wait until the daemon works, its page included."""
        await self._is_ready.wait()

    def kill(self) -> None:
        """Kill the child as `kill -9` does; it comes back by itself."""
        if self.pid and self.state is not BotState.KILLED:
            self.state = BotState.KILLED
            self._is_ready.clear()
            os.kill(self.pid, signal.SIGKILL)

    async def run(self) -> None:
        """Keep the daemon running; end it in order when cancelled.

        Raises:
            BotEnded: it ended and nobody had killed it, or it was not ready in time.
        """
        # Abstract: a path may hold 107 bytes, and somebody's TMPDIR is longer.
        address = f"@catalyst-demo-{secrets.token_hex(8)}"
        async with _notices(address, self._says_ready):
            try:
                while True:
                    await self._start(address)
                    await self._watch()
                    await asyncio.sleep(RESTART)
                    self.restarts += 1
                    self.state = BotState.STARTING
            finally:
                await self._stop()

    async def _start(self, address: str) -> None:
        env = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        env_file = self._folder / "bot.env"
        lines = [f'{name}="{value}"' for name, value in self._settings.items()]
        env_file.write_text("\n".join(lines), encoding="utf-8")
        env_file.chmod(0o600)
        with self._log.open("ab") as log:
            self._child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "catalyst_bot", *self._words),
                *("--env-file", str(env_file), "--config-dir", str(self._folder)),
                env={**env, "NOTIFY_SOCKET": address},
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal is for us alone
            )

    async def _watch(self) -> None:
        """Wait for the child to be killed; whatever else ends it is an error."""
        child = self._child
        assert child is not None  # noqa: S101 - just started
        async with asyncio.TaskGroup() as group:
            limit = group.create_task(self._demand_ready(), name="bot is ready")
            await child.wait()
            limit.cancel()
        if self.state is not BotState.KILLED:
            code = child.returncode
            raise BotEnded(f"The daemon ended with code {code}:\n{self._tail()}")

    async def _demand_ready(self) -> None:
        """Kill a child that does not become ready: it would wait for ever."""
        try:
            async with asyncio.timeout(START_LIMIT):
                await self._is_ready.wait()
        except TimeoutError:
            if self._child is not None and self.pid:
                self._child.kill()

    async def _stop(self) -> None:
        child = self._child
        if child is None or child.returncode is not None:
            return
        child.terminate()
        try:
            async with asyncio.timeout(STOP_LIMIT):
                await child.wait()
        except TimeoutError:
            child.kill()
            await child.wait()

    def _says_ready(self) -> None:
        if self.state is BotState.STARTING:
            self.state = BotState.RUNNING
            self._is_ready.set()

    @property
    def _log(self) -> Path:
        return self._folder / "bot.log"

    def _tail(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-_TAIL:])


class _Notices(asyncio.DatagramProtocol):
    """Reads what the daemon would tell systemd: sd_notify(3)."""

    def __init__(self, on_ready: Callable[[], None]) -> None:
        self._on_ready = on_ready

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002
        if b"READY=1" in data.split(b"\n"):
            self._on_ready()


@asynccontextmanager
async def _notices(address: str, on_ready: Callable[[], None]) -> AsyncIterator[None]:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: _Notices(on_ready),
        local_addr=address.replace("@", "\0", 1),
        family=socket.AF_UNIX,
    )
    try:
        yield
    finally:
        transport.close()
