"""The file of a recording: what a kill, a full disk or a damaged byte costs."""

import gzip
import json
import resource
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from catalyst_bot.model import SourceKind, SourceState
from catalyst_bot.simulation.replay import survey
from catalyst_bot.sources.catalogue import SourceConfig
from catalyst_bot.sources.fetch import Fetched
from catalyst_bot.sources.observer import ReadPage
from catalyst_bot.sources.poller import Poller
from catalyst_bot.sources.recorder import NoRecording, Recorder
from catalyst_bot.sources.recording import Damage, Recorded, encode, read_recording
from catalyst_bot.sources.report import SourceReport
from tests.polling import Memory, lines, open_desk, running, source

FIRST = datetime(2026, 11, 20, 14, 30, 0, 250_000, tzinfo=UTC)
WIRE = SourceConfig(
    name="wire",
    kind=SourceKind.FEED,
    url="https://wire.example/rss?key=s3cr3t",
    interval=10.0,
    enabled=True,
    is_market=True,
    zone=ZoneInfo("America/New_York"),
)
LINE = Recorded(
    source="wire",
    kind=SourceKind.FEED,
    is_market=False,
    zone=ZoneInfo("UTC"),
    url="https://wire.example/rss",
    page=0,
    received_at=FIRST,
    headers=(("etag", '"1"'),),
    body=b"<rss/>",
)


def page(body: bytes, *, number: int = 0, after: float = 0.0) -> ReadPage:
    answer = Fetched(
        status=200,
        url=f"https://user:pass@wire.example/rss?key=s3cr3t&start={number}",
        headers=(("ETag", '"1"'), ("Set-Cookie", "s3cr3t"), ("Date", "now")),
        body=body,
        charset=None,
        received=1.0,
        moved_to="",
    )
    moment = FIRST + timedelta(seconds=after)
    return ReadPage(answer=answer, number=number, received_at=moment)


def bodies(path: Path) -> list[bytes | int]:
    """Return each body, and the line number of each damaged one."""
    return [
        line.line if isinstance(line, Damage) else line[1].body
        for line in read_recording(path)
    ]


def written(path: Path, *texts: bytes) -> list[bytes]:
    """Write a recording of these bodies; return its lines as they are in the file."""
    lines = [encode(replace(LINE, body=text)) for text in texts]
    path.write_bytes(b"".join(lines))
    return lines


async def test_what_was_recorded_is_read_back_and_names_no_secret(
    tmp_path: Path,
) -> None:
    path = tmp_path / "day.jsonl.gz"
    with closing(Recorder(path)) as recorder:
        await recorder.observe(WIRE, [page(b"\xff\x00 new"), page(b"old", number=1)])
    older, newest = (line for line in read_recording(path) if isinstance(line, tuple))
    assert (older[1].body, older[1].page) == (b"old", 1)
    assert newest == (
        2,
        Recorded(
            source="wire",
            kind=SourceKind.FEED,
            is_market=True,
            zone=ZoneInfo("America/New_York"),
            url="https://wire.example/rss",
            page=0,
            received_at=FIRST,
            headers=(("date", "now"), ("etag", '"1"')),
            body=b"\xff\x00 new",
        ),
    )
    text = gzip.decompress(path.read_bytes()).decode()
    assert "s3cr3t" not in text
    assert "pass" not in text
    assert json.loads(text.splitlines()[1])["status"] == 200
    assert path.stat().st_mode & 0o077 == 0


