"""What an error tells of the disk, and how often the operator hears of it."""

import errno
import logging
import sqlite3
from collections.abc import Callable
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest

from catalyst_bot.app import Parts
from catalyst_bot.assembly.disk import NOTICE_EVERY, disk_reporter
from catalyst_bot.assembly.parts import Base
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.settings import load_settings
from catalyst_bot.storage.faults import DiskFault, fault_of
from tests.clocks import ManualClock


def made(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE t (key TEXT PRIMARY KEY)")


def full(path: Path) -> None:
    made(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA max_page_count = 1")
        connection.execute("INSERT INTO t VALUES (?)", ("x" * 100_000,))


def read_only(path: Path) -> None:
    made(path)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.execute("INSERT INTO t VALUES ('x')")


def missing(path: Path) -> None:
    with closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True)) as connection:
        connection.execute("SELECT 1 FROM t")


def rubbish(path: Path) -> None:
    path.write_bytes(b"This is no database. " * 400)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("SELECT 1 FROM t")


def twice(path: Path) -> None:
    made(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.executemany("INSERT INTO t VALUES (?)", [("x",), ("x",)])


@pytest.mark.parametrize(
    ("act", "fault"),
    [
        (full, DiskFault.FULL),
        (read_only, DiskFault.READ_ONLY),
        (missing, DiskFault.BROKEN),
        (rubbish, DiskFault.DAMAGED),
        (twice, None),
    ],
)
def test_an_error_of_sqlite_tells_what_is_wrong_with_the_disk(
    act: Callable[[Path], None], fault: DiskFault | None, tmp_path: Path
) -> None:
    with pytest.raises(sqlite3.Error) as raised:
        act(tmp_path / "catalyst.db")
    assert fault_of(raised.value) is fault


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (errno.ENOSPC, DiskFault.FULL),
        (errno.EROFS, DiskFault.READ_ONLY),
        (errno.EIO, DiskFault.BROKEN),
        (errno.EACCES, None),
    ],
)
def test_an_error_of_the_file_system_does_too(
    number: int, fault: DiskFault | None
) -> None:
    assert fault_of(OSError(number, "why")) is fault


def test_the_operator_hears_of_a_lost_disk_at_once_and_every_ten_minutes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock, health = ManualClock(), Health()
    report = disk_reporter(
        Base(
            stack=AsyncExitStack(),
            settings=load_settings({}),
            parts=Parts(clock=clock),
            metrics=Metrics(),
            health=health,
        )
    )
    with caplog.at_level(logging.WARNING):
        for _ in range(250):  # twenty minutes
            report("the disk is full")
            clock.advance(5)
        assert len(caplog.records) == 1 + 1200 // NOTICE_EVERY
        assert "the disk is full" in health.notices["ledger"]
        report("")
    assert caplog.records[-1].message == "disk is back"
    assert not health.notices
