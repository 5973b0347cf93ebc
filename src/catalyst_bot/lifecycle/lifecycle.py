"""The desks that a card passes, made together: they share one office."""

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass

from catalyst_bot.clock import Clock
from catalyst_bot.lifecycle.disputing import Disputing, Referee
from catalyst_bot.lifecycle.editing import Editor
from catalyst_bot.lifecycle.facts import Documents, KeyFacts
from catalyst_bot.lifecycle.office import Enricher, Office
from catalyst_bot.lifecycle.pausing import Pause
from catalyst_bot.lifecycle.posting import Poster
from catalyst_bot.lifecycle.pricing import Pricing, Quotes
from catalyst_bot.lifecycle.reading import Readings
from catalyst_bot.lifecycle.retracting import Retractions
from catalyst_bot.lifecycle.watching import Watches
from catalyst_bot.llm.structured import Asker
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.storage.archive import Archive
from catalyst_bot.storage.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """Whose methods are the handlers of the queues."""

    posts: Poster
    readings: Readings
    edits: Editor
    prices: Pricing
    retractions: Retractions
    facts: KeyFacts
    watches: Watches | None


def build_lifecycle(
    *,
    ledger: Ledger,
    archive: Archive,
    channels: Callable[[], Collection[str]],
    enricher: Enricher,
    quotes: Quotes,
    pause: Pause,
    clock: Clock,
    metrics: Metrics,
    deadline: float,
    late: float,
    max_age: float,
    shows_analysis: bool = True,
    reposts_in_doubt: bool = True,
    documents: Documents | None = None,
    llm: Asker | None = None,
    jitter: random.Random,
    referee: Referee,
    changed: Callable[[str], None],
    watches: Callable[[Office], Watches] | None = None,
) -> Lifecycle:
    """Return the handlers; times are in seconds, `office` and `posting` tell the rest.

    `channels` returns the names of those that are open. `documents` and `llm` are for
    the key facts: without one of them there are none. `watches` None: nobody watches.
    """
    office = Office(
        ledger=ledger,
        archive=archive,
        clock=clock,
        metrics=metrics,
        jitter=jitter,
        pause=pause,
        channels=channels,
        shows_analysis=shows_analysis,
        changed=changed,
    )
    pricing, disputing = Pricing(office, quotes), Disputing(office, referee)
    facts = KeyFacts(office, documents, llm)
    return Lifecycle(
        posts=Poster(
            office,
            enricher,
            pricing,
            disputing,
            max_age=max_age,
            reads_late=late > 0,
            reposts_in_doubt=reposts_in_doubt,
        ),
        readings=Readings(
            office, enricher, disputing, facts, deadline=deadline, late=late
        ),
        edits=Editor(office),
        prices=pricing,
        retractions=Retractions(office),
        facts=facts,
        watches=watches(office) if watches else None,
    )
