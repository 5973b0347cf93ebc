"""What becomes of the jobs for a channel that an earlier start of the bot had."""

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalyst_bot.storage.database import Database
from catalyst_bot.storage.job_rows import job_of, new_row
from catalyst_bot.storage.jobs import JOINED, NewJob
from catalyst_bot.storage.schema import GIVEN_UP, OPEN, jobs


async def hand_over(database: Database, *, channel: str) -> None:
    """Give open posts of all other channels to `channel`; end the edits of the others.

    What was accepted is posted, also when a webhook was added or taken away since. The
    edits are of cards in places that are no longer written to.
    """
    is_open = jobs.c.state == OPEN
    post, edit = f"post:{channel}", f"edit:{channel}"
    posts = (
        update(jobs)
        .prefix_with("OR IGNORE")
        .where(is_open, jobs.c.queue.startswith("post:"), jobs.c.queue != post)
        .values(queue=post, key=jobs.c.body + f"|{channel}")
    )
    edits = (
        update(jobs)
        .where(is_open, jobs.c.queue.startswith("edit:"), jobs.c.queue != edit)
        .values(state=GIVEN_UP, error="its channel is gone", body="")
    )
    async with database.write() as connection:
        await _part(connection, channel)
        await connection.execute(posts)
        await connection.execute(edits)


async def _part(connection: AsyncConnection, channel: str) -> None:
    """Make single posts for `channel` of what was batched for another one."""
    post = f"post:{channel}"
    is_batch = (
        (jobs.c.state == OPEN)
        & jobs.c.queue.startswith("post:")
        & (jobs.c.queue != post)
        & jobs.c.key.startswith(JOINED)
    )
    rows = (await connection.execute(select(jobs).where(is_batch))).all()
    singles = [
        new_row(
            NewJob(
                queue=post, key=f"{body}|{channel}", body=body, priority=row.priority
            ),
            now=row.created,
        )
        for row in rows
        for body in job_of(row).bodies
    ]
    if singles:
        await connection.execute(insert(jobs).prefix_with("OR IGNORE"), singles)
        ended = {"state": GIVEN_UP, "error": "its channel is gone", "body": ""}
        await connection.execute(update(jobs).where(is_batch).values(**ended))
