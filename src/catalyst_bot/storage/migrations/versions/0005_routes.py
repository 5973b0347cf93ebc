"""Remember which channels take an alert, and which were held back."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    routes = sa.Column("routes", sa.Text, nullable=False, server_default="[]")
    op.add_column("alerts", routes)
