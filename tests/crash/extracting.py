"""Runs of `extract` that are killed: each forked from a process that imported once.

Run as `python -m tests.crash.extracting DOCUMENTS OUT ENDPOINT KILLS SEED`; prints the
checkpoint after each kill, one line of JSON each, and after the run that was let live.
"""

import asyncio
import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from catalyst_bot.cli.extract_run import Run, extract_all
from catalyst_bot.cli.extract_store import Target, open_store, read_checkpoint
from catalyst_bot.documents.model import Document
from catalyst_bot.documents.reading import read_document
from catalyst_bot.llm.structured import StructuredLLM
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.simulation.llm import FakeLLM
from tests.asking import client_of

LONGEST_LIFE = 0.25  # seconds; some end while the first questions are under way


class Files:
    """The documents of a folder, by their paths."""

    async def document(self, id: str) -> Document:  # noqa: A002
        return await asyncio.to_thread(_read, id)


def _read(name: str) -> Document:
    return read_document(Path(name).read_bytes(), id=name)


def targets_in(folder: Path) -> list[Target]:
    """Return the documents of a folder, by name."""
    paths = sorted(folder.iterdir())
    return [Target(id=str(path), stamp="as it is") for path in paths]


async def extract_folder(targets: list[Target], out: Path, endpoint: str) -> None:
    """Read what the checkpoint does not have."""
    model = FakeLLM()  # it is not opened: only its address is told
    model.entrance = int(endpoint.rpartition(":")[2])
    with open_store(out, resumes=True) as store:
        async with client_of(model, max_concurrent=4) as client:
            llm = StructuredLLM(client, metrics=Metrics(), monotonic=time.monotonic)
            await extract_all(
                [one for one in targets if not store.checkpoint.has(one)],
                run=Run(),
                llm=llm,
                library=Files(),
                store=store,
                concurrency=4,
                temperature=0.0,
                note=lambda *_: None,
            )


def live_once(words: list[str], *, life: float | None) -> None:
    """Fork a run; kill it after `life` seconds, or let it come to its end."""
    child = os.fork()
    if child == 0:
        documents, out, endpoint = words
        targets = targets_in(Path(documents))
        asyncio.run(extract_folder(targets, Path(out), endpoint))
        os._exit(0)
    if life is not None:
        time.sleep(life)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert life is not None or status == 0


def main() -> None:
    """Be killed as often as it is told, then finish."""
    *words, kills, seed = sys.argv[1:]
    rng = random.Random(int(seed))
    lives = [rng.uniform(0.0, LONGEST_LIFE) for _ in range(int(kills))]
    for life in (*lives, None):
        live_once(words, life=life)
        kept = read_checkpoint(Path(words[1]))
        row = {"processed": list(kept.processed.values()), "failed": kept.failed}
        print(json.dumps(row), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
