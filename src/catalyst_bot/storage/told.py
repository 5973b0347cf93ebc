"""What became of alerts after an outage, and the order in which the rest goes."""

from sqlalchemy import Select, distinct, func, select

from catalyst_bot.model import Reason
from catalyst_bot.storage.database import Database
from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.storage.schema import OPEN, jobs, messages, rejections
from catalyst_bot.storage.waiting_posts import due_now, newest_first


class Told:
    """Counts and orders posts; times are unix seconds."""

    def __init__(self, database: Database, ledger: Ledger) -> None:
        self._database, self._ledger = database, ledger

    async def posted_since(self, unix: float) -> int:
        """Return how many alerts were posted, each counted once."""
        query = select(func.count(distinct(messages.c.alert_key)))
        return await self._count(query.where(messages.c.posted >= unix))

    async def stale_since(self, unix: float) -> int:
        """Return how many items were rejected because they came too late."""
        query = select(func.count()).where(
            rejections.c.at >= unix, rejections.c.reason == Reason.STALE.value
        )
        return await self._count(query)

    async def waiting(self) -> int:
        """Return how many posts wait."""
        query = select(func.count()).where(
            jobs.c.queue.startswith("post:"), jobs.c.state == OPEN
        )
        return await self._count(query)

    async def let_go_newest_first(self, *, unix: float) -> None:
        """Let what waits go now: breaking ones first, then the newest."""
        order = [newest_first(unix=unix), due_now(unix=unix)]
        await self._ledger.done(facts=order)

    async def _count(self, query: Select[int]) -> int:
        async with self._database.read() as connection:
            return (await connection.execute(query)).scalar_one()
