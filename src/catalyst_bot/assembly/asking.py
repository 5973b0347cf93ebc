"""Who answers questions to the documents behind alerts, inside the daemon."""

from collections.abc import Callable
from dataclasses import dataclass

from catalyst_bot.assembly.parts import Base
from catalyst_bot.clock import Clock
from catalyst_bot.documents.allowance import CHARACTERS, TAGS, Allowance
from catalyst_bot.errors import NoSuchAlert
from catalyst_bot.llm.core import Core
from catalyst_bot.llm_chain import context_of, offers_of
from catalyst_bot.reading.long.chunks import Plan
from catalyst_bot.reading.long.model import Answerer, Budget
from catalyst_bot.reading.long.reader import LongReader
from catalyst_bot.sources.behind import document_url, read_papers
from catalyst_bot.sources.outside import Outside
from catalyst_bot.sources.papers import PATIENCE, fetch_papers
from catalyst_bot.storage.archive import Archive
from catalyst_bot.web.asking import AT_ONCE, AskReply, NoDocument

_REST = f"what is past {CHARACTERS:,} characters or {TAGS:,} tags"
MOST_CALLS = 100  # for one question: about 700,000 characters at Ollama's context


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDesk:
    """Fetches the papers of an alert and has them read; nothing of them is kept."""

    archive: Archive
    outside: Outside
    clock: Clock
    answerer_of: Callable[[Budget], Answerer]

    async def ask(self, alert_id: str, question: str, *, within: float) -> AskReply:
        """Return the answer in about `within` seconds; see `web.asking.Desk`."""
        began = self.clock.monotonic()
        stored = await self.archive.by_id(alert_id)
        if stored is None:
            raise NoSuchAlert(alert_id)
        item = stored.alert.item
        url = document_url(item) or item.link
        if not url:
            raise NoDocument(f"alert {alert_id} came without a link to a document")
        found = await fetch_papers(self.outside, url, within=min(within, PATIENCE))
        allowance = Allowance()
        document = await read_papers(found.papers, id=alert_id, allowance=allowance)
        left = max(0.0, within - (self.clock.monotonic() - began))
        answerer = self.answerer_of(Budget(calls=MOST_CALLS, seconds=left))
        return AskReply(
            alert_id=alert_id,
            url=url,
            parts=document.parts,
            missing=(*found.missing, _REST) if allowance.has_cut else found.missing,
            characters=len(document.text),
            answer=await answerer.answer(document, question),
        )


def build_desk(
    base: Base, core: Core | None, archive: Archive, outside: Outside
) -> AlertDesk | None:
    """Return who answers, None when no model is asked.

    Together its readers leave a slot of the model to the alerts.
    """
    if core is None:
        return None
    settings, asker = base.settings, core.structured
    reading = settings.reading
    plan = Plan(chunk=reading.chunk_chars, overlap=reading.overlap_chars)
    plan = plan.within(context_of(offers_of(settings)))
    at_once = max(1, (settings.llm.max_concurrent - 1) // AT_ONCE)
    return AlertDesk(
        archive=archive,
        outside=outside,
        clock=base.parts.clock,
        answerer_of=lambda budget: LongReader(
            asker, plan=plan, budget=budget, at_once=at_once
        ),
    )
