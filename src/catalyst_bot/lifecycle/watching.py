"""Follows up on alerts that a standing query may want: asks the model, rings who does.

Discord tells nobody of a mention that an edit adds. So a hit is the alert's card in a
channel that does not have it, else a short message beside it.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from catalyst_bot.card_state import MessageRef
from catalyst_bot.delivery.rung import Rung, ring_text, rung_of
from catalyst_bot.errors import DeliveryError, DestinationDead, NotSent
from catalyst_bot.lifecycle.office import Office
from catalyst_bot.model import Alert, Interest, NewsItem, Routed
from catalyst_bot.storage import records
from catalyst_bot.storage.jobs import Job, NewJob
from catalyst_bot.storage.queues import post_jobs, ring_job, ring_of
from catalyst_bot.storage.records import Write
from catalyst_bot.storage.stored import StoredAlert

READ_WITHIN = 60.0  # seconds for the model, behind all that is more urgent
RING_LEASE = 60.0  # seconds; waiting for a token takes 20, the request 10
LOOK, LONGEST_LOOK = 1.0, 30.0  # seconds until it is seen again whether a card stands

logger = logging.getLogger(__name__)


class WatchReader(Protocol):
    """Has the model read an item for the watches that are in doubt; it never fails."""

    async def hits(self, item: NewsItem, *, within: float) -> Sequence[Interest]: ...


class Admits(Protocol):
    """Tells in which open channels watches take an alert, and what holds them."""

    def admit(
        self, alert: Alert, interests: Sequence[Interest], *, now: datetime
    ) -> tuple[Routed, ...]: ...


class Bell(Protocol):
    """Writes a line of text that rings; errors.DeliveryError when it cannot."""

    async def ring(self, text: str, *, rung: Rung, key: str) -> None: ...


class Watches:
    """The handlers of what a model finds for standing queries.

    What is older than `max_age` seconds rings nobody any more. `bell_of` returns the
    bell of an open channel, None where there is none; `url_of` the address of a card.
    """

    def __init__(
        self,
        office: Office,
        reader: WatchReader,
        admits: Admits,
        *,
        bell_of: Callable[[str], Bell | None],
        url_of: Callable[[MessageRef], str],
        max_age: float,
    ) -> None:
        self._office, self._reader, self._admits = office, reader, admits
        self._bell_of, self._url_of, self._max_age = bell_of, url_of, max_age

    async def read(self, job: Job) -> None:
        """Have an alert read for the watches in doubt, once its card stands."""
        stored = await self._office.archive.alert(job.body)
        if stored is None or self._is_over(job, stored):
            await self._office.ledger.done([job])
        elif stored.channels and not stored.messages:
            await self._look_again(job, "its card is not posted yet")
        else:
            hits = await self._reader.hits(stored.alert.item, within=READ_WITHIN)
            await self._take(job, hits)

    async def ring(self, job: Job) -> None:
        """Ring who watches a channel for an alert whose card stood there before.

        A message that may have arrived is not repeated: nobody is rung twice.
        """
        channel, key = ring_of(job.body)
        stored, bell = await self._office.archive.alert(key), self._bell_of(channel)
        if stored is None or bell is None or job.in_doubt or self._is_over(job, stored):
            await self._office.ledger.give_up(job, error="not told: too late")
        elif self._office.pause.hold:
            await self._look_again(job, "posts paused")
        else:
            await self._ring(job, stored, channel, bell)

    def _is_over(self, job: Job, stored: StoredAlert) -> bool:
        age = self._office.clock.monotonic() - job.began
        return stored.retraction is not None or age > self._max_age

    async def _look_again(self, job: Job, why: str) -> None:
        wait = min(LONGEST_LOOK, LOOK * job.attempt)
        await self._office.ledger.retry(job, delay=wait, error=why, not_sent=True)

    async def _take(self, job: Job, hits: Sequence[Interest]) -> None:
        """Record what the model found, with the post or the ring that tells it."""
        office, facts, then = self._office, list[Write](), list[NewJob]()
        stored = await office.archive.alert(job.body) if hits else None
        if stored is None or stored.retraction:
            await office.ledger.done([job])
            return
        alert = stored.alert
        for route in self._admits.admit(alert, hits, now=office.clock.now()):
            told, jobs = self._told(stored, route)
            facts.append(records.add_route(alert.key, told))
            then += jobs
        await office.ledger.done([job], then=then, facts=facts)
        for one in hits:
            office.metrics.watch_hits.labels("llm", one.watch.query).inc()
        office.changed(alert.key)
        queries = [one.watch.query for one in hits]
        logger.info("watch hit", extra={"id": alert.id, "queries": queries})

    def _told(
        self, stored: StoredAlert, route: Routed
    ) -> tuple[Routed, Sequence[NewJob]]:
        """Return a channel's hits as they are kept, and what brings them there."""
        if route.held is not None:
            self._office.metrics.alerts_held.labels(
                route.channel, route.held.value
            ).inc()
            return route, ()
        if route.channel not in stored.channels:
            return route, post_jobs(stored.alert, [route.channel])
        apart = tuple(replace(one, is_apart=True) for one in route.watches)
        is_rung = bool(rung_of(apart).text) and self._bell_of(route.channel) is not None
        jobs = [ring_job(stored.alert.key, route.channel)] if is_rung else []
        return replace(route, watches=apart), jobs

    async def _ring(
        self, job: Job, stored: StoredAlert, channel: str, bell: Bell
    ) -> None:
        hits = [one for name, one in stored.watches if name == channel and one.is_apart]
        message = stored.message(channel)
        url = self._url_of(message.ref) if message else ""
        text = ring_text(stored.alert, hits, url=url)
        try:
            await bell.ring(text, rung=rung_of(hits), key=job.key)
        except (NotSent, DestinationDead) as error:
            await self._office.again(job, error, not_sent=True)
        except DeliveryError as error:
            await self._office.ledger.give_up(job, error=f"not told: {error}")
        else:
            await self._office.ledger.done([job])
