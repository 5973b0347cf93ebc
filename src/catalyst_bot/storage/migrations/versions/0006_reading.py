"""Remember what reading adds to alerts, and find by words what was seen."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_LINKS_OF_ALERTS = (
    "UPDATE items SET link = coalesce((SELECT json_extract(alert, '$.item.link')"
    " FROM alerts WHERE alerts.key = items.key), '') WHERE alert_key IS NOT NULL"
)
_INDEX = (
    "CREATE VIRTUAL TABLE items_text USING fts5("
    "title, tickers, content='items', tokenize='porter unicode61 remove_diacritics 2')"
)
_FORGET = (
    "INSERT INTO items_text(items_text, rowid, title, tickers)"
    " VALUES ('delete', old.rowid, old.title, old.tickers);"
)
_ADD = (
    "INSERT INTO items_text(rowid, title, tickers)"
    " VALUES (new.rowid, new.title, new.tickers);"
)
_ON_INSERT = f"CREATE TRIGGER items_text_insert AFTER INSERT ON items BEGIN {_ADD} END"
_ON_DELETE = (
    f"CREATE TRIGGER items_text_delete AFTER DELETE ON items BEGIN {_FORGET} END"
)
_ON_UPDATE = (
    "CREATE TRIGGER items_text_update AFTER UPDATE OF title, tickers ON items"
    " WHEN old.title <> new.title OR old.tickers <> new.tickers"
    f" BEGIN {_FORGET} {_ADD} END"
)


def upgrade() -> None:
    _find_items_by_words()
    _remember_conflicts()
    _remember_statements()


def _find_items_by_words() -> None:
    link = sa.Column("link", sa.Text, nullable=False, server_default="")
    op.add_column("items", link)
    op.execute(_LINKS_OF_ALERTS)
    op.execute(_INDEX)
    op.execute("INSERT INTO items_text(items_text) VALUES ('rebuild')")
    for trigger in (_ON_INSERT, _ON_DELETE, _ON_UPDATE):
        op.execute(trigger)


def _remember_conflicts() -> None:
    op.create_table(
        "conflicts",
        sa.Column("earlier", sa.String, primary_key=True),
        sa.Column("later", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("strength", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("confidence", sa.Float),
        sa.Column("reasoning", sa.Text, nullable=False, server_default=""),
    )
    op.create_index("conflicts_of_later", "conflicts", ["later"])
    op.create_index("ix_conflicts_at", "conflicts", ["at"])


def _remember_statements() -> None:
    for name in ("key_facts", "statements"):
        column = sa.Column(name, sa.Text, nullable=False, server_default="[]")
        op.add_column("alerts", column)
