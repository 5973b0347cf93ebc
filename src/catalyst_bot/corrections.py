"""What becomes of posted cards when the source says something else of their story.

It only says what is to be written and edited; the pipeline commits it with the page.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Protocol

from catalyst_bot.card_state import Change, ChangeKind, Phase
from catalyst_bot.clock import Clock
from catalyst_bot.intake.changes import as_changed, change_of
from catalyst_bot.intake.claims import Claim, ClaimKind
from catalyst_bot.model import Event, NewsItem, Precision, ScoredItem
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.storage import records
from catalyst_bot.storage.archive import Archive
from catalyst_bot.storage.jobs import NewJob
from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.storage.queues import edit_jobs, post_key, post_queue
from catalyst_bot.storage.records import Write
from catalyst_bot.storage.stored import StoredAlert, retract

EDIT_AGE = 3600.0  # seconds; later edits may be refused by Discord (code 30046)
NEAR = 5  # alerts of a stock among which its open card is looked for
MUST_BE_SEEN = (ChangeKind.RESUMED, ChangeKind.RETRACTED)


class Names(Protocol):
    """Which channels are open."""

    @property
    def names(self) -> Collection[str]: ...


@dataclass(slots=True)
class Correction:
    """What a change adds to the ledger."""

    writes: list[Write] = field(default_factory=list)
    jobs: list[NewJob] = field(default_factory=list)


class Corrections:
    """Knows where cards stand, and lets them say what the source says now.

    `read` scores a headline; it never fails.
    """

    def __init__(
        self,
        *,
        read: Callable[[NewsItem], ScoredItem],
        ledger: Ledger,
        archive: Archive,
        open_channels: Names,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._read, self._open = read, open_channels
        self._ledger, self._archive = ledger, archive
        self._clock, self._metrics = clock, metrics

    async def correct(
        self, stored: StoredAlert, item: NewsItem, kind: ChangeKind, *, unix: float
    ) -> Correction:
        """Let an alert say what its source says now, and what it said before."""
        change = change_of(stored.alert.item, item, kind, at=self._clock.now())
        made = Correction(jobs=self.edits(stored, _cause(stored)))
        if kind is ChangeKind.RETRACTED:
            # It stays as it was told, to be struck through.
            made.writes += retract(stored, change)
            for earlier in await self._archive.alerts_of(stored.disputes):
                cause = f"{stored.alert.id} retracted"  # not disputed by that now
                made.jobs += self.edits(earlier, cause)
            self._metrics.alerts_retracted.labels("source").inc()
        else:
            self._change(stored, item, change, made)
        if kind is ChangeKind.RESUMED:
            await self._tell_open_card(item, stored.alert.key, made, unix)
        return made

    async def needs_own_alert(
        self, claim: Claim, stored: StoredAlert | None, *, unix: float
    ) -> bool:
        """Tell whether a change must be seen that no edit of a card would show."""
        if claim.change not in MUST_BE_SEEN or await self._can_edit(stored, unix):
            return False
        is_retracted = claim.change is ChangeKind.RETRACTED
        is_unseen = stored is not None and not stored.messages
        return not (is_retracted and is_unseen)  # what nobody saw, nobody need unlearn

    async def is_sent(self, stored: StoredAlert) -> bool:
        """Tell whether an alert was posted somewhere, or is about to be.

        What no channel takes, and what was taken back, count too: told by a second wire
        it is no more wanted.
        """
        if stored.messages or not stored.channels or stored.retraction:
            return True
        return await self._is_coming(stored)

    async def standing(self, key: str) -> StoredAlert | None:
        """Return an alert whose card stands, or is about to, and says what it did."""
        stored = await self._archive.alert(key)
        if stored is None or stored.retraction:
            return None
        is_there = bool(stored.messages) or await self._is_coming(stored)
        return stored if is_there else None

    def edits(self, stored: StoredAlert, cause: str) -> list[NewJob]:
        """Return the edits of an alert's cards, wherever they stand or are to stand."""
        return edit_jobs(stored.alert.key, self._open_channels(stored), cause=cause)

    def _change(
        self, stored: StoredAlert, item: NewsItem, change: Change, made: Correction
    ) -> None:
        item = as_changed(stored.alert.item, item)
        scored = self._read(item)
        alert = replace(
            stored.alert,
            item=item,
            sentiment=scored.sentiment,
            catalysts=scored.signal.catalysts,
            breaking=scored.signal.breaking,
        )
        made.writes.append(records.save_change(alert, change))
        if stored.analysis.phase is not Phase.OFF and stored.messages:
            number = len(stored.changes) + 1
            made.jobs.append(
                NewJob(queue="enrich", key=f"{alert.key}|{number}", body=alert.key)
            )

    async def _tell_open_card(
        self, item: NewsItem, halt: str, made: Correction, unix: float
    ) -> None:
        """Say on the newest card of a halted stock that it trades again."""
        symbol = item.tickers[0] if item.tickers else ""
        if not symbol:
            return
        change = Change(
            kind=ChangeKind.RESUMED, was="", at=self._clock.now(), note=item.title
        )
        for stored in await self._archive.page(limit=NEAR, ticker=symbol):
            alert = stored.alert
            if alert.key == halt or alert.symbol != symbol or stored.retraction:
                continue
            if await self._can_edit(stored, unix):
                made.writes.append(records.add_change(alert.key, change))
                made.jobs += self.edits(stored, _cause(stored))
                return

    async def _can_edit(self, stored: StoredAlert | None, unix: float) -> bool:
        """Tell whether subscribers will see an edit: of a young card in their channel.

        An earlier start of the bot may have had another channel.
        """
        if stored is None or unix - stored.raised > EDIT_AGE:
            return False
        is_here = any(stored.message(name) for name in self._open.names)
        return is_here or await self._is_coming(stored)

    async def _is_coming(self, stored: StoredAlert) -> bool:
        key = stored.alert.key
        return any(
            [
                await self._ledger.is_open(post_queue(name), post_key(key, name))
                for name in self._open_channels(stored)
            ]
        )

    def _open_channels(self, stored: StoredAlert) -> tuple[str, ...]:
        """Return where its card stands or is to stand, less what was closed since."""
        names = self._open.names
        return tuple(name for name in stored.channels if name in names)


def of_its_own(claim: Claim, unix: float) -> Claim:
    """Return a change as news of this moment: no card can tell it any more."""
    item = claim.item
    is_retracted = claim.change is ChangeKind.RETRACTED
    own = replace(
        item,
        key=f"{item.key}|{unix:.0f}",
        event=Event.RETRACTION if is_retracted else item.event,
        published_at=item.received_at,
        precision=Precision.NONE,
    )
    return replace(claim, item=own, kind=ClaimKind.NEW)


def _cause(stored: StoredAlert) -> str:
    return f"change {len(stored.changes) + 1}"
