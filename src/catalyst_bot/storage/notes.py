"""Small texts by name, kept beside the jobs: what must outlive the process."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.storage.remembered import save_fact

T = TypeVar("T")


class Notes:
    """Keeps texts under names that begin with `prefix`."""

    def __init__(self, ledger: Ledger, *, prefix: str) -> None:
        self._ledger, self._prefix = ledger, prefix

    async def read(self, name: str, parse: Callable[[str], T]) -> T | None:
        """Return what `parse` makes of what was written last, None before that.

        None, too, where it makes nothing of it; that is told in the log.

        Raises:
            StorageError: the database failed.
        """
        return await self._ledger.recall(self._prefix + name, parse)

    async def write(self, texts: Mapping[str, str]) -> None:
        """Write texts by name, all or none.

        Raises:
            StorageError: nothing was written.
        """
        await self._ledger.done(
            facts=[save_fact(self._prefix + name, text) for name, text in texts.items()]
        )
