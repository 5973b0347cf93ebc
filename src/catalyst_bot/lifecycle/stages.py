"""The workers of all queues, in the order in which they stop."""

import asyncio
import logging
from collections.abc import Iterator
from functools import partial

from catalyst_bot.lifecycle.editing import EDIT_LEASE
from catalyst_bot.lifecycle.facts import FACTS_AT_ONCE, FACTS_LEASE, QUEUE
from catalyst_bot.lifecycle.lifecycle import Lifecycle
from catalyst_bot.lifecycle.office import Channel
from catalyst_bot.lifecycle.posting import POST_LEASE
from catalyst_bot.lifecycle.watching import READ_WITHIN, RING_LEASE, Watches
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.storage.queues import edit_queue, post_queue
from catalyst_bot.storage.worker import Worker

LEASE_MARGIN = 10.0  # seconds by which a reading's lease outlives its deadline
POSTS, EDITS = 20, 20  # jobs held at once: Discord gets 20 requests in flight
WATCHED = 20  # alerts that are read for watches, or rung for, at once
READINGS = 100  # the model's own queue holds as many; the rest waits in the ledger

logger = logging.getLogger(__name__)


class Stage:
    """Workers that stop together; what they run then gets `patience` seconds.

    Workers may come and go while the others work.
    """

    def __init__(self, *workers: Worker, patience: float) -> None:
        self._workers = {worker.queue: worker for worker in workers}
        self._patience = patience
        self._group: asyncio.TaskGroup | None = None
        self._ended = asyncio.Event()

    async def run(self) -> None:
        """Work until `drain` is called."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            for worker in self._workers.values():
                group.create_task(worker.run())
            await self._ended.wait()

    def add(self, worker: Worker) -> None:
        """Let one more worker work, at once when the others do."""
        self._workers[worker.queue] = worker
        if self._group is not None:
            self._group.create_task(worker.run())

    async def remove(self, queue: str) -> None:
        """Stop the worker of a queue; what it leaves stays in the ledger."""
        await self._drain(self._workers.pop(queue))

    async def drain(self) -> None:
        """Stop all workers, at the same time."""
        async with asyncio.TaskGroup() as group:
            for worker in self._workers.values():
                group.create_task(self._drain(worker))
        self._ended.set()

    async def _drain(self, worker: Worker) -> None:
        if cut_off := await worker.drain(self._patience):
            extra = {"queue": worker.queue, "jobs": cut_off}
            logger.warning("jobs left for the next start", extra=extra)


class Stages:
    """All stages; each channel has workers of its own in two of them.

    Posts under way get 5 s and edits 2 s; readings are left to the next start at once.
    A reading ends within `deadline` seconds of its post, a late one within `late`.
    """

    def __init__(
        self,
        lifecycle: Lifecycle,
        *,
        ledger: Ledger,
        metrics: Metrics,
        deadline: float,
        late: float,
    ) -> None:
        self._lifecycle = lifecycle
        self._build = partial(Worker, ledger, metrics=metrics)
        readings = lifecycle.readings
        read = self._build(
            "enrich",
            readings.enrich,
            set_aside=readings.enrich_failed,
            lease=deadline + LEASE_MARGIN,
            concurrency=READINGS,
        )
        read_late = self._build(
            "late",
            readings.enrich_late,
            set_aside=readings.drop,
            lease=late + LEASE_MARGIN,
            concurrency=READINGS,
            room=readings.late_room,
        )
        facts = lifecycle.facts
        read_documents = self._build(
            QUEUE,
            facts.read,
            set_aside=facts.drop,
            lease=FACTS_LEASE,
            concurrency=FACTS_AT_ONCE,
            room=readings.late_room,
        )
        self._posts = Stage(patience=5.0)
        self._readings = Stage(read, read_late, read_documents, patience=0.0)
        self._edits = Stage(patience=2.0)
        if lifecycle.watches is not None:
            self._follow(lifecycle.watches)

    def __iter__(self) -> Iterator[Stage]:
        """Yield the stages in the order in which they stop."""
        return iter((self._posts, self._readings, self._edits))

    def _follow(self, watches: Watches) -> None:
        """Let alerts be read for who watches, and ring them."""
        self._readings.add(
            self._build(
                "watch",
                watches.read,
                set_aside=self._lifecycle.readings.drop,
                lease=READ_WITHIN + LEASE_MARGIN,
                concurrency=WATCHED,
            )
        )
        self._posts.add(
            self._build(
                "ring",
                watches.ring,
                set_aside=self._lifecycle.readings.drop,
                lease=RING_LEASE,
                concurrency=WATCHED,
            )
        )

    def add(self, channel: Channel) -> None:
        """Begin to post and to edit in a channel."""
        posts, edits = self._lifecycle.posts, self._lifecycle.edits
        self._posts.add(
            self._build(
                post_queue(channel.name),
                partial(posts.post, channel),
                set_aside=partial(posts.post_plain, channel),
                lease=POST_LEASE,
                concurrency=POSTS,
                room=partial(posts.room, channel),
                gather=partial(posts.gather, channel),
            )
        )
        self._edits.add(
            self._build(
                edit_queue(channel.name),
                partial(edits.edit, channel),
                set_aside=self._lifecycle.readings.drop,
                lease=EDIT_LEASE,
                concurrency=EDITS,
                room=partial(edits.room, channel),
                gather=partial(edits.gather, channel),
            )
        )

    async def remove(self, name: str) -> None:
        """End the work in a channel: its posts first, then its edits."""
        await self._posts.remove(post_queue(name))
        await self._edits.remove(edit_queue(name))
