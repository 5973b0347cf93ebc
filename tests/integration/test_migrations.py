"""The migrations lead to exactly the schema that the code uses."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from catalyst_bot.storage.database import open_database
from catalyst_bot.storage.fulltext import FullText
from catalyst_bot.storage.revisions import STEPS, known_revisions
from catalyst_bot.storage.schema import metadata
from tests.house import ignore

LATER_OF_MESSAGES = ("edits", "message_id", "position")
ITEM = (
    "INSERT INTO items VALUES ('feed:1', 'wire', 'Acme names a new chief', ' ACME ',"
    " '2026-03-02T14:00:00+00:00', NULL, 1.0, 1.0)"
)
TRIGGERS = ("update", "delete")
LATER_TABLES = ("conflicts",)


def differences(connection: Connection) -> list[object]:
    """Compare all tables but those of the full-text index, which FTS5 makes itself."""
    opts = {"include_name": lambda name, *_: not str(name).startswith("items_text")}
    context = MigrationContext.configure(connection, opts=opts)
    return list(compare_metadata(context, metadata))


async def test_the_migrated_database_has_the_declared_schema(tmp_path: Path) -> None:
    async with (
        open_database(f"sqlite:///{tmp_path}/catalyst.db", lost=ignore) as database,
        database.read() as connection,
    ):
        assert await connection.run_sync(differences) == []


def test_the_names_of_the_steps_tell_their_revisions() -> None:
    script = ScriptDirectory(str(STEPS))
    assert known_revisions() == {step.revision for step in script.walk_revisions()}
    assert max(known_revisions()) == script.get_current_head()


async def test_every_commit_survives_a_power_loss(tmp_path: Path) -> None:
    async with (
        open_database(f"sqlite:///{tmp_path}/catalyst.db", lost=ignore) as database,
        database.write() as connection,
    ):
        level = await connection.exec_driver_sql("PRAGMA synchronous")
        assert level.scalar_one() == 2  # FULL


async def test_nobody_commits_between_what_a_transaction_reads_and_what_it_writes(
    tmp_path: Path,
) -> None:
    async with (
        open_database(f"sqlite:///{tmp_path}/catalyst.db", lost=ignore) as database,
        database.write() as connection,
    ):
        await connection.exec_driver_sql("SELECT count(*) FROM facts")
        with (
            closing(sqlite3.connect(database.path, timeout=0)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("INSERT INTO facts VALUES ('theirs', '')")
        await connection.exec_driver_sql("INSERT INTO facts VALUES ('ours', '')")


async def test_opening_twice_migrates_once(tmp_path: Path) -> None:
    for _ in range(2):
        async with (
            open_database(f"sqlite:///{tmp_path}/catalyst.db", lost=ignore) as database,
            database.read() as connection,
        ):
            mode = await connection.exec_driver_sql("PRAGMA journal_mode")
            assert mode.scalar_one() == "wal"


async def test_a_database_of_the_first_version_keeps_its_messages(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/catalyst.db"
    async with (
        open_database(url, lost=ignore) as database,
        database.write() as connection,
    ):
        for statement in (
            (
                "INSERT INTO messages"
                " (alert_key, channel, ref, posted, posted_after, is_resent, is_plain)"
                " VALUES ('k', 'c', '{\"message_id\":\"7\"}', 1.0, 0.1, 0, 0)"
            ),
            "DROP INDEX messages_of",
            *(f"DROP TABLE {name}" for name in LATER_TABLES),
            *(f"ALTER TABLE messages DROP COLUMN {name}" for name in LATER_OF_MESSAGES),
            "ALTER TABLE jobs DROP COLUMN priority",
            "ALTER TABLE jobs DROP COLUMN heir",
            "ALTER TABLE alerts DROP COLUMN quote",
            "ALTER TABLE alerts DROP COLUMN routes",
            "ALTER TABLE alerts DROP COLUMN key_facts",
            "ALTER TABLE alerts DROP COLUMN statements",
            *(f"DROP TRIGGER items_text_{when}" for when in TRIGGERS),
            "DROP TABLE items_text",
            "ALTER TABLE items DROP COLUMN link",
            ITEM,
            "UPDATE alembic_version SET version_num = '0001'",
        ):
            await connection.exec_driver_sql(statement)
    async with (
        open_database(url, lost=ignore) as database,
        database.read() as connection,
    ):
        query = "SELECT posted, edits, message_id, position FROM messages"
        found = await connection.exec_driver_sql(query)
        assert [tuple(row) for row in found.all()] == [(1.0, 0, "7", 0)]
        (item,) = await FullText(database).find("ACME names", limit=5)
        assert item.title == "Acme names a new chief"
