"""Takes the key facts out of the document behind an alert, after its verdict.

In the background: a job of its own, a model that nobody else wants, and one commit.
"""

import logging
from typing import Protocol

from catalyst_bot.card_state import KeyFact
from catalyst_bot.documents.model import Document
from catalyst_bot.errors import SourceError, UnreadableDocument
from catalyst_bot.lifecycle.office import Office
from catalyst_bot.llm.model import Lane
from catalyst_bot.llm.structured import Asker
from catalyst_bot.model import NewsItem
from catalyst_bot.reading.statements.best import best_statements
from catalyst_bot.reading.statements.extracting import extract_statements
from catalyst_bot.reading.statements.model import Extraction, Statement
from catalyst_bot.storage import records
from catalyst_bot.storage.jobs import Job, NewJob
from catalyst_bot.storage.stored import StoredAlert

QUEUE = "facts"
SHOWN = 3  # statements on a card
MOST_KEPT = 60  # statements of a document, the first ones
FETCH, READ = 20.0, 180.0  # seconds for the papers, and for all questions about them
FACTS_LEASE = FETCH + READ + 20.0
FACTS_AT_ONCE = 2  # documents; each is in memory while it is read
_AT_ONCE = 2  # questions about one of them
_TRIES = 3  # of a document with open questions; what was answered is cached
_AGAIN, _LONGEST_AGAIN = 30.0, 3600.0  # seconds
_DAY = 86_400.0

logger = logging.getLogger(__name__)


class Documents(Protocol):
    """Has the documents behind alerts."""

    def has(self, item: NewsItem) -> bool: ...

    async def fetch(self, item: NewsItem, *, within: float) -> Document: ...


class KeyFacts:
    """Reads documents; `documents` and `llm` None: nobody does, and none is asked for.

    A job ends once its statements are kept with the edits that show them, or when its
    day is over.
    """

    def __init__(
        self, office: Office, documents: Documents | None, llm: Asker | None
    ) -> None:
        self._office, self._documents, self._llm = office, documents, llm

    def after_verdict(self, stored: StoredAlert) -> list[NewJob]:
        """Return the job that reads the document behind an alert, once."""
        item, key = stored.alert.item, stored.alert.key
        if self._documents is None or self._llm is None:
            return []
        if not self._documents.has(item):
            return []
        value = stored.alert.value
        return [NewJob(queue=QUEUE, key=key, body=key, priority=value)]

    async def read(self, job: Job) -> None:
        """Have the document of an alert read, keep what it states, edit the cards."""
        ledger, archive = self._office.ledger, self._office.archive
        stored = await archive.alert(job.body)
        if stored is None or stored.retraction:
            await ledger.done([job])
        elif self._documents is None or self._llm is None:
            await ledger.give_up(job, error="switched off")
        elif self._office.clock.unix() - job.created > _DAY:
            await self._give_up(job, "its day is over")
        else:
            await self._read(job, stored, self._documents, self._llm)

    async def drop(self, job: Job) -> None:
        """End a job that broke off each time: the card stays as it is."""
        await self._give_up(job, "broke off three times")

    async def _read(
        self, job: Job, stored: StoredAlert, documents: Documents, llm: Asker
    ) -> None:
        try:
            document = await documents.fetch(stored.alert.item, within=FETCH)
        except UnreadableDocument as error:
            await self._give_up(job, str(error))
            return
        except SourceError as error:
            if error.is_permanent:
                await self._give_up(job, error.reason)
            else:
                await self._again(job, error.reason, error.retry_after or 0.0)
            return
        found = await extract_statements(
            llm, document, within=READ, lane=Lane.LATE, max_concurrent=_AT_ONCE
        )
        if not found.success or (found.unanswered and job.attempt < _TRIES):
            await self._again(job, found.error)
        else:
            await self._keep(job, found)

    async def _keep(self, job: Job, found: Extraction) -> None:
        """Keep the statements with the edits that show them, unless there are none."""
        office, key = self._office, job.body
        stored = await office.archive.alert(key)
        # It may have been taken back meanwhile.
        if stored is None or stored.retraction or not found.statements:
            await office.ledger.done([job])
            self._count("none")
            return
        best = best_statements(
            found.statements, headline=stored.alert.item.title, count=SHOWN
        )
        kept = [_kept(one) for one in found.statements[:MOST_KEPT]]
        shown = [one.statement for one in best]
        fact = records.save_statements(key, kept, best=shown)
        then = office.edits(stored, cause=QUEUE) if office.shows_analysis else []
        if await office.ledger.done([job], then=then, facts=[fact]):
            self._count("found")
            if not then:  # else the edit tells it
                office.changed(key)
            extra = {"id": stored.alert.id, "statements": len(kept)}
            logger.info("key facts found", extra=extra)

    async def _again(self, job: Job, why: str, wait: float = 0.0) -> None:
        delay = max(wait, min(_LONGEST_AGAIN, _AGAIN * 2.0 ** min(job.attempt - 1, 10)))
        await self._office.ledger.retry(job, delay=delay, error=why, not_sent=True)

    async def _give_up(self, job: Job, why: str) -> None:
        await self._office.ledger.give_up(job, error=why)
        self._count("given_up")
        logger.info("no key facts", extra={"key": job.key, "why": why})

    def _count(self, result: str) -> None:
        self._office.metrics.key_facts.labels(result).inc()


def _kept(one: Statement) -> KeyFact:
    return KeyFact(
        statement=one.statement,
        context=one.context,
        key_terms=one.key_terms,
        section=one.section.value,
        offsets=one.offsets,
        table_id=one.table_id,
    )
