"""The tables. A change here needs a migration: a test compares the two."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)

metadata = MetaData()

OPEN, DONE, GIVEN_UP = 0, 1, 2  # jobs.state

# Times in jobs are unix seconds of the real clock; see storage.ledger.
jobs = Table(
    "jobs",
    metadata,
    Column("queue", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("body", Text, nullable=False),
    Column("created", Float, nullable=False),
    Column("due", Float, nullable=False),
    Column("state", Integer, nullable=False, server_default="0"),
    Column("leased", Boolean, nullable=False, server_default="0"),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("unfinished", Integer, nullable=False, server_default="0"),
    Column("doubt", Integer, nullable=False, server_default="0"),
    Column("doubt_since", Float, nullable=False, server_default="0"),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("error", Text, nullable=False, server_default=""),
    Column("priority", Float, nullable=False, server_default="0"),  # higher goes first
    Column("heir", String),  # the key of the job of this queue that stands for it now
    Index("jobs_due", "queue", "due", sqlite_where=text("state = 0")),
)

facts = Table(
    "facts",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)

items = Table(
    "items",
    metadata,
    Column("key", String, primary_key=True),
    Column("source", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("tickers", String, nullable=False),  # " ABCD XYZ ": found by LIKE '% ABCD %'
    Column("published_at", String, nullable=False),
    Column("alert_key", String),  # the alert it raised or belongs to
    Column("first_seen", Float, nullable=False),
    Column("last_seen", Float, nullable=False, index=True),
    Column("link", Text, nullable=False, server_default=""),
)  # migrations 0006 and 0007 make its index `items_text`; see storage.fulltext

# Every name under which an item may come again; see intake.claims.
aliases = Table(
    "aliases",
    metadata,
    Column("alias", String, primary_key=True),
    Column("item_key", String, nullable=False, index=True),
    Column("seen_at", Float, nullable=False),
)

# What follows `alert` are columns of their own: each has one writer.
alerts = Table(
    "alerts",
    metadata,
    Column("key", String, primary_key=True),
    Column("id", String(8), nullable=False, index=True),
    Column("tickers", String, nullable=False),
    Column("raised", Float, nullable=False, index=True),
    Column("alert", Text, nullable=False),
    Column("analysis", Text, nullable=False),
    Column("also", Text, nullable=False, server_default="[]"),
    Column("changes", Text, nullable=False, server_default="[]"),
    Column("quote", Text),  # of the first ticker, once it is known
    Column("routes", Text, nullable=False, server_default="[]"),
    Column("key_facts", Text, nullable=False, server_default="[]"),  # those of the card
    Column("statements", Text, nullable=False, server_default="[]"),  # all, see KeyFact
)

messages = Table(
    "messages",
    metadata,
    Column("alert_key", String, primary_key=True),
    Column("channel", String, primary_key=True),
    Column("ref", Text, nullable=False),
    Column("message_id", String, nullable=False, server_default=""),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("posted", Float, nullable=False),  # unix seconds of the request's start
    Column("posted_after", Float, nullable=False),
    Column("is_resent", Boolean, nullable=False),
    Column("is_plain", Boolean, nullable=False),
    Column("edits", Integer, nullable=False, server_default="0"),  # that were seen
    Index("messages_of", "channel", "message_id"),
)

# Of two alerts, by their keys; see catalyst_bot.conflict.
conflicts = Table(
    "conflicts",
    metadata,
    Column("earlier", String, primary_key=True),
    Column("later", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("strength", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Float, nullable=False, index=True),  # unix seconds
    Column("state", String, nullable=False),
    Column("confidence", Float),
    Column("reasoning", Text, nullable=False, server_default=""),
    Index("conflicts_of_later", "later"),
)

rejections = Table(
    "rejections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item_key", String, nullable=False),
    Column("source", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("tickers", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("detail", Text, nullable=False),
    Column("sentiment", Float),
    Column("at", Float, nullable=False, index=True),
)
