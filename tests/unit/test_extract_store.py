"""The folder of `extract`: documents that end together are kept together."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from catalyst_bot.cli.extract_store import (
    CHECKPOINT,
    Store,
    Target,
    open_store,
    read_checkpoint,
    result_path,
)
from catalyst_bot.errors import CatalystError
from catalyst_bot.reading.statements.model import Extraction

TARGETS = [Target(id=f"document {number}", stamp="new") for number in range(9)]


def extraction_of(target: Target) -> Extraction:
    return Extraction(document_id=target.id, success=True)


async def keep_all(store: Store) -> list[BaseException | None]:
    """Keep all targets at once; return what each keeper was told."""
    told: list[BaseException | None] = []

    async def keep(target: Target) -> None:
        try:
            await store.keep(target, extraction_of(target))
        except CatalystError as error:
            told.append(error)
        else:
            told.append(None)

    async with asyncio.TaskGroup() as group:
        for target in TARGETS:
            group.create_task(keep(target))
    return told


async def test_documents_that_end_together_are_all_kept(tmp_path: Path) -> None:
    with open_store(tmp_path, resumes=True) as store:
        assert await keep_all(store) == [None] * len(TARGETS)
        await store.fail(TARGETS[0], "gone")
    checkpoint = read_checkpoint(tmp_path)
    assert set(checkpoint.processed) == {one.id for one in TARGETS[1:]}
    assert checkpoint.failed == {TARGETS[0].id: "gone"}
    assert all(result_path(tmp_path, one).is_file() for one in TARGETS)


async def test_nobody_is_told_that_the_disk_took_what_it_refused(
    tmp_path: Path,
) -> None:
    with open_store(tmp_path, resumes=True) as store:
        (tmp_path / CHECKPOINT).mkdir()
        told = await keep_all(store)
    assert [str(error).partition(":")[0] for error in told] == [
        f"cannot write {tmp_path / CHECKPOINT}"
    ] * len(TARGETS)


async def test_a_result_that_stands_is_not_written_anew(tmp_path: Path) -> None:
    target, path = TARGETS[0], result_path(tmp_path, TARGETS[0])
    places = []
    for partial, calls in ((True, 5), (True, 0), (False, 0)):
        found = replace(extraction_of(target), partial=partial, api_calls=calls)
        with open_store(tmp_path, resumes=False) as store:
            await store.keep(target, found)
        places.append(path.stat().st_ino)
    assert places[0] == places[1] != places[2]


@pytest.mark.parametrize("name", ["checkpoint.json", "result"])
async def test_what_somebody_changed_is_written_again(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / name if name == CHECKPOINT else result_path(tmp_path, TARGETS[0])
    with open_store(tmp_path, resumes=True) as store:
        await store.keep(TARGETS[0], extraction_of(TARGETS[0]))
        before = path.read_bytes()
        path.write_bytes(b"")
        await store.keep(TARGETS[0], extraction_of(TARGETS[0]))
    assert (
        path.read_bytes().partition(b'"updated"')[0]
        == (before.partition(b'"updated"')[0])
    )
