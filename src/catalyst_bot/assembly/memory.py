"""What is remembered of the model over restarts, beside the ledger."""

import logging

from catalyst_bot.assembly.parts import Base
from catalyst_bot.errors import StorageError
from catalyst_bot.storage.answers import AnswerFile, answers_path, open_answers

logger = logging.getLogger(__name__)


async def open_answer_file(base: Base) -> AnswerFile | None:
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
