"""Keep what the stock was traded at when its alert was posted."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("alerts", sa.Column("quote", sa.Text))
