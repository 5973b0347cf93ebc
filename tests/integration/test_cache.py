"""The cache over its tiers: real files, a real Redis, and tiers that fail."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from catalyst_bot.errors import StorageError
from catalyst_bot.llm.cache import REST, CachedLLM
from catalyst_bot.llm.cache_memory import MemoryTier
from catalyst_bot.llm.cache_redis import open_redis_tier
from catalyst_bot.llm.cache_tier import Tier
from catalyst_bot.llm.model import CompletionRequest, LLMError, LLMErrorKind
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.storage.answers import AnswerFile, open_answers
from tests.clocks import ManualClock
from tests.completing import ScriptedLLM
from tests.redis_server import RedisServer, redis_server
from tests.waiting import LONGEST, until

TTL = 3600.0
SCHEMA = '{"type": "object", "properties": {"up": {"type": "boolean"}}}'


def ask(prompt: str = "Is it good news?", schema: str = "") -> CompletionRequest:
    return CompletionRequest(prompt=prompt, schema=schema)


class Cached:
    """A cache over a scripted model."""

    def __init__(self, *tiers: Tier, clock: ManualClock | None = None) -> None:
        self.model = ScriptedLLM()
        self.clock = clock or ManualClock()
        self.digest = "61e8"
        self.metrics = Metrics()
        self.llm = CachedLLM(
            self.model,
            tiers=tiers,
            models=self.models,
            ttl=TTL,
            clock=self.clock,
            metrics=self.metrics,
        )

    async def models(self) -> tuple[str, ...]:
        return ("ollama/mistral", self.digest)

    async def ask(self, prompt: str = "Is it good news?", schema: str = "") -> bool:
        """Return whether the answer was there already."""
        request = ask(prompt, schema)
        return (await self.llm.complete(request, within=5.0)).cached


def memory(entries: int = 100, size: int = 1 << 20) -> MemoryTier:
    return MemoryTier(max_entries=entries, max_bytes=size)


async def test_twenty_prompts_five_of_them_distinct_ask_five_times_then_never() -> None:
    cached = Cached(memory())
    prompts = [f"Question {number % 5}" for number in range(20)]
    for prompt in prompts:
        await cached.ask(prompt)
    assert len(cached.model.asked) == 5
    assert all([await cached.ask(prompt) for prompt in prompts])
    assert len(cached.model.asked) == 5


async def test_a_cached_answer_says_what_was_saved() -> None:
    cached = Cached(memory())
    fresh = await cached.llm.complete(ask(), within=5.0)
    again = await cached.llm.complete(ask(), within=5.0)
    assert (fresh.cached, again.cached) == (False, True)
    assert again.text == fresh.text
    assert (again.provider, again.model) == ("ollama", "mistral")
    assert (again.attempts, again.service_s) == (0, 0.0)
    assert (again.prompt_tokens, again.completion_tokens) == (40, 10)


async def test_an_answer_is_forgotten_after_its_time() -> None:
    cached = Cached(memory())
    await cached.ask()
    cached.clock.advance(TTL - 1)
    assert await cached.ask()
    cached.clock.advance(2)
    assert not await cached.ask()


async def test_other_weights_under_the_same_name_are_asked_anew() -> None:
    cached = Cached(memory())
    await cached.ask()
    cached.digest = "ffff"
    assert not await cached.ask()


@pytest.mark.parametrize("kind", LLMErrorKind)
async def test_no_failure_is_kept(kind: LLMErrorKind) -> None:
    cached = Cached(memory())
    cached.model.answer = lambda _: LLMError(kind, "no", partial='{"up": tr')
    for _ in range(2):
        with pytest.raises(LLMError):
            await cached.ask()
    assert len(cached.model.asked) == 2


@pytest.mark.parametrize("answer", ["I think so!", '{"up": "true"}', '{"up": tr'])
async def test_an_answer_that_is_not_what_was_asked_for_is_not_kept(
    answer: str,
) -> None:
    cached = Cached(memory())
    cached.model.answer = lambda _: answer
    assert not await cached.ask(schema=SCHEMA)
    cached.model.answer = lambda _: '{"up": true}'
    assert not await cached.ask(schema=SCHEMA)
    assert await cached.ask(schema=SCHEMA)


async def test_the_longest_unused_answer_goes_first() -> None:
    tier = memory(entries=2)
    cached = Cached(tier)
    await cached.ask("one")
    await cached.ask("two")
    await cached.ask("one")
    await cached.ask("three")
    assert (await cached.ask("one"), len(tier)) == (True, 2)
    assert not await cached.ask("two")


async def test_memory_is_bounded_in_bytes_too() -> None:
    tier = memory(size=4000)
    for number in range(100):
        await tier.put(bytes([number]) * 32, b"x" * 1000, ttl=TTL)
        assert tier.size <= 4000
    await tier.put(b"k" * 32, b"x" * 5000, ttl=TTL)
    assert (len(tier), tier.size) == (4, 4000)
    tier.clear()
    assert (len(tier), tier.size) == (0, 0)


async def test_answers_survive_a_restart(tmp_path: Path) -> None:
    clock = ManualClock()
    for expected in (False, True):
        async with answers(tmp_path, clock=clock) as disk:
            cached = Cached(memory(), disk, clock=clock)
            assert await cached.ask() is expected
            assert await cached.ask()  # now from memory
            tier = "disk" if expected else "none"
            assert counted(cached, tier) == 1
            assert counted(cached, "memory") == 1


async def test_a_file_keeps_no_more_than_it_may(tmp_path: Path) -> None:
    async with answers(tmp_path, entries=10) as disk:
        for number in range(250):
            await disk.put(number.to_bytes(32, "big"), b"x", ttl=TTL + number)
        assert (await disk.extent()).entries <= 10 + 50
        await disk.prune()
        assert (await disk.extent()).entries == 10
        assert await disk.get((249).to_bytes(32, "big")) == b"x"


async def test_pruning_deletes_what_has_expired(tmp_path: Path) -> None:
    clock = ManualClock()
    async with answers(tmp_path, clock=clock) as disk:
        await disk.put(b"a" * 32, b"old", ttl=10)
        await disk.put(b"b" * 32, b"new", ttl=TTL)
        clock.advance(20)
        assert await disk.prune() == 1
        assert (await disk.extent()).entries == 1
        assert (await disk.clear(), await disk.times_cleared()) == (1, 1)


@pytest.mark.parametrize("junk", [b"not a database, far from it" * 200, b"\0" * 100])
async def test_a_damaged_file_is_moved_aside_and_begun_anew(
    tmp_path: Path, junk: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "catalyst-llm.db"
    ledger = tmp_path / "catalyst.db"
    path.write_bytes(junk)
    ledger.write_bytes(b"untouched")
    async with answers(tmp_path) as disk:
        cached = Cached(disk)
        assert not await cached.ask()
        assert await cached.ask()
    assert path.with_name("catalyst-llm.db.damaged").read_bytes() == junk
    assert ledger.read_bytes() == b"untouched"
    assert "damaged" in caplog.text


async def test_a_file_with_a_torn_page_is_moved_aside(tmp_path: Path) -> None:
    async with answers(tmp_path) as disk:
        for number in range(200):
            await disk.put(number.to_bytes(32, "big"), b"x" * 500, ttl=TTL)
    path = tmp_path / "catalyst-llm.db"
    whole = path.read_bytes()
    middle = len(whole) // 2 & ~4095
    path.write_bytes(whole[:middle] + b"\xff" * 4096 + whole[middle + 4096 :])
    async with answers(tmp_path) as disk:
        assert (await disk.extent()).entries == 0
        await disk.put(b"k" * 32, b"x", ttl=TTL)
    assert path.with_name("catalyst-llm.db.damaged").exists()


async def test_a_damaged_entry_is_a_miss(tmp_path: Path) -> None:
    async with answers(tmp_path) as disk:
        cached = Cached(disk)
        await cached.ask()
        for packed in (b"", b"{}", b'{"text": 1}', b"\xff", b"[" * 10_000):
            with sqlite3.connect(tmp_path / "catalyst-llm.db") as other:
                other.execute("UPDATE answers SET packed = ?", (packed,))
            other.close()
            assert not await cached.ask()
        assert await cached.ask()


async def test_a_file_that_may_not_be_written_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "catalyst-llm.db").mkdir()
    with pytest.raises(StorageError):
        async with answers(tmp_path):
            pass


class SickTier:
    """Fails or hangs as told, until `released`; `calls` counts."""

    name = "sick"
    patience = 0.2

    def __init__(self) -> None:
        self.fault: Exception | None = None
        self.hangs = False
        self.released = asyncio.Event()
        self.calls = 0
        self.kept: dict[bytes, bytes] = {}

    async def get(self, key: bytes) -> bytes | None:
        found = self.kept.get(key)
        await self._act()
        return found

    async def put(self, key: bytes, packed: bytes, *, ttl: float) -> None:
        await self._act()
        self.kept[key] = packed

    async def _act(self) -> None:
        self.calls += 1
        if self.hangs:
            await self.released.wait()
        if self.fault is not None:
            raise self.fault


@pytest.mark.parametrize("hangs", [True, False])
async def test_a_sick_tier_is_a_miss_said_once_and_left_alone_for_a_while(
    hangs: bool, caplog: pytest.LogCaptureFixture
) -> None:
    tier = SickTier()
    tier.hangs = hangs
    tier.fault = None if hangs else StorageError("the disk is full")
    cached = Cached(tier)
    for _ in range(10):
        assert not await cached.ask()
    assert tier.calls == 1
    cached.clock.advance(REST + 1)
    assert not await cached.ask()
    assert tier.calls == 2
    assert caplog.text.count("cache tier failed") == 1
    tier.hangs, tier.fault = False, None
    cached.clock.advance(REST + 1)
    assert not await cached.ask()
    assert await cached.ask()


async def test_a_hit_in_a_far_tier_is_put_into_the_near_ones() -> None:
    near, far = memory(), memory()
    await Cached(far).ask()
    cached = Cached(near, far)
    assert await cached.ask()
    assert len(near) == 1


async def test_what_came_while_a_far_tier_was_asked_is_not_asked_again() -> None:
    far = SickTier()
    far.hangs, far.patience = True, LONGEST
    cached = Cached(memory(), far)
    slow = asyncio.create_task(cached.ask())
    await until(lambda: far.calls == 1)
    far.hangs = False
    assert not await cached.ask()
    far.released.set()
    assert await slow
    assert len(cached.model.asked) == 1


def counted(cached: Cached, tier: str) -> float:
    for line in cached.metrics.render().decode().splitlines():
        if line.startswith(f'catalyst_llm_cache_total{{tier="{tier}"}}'):
            return float(line.split()[-1])
    return 0.0


def answers(
    folder: Path, *, entries: int = 1000, clock: ManualClock | None = None
) -> AbstractAsyncContextManager[AnswerFile]:
    clock = clock or ManualClock()
    path = folder / "catalyst-llm.db"
    return open_answers(path, max_entries=entries, unix=clock.unix)


@pytest.fixture
async def redis() -> AsyncIterator[RedisServer]:
    async with redis_server() as server:
        yield server


async def test_a_second_process_asks_nothing(redis: RedisServer) -> None:
    async with open_redis_tier(redis.url) as one, open_redis_tier(redis.url) as two:
        await asyncio.gather(one.get(b"k" * 32), two.get(b"k" * 32))  # connect
        first, second = Cached(memory(), one), Cached(memory(), two)
        assert not await first.ask()
        assert await second.ask()
        assert not second.model.asked


async def test_an_answer_expires_in_redis_itself(redis: RedisServer) -> None:
    async with open_redis_tier(redis.url) as tier:
        await tier.put(b"k" * 32, b"x", ttl=0.3)
        assert await tier.get(b"k" * 32) == b"x"
        async with asyncio.timeout(LONGEST):
            while await tier.get(b"k" * 32) is not None:  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.01)


async def test_clearing_leaves_what_is_not_ours(redis: RedisServer) -> None:
    async with open_redis_tier(redis.url) as tier:
        for number in range(1200):
            await tier.put(number.to_bytes(32, "big"), b"x", ttl=60)
        await tier._client.set("somebody-else", "stays")
        assert await tier.clear() == 1200
        assert await tier._client.get("somebody-else") == b"stays"


@pytest.mark.parametrize("how", ["stopped", "frozen"])
async def test_redis_that_goes_away_is_a_miss_and_costs_no_50_ms_each(
    redis: RedisServer, how: str
) -> None:
    async with open_redis_tier(redis.url) as tier:
        cached = Cached(tier)
        await tier.get(b"k" * 32)  # connected: 50 ms are for a well Redis's answer
        await cached.ask()
        assert await cached.ask()
        redis.stop() if how == "stopped" else redis.freeze()
        began = asyncio.get_running_loop().time()
        for number in range(20):
            assert not await cached.ask(f"Question {number}")
        took = asyncio.get_running_loop().time() - began
        redis.thaw()
    assert took < 0.5  # 20 waits of 50 ms would be 1.0


async def test_a_redis_that_was_never_there_is_a_miss() -> None:
    async with open_redis_tier("redis://127.0.0.1:1/0") as tier:
        cached = Cached(tier)
        assert not await cached.ask()
