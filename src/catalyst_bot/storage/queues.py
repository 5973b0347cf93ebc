"""The names of the queues, and the jobs that carry an alert through them."""

from collections.abc import Iterable

from catalyst_bot.model import Alert
from catalyst_bot.storage.jobs import NewJob


def post_queue(channel: str) -> str:
    """Return the queue of what is to be posted in a channel."""
    return f"post:{channel}"


def edit_queue(channel: str) -> str:
    """Return the queue of the cards in a channel that are to be edited."""
    return f"edit:{channel}"


def post_key(alert_key: str, channel: str) -> str:
    """Return the key of an alert's post in a channel."""
    return f"{alert_key}|{channel}"


def watch_job(alert_key: str) -> NewJob:
    """Return the job that has a model read an alert for the watches in doubt."""
    return NewJob(queue="watch", key=alert_key, body=alert_key, delay=1.0)


def ring_job(alert_key: str, channel: str) -> NewJob:
    """Return the job that rings in a channel where an alert stands already."""
    key = post_key(alert_key, channel)
    return NewJob(queue="ring", key=key, body=f"{channel}|{alert_key}")


def ring_of(body: str) -> tuple[str, str]:
    """Return the channel and the alert's key of such a job."""
    channel, _, alert_key = body.partition("|")
    return channel, alert_key


def post_jobs(
    alert: Alert, channels: Iterable[str], *, priority: float | None = None
) -> list[NewJob]:
    """Return the jobs that post an alert in these channels.

    `priority` None: the alert's own.
    """
    return [
        NewJob(
            queue=post_queue(channel),
            key=post_key(alert.key, channel),
            body=alert.key,
            priority=alert.priority if priority is None else priority,
        )
        for channel in channels
    ]


def edit_jobs(
    alert_key: str, channels: Iterable[str], *, cause: str, delay: float = 0.0
) -> list[NewJob]:
    """Return the jobs that edit an alert's cards; one for each `cause`."""
    return [
        NewJob(
            queue=edit_queue(channel),
            key=f"{alert_key}|{channel}|{cause}",
            body=alert_key,
            delay=delay,
        )
        for channel in channels
    ]
