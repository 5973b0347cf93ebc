"""What may look on while sources are read: a recording is made of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from catalyst_bot.sources.catalogue import SourceConfig
from catalyst_bot.sources.fetch import Fetched


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """An answer that was parsed well; `number` > 0 is an older page of EDGAR."""

    answer: Fetched
    number: int
    received_at: datetime  # event time


class Observer(Protocol):
    """Sees what was read once it is committed, in the order of the commits.

    `pages` are those of one poll, the source's first page first. It is awaited by that
    source's loop alone: posts never wait for it.
    """

    async def observe(
        self, config: SourceConfig, pages: Sequence[ReadPage]
    ) -> None: ...
