"""The first schema: jobs, facts, items, aliases, alerts, messages, rejections."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("queue", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("due", sa.Float, nullable=False),
        sa.Column("state", sa.Integer, nullable=False, server_default="0"),
        sa.Column("leased", sa.Boolean, nullable=False, server_default="0"),
        sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
        sa.Column("unfinished", sa.Integer, nullable=False, server_default="0"),
        sa.Column("doubt", sa.Integer, nullable=False, server_default="0"),
        sa.Column("doubt_since", sa.Float, nullable=False, server_default="0"),
        sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
        sa.Column("error", sa.Text, nullable=False, server_default=""),
    )
    op.create_index(
        "jobs_due", "jobs", ["queue", "due"], sqlite_where=sa.text("state = 0")
    )
    op.create_table(
        "facts",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "items",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("tickers", sa.String, nullable=False),
        sa.Column("published_at", sa.String, nullable=False),
        sa.Column("alert_key", sa.String),
        sa.Column("first_seen", sa.Float, nullable=False),
        sa.Column("last_seen", sa.Float, nullable=False, index=True),
    )
    op.create_table(
        "aliases",
        sa.Column("alias", sa.String, primary_key=True),
        sa.Column("item_key", sa.String, nullable=False, index=True),
        sa.Column("seen_at", sa.Float, nullable=False),
    )
    op.create_table(
        "alerts",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("id", sa.String(8), nullable=False, index=True),
        sa.Column("tickers", sa.String, nullable=False),
        sa.Column("raised", sa.Float, nullable=False, index=True),
        sa.Column("alert", sa.Text, nullable=False),
        sa.Column("analysis", sa.Text, nullable=False),
        sa.Column("also", sa.Text, nullable=False, server_default="[]"),
        sa.Column("changes", sa.Text, nullable=False, server_default="[]"),
    )
    op.create_table(
        "messages",
        sa.Column("alert_key", sa.String, primary_key=True),
        sa.Column("channel", sa.String, primary_key=True),
        sa.Column("ref", sa.Text, nullable=False),
        sa.Column("posted", sa.Float, nullable=False),
        sa.Column("posted_after", sa.Float, nullable=False),
        sa.Column("is_resent", sa.Boolean, nullable=False),
        sa.Column("is_plain", sa.Boolean, nullable=False),
    )
    op.create_table(
        "rejections",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("item_key", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("tickers", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("sentiment", sa.Float),
        sa.Column("at", sa.Float, nullable=False, index=True),
    )
