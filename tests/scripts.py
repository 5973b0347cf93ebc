"""Runs a script as its author would: in a process of its own, set up by environment."""

import asyncio
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.processes import surroundings

SOURCES = Path(__file__).parents[1] / "src"
# asyncio's word on a callback of over 0.1 s: of this machine, not of the script
_SLOW = re.compile(r"^Executing .* took [\d.]+ seconds\n", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a script left behind."""

    code: int
    out: str
    err: str


async def run_script(text: str, folder: Path, **env: str) -> Ran:
    """Run a script to its end; every warning in it is an error."""
    path = folder / "script.py"
    path.write_text(text)
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-X", "dev", "-W", "error"),
        *("-W", "ignore:'audioop':DeprecationWarning", str(path)),
        cwd=folder,
        env={
            **surroundings(),
            "LLM_RETRY_DELAY": "0",
            **env,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(60):
            out, err = await child.communicate()
    finally:
        if child.returncode is None:
            child.kill()
    told = _SLOW.sub("", err.decode())
    return Ran(code=child.returncode or 0, out=out.decode(), err=told)


@contextmanager
def stopped_llm() -> Iterator[str]:
    """Hold a port on which nobody listens; yield what LLM_ENDPOINT_URL is set to."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}/api/generate"
