"""Which schema a database has, and which ones this version can open."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

STEPS = Path(__file__).with_name("migrations")
_TABLE = "alembic_version"


def known_revisions() -> frozenset[str]:
    """Return the revisions that this version can open; the greatest is its own.

    Each stands at the beginning of its step's file name, four digits.
    """
    steps = (STEPS / "versions").glob("[0-9][0-9][0-9][0-9]_*.py")
    return frozenset(step.name[:4] for step in steps)


def revision_of(connection: Connection) -> str:
    """Return the revision of a database, "" of one that has no schema yet."""
    if not inspect(connection).has_table(_TABLE):
        return ""
    found = connection.execute(text(f"SELECT version_num FROM {_TABLE}"))  # noqa: S608
    return str(found.scalar() or "")
