"""Takes alerts back when an operator says so: each card of them is struck through."""

import asyncio
import logging
from dataclasses import dataclass

from catalyst_bot.card_state import Change, ChangeKind
from catalyst_bot.errors import NoSuchAlert
from catalyst_bot.lifecycle.editing import EDIT_AGE
from catalyst_bot.lifecycle.office import Office
from catalyst_bot.storage.stored import StoredAlert, retract
from catalyst_bot.text import plain_text

REASON_LIMIT = 200  # characters of a reason
SHORTEST_ID = 4  # digits of an id that need be given
_SHOWN = 5  # of the alerts that an id may mean

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retracted:
    """What became of an alert that was to be taken back.

    `is_new` False: it had been before. `channels` are those where its card stands and
    is struck through; `is_old`: Discord may refuse to edit a card of that age.
    """

    id: str
    title: str
    is_new: bool
    channels: tuple[str, ...]
    is_old: bool


class Retractions:
    """Takes back alerts that stand, or wait for their post, in any open channel."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._turn = asyncio.Lock()

    async def retract(self, wanted: str, reason: str) -> Retracted:
        """Strike an alert through wherever it stands; one not yet posted is not.

        `wanted` is the id in the card's footer, or its first digits.

        Raises:
            NoSuchAlert: no alert has this id, or several begin with these digits.
            StorageError: nothing was kept.
        """
        async with self._turn:
            stored = await self._find(wanted)
            before = stored.retraction
            if before is None or not before.note:
                await self._strike(stored, reason)
                extra = {"id": stored.alert.id, "reason": reason}
                logger.warning("alert retracted", extra=extra)
            return self._report(stored, is_new=before is None)

    async def _find(self, wanted: str) -> StoredAlert:
        found = await self._office.archive.beginning(wanted.lower(), limit=_SHOWN)
        if not found:
            raise NoSuchAlert(wanted)
        if len({stored.alert.id for stored in found}) > 1:
            raise NoSuchAlert(wanted, [stored.alert.id for stored in found])
        return found[0]

    async def _strike(self, stored: StoredAlert, reason: str) -> None:
        office, key = self._office, stored.alert.key
        change = Change(
            kind=ChangeKind.RETRACTED,
            was=stored.alert.item.title,
            at=office.clock.now(),
            note=plain_text(reason, limit=REASON_LIMIT),
        )
        edits = office.edits(stored, cause="retracted")
        for earlier in await office.archive.alerts_of(stored.disputes):
            cause = f"{stored.alert.id} retracted"  # it is not disputed by that now
            edits += office.edits(earlier, cause=cause)
        await office.ledger.done(then=edits, facts=retract(stored, change))
        office.changed(key)
        office.metrics.alerts_retracted.labels("operator").inc()

    def _report(self, stored: StoredAlert, *, is_new: bool) -> Retracted:
        is_open = self._office.channels()
        here = [m for m in stored.messages if m.ref.channel in is_open]
        now = self._office.clock.unix()
        return Retracted(
            id=stored.alert.id,
            title=stored.alert.item.title,
            is_new=is_new,
            channels=tuple(message.ref.channel for message in here),
            is_old=any(now - message.posted > EDIT_AGE for message in here),
        )
