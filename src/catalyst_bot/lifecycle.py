"""The second half of the product: the life of a card, from its job to its final state.

    "post:<channel>" -> Channel.post -> "enrich" -> Enricher -> "edit:<channel>"
    timed out, offline or busy: once more through "late" while the model is idle

Each method is the handler of one queue; each ends its job in one transaction, which
also adds the next. After `kill -9` at any point a restart goes on from the last one.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol
from weakref import WeakValueDictionary

from catalyst_bot.clock import Clock
from catalyst_bot.errors import DeliveryError, DestinationDead, InDoubt, NotSent
from catalyst_bot.model import Alert, Analysis, CardState, MessageRef, Phase
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.storage import records
from catalyst_bot.storage.archive import Archive
from catalyst_bot.storage.ledger import Job, Ledger, NewJob
from catalyst_bot.storage.stored import StoredAlert

LATE_PHASES = (Phase.TIMED_OUT, Phase.OFFLINE, Phase.BUSY)
DEAD_RETRY = 30.0  # seconds between looks at a dead destination while the post is young
LONGEST_RETRY = 900.0
LATE_LOOK = 1.0  # seconds until a late reading that failed is tried again
LATE_POLL, LATE_SWEEP = 0.25, 30.0  # seconds; see Lifecycle.late_room

logger = logging.getLogger(__name__)


class Channel(Protocol):
    """Where cards are posted and edited; errors.DeliveryError tells what it raises."""

    @property
    def name(self) -> str: ...

    async def room(self) -> int: ...

    async def edit_room(self) -> int: ...

    async def post(self, alert: Alert, state: CardState) -> MessageRef: ...

    async def edit(self, ref: MessageRef, alert: Alert, state: CardState) -> bool:
        """Return False when there was nothing new to show."""


class Enricher(Protocol):
    """Explains a posted alert; reports failure as a phase, never as an error."""

    def first(self, *, posted: float) -> Analysis: ...

    async def read(self, alert: Alert, *, within: float) -> Analysis: ...

    async def read_late(self, alert: Alert, *, within: float) -> Analysis | None: ...

    @property
    def late_room(self) -> int: ...


def tell_nobody(key: str) -> None:
    """Take the news that the alert `key` changed, and keep it."""
    del key


class Lifecycle:
    """Posts, enriches and edits cards; `changed` gets the key of each, once committed.

    `shows_analysis` False: verdicts are made and stored, cards never show them.
    `reposts_in_doubt` False: a post that may have arrived is not repeated.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        archive: Archive,
        channels: Sequence[Channel],
        enricher: Enricher,
        clock: Clock,
        metrics: Metrics,
        deadline: float,
        late: float,
        max_age: float,
        shows_analysis: bool = True,
        reposts_in_doubt: bool = True,
        jitter: random.Random,
        changed: Callable[[str], None] = tell_nobody,
    ) -> None:
        self._ledger, self._archive = ledger, archive
        self._channels = tuple(channels)
        self._enricher, self._clock, self._metrics = enricher, clock, metrics
        self._deadline, self._late, self._max_age = deadline, late, max_age
        self._shows_analysis = shows_analysis
        self._reposts_in_doubt = reposts_in_doubt
        self._jitter, self._changed = jitter, changed
        self._started = clock.unix()
        self._editing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def post(self, channel: Channel, job: Job, *, is_plain: bool = False) -> None:
        """Post an alert's card, then queue its analysis."""
        stored = await self._archive.alert(job.body)
        if stored is None or self._clock.unix() - job.created > self._max_age:
            await self._end_post(job, "expired", "not posted: too old")
            return
        if job.in_doubt and not self._reposts_in_doubt:
            self._metrics.posts_in_doubt.labels("skipped").inc()
            await self._end_post(job, "failed", "post in doubt, not repeated")
            return
        if job.in_doubt:
            self._metrics.posts_in_doubt.labels("reposted").inc()
        posted = self._clock.unix()
        state = self._first_state(channel, job, stored, posted, is_plain=is_plain)
        try:
            ref = await channel.post(stored.alert, self._visible(state))
        except InDoubt as error:
            logger.warning("post in doubt", extra={"id": stored.alert.id})
            await self._again(job, error, not_sent=False)
        except (NotSent, DestinationDead) as error:
            await self._again(job, error, not_sent=True)
        except DeliveryError as error:
            await self._end_post(job, "failed", f"not posted: {error}")
        else:
            await self._posted(job, stored, ref, state, posted)

    async def post_plain(self, channel: Channel, job: Job) -> None:
        """Post title, link and footer of an alert that broke every other attempt."""
        await self.post(channel, job, is_plain=True)

    async def enrich(self, job: Job) -> None:
        """Have a posted alert read by the model, then queue the edit."""
        stored = await self._archive.alert(job.body)
        if stored is None:
            await self._ledger.done([job])
            return
        within = job.created + self._deadline - self._clock.unix()
        if within > 0:
            analysis = await self._enricher.read(stored.alert, within=within)
        elif job.created < self._started:
            analysis = Analysis(phase=Phase.UNUSABLE, detail="bot restarted")
        else:
            analysis = Analysis(phase=Phase.BUSY, detail="too many alerts at once")
        await self._analysed(job, stored, analysis)

    async def enrich_failed(self, job: Job) -> None:
        """Say on the card that reading this alert broke off each time."""
        stored = await self._archive.alert(job.body)
        if stored is None:
            await self._ledger.give_up(job, error="no such alert")
            return
        failed = Analysis(phase=Phase.UNUSABLE, detail="internal error, see the log")
        await self._analysed(job, stored, failed)

    async def enrich_late(self, job: Job) -> None:
        """Have an alert read after its deadline, as the model finds time for it."""
        stored = await self._archive.alert(job.body)
        posted = stored.messages[0].posted if stored and stored.messages else 0.0
        age = self._clock.unix() - posted
        if stored is None or age > self._late or stored.is_read:
            await self._ledger.done([job])
            return
        analysis = await self._enricher.read_late(stored.alert, within=self._late - age)
        if analysis is not None and analysis.verdict is None:
            await self._ledger.done([job])  # it will not read this one better
            return
        if analysis is None:
            await self._ledger.retry(
                job, delay=LATE_LOOK, error="model not ready", not_sent=True
            )
            return
        late = self._clock.unix() - posted
        await self._analysed(job, stored, replace(analysis, late=late))

    async def late_room(self) -> int:
        """Wait until the model may be asked; return how many late jobs may wait for it.

        In memory: hundreds of alerts may wait out an outage, and looking at each in the
        ledger every second would hold up the posts. Every 30 s one is let through all
        the same, so that what came too late is ended.
        """
        for _ in range(int(LATE_SWEEP / LATE_POLL)):
            if room := self._enricher.late_room:
                return room
            await asyncio.sleep(LATE_POLL)
        return 1

    async def edit(self, channel: Channel, job: Job) -> None:
        """Bring a card up to date with all that is stored of its alert.

        One edit of a card at a time, rendered when it starts: the newest state wins.
        """
        lock = self._editing.setdefault(f"{channel.name}|{job.body}", asyncio.Lock())
        async with lock:
            post = f"{job.body}|{channel.name}"  # asked first: it may end meanwhile
            is_coming = await self._ledger.is_open(f"post:{channel.name}", post)
            stored = await self._archive.alert(job.body)
            message = stored.message(channel.name) if stored else None
            if stored is None or message is None:
                await self._await_post(job, is_coming=is_coming)
                return
            state = self._visible(stored.card_state(channel.name))
            try:
                is_new = await channel.edit(message.ref, stored.alert, state)
            except (NotSent, InDoubt) as error:
                await self._again(job, error, not_sent=True)
            except DeliveryError as error:
                logger.warning("edit dropped", extra={"id": stored.alert.id})
                await self._ledger.give_up(job, error=str(error))
            else:
                count = [records.count_edit(job.body, channel.name)] if is_new else []
                await self._ledger.done([job], facts=count)
                self._changed(job.body)

    async def drop(self, job: Job) -> None:
        """End a job that broke off each time and has nothing left to say."""
        await self._ledger.give_up(job, error="broke off three times")

    def _first_state(
        self,
        channel: Channel,
        job: Job,
        stored: StoredAlert,
        posted: float,
        *,
        is_plain: bool,
    ) -> CardState:
        is_first = not stored.messages
        return replace(
            stored.card_state(channel.name),
            analysis=self._enricher.first(posted=posted)
            if is_first
            else stored.analysis,
            posted_after=self._since_seen(stored),
            is_resent=job.in_doubt,
            is_plain=is_plain or stored.alert.sentiment is None,
        )

    async def _posted(
        self,
        job: Job,
        stored: StoredAlert,
        ref: MessageRef,
        state: CardState,
        posted: float,
    ) -> None:
        key = stored.alert.key
        facts = [records.save_message(key, ref, state, unix=posted)]
        then = []
        if not stored.messages:
            facts.append(records.save_analysis(key, state.analysis))
            then = self._after_first_post(key, state.analysis)
        await self._ledger.done([job], then=then, facts=facts)
        self._changed(key)
        latency = self._since_seen(stored)
        self._metrics.alerts.labels("plain" if state.is_plain else "posted").inc()
        self._metrics.alert_latency.observe(latency)
        extra = {"id": stored.alert.id, "seconds": round(latency, 3)}
        logger.info("alert posted", extra=extra)

    def _after_first_post(self, key: str, analysis: Analysis) -> list[NewJob]:
        if analysis.phase is Phase.PENDING:
            return [NewJob(queue="enrich", key=key, body=key)]
        if analysis.phase is Phase.OFFLINE and self._late > 0:
            return [NewJob(queue="late", key=key, body=key, delay=LATE_LOOK)]
        return []

    async def _analysed(
        self, job: Job, stored: StoredAlert, analysis: Analysis
    ) -> None:
        key, phase = stored.alert.key, analysis.phase
        newest = await self._archive.alert(key) or stored  # read while the model was
        if newest.outdoes(analysis):
            await self._ledger.done([job])
            return
        if newest.messages:
            after = max(0.0, self._clock.unix() - newest.messages[0].posted)
            analysis = replace(analysis, after=after)
        number = len(newest.changes)
        then = []
        if self._shows_analysis or job.created < self._started:  # it may show a wait
            then = self._edits(key, f"{job.queue} {phase.value} {number}")
        if phase in LATE_PHASES and self._late > 0:
            late = f"{key}|{number}"
            then.append(NewJob(queue="late", key=late, body=key, delay=LATE_LOOK))
        await self._ledger.done(
            [job], then=then, facts=[records.save_analysis(key, analysis)]
        )
        if not self._shows_analysis:  # else the edit tells it
            self._changed(key)
        result = "analysed_late" if analysis.late else phase.value
        self._metrics.enrich.labels(result).inc()
        self._metrics.enrich_latency.observe(self._clock.unix() - job.created)
        extra = {"id": stored.alert.id, "result": result, "detail": analysis.detail}
        logger.info("alert analysed", extra=extra)

    def _edits(self, key: str, cause: str) -> list[NewJob]:
        return [
            NewJob(
                queue=f"edit:{channel.name}",
                key=f"{key}|{channel.name}|{cause}",
                body=key,
            )
            for channel in self._channels
        ]

    async def _await_post(self, job: Job, *, is_coming: bool) -> None:
        """Keep an edit until its card is posted; drop it if that never happens."""
        if is_coming:
            await self._ledger.retry(
                job, delay=0.25, error="not posted yet", not_sent=True
            )
        else:
            await self._ledger.give_up(job, error="never posted")
            self._changed(job.body)  # the page may show it all the same

    async def _end_post(self, job: Job, result: str, error: str) -> None:
        """Give a post up, and say why where a card would say it."""
        stored = await self._archive.alert(job.body)
        analysis = self._enricher.first(posted=self._clock.unix())
        if analysis.phase is not Phase.OFF:
            analysis = Analysis(phase=Phase.UNUSABLE, detail=error)
        is_nowhere = stored is not None and not stored.messages
        facts = [records.save_analysis(job.body, analysis)] if is_nowhere else []
        await self._ledger.give_up(job, error=error, facts=facts)
        self._changed(job.body)
        self._metrics.alerts.labels(result).inc()
        logger.warning("alert not posted", extra={"key": job.key, "why": error})

    def _visible(self, state: CardState) -> CardState:
        if self._shows_analysis:
            return state
        return replace(state, analysis=Analysis(phase=Phase.OFF))

    def _since_seen(self, stored: StoredAlert) -> float:
        """Return real seconds since the last byte of the feed's answer.

        The monotonic clock may have begun anew since an earlier start of the bot: for
        what that start accepted, event time has to do.
        """
        item = stored.alert.item
        if stored.raised < self._started:
            return max(0.0, (self._clock.now() - item.received_at).total_seconds())
        return max(0.0, self._clock.monotonic() - item.received)

    async def _again(self, job: Job, error: DeliveryError, *, not_sent: bool) -> None:
        wait = min(LONGEST_RETRY, 2.0 ** min(job.attempt - 1, 10))
        delay = error.retry_after or wait * self._jitter.uniform(0.5, 1.5)
        if isinstance(error, DestinationDead):
            delay = DEAD_RETRY
        await self._ledger.retry(job, delay=delay, error=str(error), not_sent=not_sent)
