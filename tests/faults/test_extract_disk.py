"""`extract` on a disk that gets full: it says so, and goes on when there is room."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalyst_bot.errors import CatalystError
from catalyst_bot.simulation.llm import FakeLLM
from tests.e2e.typed import typed

DOCUMENTS = 40  # their results and the checkpoint need some 200 KiB


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    if not _mount("size=96k", folder):
        pytest.skip("nobody lets this user mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["/bin/umount", "-l", str(folder)], check=False)


async def test_a_full_disk_ends_the_run_and_the_checkpoint_stays_whole(
    tmp_path: Path, small_disk: Path
) -> None:
    documents, out = tmp_path / "documents", small_disk / "out"
    documents.mkdir()
    for number in range(DOCUMENTS):
        (documents / f"{number}.txt").write_text(f"Acme sold {number} plants.\n" * 9)
    words = ("extract", str(documents), "--out", str(out), "--concurrency", "4")
    async with FakeLLM().open() as model:
        env = {
            "LLM_ENDPOINT_URL": model.endpoint_url,
            "DATABASE_URL": f"sqlite:///{tmp_path}/catalyst.db",
        }
        result = await typed(*words, env=env)
        assert isinstance(result.exception, CatalystError)
        assert "cannot write" in str(result.exception)
        assert "No space left on device" in str(result.exception)
        done = _checkpoint(out)
        assert 0 < len(done) < DOCUMENTS

        assert _mount("remount,size=4m", small_disk)
        assert (await typed(*words, env=env)).exit_code == 0
    assert len(_checkpoint(out)) == DOCUMENTS
    assert _checkpoint(out)[: len(done)] == done


def _checkpoint(out: Path) -> list[str]:
    kept = json.loads((out / "checkpoint.json").read_bytes())
    processed: list[str] = kept["processed"]
    return processed


def _mount(options: str, folder: Path) -> bool:
    words = ["/bin/mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    return subprocess.run(words, check=False).returncode == 0
