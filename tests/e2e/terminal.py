"""A person at a terminal: a real pty, what it shows, and what is typed into it."""

import asyncio
import os
import pty
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.forked import Forked, at_terminal
from tests.processes import surroundings

SOURCES = Path(__file__).parents[2] / "src"
PATIENCE = 30.0  # seconds without a sign of life


class Terminal:
    """One command that believes that a person sits there; `screen` is all it wrote."""

    def __init__(self, child: Forked, keyboard: int) -> None:
        self._child, self._keyboard = child, keyboard
        self._seen = 0
        self._news = asyncio.Event()
        self.screen = ""

    def read(self) -> None:
        """Take what the command wrote; the loop calls it."""
        try:
            piece = os.read(self._keyboard, 65_536)
        except OSError:  # how Linux says that the other end is closed
            piece = b""
        if not piece:
            asyncio.get_running_loop().remove_reader(self._keyboard)
        self.screen += piece.decode(errors="replace")
        self._news.set()

    async def shows(self, text: str) -> str:
        """Wait until `text` is written below what was waited for before."""
        while (at := self.screen.find(text, self._seen)) < 0:
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), PATIENCE)
            except TimeoutError as error:
                raise AssertionError(f"no {text!r} in:\n{self.screen}") from error
        passed, self._seen = self.screen[self._seen : at], at + len(text)
        return passed

    async def answers(self, prompt: str, text: str) -> None:
        """Wait for the prompt, then type `text` and Enter."""
        await self.presses(prompt, f"{text}\n".encode())

    async def presses(self, prompt: str, keys: bytes) -> None:
        """Wait for the prompt, then press some keys."""
        await self.shows(prompt)
        await self.shows(": ")  # the blank comes once it listens; what was typed
        os.write(self._keyboard, keys)  # before is thrown away by a hidden prompt

    async def ends(self) -> int:
        """Wait for the end; return the exit code."""
        async with asyncio.timeout(PATIENCE):
            return await self._child.wait()


@asynccontextmanager
async def open_terminal(
    words: Sequence[str], *, folder: Path
) -> AsyncIterator[Terminal]:
    """Run `catalyst-bot` with these words on a terminal of its own."""
    keyboard, screen = pty.openpty()
    try:
        env = {**surroundings(), "TERM": "dumb"}
        child = at_terminal(*words, folder=folder, env=env, screen=screen)
    finally:
        os.close(screen)
    terminal = Terminal(child, keyboard)
    asyncio.get_running_loop().add_reader(keyboard, terminal.read)
    try:
        yield terminal
    finally:
        asyncio.get_running_loop().remove_reader(keyboard)
        if child.returncode is None:
            child.kill()
            await child.wait()
        os.close(keyboard)
