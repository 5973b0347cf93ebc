"""Brings a schema up to date, by Alembic."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from catalyst_bot.storage.revisions import STEPS


def step_up(connection: Connection) -> None:
    """Make every step that the database of the connection has not made yet."""
    config = Config()
    config.set_main_option("script_location", str(STEPS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
