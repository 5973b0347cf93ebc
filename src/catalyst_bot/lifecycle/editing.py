"""Brings posted messages up to date with all that is stored of their alerts."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from weakref import WeakValueDictionary

from catalyst_bot.card_state import MessageRef, Shown
from catalyst_bot.errors import DeliveryError, DestinationDead, InDoubt, NotSent
from catalyst_bot.lifecycle.office import Channel, Office
from catalyst_bot.storage import records
from catalyst_bot.storage.jobs import Job
from catalyst_bot.storage.queues import post_key, post_queue
from catalyst_bot.storage.stored import Message, StoredAlert
from catalyst_bot.storage.worker import Room

EDIT_LEASE = 25.0  # seconds; an edit with its retries takes at most 10, and may queue
# Seconds after which an edit looks whether its card is there: twice as long each time,
# since posts may be held for hours, or their channel be dead.
POST_LOOK, LONGEST_LOOK = 0.25, 5.0
EDIT_AGE = 3600.0  # seconds; of older messages an edit is tried once (code 30046)
# Seconds that an edit of several cards waits for their other verdicts: they often come
# together, and one request shows them all.
TOGETHER = 0.008

logger = logging.getLogger(__name__)


class Turn:
    """Who edits a message now; `reads_later`: somebody who has not read its state."""

    __slots__ = ("__weakref__", "lock", "reads_later")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.reads_later = False


class Plan:
    """How many edits were taken whose request has not started."""

    def __init__(self) -> None:
        self.jobs, self.fewer = 0, asyncio.Event()

    def add(self, count: int) -> None:
        """Plan more edits, or fewer."""
        self.jobs = max(0, self.jobs + count)
        self.fewer.set()


class Editor:
    """Edits messages, one edit of each at a time: the newest state wins."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._turns: WeakValueDictionary[str, Turn] = WeakValueDictionary()
        self._plans: defaultdict[str, Plan] = defaultdict(Plan)

    async def room(self, channel: Channel) -> Room:
        """Wait until an edit may start; return how many may, less those planned."""
        plan = self._plans[channel.name]
        while (free := await channel.edit_room() - plan.jobs) <= 0:
            plan.fewer.clear()
            await plan.fewer.wait()
        return Room(jobs=free)

    async def gather(self, channel: Channel, jobs: Sequence[Job]) -> Sequence[Job]:
        """Plan edits: until its request starts, each keeps a token from the next."""
        self._plans[channel.name].add(len(jobs))
        return jobs

    async def edit(self, channel: Channel, job: Job) -> None:
        """Show what is stored of an alert, with the other cards of its message."""
        plan = self._plans[channel.name]
        with ExitStack() as planned:
            planned.callback(plan.add, -1)
            await self._edit(channel, job, planned)

    async def _edit(self, channel: Channel, job: Job, planned: ExitStack) -> None:
        stored = await self._posted(channel, job)
        if stored is None:
            post = post_key(job.body, channel.name)
            if await self._office.ledger.is_open(post_queue(channel.name), post):
                await self._office.ledger.retry(
                    job, delay=_look(job), error="not posted yet", not_sent=True
                )
                return
            stored = await self._posted(channel, job)  # it may have ended meanwhile
        message = stored.message(channel.name) if stored else None
        if stored is None or message is None:
            await self._office.ledger.give_up(job, error="never posted")
            self._office.changed(job.body)  # the page may show it all the same
        else:
            await self._in_turn(channel, message, stored, job, planned)

    async def _posted(self, channel: Channel, job: Job) -> StoredAlert | None:
        """Return the alert, None while it has no card in the channel."""
        stored = await self._office.archive.alert(job.body)
        return stored if stored and stored.message(channel.name) else None

    async def _in_turn(
        self,
        channel: Channel,
        message: Message,
        stored: StoredAlert,
        job: Job,
        planned: ExitStack,
    ) -> None:
        ref = message.ref
        turn = self._turns.setdefault(f"{channel.name}|{ref.message_id}", Turn())
        if turn.reads_later:  # and shows what this job is about
            await self._office.ledger.done([job])
            return
        is_current = ref.cards == 1 and not turn.lock.locked()  # read just now
        turn.reads_later, has_read = True, False
        try:
            async with turn.lock:
                held = [job, *await self._companions(ref, job)]
                turn.reads_later, has_read = False, True
                cards = [stored] if is_current else await self._cards(ref, job)
                await self._send(channel, message, cards, held, planned)
        finally:
            if not has_read:  # cut off while it waited
                turn.reads_later = False

    async def _companions(self, ref: MessageRef, job: Job) -> list[Job]:
        """Take the edits along that wait for the other cards of a message."""
        if ref.cards == 1:
            return []
        await asyncio.sleep(TOGETHER)
        return await self._office.ledger.take_along(job.queue, ref, lease=EDIT_LEASE)

    async def _send(
        self,
        channel: Channel,
        message: Message,
        cards: Sequence[StoredAlert],
        held: Sequence[Job],
        planned: ExitStack,
    ) -> None:
        office = self._office
        shown = [
            Shown(
                alert=stored.alert,
                state=office.visible(stored.card_state(channel.name)),
            )
            for stored in cards
        ]
        planned.close()  # the request, if there is one, starts at once
        try:
            is_new = await channel.edit(message.ref, shown)
        except (NotSent, InDoubt, DestinationDead) as error:
            if office.clock.unix() - message.posted > EDIT_AGE:
                await self._drop(held, f"too old to try again: {error}")
                return
            wait = office.retry_wait(held[0], error)
            await office.ledger.give_back(held, delay=wait, error=str(error))
        except DeliveryError as error:
            await self._drop(held, str(error))
        else:
            changed = [
                stored.alert.key
                for stored, looks_new in zip(cards, is_new, strict=True)
                if looks_new
            ]
            counts = [records.count_edit(key, channel.name) for key in changed]
            await office.ledger.done(held, facts=counts)
            for key in {*changed, *(each.body for each in held)}:
                office.changed(key)

    async def _cards(self, ref: MessageRef, job: Job) -> Sequence[StoredAlert]:
        """Return the alerts of a message as they are now, in their order there."""
        if ref.cards > 1:
            return await self._office.archive.sharing(ref)
        return await self._office.archive.alerts_of([job.body])

    async def _drop(self, held: Sequence[Job], reason: str) -> None:
        for job in held:
            logger.warning("edit dropped", extra={"key": job.key, "why": reason})
            await self._office.ledger.give_up(job, error=reason)


def _look(job: Job) -> float:
    return min(LONGEST_LOOK, POST_LOOK * 2.0 ** min(job.attempt - 1, 10))
