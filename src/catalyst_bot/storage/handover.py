"""What becomes of the jobs for a channel that an earlier start of the bot had."""

from sqlalchemy import update

from catalyst_bot.storage.database import Database
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
        await connection.execute(posts)
        await connection.execute(edits)
