"""The wall clock by which rows are due, and what happens when somebody sets it."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalyst_bot.clock import Clock
from catalyst_bot.storage.schema import OPEN, alerts, jobs, messages

CLOCK_JUMP = 5.0  # seconds by which the wall clock may differ from what has passed
YOUNG = 3600.0  # seconds; Discord refuses edits of older messages


class RowTime:
    """The time of the rows: the wall clock as it was when they last followed it.

    So a lease begun in the moment of a jump is measured by the same clock as its end.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.offset = clock.unix() - clock.monotonic()  # of a row's time over that

    def now(self) -> float:
        """Return unix seconds; ask within the transaction that writes them."""
        return self._clock.monotonic() + self.offset

    async def follow(self, connection: AsyncConnection) -> None:
        """Move rows with a wall clock that was set.

        Open jobs wait neither an hour nor end their leases; what a clock that was wrong
        has stamped within the last hour keeps its age, so that it is still edited.
        """
        before = self.now()
        self.offset = self._clock.unix() - self._clock.monotonic()
        jump = self.now() - before
        if abs(jump) <= CLOCK_JUMP:
            return
        await connection.execute(
            update(jobs)
            .where(jobs.c.state == OPEN)
            .values(
                due=jobs.c.due + jump,
                created=jobs.c.created + jump,
                doubt_since=jobs.c.doubt_since + jump,
            )
        )
        for moment in (messages.c.posted, alerts.c.raised):
            await connection.execute(
                update(moment.table)
                .where(moment > before - YOUNG)
                .values({moment: moment + jump})
            )
