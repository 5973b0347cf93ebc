"""A day that was recorded is played again: the same cards, in the same order."""

import asyncio
import re
import resource
import signal
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from catalyst_bot.model import SourceKind
from catalyst_bot.simulation.discord import FakeDiscord
from catalyst_bot.simulation.discord_records import Message
from catalyst_bot.simulation.feed_shapes import (
    Filing,
    HaltRow,
    edgar_atom,
    globenewswire,
    nasdaq_halts,
    prnewswire,
)
from catalyst_bot.simulation.feeds import FakeFeeds
from catalyst_bot.simulation.world import Listed, World, open_world
from catalyst_bot.sources.recording import Recorded as Line
from catalyst_bot.sources.recording import encode
from tests.e2e.stage import FIELD, approval, release
from tests.e2e.test_demo import files_in
from tests.forked import Command, start

ROOT = Path(__file__).parents[2]
SOURCES = (
    Listed(name="wire"),
    Listed(name="second wire/2"),
    Listed(name="filings", kind="edgar"),
    Listed(name="halts", kind="halts"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A recording, and what the subscribers of the recorded bot saw."""

    path: Path
    env: Mapping[str, str]
    discord: FakeDiscord


async def ended(child: Command) -> tuple[int, str, str]:
    """Wait for the end; exit code and both outputs."""
    try:
        async with asyncio.timeout(120):
            out, err = await child.communicate()
    finally:
        if child.returncode is None:
            child.kill()
    return child.returncode or 0, out.decode(), err.decode()


async def replayed(
    path: Path, *words: str, env: Mapping[str, str]
) -> tuple[int, str, str]:
    child = await start("replay", str(path), *words, folder=path.parent, env=env)
    return await ended(child)


@asynccontextmanager
async def recording(folder: Path) -> AsyncIterator[Recorded]:
    """Record a short day by the real daemon, which SIGTERM ends."""
    async with open_world() as world:
        open_with_old_news(world.feeds)
        world.write_sources(folder, SOURCES)
        env = world.environment(folder) | {
            "FEATURE_LLM": "0",
            "FEEDS_USER_AGENT": "tests (tests@wire.example)",
        }
        path = folder / "day.jsonl.gz"
        words = ("record", "--out", str(path), "--config-dir", str(folder))
        child = await start(*words, folder=folder, env=env)
        try:
            await happen(world)
        finally:
            child.send_signal(signal.SIGTERM)
            code, _, err = await ended(child)
        assert code == 0, err
        assert f"pages recorded, {path} has 0.0 MB" in err
        yield Recorded(path=path, env=env, discord=world.discord)


def open_with_old_news(feeds: FakeFeeds) -> None:
    young = release("Alderbrook prices public offering before the bot came", age=30)
    feeds.publish("wire", globenewswire([young]))
    feeds.publish("second wire/2", prnewswire([release("Dull old news", age=9e5)]))
    feeds.publish("filings", edgar_atom([filing(0)]))
    feeds.publish("halts", nasdaq_halts([halt("OLDH", age=9e5)]))


async def happen(world: World) -> None:
    """Let every kind of card be posted, one page after the other."""
    feeds, discord = world.feeds, world.discord
    for listed in SOURCES:
        await until_read(feeds, listed.name)
    first = release("Alderbrook receives FDA approval for its heart drug")
    burst = [approval(n, ticker="BMOR") for n in range(5)]
    feeds.publish("wire", globenewswire([first]))
    await posts(discord, 1)
    feeds.publish("halts", nasdaq_halts([halt("CNDF"), halt("OLDH", age=9e5)]))
    await posts(discord, 2)
    feeds.publish(
        "second wire/2",
        prnewswire([release("Elverstone receives Nasdaq delisting notice")]),
    )
    await posts(discord, 3)
    carried = replace(first, link="https://second.example/1")
    feeds.publish("second wire/2", prnewswire([carried]))
    await discord.wait_for(lambda: len(discord.writes) == 4, timeout=40)
    feeds.publish("filings", edgar_atom([filing(3), filing(2)]))
    feeds.publish("filings", edgar_atom([filing(1), filing(0)]), start=100)
    await posts(discord, 6)  # the last one is on EDGAR's second page
    revised = replace(first, title=f"{first.title} (corrected)")
    feeds.publish("wire", globenewswire([*burst, revised]))
    await discord.wait_for(lambda: len(discord.writes) == 13, timeout=40)


async def until_read(feeds: FakeFeeds, name: str) -> None:
    """Wait for a 304: what is served now was read and committed."""
    seen = feeds[name].not_modified
    await feeds.wait_for(lambda: feeds[name].not_modified > seen, timeout=60)


async def posts(discord: FakeDiscord, count: int) -> None:
    await discord.wait_for(lambda: len(discord.cards) >= count, timeout=40)


def halt(symbol: str, *, age: float = 20.0) -> HaltRow:
    moment = datetime.now(UTC) - timedelta(seconds=age)
    return HaltRow(symbol=symbol, name=f"{symbol} Corp", halted_at=moment)


def filing(number: int) -> Filing:
    return Filing(
        form="8-K",
        company=f"HARTSMERE {number} SUFFERS FRAUD DISASTER AND LOSS",
        cik=str(7_000_000 + number),
        accession=f"0009999999-26-{number:06d}",
        items=("1.03: Bankruptcy or Receivership",),
        accepted_at=datetime.now(UTC) - timedelta(seconds=60 - number),
    )


def cards(discord: FakeDiscord) -> list[object]:
    """Return what each card says at last, but for the seconds it took.

    Ordered as they were posted. The cards of one page are posted at the same time:
    their order is nobody's promise.
    """
    posted = sorted(discord.messages.values(), key=lambda m: m.created)
    shown = [versions_of(message)[-1] for message in posted]
    pages = (shown[:1], shown[1:2], shown[2:3], shown[3:6], shown[6:])
    return [card for page in pages for card in sorted(page, key=str)]


def histories(discord: FakeDiscord) -> dict[str, list[object]]:
    """Return all versions of each card, by the last of them."""
    written = map(versions_of, discord.messages.values())
    return {str(versions[-1]): versions for versions in written}


def versions_of(message: Message) -> list[object]:
    return [text_of(version.payload) for version in message.history]


def text_of(payload: Mapping[str, object]) -> object:
    embeds = payload["embeds"]
    assert isinstance(embeds, list)
    (embed,) = embeds
    fields = [(f["name"], f["value"]) for f in embed["fields"] if f["name"] != FIELD]
    return embed["title"], embed.get("url"), embed["color"], fields


@pytest.mark.parametrize("speed", ["0", "3"])
async def test_a_replay_posts_the_same_cards_in_the_same_order_with_the_same_scores(
    tmp_path: Path, speed: str
) -> None:
    async with recording(tmp_path) as recorded, FakeDiscord().open() as second:
        env = {**recorded.env, "DISCORD_WEBHOOK_URL": second.webhook_url}
        code, _, err = await replayed(
            recorded.path, "--webhook", "--speed", speed, env=env
        )
        assert code == 0, err
        assert len(second.messages) == 11
        assert cards(second) == cards(recorded.discord)
        then, now = histories(recorded.discord), histories(second)
        for last, versions in now.items():
            # Two changes at once are one edit: a version may be left out, none is new.
            those = iter(then[last])
            assert all(version in those for version in versions)
        assert "VADER" in str(cards(second)[0])  # the score is a part of the card
        assert "damaged" not in err
        assert "pages played" in err


OPENING = datetime(2025, 3, 3, 15, 0, tzinfo=UTC)


def line(after: float, *, source: str, kind: SourceKind, body: bytes) -> bytes:
    """Return a line of a recording that began long ago; `after` is in seconds."""
    return encode(
        Line(
            source=source,
            kind=kind,
            is_market=False,
            zone=ZoneInfo("UTC"),
            url="https://wire.example/news/rss",
            page=0,
            received_at=OPENING + timedelta(seconds=after),
            headers=(),
            body=body,
        )
    )


async def test_two_hours_of_the_recording_are_two_hours_to_the_bot(
    tmp_path: Path,
) -> None:
    """A card of two hours ago cannot be edited: its resumption is an alert."""
    old = HaltRow(symbol="OLDH", name="Old", halted_at=OPENING - timedelta(days=9))
    row = HaltRow(symbol="CNDF", name="Cinder", halted_at=OPENING)
    moment = OPENING + timedelta(seconds=7_200)
    over = replace(row, resumes_at=moment, quotes_at=moment)
    path = tmp_path / "day.jsonl.gz"
    path.write_bytes(
        b"".join(
            line(after, source="halts", kind=SourceKind.HALTS, body=page.body)
            for after, page in (
                (0, nasdaq_halts([old], now=OPENING)),
                (60, nasdaq_halts([row, old], now=OPENING)),
                (7_200, nasdaq_halts([over, old], now=OPENING)),
            )
        )
    )
    env = {"FEATURE_LLM": "0"}
    code, out, err = await replayed(path, "--speed", "0", env=env)
    assert code == 0, err
    shown = sorted(card.partition(" | ")[0] for card in out.splitlines())
    assert shown == ["edited", "posted", "posted"]


async def test_a_page_that_no_parser_reads_is_named_and_the_rest_is_played(
    tmp_path: Path,
) -> None:
    news = replace(
        release("Alderbrook raises full-year guidance"),
        link="/release/1",  # still of the wire, not of the machine that replays it
        published_at=OPENING + timedelta(seconds=55),
    )
    path = tmp_path / "day.jsonl.gz"
    pages = (prnewswire([]).body, b"<html>blocked</html>", prnewswire([news]).body)
    path.write_bytes(
        b"".join(
            line(number * 30, source="wire", kind=SourceKind.FEED, body=body)
            for number, body in enumerate(pages)
        )
    )
    async with FakeDiscord().open() as discord:
        env = {"FEATURE_LLM": "0", "DISCORD_WEBHOOK_URL": discord.webhook_url}
        words = ("--webhook", "--speed", "0")
        code, _, err = await replayed(path, *words, env=env)
        assert code == 0, err
        assert "Not read by any parser: line 2" in err
        (card,) = discord.messages.values()
        assert card.embeds[0]["url"] == "https://wire.example/release/1"


async def test_damaged_lines_are_named_and_the_rest_is_played(tmp_path: Path) -> None:
    async with recording(tmp_path) as recorded:
        content = bytearray(recorded.path.read_bytes())
        starts = [found.start() for found in re.finditer(rb"\x1f\x8b\x08\0", content)]
        content[starts[4] + 60] ^= 0xFF
        del content[-30:]
        recorded.path.write_bytes(content)
        posted = len(recorded.discord.writes)
        code, out, err = await replayed(recorded.path, "--speed", "0", env=recorded.env)
        assert code == 0, err
        assert f"2 damaged, left out: line 5, {len(starts)}" in err
        assert "Elverstone receives Nasdaq delisting notice" in out
        assert len(recorded.discord.writes) == posted  # not without --webhook


async def test_a_file_that_is_no_recording_exits_2(tmp_path: Path) -> None:
    other = tmp_path / "other.gz"
    other.write_bytes(b"nothing of ours")
    code, _, err = await replayed(other, env={})
    assert code == 2
    assert "is no recording" in err
    code, _, err = await replayed(tmp_path / "absent", env={})
    assert code == 2


@pytest.mark.parametrize("speed", ["-1", "nan", "inf", "1e-300", "fast"])
async def test_an_impossible_speed_exits_2(tmp_path: Path, speed: str) -> None:
    path = tmp_path / "day.jsonl.gz"
    path.touch()
    code, _, err = await replayed(path, "--speed", speed, env={})
    assert code == 2
    assert "speed" in err


async def test_a_replay_goes_on_from_memory_when_its_disk_is_full_and_says_so(
    tmp_path: Path,
) -> None:
    path = tmp_path / "day.jsonl.gz"
    news = [approval(number) for number in range(300)]
    pages = [prnewswire(news[start : start + 15]) for start in range(0, 300, 15)]
    path.write_bytes(
        b"".join(
            line(number, source="wire", kind=SourceKind.FEED, body=page.body)
            for number, page in enumerate(pages)
        )
    )
    child = await start(
        *("replay", str(path), "--speed", "0"),
        folder=tmp_path,
        env={"FEATURE_LLM": "0", "TMPDIR": str(tmp_path)},
    )
    limit = (300 * 1024, resource.RLIM_INFINITY)  # each file's, and of its child too
    resource.prlimit(child.pid, resource.RLIMIT_FSIZE, limit)
    code, out, err = await ended(child)
    assert code == 0, err
    assert "20 pages played." in out + err
    assert 'msg="what was done without the disk is lost"' in err
    assert files_in(tmp_path) == [path]


async def test_a_recording_without_a_whole_line_exits_1(tmp_path: Path) -> None:
    cut = tmp_path / "cut.gz"
    cut.write_bytes(b"\x1f\x8b\x08\x00 and no more")
    code, _, err = await replayed(cut, env={})
    assert code == 1
    assert "line 1" in err
    assert "Nothing in it can be played" in err


async def test_a_replay_into_a_webhook_that_is_not_set_exits_78(
    tmp_path: Path,
) -> None:
    cut = tmp_path / "cut.gz"
    cut.write_bytes(b"")
    code, _, err = await replayed(cut, "--webhook", env={})
    assert code == 78
    assert "DISCORD_WEBHOOK_URL" in err


async def test_a_record_that_does_not_start_leaves_nothing_and_tells_only_the_fault(
    tmp_path: Path,
) -> None:
    path = tmp_path / "day.jsonl.gz"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        env = {"HTTP_PORT": str(taken.getsockname()[1])}
        child = await start("record", "--out", str(path), folder=tmp_path, env=env)
        code, _, err = await ended(child)
    assert code == 78
    assert "HTTP_PORT" in err
    assert "pages recorded" not in err
    assert not path.exists()


async def test_something_else_is_not_recorded_over(tmp_path: Path) -> None:
    mine = tmp_path / "notes.txt"
    mine.write_text("mine")
    child = await start("record", "--out", str(mine), folder=tmp_path, env={})
    code, _, err = await ended(child)
    assert code == 2
    assert "is no recording" in err
    assert mine.read_text() == "mine"
