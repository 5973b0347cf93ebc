"""A copy of the database is whole, private and can be put back; a wrong one cannot."""

import sqlite3
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from catalyst_bot.assembly.nightly import build_nightly
from catalyst_bot.assembly.parts import Base, Parts
from catalyst_bot.errors import BackupError, DatabaseInUse
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.settings import load_settings
from catalyst_bot.storage.backup import Copy, back_up, copies
from catalyst_bot.storage.database import open_database
from catalyst_bot.storage.jobs import NewJob
from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.storage.restoring import restore
from tests.clocks import NOON, ManualClock
from tests.house import ignore, open_house
from tests.news import headline, page

UNIX = NOON.timestamp()


def url(folder: Path) -> str:
    return f"sqlite:///{folder}/catalyst.db"


async def copied(folder: Path, *, after: float = 0.0, keep: int = 7) -> Copy:
    return await back_up(
        url(folder), folder=folder / "backups", keep=keep, unix=UNIX + after
    )


async def posted(folder: Path, title: str = "Acme posts record profit") -> None:
    """Let a daemon post one alert into the database of this folder."""
    async with open_house(folder, ManualClock()) as house:
        await house.accept(page(headline(title)))
        await house.settle()


async def alerts(folder: Path) -> list[str]:
    async with open_house(folder, ManualClock()) as house:
        return [stored.alert.item.title for stored in await house.archive.latest(9)]


async def test_a_copy_is_made_beside_a_daemon_that_writes(tmp_path: Path) -> None:
    async with open_house(tmp_path, ManualClock()) as house:
        await house.accept(page(headline("Acme posts record profit")))
        copy = await copied(tmp_path)
        await house.accept(page(headline("Acme again posts record profit")))
    assert copy.path.name == "catalyst-20261120T170000Z.db"
    assert copy.path.stat().st_mode & 0o777 == 0o600
    assert copy.path.parent.stat().st_mode & 0o777 == 0o700
    with closing(sqlite3.connect(copy.path)) as connection:
        assert connection.execute("SELECT count(*) FROM alerts").fetchall() == [(1,)]
    assert [path.name for path in copy.path.parent.iterdir()] == [copy.path.name]


async def test_the_newest_copies_are_kept(tmp_path: Path) -> None:
    await posted(tmp_path)
    other = tmp_path / "backups" / "notes.txt"
    for day in range(5):
        newest = await copied(tmp_path, after=day * 86_400, keep=3)
        other.touch()
    kept = copies(url(tmp_path), tmp_path / "backups")
    assert [copy.made for copy in kept] == [UNIX + day * 86_400 for day in (4, 3, 2)]
    assert kept[0] == newest
    assert other.exists()


async def test_a_disk_that_is_short_gets_no_copy_and_loses_none(tmp_path: Path) -> None:
    await posted(tmp_path)
    first = await copied(tmp_path)
    with pytest.raises(BackupError, match="has 64 MiB: free some space, or"):
        await back_up(
            url(tmp_path),
            folder=tmp_path / "backups",
            keep=1,
            unix=UNIX + 60,
            free=lambda _: (64 << 20) + 1,
        )
    assert copies(url(tmp_path), tmp_path / "backups") == (first,)
    assert len(list((tmp_path / "backups").iterdir())) == 1


async def test_a_damaged_database_does_not_push_out_good_copies(tmp_path: Path) -> None:
    await posted(tmp_path)
    first = await copied(tmp_path)
    (tmp_path / "catalyst.db").write_bytes(b"SQLite format 3\0" + bytes(5000))
    with pytest.raises(BackupError, match="no copy was made"):
        await copied(tmp_path, after=60, keep=1)
    assert copies(url(tmp_path), tmp_path / "backups") == (first,)


async def test_an_inconsistent_database_gets_no_copy_and_is_named(
    tmp_path: Path,
) -> None:
    await posted(tmp_path)
    make_inconsistent(tmp_path / "catalyst.db")
    with pytest.raises(BackupError, match=r"is damaged: NULL value in jobs\.heir"):
        await copied(tmp_path)
    assert names_in(tmp_path / "backups") == []


async def test_what_was_there_is_moved_aside_with_its_log(tmp_path: Path) -> None:
    await posted(tmp_path)
    copy = await copied(tmp_path)
    await posted(tmp_path, "Acme posts another record profit")
    (tmp_path / "catalyst.db-wal").write_bytes(b"log")
    done = restore(url(tmp_path), copy.path, unix=UNIX)
    assert done.aside == tmp_path / "catalyst.db.before-20261120T170000Z"
    assert done.aside.exists()
    assert done.aside.with_name(done.aside.name + "-wal").read_bytes() == b"log"
    assert (done.alerts, done.in_doubt) == (1, 0)
    assert await alerts(tmp_path) == ["Acme posts record profit"]
    assert copy.path.exists()


