"""The first half of the product: a page of news becomes alerts, in one transaction.

    page -> Intake -> Scorer -> AlertPolicy -> ledger "post:<channel>"
              | duplicate, revision: edit the first alert's cards
              | rejection: recorded and counted, with its reason

`lifecycle` takes it from there: post, enrich, edit. No rule about news stands here.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from operator import attrgetter
from typing import Protocol

from catalyst_bot.card_state import Analysis, Phase
from catalyst_bot.clock import Clock
from catalyst_bot.corrections import Corrections, of_its_own
from catalyst_bot.disputes import (
    NOTHING,
    Contradicted,
    Disputes,
    NoDisputes,
    those_standing,
)
from catalyst_bot.intake.claims import Claim, ClaimKind, Intake
from catalyst_bot.model import (
    Alert,
    NewsItem,
    Page,
    Reason,
    Rejection,
    Routed,
    ScoredItem,
    SourceState,
    alert_id,
)
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.page_entry import Entry
from catalyst_bot.storage import records, remembered
from catalyst_bot.storage.archive import Archive
from catalyst_bot.storage.jobs import NewJob
from catalyst_bot.storage.ledger import Ledger
from catalyst_bot.storage.queues import post_jobs
from catalyst_bot.storage.remembered import SOURCE_STATE
from catalyst_bot.storage.stored import StoredAlert

logger = logging.getLogger(__name__)


class Scorer(Protocol):
    """Reads a headline: which way it points, and what it reports."""

    def read(self, item: NewsItem) -> ScoredItem: ...


class Policy(Protocol):
    """Tells what is worth a message, and why the rest is not."""

    def decide(self, scored: ScoredItem, *, now: datetime) -> Alert | Rejection: ...

    def alert(self, scored: ScoredItem, *, now: datetime) -> Alert: ...


class Routing(Protocol):
    """Tells which channels take an alert; `delivery.routing` is the real one."""

    @property
    def names(self) -> Collection[str]: ...

    def route(
        self, alert: Alert, *, now: datetime, owed: Collection[str] = ()
    ) -> tuple[Routed, ...]: ...

    def also(
        self, alert: Alert, *, source: str, now: datetime
    ) -> tuple[Routed, ...]: ...


class Pipeline:
    """Accepts pages one at a time: two wires may carry one story in the same second."""

    def __init__(
        self,
        *,
        intake: Intake,
        scorer: Scorer,
        policy: Policy,
        ledger: Ledger,
        archive: Archive,
        routing: Routing,
        clock: Clock,
        metrics: Metrics,
        ask_price: Callable[[str], None],
        heard: Callable[[str], None],
        priority: Callable[[Alert], float] = attrgetter("priority"),
        conflicts: Disputes | NoDisputes | None = None,
        follow_up: Callable[[Alert], Sequence[NewJob]] = lambda _: (),
    ) -> None:
        self._intake, self._scorer, self._policy = intake, scorer, policy
        self._ledger, self._archive = ledger, archive
        self._routing = routing
        self._clock, self._metrics, self._ask_price = clock, metrics, ask_price
        self._heard, self._priority, self._follow_up = heard, priority, follow_up
        self._conflicts = conflicts or NoDisputes()
        self._turn = asyncio.Lock()
        self._corrections = Corrections(
            read=self._read,
            ledger=ledger,
            archive=archive,
            open_channels=routing,
            clock=clock,
            metrics=metrics,
        )

    async def state_of(self, source: str) -> SourceState:
        """Return what is remembered of a source; of a new one an empty state."""
        fact, parse = remembered.source_fact(source), SOURCE_STATE.validate_json
        return await self._ledger.recall(fact, parse) or SourceState()

    @asynccontextmanager
    async def between_pages(self) -> AsyncIterator[None]:
        """Hold up pages for the block: none is cut off, or judged by two rules."""
        async with self._turn:
            yield

    async def accept(self, page: Page) -> None:
        """Record a page with its alerts and, last of all, the source's new state.

        Nearly always one transaction. What a crash leaves out is seen again: until the
        state is recorded, the source is asked for the same page.
        """
        async with self._turn:
            entry = Entry(unix=self._clock.unix())
            page, claims = await self._intake.claim(page, unix=entry.unix)
            for claim in claims:
                if claim.first and claim.first.alert_key in entry.uncommitted:
                    await self._commit(entry)  # it is about an alert of this very page
                await self._enter(claim, page, entry)
            entry.writes.append(remembered.save_source_state(page.source, page.state))
            await self._commit(entry)
        self._report(page, claims, entry)

    async def _commit(self, entry: Entry) -> None:
        await self._ledger.done(then=entry.jobs, facts=entry.writes)
        entry.begin_anew()

    async def _enter(self, claim: Claim, page: Page, entry: Entry) -> None:
        if claim.kind is ClaimKind.KNOWN and claim.first is not None:
            key = claim.first.item_key
            entry.writes.append(records.touch_item(key, unix=entry.unix))
            return
        if page.is_silent:
            reason, detail = Reason.PRIMED, "a new source, or one whose ids changed"
            entry.reject(claim, reason, detail, at=self._clock.now())
        elif claim.kind is ClaimKind.REVISION:
            await self._revise(claim, entry)
        else:
            against = await self._contradicted(claim.item, entry)
            if claim.kind is ClaimKind.NEW or against.denies(claim.first):
                self._judge(claim, entry, against)
            else:
                await self._attach(claim, entry, against)

    async def _contradicted(self, item: NewsItem, entry: Entry) -> Contradicted:
        """Return what an item contradicts among the alerts that stand."""
        found = self._conflicts.find(item, unix=entry.unix)
        if any(one.key in entry.uncommitted for one in found):
            await self._commit(entry)  # an alert of this very page
        return await those_standing(found, self._corrections.standing)

    def _judge(
        self, claim: Claim, entry: Entry, against: Contradicted = NOTHING
    ) -> None:
        """Score a new item and let the policy decide."""
        now, scored = self._clock.now(), self._read(claim.item)
        decision = self._policy.decide(scored, now=now)
        if against.overrules(decision):
            decision = self._policy.alert(scored, now=now)
        if isinstance(decision, Rejection):
            entry.refuse(claim, decision)
            return
        owed = against.channels
        routes = self._routing.route(decision, now=self._clock.now(), owed=owed)
        taking = _taking(routes)
        if taking:
            self._ask_price(decision.symbol)  # it comes while the page is committed
        # Whose card stands nowhere is not read by a model.
        analysis = Analysis(phase=Phase.PENDING if taking else Phase.OFF)
        self._count_held(routes)
        entry.accept(claim, decision, analysis, routes)
        entry.jobs += post_jobs(decision, taking, priority=self._priority(decision))
        entry.jobs += self._follow_up(decision)
        entry.writes += self._conflicts.record(
            decision, against, unix=entry.unix, is_posted=bool(taking)
        )
        for earlier in () if taking else against.denied:  # its card tells it alone
            cause = f"disputed by {decision.id}"
            entry.jobs += self._corrections.edits(earlier, cause)

    async def _revise(self, claim: Claim, entry: Entry) -> None:
        """Let the first alert say what the source says now, and what it said before."""
        key = claim.first.alert_key if claim.first else None
        stored = await self._archive.alert(key) if key else None
        if await self._corrections.needs_own_alert(claim, stored, unix=entry.unix):
            self._judge(of_its_own(claim, entry.unix), entry)
        elif stored is None or claim.change is None:
            self._judge(claim, entry)
        if stored is None or claim.change is None:
            return
        made = await self._corrections.correct(
            stored, claim.item, claim.change, unix=entry.unix
        )
        entry.writes += made.writes
        entry.jobs += made.jobs
        self._conflicts.stands(stored.alert.key, claim.item, unix=stored.raised)
        detail = f"{claim.change.value}: edits alert {stored.alert.id}"
        entry.reject(claim, Reason.REVISION, detail, at=self._clock.now())

    async def _attach(self, claim: Claim, entry: Entry, against: Contradicted) -> None:
        """Name another source of a known story on its card."""
        first, item = claim.first, claim.item
        if first is None or first.alert_key is None:
            return
        stored = await self._archive.alert(first.alert_key)
        if stored is None or not await self._corrections.is_sent(stored):
            self._judge(claim, entry, against)
            return
        if item.source not in (stored.alert.item.source, *stored.also):
            entry.uncommitted.add(first.alert_key)
            entry.writes.append(records.save_also(first.alert_key, item.source))
            entry.jobs += self._corrections.edits(stored, f"also {item.source}")
            if not stored.retraction:
                self._route_also(stored, item.source, entry)
        detail = f"same story as alert {alert_id(first.alert_key)}"
        entry.reject(claim, Reason.DUPLICATE, detail, at=self._clock.now())
        self._metrics.duplicates_suppressed.labels("seen").inc()

    def _route_also(self, stored: StoredAlert, source: str, entry: Entry) -> None:
        """Post a known story where it is wanted from its second source only."""
        routes = [
            route
            for route in self._routing.also(
                stored.alert, source=source, now=self._clock.now()
            )
            if route.channel not in stored.channels
        ]
        self._count_held(routes)
        key = stored.alert.key
        entry.writes += [records.add_route(key, route) for route in routes]
        entry.jobs += post_jobs(stored.alert, _taking(routes))

    def _count_held(self, routes: Sequence[Routed]) -> None:
        for route in routes:
            for one in route.watches:
                self._metrics.watch_hits.labels("local", one.watch.query).inc()
            if route.held is not None:
                self._metrics.alerts_held.labels(route.channel, route.held.value).inc()

    def _read(self, item: NewsItem) -> ScoredItem:
        try:
            return self._scorer.read(item)
        except Exception:  # the edge of one item: it is posted without a score
            logger.exception("scorer broke off", extra={"key": item.key})
            self._metrics.unexpected_errors.labels("score").inc()
            return ScoredItem(item=item, sentiment=None)

    def _report(self, page: Page, claims: Sequence[Claim], entry: Entry) -> None:
        fresh = sum(claim.kind is not ClaimKind.KNOWN for claim in claims)
        self._metrics.items_seen.labels(page.source).inc(fresh)
        if fresh and not page.is_silent:
            self._heard(page.source)
        counted = Counter(rejection.reason for rejection in entry.rejections)
        for reason, count in counted.items():
            self._metrics.items_rejected.labels(reason.value).inc(count)
        for reason, message in _SUMMARIES.items():
            if counted[reason]:
                extra = {"source": page.source, "count": counted[reason]}
                logger.info(message, extra=extra)
        for alert in entry.alerts:
            extra = {"id": alert.id, "source": page.source, "title": alert.item.title}
            logger.info("alert accepted", extra=extra)


def _taking(routes: Sequence[Routed]) -> tuple[str, ...]:
    return tuple(route.channel for route in routes if route.held is None)


_SUMMARIES = {
    Reason.PRIMED: "source primed, nothing posted",
    Reason.STALE: "items too old to post",
}
