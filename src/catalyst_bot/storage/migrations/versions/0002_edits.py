"""Count the edits of each message: the page shows how often a card changed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    edits = sa.Column("edits", sa.Integer, nullable=False, server_default="0")
    op.add_column("messages", edits)
