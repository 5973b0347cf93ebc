"""Has conflicts of posted alerts judged, and lets both cards tell how that ended.

post -> verdict with the analysis -> the later card's edit, and one of each earlier
  | no model, or no post: unconfirmed at once -> the edits of the earlier cards
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from catalyst_bot.card_state import Counterpart
from catalyst_bot.conflict import Dispute, State, Strength
from catalyst_bot.lifecycle.office import Office
from catalyst_bot.reading.contradiction import ConflictVerdict, Label
from catalyst_bot.storage.disputes import settle_dispute
from catalyst_bot.storage.jobs import NewJob
from catalyst_bot.storage.queues import post_key, post_queue
from catalyst_bot.storage.records import Write
from catalyst_bot.storage.stored import StoredAlert

_STATES = {
    Label.CONFLICT: State.CONFIRMED,
    Label.CONSISTENT: State.DENIED,
    Label.UNKNOWN: State.UNCONFIRMED,
}


class Referee(Protocol):
    """Judges two headlines; `reading.contradiction` tells more. It never fails."""

    async def __call__(
        self, earlier: str, later: str, *, within: float
    ) -> ConflictVerdict: ...


@dataclass(slots=True)
class Settlement:
    """What the end of an alert's conflicts adds to the ledger.

    `changes_card`: the alert's own card says something else than before.
    """

    facts: list[Write] = field(default_factory=list)
    then: list[NewJob] = field(default_factory=list)
    changes_card: bool = False


class Disputing:
    """Ends the conflicts of an alert, each one once."""

    def __init__(self, office: Office, referee: Referee) -> None:
        self._office, self._referee = office, referee

    async def judge(self, stored: StoredAlert, *, within: float) -> tuple[Dispute, ...]:
        """Return the waiting conflicts of an alert as the model judges them.

        All are asked at once, and answered or given up after `within` seconds.
        """
        title = stored.alert.item.title
        async with asyncio.TaskGroup() as group:
            asked = [
                group.create_task(self._judge(each, title, within))
                for each in stored.waiting
            ]
        return tuple(task.result() for task in asked)

    async def settle(
        self, stored: StoredAlert, judged: Sequence[Dispute] = ()
    ) -> Settlement:
        """Return what ends the conflicts of an alert; what nobody judged, too."""
        made = Settlement()
        verdicts = {one.earlier: one for one in judged}
        ended = [
            verdicts.get(one.earlier) or replace(one, state=State.UNCONFIRMED)
            for one in (each.dispute for each in stored.waiting)
        ]
        if stored.retraction:  # nobody need know any more
            ended = [replace(one, state=State.DENIED) for one in ended]
        for one in ended:
            made.facts.append(settle_dispute(one))
            made.changes_card |= _changes_card(one)
            self._office.metrics.conflicts.labels(one.kind.value, one.state.value).inc()
        told = [one.earlier for one in ended if one.is_told_by_earlier]
        if told:
            cause = f"disputed by {stored.alert.id}"
            for earlier in await self._office.archive.alerts_of(told):
                made.then += self._office.edits(earlier, cause=cause)
        return made

    async def settle_unposted(self, stored: StoredAlert, channel: str) -> Settlement:
        """Return what ends them if the post in `channel`, given up, was the last.

        Only the earlier cards can tell of it then.
        """
        others = [name for name in stored.channels if name != channel]
        is_coming = [
            await self._office.ledger.is_open(
                post_queue(name), post_key(stored.alert.key, name)
            )
            for name in others
        ]
        is_told = bool(stored.messages) or any(is_coming)
        return Settlement() if is_told else await self.settle(stored)

    async def _judge(self, earlier: Counterpart, later: str, within: float) -> Dispute:
        verdict = await self._referee(earlier.title, later, within=within)
        is_told = verdict.label is not Label.UNKNOWN
        return replace(
            earlier.dispute,
            state=_STATES[verdict.label],
            confidence=verdict.confidence if is_told else None,
            reasoning=verdict.reasoning,
        )


def _changes_card(ended: Dispute) -> bool:
    """Tell whether the later card looks new; it calls unconfirmed what waits, too."""
    if ended.state is State.DENIED:
        return ended.strength is Strength.STRONG
    return ended.state is State.CONFIRMED
