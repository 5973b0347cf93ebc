"""What is kept on the disk: the database, and who reads and writes it."""

from dataclasses import dataclass
from functools import partial

from catalyst_bot.assembly.disk import disk_reporter, note_damage
from catalyst_bot.assembly.parts import Base, Helper
from catalyst_bot.storage.archive import Archive
from catalyst_bot.storage.checkpoints import keep_log_short
from catalyst_bot.storage.database import Database, database_path, open_database
from catalyst_bot.storage.fulltext import TextIndex
from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.storage.left_out import LeftOut


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """The open database; run `beside` beside it."""

    database: Database
    archive: Archive
    ledger: Ledger
    index: TextIndex
    beside: tuple[Helper, ...]


async def open_store(base: Base) -> Store:
    """Open the database that the settings name.

    Raises:
        DatabaseInUse: another process runs on it.
    """
    url = base.settings.storage.database_url
    left_out = LeftOut(base.metrics.unexpected_errors.labels("stored").inc)
    database = await base.stack.enter_async_context(
        open_database(url, lost=disk_reporter(base), left_out=left_out)
    )
    note_damage(base)
    ledger = base.parts.ledger(
        database, clock=base.parts.clock, metrics=base.metrics, health=base.health
    )
    index = TextIndex(database)
    return Store(
        database=database,
        archive=Archive(database),
        ledger=ledger,
        index=index,
        beside=(
            database.watch,
            partial(keep_log_short, database_path(url)),
            index.run,
        ),
    )
