"""Brings prices to cards: on the first one when known in time, else by an edit.

    Quotes.start -> priced (at most 80 ms after the news came) -> post
                      | nothing yet: follow -> Quotes.late -> "edit:<channel>"

A price is never promised: what nobody tells within a minute stays away, without a word.
So what is still awaited is in memory only, and costs no commit until it is there: a
provider that hangs takes nothing from the posts.
"""

import asyncio
import logging
from dataclasses import replace
from typing import Protocol

from catalyst_bot.card_state import Phase, Quote
from catalyst_bot.lifecycle.office import Office
from catalyst_bot.model import Alert
from catalyst_bot.storage import records
from catalyst_bot.storage.records import Write
from catalyst_bot.storage.stored import StoredAlert

BUDGET = 0.080  # seconds from the receipt of the news for which a post may wait
PATIENCE = 60.0  # seconds after the post for which a price is still worth an edit
RETRY = 2.0  # seconds between two tries; most find a provider at rest and ask nobody
MOST_AWAITED = 500  # alerts; those posted beyond get no price
GATHER = 0.1  # seconds in which prices are gathered for one commit
# The analysis is about to edit the card: one edit may bring both.
MERGE = 1.0  # seconds

logger = logging.getLogger(__name__)


class Quotes(Protocol):
    """What stocks trade at; market.quotes tells what each does."""

    async def soon(self, symbol: str, *, until: float) -> Quote | None: ...

    async def late(self, symbol: str) -> Quote | None: ...

    def may_come(self, symbol: str) -> bool: ...


class Pricing:
    """Prices of alerts.

    `run` looks after what is awaited: before it and after it nothing is.
    """

    def __init__(self, office: Office, quotes: Quotes) -> None:
        self._office, self._quotes = office, quotes
        self._awaited: set[str] = set()  # keys of alerts
        self._told: dict[str, Quote] = {}
        self._news = asyncio.Event()
        self._group: asyncio.TaskGroup | None = None

    async def run(self) -> None:
        """Get the prices that are awaited, and commit them, until cancelled."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            try:
                while True:
                    await self._news.wait()
                    await asyncio.sleep(GATHER)
                    self._news.clear()
                    await self._commit()
            finally:
                self._group = None

    async def priced(self, stored: StoredAlert) -> StoredAlert:
        """Return the alert with its price, if that is known in time for the post."""
        symbol = stored.alert.symbol
        if not symbol or stored.quote is not None or stored.messages:
            return stored
        until = stored.alert.item.received + BUDGET
        return replace(stored, quote=await self._quotes.soon(symbol, until=until))

    def of_first_post(self, stored: StoredAlert) -> list[Write]:
        """Return what is to be kept with an alert's first message."""
        if stored.quote is None:
            return []
        self._office.metrics.cards_priced.labels("first").inc()
        return [records.save_quote(stored.alert.key, stored.quote)]

    def follow(self, stored: StoredAlert) -> None:
        """Get the price of an alert that was posted without."""
        alert = stored.alert
        if stored.quote or stored.messages or not self._quotes.may_come(alert.symbol):
            return
        if self._group is None or len(self._awaited) >= MOST_AWAITED:
            return
        if alert.key in self._awaited:  # it was posted in two channels at once
            return
        self._awaited.add(alert.key)
        task = self._group.create_task(self._await(alert), name=f"price {alert.id}")
        task.add_done_callback(lambda _: self._awaited.discard(alert.key))

    async def _await(self, alert: Alert) -> None:
        clock = self._office.clock
        posted = clock.monotonic()
        while self._quotes.may_come(alert.symbol):
            quote = await self._quotes.late(alert.symbol)
            after = clock.monotonic() - posted
            if quote is not None:
                self._told[alert.key] = quote
                self._news.set()
                extra = {
                    "id": alert.id,
                    "source": quote.source,
                    "after": round(after, 3),
                }
                logger.info("alert priced", extra=extra)
                return
            if after > PATIENCE:
                break
            await asyncio.sleep(RETRY)
        self._office.metrics.cards_priced.labels("none").inc()

    async def _commit(self) -> None:
        """Record the prices that came, and queue the edits of their cards."""
        told, self._told = self._told, {}
        writes, edits = [], []
        for stored in await self._office.archive.alerts_of(list(told)):
            key, is_pending = stored.alert.key, stored.analysis.phase is Phase.PENDING
            writes.append(records.save_quote(key, told[key]))
            delay = MERGE if is_pending else 0.0
            edits += self._office.edits(stored, cause="price", delay=delay)
        await self._office.ledger.done(then=edits, facts=writes)
        self._office.metrics.cards_priced.labels("edit").inc(len(writes))