async def test_a_running_daemon_keeps_its_database(tmp_path: Path) -> None:
    await posted(tmp_path)
    copy = await copied(tmp_path)
    async with open_house(tmp_path, ManualClock()):
        with pytest.raises(DatabaseInUse):
            restore(url(tmp_path), copy.path, unix=UNIX)


def value_of(metrics: Metrics, name: str) -> float:
    families = text_string_to_metric_families(metrics.render().decode())
    (value,) = [s.value for f in families for s in f.samples if f.name.startswith(name)]
    return value


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def make_inconsistent(path: Path) -> None:
    """Let a table promise what its rows do not keep: only a whole check sees that."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'heir VARCHAR', "
            "'heir VARCHAR NOT NULL') WHERE name = 'jobs'"
        )


def damage(copy: Path) -> None:
    content = bytearray(copy.read_bytes())
    for page_start in range(4096, len(content), 4096):
        content[page_start : page_start + 64] = bytes(64)
    copy.write_bytes(content)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("damaged", "damaged|malformed"),
        ("inconsistent", r"damaged .*NULL value in jobs\.heir.*: take an older"),
        ("text", "not a database"),
        ("empty", "no database of catalyst-bot"),
        ("foreign", "no database of catalyst-bot"),
        ("newer", "newer version"),
        ("absent", "no copy at"),
    ],
)
async def test_a_copy_of_no_use_changes_nothing(
    tmp_path: Path, fault: str, told: str
) -> None:
    await posted(tmp_path)
    copy = (await copied(tmp_path)).path
    if fault == "damaged":
        damage(copy)
    elif fault == "inconsistent":
        make_inconsistent(copy)
    elif fault == "text":
        copy.write_text("this is no database at all, and long enough to be read")
    elif fault == "empty":
        copy.write_bytes(b"")
    elif fault == "foreign":
        copy.unlink()
        with closing(sqlite3.connect(copy)) as connection, connection:
            connection.execute("CREATE TABLE songs (title TEXT)")
    elif fault == "newer":
        with closing(sqlite3.connect(copy)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
    else:
        copy.unlink()
    with pytest.raises(BackupError, match=told):
        restore(url(tmp_path), copy, unix=UNIX)
    assert await alerts(tmp_path) == ["Acme posts record profit"]
    odd = [n for n in names_in(tmp_path) if "before" in n or "restoring" in n]
    assert odd == []


async def test_a_post_that_waited_in_the_copy_comes_back_in_doubt(
    tmp_path: Path,
) -> None:
    clock = ManualClock()
    async with open_house(tmp_path, clock) as house:
        await house.accept(page(headline("Acme posts record profit")))
        later = NewJob(queue="enrich", key="other", body="other")
        await house.ledger.done(then=[later])
        copy = await copied(tmp_path)
    done = restore(url(tmp_path), copy.path, unix=UNIX)
    assert done.in_doubt == 1
    async with open_database(url(tmp_path), lost=ignore) as database:
        ledger = Ledger(database, clock=clock, metrics=Metrics(), health=Health())
        (post,) = await ledger.take("post:main", 9, lease=15.0, wait=0.0)
        assert (post.in_doubt, post.doubt_since) == (True, post.created)
        (other,) = await ledger.take("enrich", 9, lease=15.0, wait=0.0)
        assert not other.in_doubt


async def test_each_night_something_is_forgotten_and_a_copy_is_made(
    tmp_path: Path,
) -> None:
    clock, metrics, health = ManualClock(), Metrics(), Health()
    await posted(tmp_path)
    clock.advance(91 * 86_400)
    async with (
        AsyncExitStack() as stack,
        open_database(url(tmp_path), lost=ignore) as database,
    ):
        folder = tmp_path / "elsewhere"
        settings = load_settings(
            {"DATABASE_URL": url(tmp_path), "BACKUP_DIR": str(folder)}
        )
        base = Base(
            stack=stack,
            settings=settings,
            parts=Parts(clock=clock),
            metrics=metrics,
            health=health,
        )
        nightly = build_nightly(base, database)
        folder.write_text("a file where the folder should be")
        for job in nightly:
            await job.run()
        assert "no copy was made" in health.notices["backup"]
        folder.unlink()
        for job in nightly:
            await job.run()
    (copy,) = copies(url(tmp_path), folder)
    assert not health.notices
    assert value_of(metrics, "catalyst_backup_last_success") == copy.made
    assert await alerts(tmp_path) == []


async def test_without_copies_to_keep_none_is_made_at_night(tmp_path: Path) -> None:
    settings = load_settings({"DATABASE_URL": url(tmp_path), "BACKUP_KEEP": "0"})
    async with (
        AsyncExitStack() as stack,
        open_database(url(tmp_path), lost=ignore) as database,
    ):
        base = Base(
            stack=stack,
            settings=settings,
            parts=Parts(),
            metrics=Metrics(),
            health=Health(),
        )
        assert [job.name for job in build_nightly(base, database)] == ["prune"]
