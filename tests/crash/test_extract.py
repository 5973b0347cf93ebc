"""`extract` is killed at twenty random moments, and goes on each time."""

import asyncio
import json
import os
import sys
from pathlib import Path

from catalyst_bot.cli.extract_store import CHECKPOINT
from catalyst_bot.simulation.llm import FakeLLM
from tests.e2e.test_commands import ROOT

KILLS = 20
DOCUMENTS = 120
PATIENCE = 60.0  # seconds


async def test_no_document_is_lost_or_done_twice_over_twenty_kills(
    tmp_path: Path,
) -> None:
    documents, out = tmp_path / "documents", tmp_path / "out"
    documents.mkdir()
    for number in range(DOCUMENTS):
        path = documents / f"{number:03}.txt"
        path.write_text(f"Acme sold {number} plants for $5 million in all.\n")
    async with FakeLLM().open() as fake:
        fake.latency = 0.01
        lines = await _run(documents, out, fake.origin)
        asked = [one.prompt for one in fake.prompts]
    assert len(lines) == KILLS + 1
    done: list[str] = []
    for line in lines:  # a checkpoint that could not be read would have ended it
        processed = json.loads(line)["processed"]
        assert len(set(processed)) == len(processed)
        assert processed[: len(done)] == done
        done = processed
    paths = {key.rpartition(" [")[0] for key in done}
    assert paths == {str(path) for path in documents.iterdir()}
    assert json.loads(lines[-1])["failed"] == {}
    assert len(set(lines)) > 1

    results = [path for path in out.glob("*.json") if path.name != CHECKPOINT]
    found = [json.loads(path.read_bytes()) for path in results]
    assert {one["document_id"] for one in found} == paths
    assert all(len(one["statements"]) == 1 for one in found if one["statements"])
    # Only what was under way at a kill is asked again: four documents at a time.
    assert len(asked) <= 3 * (DOCUMENTS + 4 * KILLS)
    assert sorted(path.name for path in out.iterdir() if path.name[0] == ".") == [
        ".extract.lock"
    ]


async def _run(documents: Path, out: Path, origin: str) -> list[str]:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.crash.extracting"),
        *(str(documents), str(out), origin, str(KILLS), "7"),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            written, _ = await child.communicate()
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    assert child.returncode == 0
    return written.decode().splitlines()
