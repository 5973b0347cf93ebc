"""What every step in the life of a card works with, and with whom."""

import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from catalyst_bot.card_state import Analysis, CardState, MessageRef, Phase, Shown
from catalyst_bot.clock import Clock
from catalyst_bot.delivery.recall import Recall
from catalyst_bot.delivery.room import PostRoom
from catalyst_bot.errors import DeliveryError, DestinationDead
from catalyst_bot.lifecycle.pausing import Pause
from catalyst_bot.model import Alert
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.storage.archive import Archive
from catalyst_bot.storage.jobs import Job, NewJob
from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.storage.queues import edit_jobs
from catalyst_bot.storage.stored import StoredAlert

DEAD_RETRY = 30.0  # seconds between looks at a dead destination while the post is young
LONGEST_RETRY = 900.0


class Channel(Protocol):
    """Where cards are posted and edited; errors.DeliveryError tells what it raises."""

    @property
    def name(self) -> str: ...

    async def room(self) -> PostRoom:
        """Wait until a post may start, breaking ones at least; return how many may."""

    def free(self) -> PostRoom:
        """Return how many posts may start at this moment."""

    def promise(self, count: int) -> None:
        """Keep tokens for posts that are about to start."""

    async def edit_room(self) -> int: ...

    async def recall(self, keys: Sequence[str], *, since: float) -> Recall:
        """Tell what became of the post of these alerts, in doubt since that time."""

    async def post(
        self, cards: Sequence[Shown], *, is_repeated: bool = False
    ) -> tuple[MessageRef, ...]:
        """Post one message; return where each card stands."""

    async def edit(self, ref: MessageRef, cards: Sequence[Shown]) -> tuple[bool, ...]:
        """Show all cards of a message as they are now; tell which look new."""


class Enricher(Protocol):
    """Explains a posted alert; reports failure as a phase, never as an error."""

    def first(self, *, posted: float) -> Analysis: ...

    async def read(self, alert: Alert, *, within: float) -> Analysis: ...

    async def read_late(self, alert: Alert, *, within: float) -> Analysis | None: ...

    @property
    def late_room(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What the handlers share; `changed` gets the key of each alert, once committed.

    `shows_analysis` False: verdicts are made and stored, cards never show them.
    `channels` returns the names of those that are open.
    """

    ledger: Ledger
    archive: Archive
    clock: Clock
    metrics: Metrics
    jitter: random.Random
    pause: Pause
    channels: Callable[[], Collection[str]]
    changed: Callable[[str], None]
    shows_analysis: bool = True
    started: float = field(init=False)  # unix seconds

    def __post_init__(self) -> None:
        object.__setattr__(self, "started", self.clock.unix())

    def visible(self, state: CardState) -> CardState:
        """Return what a card may show of its state."""
        if self.shows_analysis:
            return state
        return replace(state, analysis=Analysis(phase=Phase.OFF), key_facts=())

    def edits(
        self, stored: StoredAlert, *, cause: str, delay: float = 0.0
    ) -> list[NewJob]:
        """Return the jobs that edit an alert's cards wherever they stand."""
        is_open = self.channels()
        channels = [name for name in stored.channels if name in is_open]
        return edit_jobs(stored.alert.key, channels, cause=cause, delay=delay)

    def retry_wait(
        self, job: Job, error: DeliveryError, *, longest: float = LONGEST_RETRY
    ) -> float:
        """Return the seconds after which a failed request is made again."""
        if isinstance(error, DestinationDead):
            return DEAD_RETRY
        wait = min(longest, 2.0 ** min(job.attempt - 1, 10))
        return error.retry_after or wait * self.jitter.uniform(0.5, 1.5)

    async def again(
        self,
        job: Job,
        error: DeliveryError,
        *,
        not_sent: bool,
        longest: float = LONGEST_RETRY,
    ) -> None:
        """Give a job back that failed on the way, for `longest` seconds at most."""
        delay = self.retry_wait(job, error, longest=longest)
        await self.ledger.retry(job, delay=delay, error=str(error), not_sent=not_sent)
