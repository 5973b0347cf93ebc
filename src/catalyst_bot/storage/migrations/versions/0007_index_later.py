"""Leave new items to the one who keeps the index: it costs no alert its commit."""

from alembic import op

revision = "0007"
down_revision = "0006"

_FORGET = (
    "INSERT INTO items_text(items_text, rowid, title, tickers)"
    " VALUES ('delete', old.rowid, old.title, old.tickers);"
)
_ADD = (
    "INSERT INTO items_text(rowid, title, tickers)"
    " VALUES (new.rowid, new.title, new.tickers);"
)
# What is not in the index yet must not be taken out of it: that would damage it.
_IS_THERE = "EXISTS (SELECT 1 FROM items_text_docsize WHERE id = old.rowid)"
_ON_DELETE = (
    f"CREATE TRIGGER items_text_delete AFTER DELETE ON items WHEN {_IS_THERE}"
    f" BEGIN {_FORGET} END"
)
_ON_UPDATE = (
    "CREATE TRIGGER items_text_update AFTER UPDATE OF title, tickers ON items"
    f" WHEN (old.title <> new.title OR old.tickers <> new.tickers) AND {_IS_THERE}"
    f" BEGIN {_FORGET} {_ADD} END"
)


def upgrade() -> None:
    for when in ("insert", "delete", "update"):
        op.execute(f"DROP TRIGGER items_text_{when}")
    for trigger in (_ON_DELETE, _ON_UPDATE):
        op.execute(trigger)
