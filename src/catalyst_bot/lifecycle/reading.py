"""Has posted alerts read by the model, in time or late, and queues the edits."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

from catalyst_bot.card_state import Analysis, Phase
from catalyst_bot.conflict import Dispute
from catalyst_bot.lifecycle.disputing import Disputing
from catalyst_bot.lifecycle.facts import KeyFacts
from catalyst_bot.lifecycle.office import Enricher, Office
from catalyst_bot.lifecycle.posting import LATE_LOOK
from catalyst_bot.storage import records
from catalyst_bot.storage.jobs import Job, NewJob
from catalyst_bot.storage.stored import StoredAlert
from catalyst_bot.storage.worker import Room

LATE_PHASES = (Phase.TIMED_OUT, Phase.OFFLINE, Phase.BUSY)
RESTARTED = Analysis(phase=Phase.UNUSABLE, detail="bot restarted")
# Seconds for which an analysis waits for the verdict on a conflict: they often come
# together, and one edit shows both.
TOGETHER = 1.0
LATE_POLL, LATE_SWEEP = 0.25, 30.0  # seconds; see Readings.late_room

logger = logging.getLogger(__name__)


class Readings:
    """Turns posted alerts into verdicts; `deadline` and `late` are in seconds."""

    def __init__(
        self,
        office: Office,
        enricher: Enricher,
        disputing: Disputing,
        facts: KeyFacts,
        *,
        deadline: float,
        late: float,
    ) -> None:
        self._office, self._enricher = office, enricher
        self._disputing, self._facts = disputing, facts
        self._deadline, self._late = deadline, late

    async def enrich(self, job: Job) -> None:
        """Have a posted alert read by the model, then queue the edit."""
        stored = await self._office.archive.alert(job.body)
        if stored is None:
            await self._office.ledger.done([job])
            return
        within = job.began + self._deadline - self._office.clock.monotonic()
        judged: tuple[Dispute, ...] = ()
        if stored.retraction:
            analysis = Analysis(phase=Phase.OFF)  # nobody needs a reading of it
        elif within > 0:
            analysis, judged = await self._read(stored, within)
        elif job.created < self._office.started:
            analysis = RESTARTED
        else:
            analysis = Analysis(phase=Phase.BUSY, detail="too many alerts at once")
        await self._analysed(job, stored, analysis, judged)

    async def _read(
        self, stored: StoredAlert, within: float
    ) -> tuple[Analysis, tuple[Dispute, ...]]:
        """Ask the model about an alert, and about what it contradicts beside it.

        One edit shows both, unless the analysis would have to wait for it.
        """
        if not stored.waiting:
            return await self._enricher.read(stored.alert, within=within), ()
        async with asyncio.TaskGroup() as group:
            judging = group.create_task(self._disputing.judge(stored, within=within))
            analysis = await self._enricher.read(stored.alert, within=within)
            await asyncio.wait({judging}, timeout=TOGETHER)
            if not judging.done():
                await self._show(stored, analysis)
        return analysis, judging.result()

    async def _show(self, stored: StoredAlert, analysis: Analysis) -> None:
        """Let the card have its analysis; what else its job brings comes later."""
        office, key = self._office, stored.alert.key
        newest = await office.archive.alert(key)
        if newest is None or not newest.messages or newest.outdoes(analysis):
            return
        after = max(0.0, office.clock.unix() - newest.messages[0].posted)
        facts = [records.save_analysis(key, replace(analysis, after=after))]
        cause = f"before verdicts {len(newest.changes)}"
        edits = office.edits(newest, cause=cause) if office.shows_analysis else []
        await office.ledger.done(then=edits, facts=facts)

    async def enrich_failed(self, job: Job) -> None:
        """Say on the card that reading this alert broke off each time."""
        stored = await self._office.archive.alert(job.body)
        if stored is None:
            await self._office.ledger.give_up(job, error="no such alert")
            return
        failed = Analysis(phase=Phase.UNUSABLE, detail="internal error, see the log")
        await self._analysed(job, stored, failed)

    async def enrich_late(self, job: Job) -> None:
        """Have an alert read after its deadline, as the model finds time for it."""
        stored = await self._office.archive.alert(job.body)
        posted = stored.messages[0].posted if stored and stored.messages else 0.0
        age = self._office.clock.unix() - posted
        if stored is None or age > self._late or stored.is_settled:
            await self._office.ledger.done([job])
            return
        within = self._late - age
        analysis = await self._enricher.read_late(stored.alert, within=within)
        if analysis is not None and analysis.verdict is None:
            await self._office.ledger.done([job])  # it will not read this one better
            return
        if analysis is None:
            await self._office.ledger.retry(
                job, delay=LATE_LOOK, error="model not ready", not_sent=True
            )
            return
        late = self._office.clock.unix() - posted
        await self._analysed(job, stored, replace(analysis, late=late))

    async def late_room(self) -> Room:
        """Wait until the model may be asked; return how many late jobs may wait for it.

        In memory: hundreds of alerts may wait out an outage, and looking at each in the
        ledger every second would hold up the posts. Every 30 s one is let through all
        the same, so that what came too late is ended.
        """
        for _ in range(int(LATE_SWEEP / LATE_POLL)):
            if room := self._enricher.late_room:
                return Room(jobs=room)
            await asyncio.sleep(LATE_POLL)
        return Room(jobs=1)

    async def drop(self, job: Job) -> None:
        """End a job that broke off each time and has nothing left to say."""
        await self._office.ledger.give_up(job, error="broke off three times")

    async def _analysed(
        self,
        job: Job,
        stored: StoredAlert,
        analysis: Analysis,
        judged: Sequence[Dispute] = (),
    ) -> None:
        key, phase = stored.alert.key, analysis.phase
        newest = await self._office.archive.alert(key) or stored  # it may have changed
        settled = await self._disputing.settle(newest, judged)
        if newest.outdoes(analysis):
            await self._office.ledger.done(
                [job], then=settled.then, facts=settled.facts
            )
            return
        if newest.messages:
            after = max(0.0, self._office.clock.unix() - newest.messages[0].posted)
            analysis = replace(analysis, after=after)
        number = len(newest.changes)
        then = settled.then
        # What an earlier start posted may show a wait all the same.
        is_shown = self._office.shows_analysis or job.created < self._office.started
        if is_shown or settled.changes_card:
            cause = f"{job.queue} {phase.value} {number}"
            then += self._office.edits(newest, cause=cause)
        if analysis.verdict is not None:
            then += self._facts.after_verdict(newest)
        comes_late = phase in LATE_PHASES or analysis.detail == RESTARTED.detail
        if comes_late and self._late > 0:
            late = f"{key}|{number}"
            then.append(NewJob(queue="late", key=late, body=key, delay=LATE_LOOK))
        await self._office.ledger.done(
            [job],
            then=then,
            facts=[records.save_analysis(key, analysis), *settled.facts],
        )
        if not self._office.shows_analysis:  # else the edit tells it
            self._office.changed(key)
        self._report(job, stored, analysis)

    def _report(self, job: Job, stored: StoredAlert, analysis: Analysis) -> None:
        phase = analysis.phase
        result = "analysed_late" if analysis.late else phase.value
        self._office.metrics.enrich.labels(result, analysis.provider).inc()
        taken = self._office.clock.monotonic() - job.began
        self._office.metrics.enrich_latency.observe(taken)
        extra = {"id": stored.alert.id, "result": result, "detail": analysis.detail}
        logger.info("alert analysed", extra=extra)
