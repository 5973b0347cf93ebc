"""Who reads the alerts, with what is remembered of the model over restarts."""

import logging

from catalyst_bot.assembly.parts import Base
from catalyst_bot.assembly.reader import Readers, open_reader
from catalyst_bot.enrichment.enricher import Documents
from catalyst_bot.errors import StorageError
from catalyst_bot.storage.answers import AnswerFile, answers_path, open_answers
from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.storage.notes import Notes

logger = logging.getLogger(__name__)


async def open_readers(
    base: Base, ledger: Ledger, documents: Documents | None
) -> Readers:
    """Open the listed models, with the books and answers of earlier starts.

    `documents` has what is behind the alerts; None: headlines are all that is read.
    """
    settings = base.settings
    return await base.stack.enter_async_context(
        open_reader(
            settings,
            is_on=settings.features.llm,
            clock=base.parts.clock,
            metrics=base.metrics,
            notes=Notes(ledger, prefix="llm_spent:"),
            file=await _open_answer_file(base),
            documents=documents,
        )
    )


async def _open_answer_file(base: Base) -> AnswerFile | None:
    """The file of kept answers and of the books, None where none can be used."""
    settings = base.settings
    if not settings.features.llm:
        return None
    path = answers_path(settings.storage.database_url)
    try:
        return await base.stack.enter_async_context(
            open_answers(path, max_entries=settings.cache.max_entries)
        )
    except StorageError as error:
        logger.warning("cache file not used", extra={"reason": str(error)})
        return None
