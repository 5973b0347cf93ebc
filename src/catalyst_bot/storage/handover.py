"""What becomes of the jobs for channels that are no longer there."""

from collections.abc import Callable, Collection, Sequence
from functools import partial

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalyst_bot.card_state import Analysis, Phase
from catalyst_bot.model import Alert, Routed
from catalyst_bot.storage.database import Database, outlives_the_disk
from catalyst_bot.storage.job_rows import job_of, new_row, record_writes
from catalyst_bot.storage.left_out import LeftOut
from catalyst_bot.storage.queues import edit_queue, post_jobs, post_queue
from catalyst_bot.storage.records import add_route, save_first_analysis
from catalyst_bot.storage.schema import GIVEN_UP, OPEN, alerts, jobs, messages
from catalyst_bot.storage.stored import read_alert

Route = Callable[[Alert, Collection[str]], Sequence[Routed]]

_ENDED = {"state": GIVEN_UP, "error": "its channel is gone", "body": ""}


@outlives_the_disk
async def hand_over(
    database: Database,
    *,
    channels: Collection[str],
    route: Route,
) -> None:
    """Give open posts of all channels but these away; end the edits of the others.

    `route` tells who takes an alert now, beside the channels that it is given. What was
    accepted is posted, also when a webhook was added or taken away since, unless it was
    taken back. The edits are of cards in places that are no longer written to.
    """
    is_open = jobs.c.state == OPEN
    posts = (post_queue(channel) for channel in channels)
    edits = (edit_queue(channel) for channel in channels)
    has_lost_post = (
        is_open & jobs.c.queue.startswith("post:") & jobs.c.queue.not_in(list(posts))
    )
    has_lost_edit = (
        is_open & jobs.c.queue.startswith("edit:") & jobs.c.queue.not_in(list(edits))
    )
    left_out = database.left_out
    async with database.write() as connection:
        for row in (await connection.execute(select(jobs).where(has_lost_post))).all():
            job = left_out.read("jobs", f"{row.queue} {row.key}", partial(job_of, row))
            for key in job.bodies if job else ():
                await _give_away(
                    connection,
                    key,
                    channels,
                    route,
                    created=row.created,
                    left_out=left_out,
                )
        for lost in (has_lost_post, has_lost_edit):
            await connection.execute(update(jobs).where(lost).values(**_ENDED))


async def _give_away(
    connection: AsyncConnection,
    key: str,
    channels: Collection[str],
    route: Route,
    *,
    created: float,
    left_out: LeftOut,
) -> None:
    """Add a post for each channel that takes an alert and does not have it yet."""
    found = await connection.execute(select(alerts).where(alerts.c.key == key))
    row = found.one_or_none()
    if row is None:
        return
    sent = select(messages).where(messages.c.alert_key == key)
    cards = (await connection.execute(sent)).all()
    stored = read_alert(row, cards, left_out=left_out)
    if stored is None or stored.retraction:
        return
    routes = route(stored.alert, stored.channels)
    taking = [one.channel for one in routes if one.held is None]
    rows = [new_row(job, now=created) for job in post_jobs(stored.alert, taking)]
    if rows:
        await connection.execute(insert(jobs).prefix_with("OR IGNORE"), rows)
    known = {one.channel for one in stored.routes if one.held is not None}
    new = [one for one in routes if one.held is None or one.channel not in known]
    writes = [add_route(key, one) for one in new]
    if not (stored.messages or {*taking, *stored.channels} & {*channels}):
        # No card of it stands anywhere or is to come, so no model reads it.
        writes.append(save_first_analysis(key, Analysis(phase=Phase.OFF)))
    await record_writes(connection, writes)
