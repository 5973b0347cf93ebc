"""Let one message carry several cards, and posts go by their priority."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    priority = sa.Column("priority", sa.Float, nullable=False, server_default="0")
    op.add_column("jobs", priority)
    op.add_column("jobs", sa.Column("heir", sa.String))
    message = sa.Column("message_id", sa.String, nullable=False, server_default="")
    position = sa.Column("position", sa.Integer, nullable=False, server_default="0")
    op.add_column("messages", message)
    op.add_column("messages", position)
    op.execute(
        "UPDATE messages"
        " SET message_id = coalesce(json_extract(ref, '$.message_id'), '')"
    )
    op.create_index("messages_of", "messages", ["channel", "message_id"])
