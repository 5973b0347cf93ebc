"""Posts alerts: alone, or several in one message when tokens run low."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from catalyst_bot.card_state import Analysis, CardState, MessageRef, Phase, Shown
from catalyst_bot.delivery.destination import is_earlier
from catalyst_bot.delivery.recall import Fate, Recall
from catalyst_bot.errors import (
    DeliveryError,
    DestinationDead,
    InDoubt,
    MessageGone,
    NotSent,
)
from catalyst_bot.lifecycle.cut import MOST_CARDS, cut
from catalyst_bot.lifecycle.disputing import Disputing
from catalyst_bot.lifecycle.office import Channel, Enricher, Office
from catalyst_bot.lifecycle.pricing import Pricing
from catalyst_bot.model import BREAKING
from catalyst_bot.storage import records
from catalyst_bot.storage.jobs import Job, NewJob
from catalyst_bot.storage.queues import post_key, post_queue
from catalyst_bot.storage.records import Write
from catalyst_bot.storage.stored import StoredAlert
from catalyst_bot.storage.worker import Room

# Seconds: a card that Discord finds invalid makes three requests of at most 10, after
# what is asked of a post in doubt. A lease that ends before them means a second post.
POST_LEASE = 40.0
LONGEST_RETRY = 15.0  # seconds: an alert is worth little when it comes minutes late
LATE_LOOK = 1.0  # seconds until a late reading is tried, and tried again
LOOK = 1.0  # seconds; the longest wait for a breaking post while no other may start

logger = logging.getLogger(__name__)


class Poster:
    """Brings alerts into a channel.

    `reposts_in_doubt` False: a post that may have arrived is not repeated where
    nobody can tell. `reads_late`: what is posted offline is read when the model is up.
    """

    def __init__(
        self,
        office: Office,
        enricher: Enricher,
        pricing: Pricing,
        disputing: Disputing,
        *,
        max_age: float,
        reads_late: bool,
        reposts_in_doubt: bool = True,
    ) -> None:
        self._office, self._enricher, self._pricing = office, enricher, pricing
        self._disputing = disputing
        self._max_age, self._reads_late = max_age, reads_late
        self._reposts_in_doubt = reposts_in_doubt

    async def room(self, channel: Channel) -> Room:
        """Wait for tokens; tell how many posts to take, ten for each message.

        While posts are paused, wait for the end of that first.
        """
        await self._office.pause.over()
        free = await channel.room()
        if free.posts:
            return Room(jobs=free.posts * MOST_CARDS)
        wait = min(LOOK, free.wait)
        jobs = free.urgent * MOST_CARDS
        return Room(jobs=jobs, floor=BREAKING, wait=wait)

    async def gather(self, channel: Channel, jobs: Sequence[Job]) -> list[Job]:
        """Return a job for each message that may start now.

        What shares a message is committed as one job before it is posted; what finds no
        token goes back, and so does all when a pause began while it was taken.
        """
        jobs = [job for job in jobs if not await self._has_expired(channel, job)]
        if self._office.pause.hold:
            await self._office.ledger.give_back(jobs, delay=0.0, error="posts paused")
            return []
        shares = cut(jobs, channel.free())
        channel.promise(len(shares.messages))
        if shares.over:
            await self._office.ledger.give_back(
                shares.over, delay=0.0, error="no token for it now"
            )
        single = [group[0] for group in shares.messages if len(group) == 1]
        several = [group for group in shares.messages if len(group) > 1]
        if several:
            single += await self._office.ledger.join(several, lease=POST_LEASE)
        return single

    async def post(self, channel: Channel, job: Job, *, is_plain: bool = False) -> None:
        """Post the cards of a job in one message, then queue their analyses."""
        found = await self._office.archive.alerts_of(job.bodies)
        if not found:
            await self._end(job, "expired", "no such alert")
            return
        if not job.in_doubt and all(stored.retraction for stored in found):
            await self._office.ledger.give_up(job, error="retracted")
            return
        try:
            await self._try(channel, job, found, is_plain=is_plain)
        except InDoubt as error:
            logger.warning("post in doubt", extra={"key": job.key})
            await self._again(job, error, not_sent=False)
        except (NotSent, DestinationDead) as error:
            await self._again(job, error, not_sent=True)
        except MessageGone:
            await self._end(job, "deleted", "its message was deleted")
        except DeliveryError as error:
            await self._end(job, "failed", f"not posted: {error}")

    async def post_plain(self, channel: Channel, job: Job) -> None:
        """Post title, link and footer of an alert that broke every other attempt."""
        await self.post(channel, job, is_plain=True)

    async def _try(
        self,
        channel: Channel,
        job: Job,
        found: Sequence[StoredAlert],
        *,
        is_plain: bool,
    ) -> None:
        """Post, unless an earlier try stands there or must not be repeated."""
        recall = await self._recall(channel, job)
        if recall.fate is Fate.ADOPTED:
            await self._adopt(channel, job, found, recall)
        elif recall.fate is Fate.UNKNOWN and not self._reposts_in_doubt:
            await self._end(job, "failed", "post in doubt, not repeated")
        else:
            await self._send(channel, job, found, recall, is_plain=is_plain)

    async def _has_expired(self, channel: Channel, job: Job) -> bool:
        """End a post that comes too late, before it costs a token.

        What shares a message with an older alert goes on without it.
        """
        put, max_age = job.began, self._max_age
        if self._office.clock.monotonic() - put <= max_age:
            return False
        if job.is_joined and not job.in_doubt:
            keys = [post_key(body, channel.name) for body in job.bodies]
            await self._office.ledger.part(job, keys)
            return True
        is_meant = self._office.pause.has_outlasted(put, max_age=max_age)
        result = "expired_paused" if is_meant else "expired"
        await self._end(job, result, "not posted: too old")
        return True

    async def _again(self, job: Job, error: DeliveryError, *, not_sent: bool) -> None:
        longest = LONGEST_RETRY
        await self._office.again(job, error, not_sent=not_sent, longest=longest)

    async def _recall(self, channel: Channel, job: Job) -> Recall:
        """Return what is known of an earlier try; ABSENT when there was none."""
        if not job.in_doubt:
            return Recall(fate=Fate.ABSENT)
        recall = await channel.recall(job.bodies, since=job.doubt_since)
        outcome = recall.fate.value
        if recall.fate is Fate.UNKNOWN:
            outcome = "reposted" if self._reposts_in_doubt else "skipped"
        self._office.metrics.posts_in_doubt.labels(outcome).inc()
        return recall

    async def _send(
        self,
        channel: Channel,
        job: Job,
        found: Sequence[StoredAlert],
        recall: Recall,
        *,
        is_plain: bool,
    ) -> None:
        if not is_plain:  # a price may be what broke every other attempt
            found = [await self._pricing.priced(stored) for stored in found]
        posted = self._office.clock.unix()
        is_resent = recall.fate is Fate.UNKNOWN
        states = [
            replace(
                self._first_state(channel, stored, posted),
                posted_after=self._since_seen(stored),
                is_resent=is_resent,
                is_plain=is_plain or stored.alert.sentiment is None,
            )
            for stored in found
        ]
        cards = [
            Shown(alert=stored.alert, state=self._office.visible(state))
            for stored, state in zip(found, states, strict=True)
        ]
        refs = await channel.post(cards, is_repeated=job.in_doubt)
        if recall.fate is Fate.NONCE:
            self._count_returned(refs[0].message_id, job.doubt_since, posted)
        await self._posted(job, found, refs, states, posted)

    def _count_returned(self, message_id: str, since: float, now: float) -> None:
        """Count a repetition in whose place Discord returned the first message."""
        if message_id.isdecimal() and is_earlier(message_id, since=since, now=now):
            self._office.metrics.duplicates_suppressed.labels("nonce").inc()

    async def _adopt(
        self,
        channel: Channel,
        job: Job,
        found: Sequence[StoredAlert],
        recall: Recall,
    ) -> None:
        """Record a message that an earlier try made, found in the channel."""
        self._office.metrics.duplicates_suppressed.labels("reconcile").inc()
        states = [
            replace(
                self._first_state(channel, stored, recall.posted),
                posted_after=max(0.0, recall.posted - stored.raised),
            )
            for stored in found
        ]
        await self._posted(job, found, recall.refs, states, recall.posted)

    def _first_state(
        self, channel: Channel, stored: StoredAlert, posted: float
    ) -> CardState:
        state = stored.card_state(channel.name)
        if stored.messages:
            return state
        return replace(state, analysis=self._enricher.first(posted=posted))

    async def _posted(
        self,
        job: Job,
        found: Sequence[StoredAlert],
        refs: Sequence[MessageRef],
        states: Sequence[CardState],
        posted: float,
    ) -> None:
        facts, then = [], []
        for stored, ref, state in zip(found, refs, states, strict=True):
            key = stored.alert.key
            # What broke off too often may have stood beside the cause: its next edit
            # tries to show it whole, and is set aside if it was the cause.
            lasting = replace(state, is_plain=stored.alert.sentiment is None)
            facts.append(records.save_message(key, ref, lasting, unix=posted))
            if not stored.messages:
                facts.append(records.save_first_analysis(key, state.analysis))
                then += self._after_first_post(key, state.analysis)
                facts += self._pricing.of_first_post(stored)
                if state.analysis.phase is not Phase.PENDING:  # no verdict will come
                    settled = await self._disputing.settle(stored)
                    facts, then = facts + settled.facts, then + settled.then
        await self._office.ledger.done([job], then=then, facts=facts)
        for stored, state in zip(found, states, strict=True):
            self._pricing.follow(stored)
            self._report(job, stored, state)

    def _report(self, job: Job, stored: StoredAlert, state: CardState) -> None:
        self._office.changed(stored.alert.key)
        latency, metrics = self._since_seen(stored), self._office.metrics
        metrics.alerts.labels("plain" if state.is_plain else "posted").inc()
        if not self._office.pause.has_held(job.began):
            metrics.alert_latency.observe(latency)
        extra = {"id": stored.alert.id, "seconds": round(latency, 3)}
        logger.info("alert posted", extra=extra)

    def _after_first_post(self, key: str, analysis: Analysis) -> list[NewJob]:
        if analysis.phase is Phase.PENDING:
            return [NewJob(queue="enrich", key=key, body=key)]
        if analysis.phase is Phase.OFFLINE and self._reads_late:
            return [NewJob(queue="late", key=key, body=key, delay=LATE_LOOK)]
        return []

    async def _end(self, job: Job, result: str, error: str) -> None:
        """Give a post up, and say why where a card would say it."""
        analysis = self._enricher.first(posted=self._office.clock.unix())
        if analysis.phase is not Phase.OFF:
            analysis = Analysis(phase=Phase.UNUSABLE, detail=error)
        facts, then = list[Write](), list[NewJob]()
        for stored in await self._office.archive.alerts_of(job.bodies):
            if not stored.messages:
                key = stored.alert.key
                facts.append(records.save_first_analysis(key, analysis))
            channel = job.queue.removeprefix(post_queue(""))
            settled = await self._disputing.settle_unposted(stored, channel)
            facts, then = facts + settled.facts, then + settled.then
        await self._office.ledger.give_up(job, error=error, then=then, facts=facts)
        for key in job.bodies:
            self._office.changed(key)
            self._office.metrics.alerts.labels(result).inc()
        logger.warning("alert not posted", extra={"key": job.key, "why": error})

    def _since_seen(self, stored: StoredAlert) -> float:
        """Return real seconds since the last byte of the feed's answer.

        The monotonic clock may have begun anew since an earlier start of the bot: for
        what that start accepted, event time has to do.
        """
        item, clock = stored.alert.item, self._office.clock
        if stored.raised < self._office.started:
            return max(0.0, (clock.now() - item.received_at).total_seconds())
        return max(0.0, clock.monotonic() - item.received)