def test_a_kill_at_any_byte_costs_the_last_line_only(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl.gz"
    *kept, last = written(path, b"one", b"two", b"three")
    whole = b"".join(kept)
    for cut in range(1, len(last)):
        path.write_bytes(whole + last[:cut])
        assert bodies(path) == [b"one", b"two", 3]


async def test_a_recording_goes_on_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl.gz"
    lines = written(path, b"one", b"two")
    path.write_bytes(lines[0] + lines[1][:40])
    with closing(Recorder(path)) as recorder:
        await recorder.observe(WIRE, [page(b"three")])
    assert bodies(path) == [b"one", 2, b"three"]


def test_a_damaged_byte_anywhere_costs_that_line_only(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl.gz"
    first, second, third = written(path, b"one", b"two", b"three")
    for position in range(len(second)):
        bent = bytearray(second)
        bent[position] ^= 0x55
        path.write_bytes(first + bent + third)
        found = bodies(path)
        # A flipped bit in the header's time or system is no damage to the text.
        assert found in ([b"one", 2, b"three"], [b"one", b"two", b"three"]), position


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"body_base64": "!"}, "its body or time zone is damaged"),
        ({"body_base64": "aGVsbG8="}, "sha256"),
        ({"received_at": "yesterday"}, "received_at"),
        ({"received_at": "2026-11-20T14:30:00"}, "received_at"),
        ({"kind": "telepathy"}, "kind"),
        ({"timezone": "Nowhere/At_All"}, "time zone"),
        ({"timezone": "../../etc"}, "time zone"),
        ({"status": 500}, "status"),
        ({"page": -1}, "page"),
    ],
)
def test_a_line_that_says_something_impossible_is_left_out_with_its_reason(
    change: dict[str, object], reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "day.jsonl.gz"
    fields = json.loads(gzip.decompress(encode(LINE)))
    wrong = gzip.compress(json.dumps(fields | change).encode() + b"\n")
    path.write_bytes(encode(LINE) + wrong + encode(LINE))
    good, bad, last = read_recording(path)
    assert isinstance(bad, Damage)
    assert bad.line == 2
    assert reason in bad.reason
    assert isinstance(good, tuple)
    assert isinstance(last, tuple)


def test_a_recording_that_another_tool_packed_anew_is_read_as_well(
    tmp_path: Path,
) -> None:
    path = tmp_path / "day.jsonl.gz"
    written(path, *(b"%d" % number for number in range(50)))
    packed = gzip.compress(gzip.decompress(path.read_bytes()))
    path.write_bytes(packed)
    assert bodies(path) == [b"%d" % number for number in range(50)]
    path.write_bytes(packed[:-200])  # what came before the cut is there still
    *kept, last = bodies(path)
    assert kept == [b"%d" % number for number in range(len(kept))]
    assert last == len(kept) + 1


@pytest.mark.parametrize(
    "content",
    [b"", b"hello\n", b"PK\x03\x04 a zip", gzip.compress(b"hello\n" * 9, mtime=0)],
)
def test_other_files_are_no_recording(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    assert not survey(path).is_recording


def test_the_survey_tells_sources_times_and_damage(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl.gz"
    later = replace(LINE, source="other", received_at=FIRST + timedelta(hours=1))
    path.write_bytes(encode(later) + encode(LINE)[:50] + encode(LINE))
    found = survey(path)
    assert list(found.sources) == ["other", "wire"]
    assert (found.pages, found.first, found.last) == (2, FIRST, later.received_at)
    assert [damage.line for damage in found.damage] == [2]


def test_something_else_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("mine")
    with pytest.raises(NoRecording):
        Recorder(path)
    assert path.read_text() == "mine"


@contextmanager
def full_at(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond `size`: a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_is_told_once_and_loses_whole_lines_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "day.jsonl.gz"
    with closing(Recorder(path)) as recorder:
        await recorder.observe(WIRE, [page(b"one")])
        with full_at(recorder.size + 20):
            await recorder.observe(WIRE, [page(b"two"), page(b"three")])
        assert path.stat().st_size == recorder.size
        assert (recorder.written, recorder.lost) == (1, 2)
        await recorder.observe(WIRE, [page(b"four")])
    assert bodies(path) == [b"one", b"four"]
    said = [record.getMessage() for record in caplog.records]
    assert said == ["recording fails", "recording goes on"]


@pytest.mark.parametrize("year", ["0001", "1969", "9999"])
def test_a_line_of_an_impossible_year_is_damaged_and_the_next_is_read(
    tmp_path: Path, year: str
) -> None:
    path = tmp_path / "day.jsonl.gz"
    (good,) = written(path, b"good")
    odd = gzip.decompress(good).replace(b"2026-11-20", f"{year}-01-01".encode())
    path.write_bytes(gzip.compress(odd, mtime=0) + good)
    found = survey(path)
    assert found.pages == 1
    (damage,) = found.damage
    assert damage.reason.startswith("received_at: ")


class Watcher:
    """Remembers the bodies it was shown, and what was committed by then."""

    def __init__(self, memory: Memory) -> None:
        self.seen: list[tuple[bytes, int]] = []
        self._memory = memory

    async def observe(self, config: SourceConfig, pages: Sequence[ReadPage]) -> None:
        committed = len(self._memory.pages)
        self.seen += [(page.answer.body, committed) for page in pages]


async def test_an_observer_sees_each_changed_body_once_after_its_commit() -> None:
    """And the page that was known before the start: a replay begins with it."""
    async with open_desk() as desk:
        known = SourceState(is_primed=True, body_sha256=sha256(b"a").hexdigest())
        desk.memory = Memory(wire=known)
        answers = (lines("a"), lines("a"), lines("?"), lines("b", "a"), lines("c"))
        script = desk.play(*answers)
        watcher = Watcher(desk.memory)
        poller = Poller(
            source(f"{desk.server.url}/rss", name="wire", kind=SourceKind.FEED),
            session=desk.session,
            gate=desk.gate,
            parser=desk.parser,
            sink=desk.memory,
            clock=desk.clock,
            report=SourceReport(
                "wire", clock=desk.clock, metrics=desk.metrics, health=desk.health
            ),
            pace=desk.pace,
            random=lambda: desk.draw,
            observer=watcher,
        )
        async with running(poller):
            await script.done(6)
        assert watcher.seen == [(b"a", 1), (b"b\na", 2), (b"c", 3)]
