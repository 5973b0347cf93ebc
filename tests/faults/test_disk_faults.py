"""A disk that takes nothing: alerts go on from memory, and are known afterwards."""

import asyncio
import os
import resource
import socket
import subprocess
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

import aiohttp
import pytest

from catalyst_bot.simulation.feed_shapes import WireItem
from tests.crash.process import Bot, open_bot
from tests.e2e.stage import FIELD, approval, release

SMALL = 12 << 20  # bytes of the disk
SILENCE = 4.0  # seconds; by then nothing of before is left to read


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """A folder, and what makes its disk take nothing, and everything again."""

    folder: Path
    fault: str  # as the daemon names it
    spoil: Callable[[Bot], None]
    mend: Callable[[Bot], None]


@contextmanager
def full_disk(folder: Path) -> Iterator[Disk]:
    """A small disk that is filled to the last byte."""
    mount = ["/bin/mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False).returncode != 0:
        pytest.skip("nobody lets this user mount a small disk")
    filler = folder / "filler"

    def fill(_: Bot) -> None:
        with closing(
            os.fdopen(os.open(filler, os.O_CREAT | os.O_WRONLY), "ab")
        ) as file:
            for size in (1 << 16, 1 << 12):
                try:
                    while True:
                        os.write(file.fileno(), bytes(size))
                except OSError:
                    continue

    try:
        yield Disk(
            folder=folder,
            fault="the disk is full",
            spoil=fill,
            mend=lambda _: filler.unlink(),
        )
    finally:
        subprocess.run(["/bin/umount", str(folder)], check=True)


@contextmanager
def failing_disk(folder: Path) -> Iterator[Disk]:
    """A disk on which every write of the daemon fails."""

    def limit(bot: Bot, size: int) -> None:
        assert bot.child is not None
        hard = resource.RLIM_INFINITY
        resource.prlimit(bot.child.pid, resource.RLIMIT_FSIZE, (size, hard))

    yield Disk(
        folder=folder,
        fault="the disk fails",
        spoil=lambda bot: limit(bot, 0),
        mend=lambda bot: limit(bot, resource.RLIM_INFINITY),
    )


async def probe(bot: Bot, path: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(bot.origin + path) as answer,
    ):
        return answer.status, await answer.text()


async def becomes(claim: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something of another process is so."""
    async with asyncio.timeout(60):
        while not await claim():  # noqa: ASYNC110 - nothing sets an event for it
            await asyncio.sleep(0.1)


async def read(bot: Bot, count: int) -> None:
    """Wait until that many alerts have been posted, each with its verdict."""
    discord = bot.world.discord

    def are_read() -> bool:
        verdicts = [card.field(FIELD) for card in discord.cards]
        return sum(text.startswith("Bullish") for text in verdicts) == count

    await discord.wait_for(are_read, timeout=60)


def old_news(page: int) -> list[WireItem]:
    """Return items that are too old to post; each is recorded with its reason."""
    titles = (f"Page {page} holds old news of number {n}" for n in range(10))
    return [release(title, age=7 * 86_400) for title in titles]


async def lose(bot: Bot, disk: Disk) -> None:
    """Spoil the disk until the daemon says so."""
    pages = count()

    async def is_lost() -> bool:
        disk.spoil(bot)  # again: the ballast gave it room
        bot.publish(*old_news(next(pages)))  # more than the log has room for
        status, text = await probe(bot, "/readyz")
        return status == 503 and disk.fault in text

    await becomes(is_lost)


async def is_ready(bot: Bot) -> bool:
    return (await probe(bot, "/readyz"))[0] == 200


@pytest.mark.parametrize("kind", [full_disk, failing_disk])
async def test_alerts_go_on_while_the_disk_takes_nothing_and_none_comes_twice(
    kind: Callable[[Path], AbstractContextManager[Disk]], tmp_path: Path
) -> None:
    with kind(tmp_path) as disk:
        url = f"sqlite:///{disk.folder}/catalyst.db"
        async with open_bot(DATABASE_URL=url) as bot:
            await bot.start()
            await bot.primed()
            bot.publish(approval(1))
            await read(bot, 1)

            await lose(bot, disk)
            bot.publish(approval(2), approval(3))
            await read(bot, 3)
            assert (await probe(bot, "/readyz"))[0] == 503
            assert "catalyst_ledger_degraded 1.0" in (await probe(bot, "/metrics"))[1]
            disk.mend(bot)
            await becomes(partial(is_ready, bot))
            assert "catalyst_ledger_degraded 0.0" in (await probe(bot, "/metrics"))[1]
            bot.kill()
            await bot.died()
            await bot.start()
            await bot.primed()
            bot.publish(approval(4))
            await read(bot, 4)
            await bot.settled()
            titles = Counter(card.title for card in bot.world.discord.cards)
            assert set(titles.values()) == {1}
            assert await bot.stop() == 0


@pytest.mark.parametrize("is_killed", [True, False], ids=["killed", "stopped"])
async def test_a_daemon_starts_on_a_full_disk(is_killed: bool, tmp_path: Path) -> None:
    with full_disk(tmp_path) as disk:
        async with open_bot(DATABASE_URL=f"sqlite:///{disk.folder}/catalyst.db") as bot:
            await bot.start()
            await bot.primed()
            bot.publish(approval(1))
            await read(bot, 1)
            if is_killed:
                await lose(bot, disk)
                bot.kill()
                await bot.died()
            else:
                assert await bot.stop() == 0  # it takes its log along
            disk.spoil(bot)
            await bot.start()
            await bot.primed()
            bot.publish(approval(2))
            await read(bot, 2)
            disk.mend(bot)
            await becomes(partial(is_ready, bot))
            await bot.settled()
            assert len(bot.world.discord.cards) == 2
            assert await bot.stop() == 0


async def test_systemd_hears_that_the_daemon_lives_while_the_disk_is_lost(
    tmp_path: Path,
) -> None:
    address = f"catalyst-test-{uuid.uuid4()}"
    loop = asyncio.get_running_loop()
    with (
        failing_disk(tmp_path) as disk,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd,
    ):
        systemd.bind(f"\0{address}")
        systemd.setblocking(False)
        environment = {"NOTIFY_SOCKET": f"@{address}", "WATCHDOG_USEC": "1000000"}
        async with open_bot(FEATURE_LLM="0") as bot, asyncio.timeout(90):
            await bot.start(environment)
            await bot.primed()
            await lose(bot, disk)
            began = loop.time()
            pings = 0
            while pings < 3 or loop.time() < began + SILENCE:
                pings += b"WATCHDOG=1" in await loop.sock_recv(systemd, 4096)
            disk.mend(bot)
            await becomes(partial(is_ready, bot))
            assert await bot.stop() == 0
