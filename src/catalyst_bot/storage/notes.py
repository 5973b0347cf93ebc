"""Small texts by name, kept beside the jobs: what must outlive the process."""

from collections.abc import Mapping

from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.storage.remembered import save_fact


class Notes:
    """Keeps texts under names that begin with `prefix`."""

    def __init__(self, ledger: Ledger, *, prefix: str) -> None:
        self._ledger, self._prefix = ledger, prefix

    async def read(self, name: str) -> str | None:
        """Return what was written last, None before that.

        Raises:
            StorageError: it could not be read.
        """
        return await self._ledger.fact(self._prefix + name)

    async def write(self, texts: Mapping[str, str]) -> None:
        """Write texts by name, all or none.

        Raises:
            StorageError: nothing was written.
        """
        await self._ledger.done(
            facts=[save_fact(self._prefix + name, text) for name, text in texts.items()]
        )
