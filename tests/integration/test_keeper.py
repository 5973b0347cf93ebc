"""The books reach the file, and an operator's `cache clear` reaches the daemon."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from catalyst_bot.errors import StorageError
from catalyst_bot.llm.keeper import PRUNE_EVERY, Keeper
from catalyst_bot.llm.model import CompletionRequest
from catalyst_bot.llm.stats import Count, total_of
from catalyst_bot.llm.usage import Usage
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.storage.answers import open_answers
from tests.clocks import ManualClock
from tests.completing import completion

REQUEST = CompletionRequest(prompt="?", purpose="verdict")
DAY = "2026-11-20"


def usage_of(clock: ManualClock) -> Usage:
    return Usage(metrics=Metrics(), unix=clock.unix, cost=lambda _: 0.25)


async def test_the_books_of_two_processes_add_up_in_the_file(tmp_path: Path) -> None:
    clock = ManualClock()
    path = tmp_path / "catalyst-llm.db"
    for _ in range(2):
        usage = usage_of(clock)
        async with open_answers(path, max_entries=10) as file:
            keeper = Keeper(usage, file, forget=lambda: None, monotonic=clock.monotonic)
            usage.answered(REQUEST, completion())
            await keeper.tend()
            await keeper.tend()
            counts = await file.counts(since=DAY)
    total = total_of(counts)
    assert (total.ok, total.prompt_tokens, total.cost_usd) == (2, 80, 0.5)


async def test_what_was_counted_last_is_written_at_the_end(tmp_path: Path) -> None:
    clock = ManualClock()
    usage = usage_of(clock)
    async with open_answers(tmp_path / "c.db", max_entries=10) as file:
        keeper = Keeper(usage, file, forget=lambda: None, monotonic=clock.monotonic)
        task = asyncio.create_task(keeper.run())
        await asyncio.sleep(0)
        usage.answered(REQUEST, completion())
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert total_of(await file.counts(since=DAY)).ok == 1


async def test_what_another_process_clears_is_forgotten_here(tmp_path: Path) -> None:
    clock, forgot = ManualClock(), []
    path = tmp_path / "catalyst-llm.db"
    async with (
        open_answers(path, max_entries=10) as here,
        open_answers(path, max_entries=10) as there,
    ):
        keeper = Keeper(
            usage_of(clock),
            here,
            forget=lambda: forgot.append(1),
            monotonic=clock.monotonic,
        )
        await keeper.tend()
        await keeper.tend()
        assert not forgot
        await there.clear()
        await keeper.tend()
        await keeper.tend()
        assert forgot == [1]


class SickFile:
    """Fails while `is_sick`."""

    def __init__(self) -> None:
        self.is_sick = True
        self.counts: list[Count] = []
        self.pruned = 0

    async def add_counts(self, counts: Sequence[Count]) -> None:
        if self.is_sick:
            raise StorageError("disk full")
        self.counts += counts

    async def times_cleared(self) -> int:
        if self.is_sick:
            raise StorageError("disk full")
        return 0

    async def prune(self) -> int:
        self.pruned += 1
        return 0


async def test_what_could_not_be_written_is_written_later_and_once() -> None:
    clock, file = ManualClock(), SickFile()
    usage = usage_of(clock)
    keeper = Keeper(usage, file, forget=lambda: None, monotonic=clock.monotonic)
    usage.answered(REQUEST, completion())
    await keeper.tend()
    file.is_sick = False
    await keeper.tend()
    await keeper.tend()
    assert total_of(file.counts).ok == 1
    assert file.pruned == 0
    clock.advance(PRUNE_EVERY)
    await keeper.tend()
    assert file.pruned == 1
