"""Files of the operator: all of them are written, or none is touched."""

import os
import resource
import stat
from pathlib import Path

import pytest

from catalyst_bot.ops.writing import NewFile, write_together


def new(path: Path, mode: int = 0o600) -> NewFile:
    return NewFile(path=path, text="new\n", mode=mode)


def test_files_are_written_with_their_modes_and_missing_folders(tmp_path: Path) -> None:
    secret, open_one = tmp_path / ".env", tmp_path / "a" / "b" / "sources.toml"
    secret.write_text("old\n")
    secret.chmod(0o644)
    write_together([new(secret), new(open_one, 0o644)])
    assert [p.read_text() for p in (secret, open_one)] == ["new\n", "new\n"]
    modes = [stat.S_IMODE(p.stat().st_mode) for p in (secret, open_one)]
    assert modes == [0o600, 0o644]
    assert sorted(p.name for p in tmp_path.iterdir()) == [".env", "a"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.env", tmp_path / ".env"
    real.write_text("old\n")
    link.symlink_to(real)
    write_together([new(link)])
    assert link.is_symlink()
    assert real.read_text() == "new\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root writes for somebody else")
def test_a_file_stays_its_owners(tmp_path: Path) -> None:
    theirs = tmp_path / ".env"
    theirs.write_text("old\n")
    os.chown(theirs, 12345, 23456)
    write_together([new(theirs)])
    found = theirs.stat()
    assert (found.st_uid, found.st_gid) == (12345, 23456)
    assert stat.S_IMODE(found.st_mode) == 0o600


def test_a_disk_that_takes_no_more_is_told_with_the_files_own_name(
    tmp_path: Path,
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        with pytest.raises(OSError, match="too large") as caught:
            write_together([new(tmp_path / ".env")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.filename == str(tmp_path / ".env")
    assert list(tmp_path.iterdir()) == []


def test_when_one_cannot_be_written_none_is(tmp_path: Path) -> None:
    first, obstacle = tmp_path / "first", tmp_path / "file"
    first.write_text("old\n")
    obstacle.write_text("")
    with pytest.raises(OSError, match="file"):
        write_together([new(first), new(obstacle / "second")])
    assert first.read_text() == "old\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "first"]
