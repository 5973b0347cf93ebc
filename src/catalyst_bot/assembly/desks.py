"""What a card passes from its post to its last edit, and the queues that lead there."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from catalyst_bot.assembly.channels import Channels
from catalyst_bot.assembly.parts import Base
from catalyst_bot.assembly.reader import Readers
from catalyst_bot.assembly.store import Store
from catalyst_bot.lifecycle.disputing import Referee
from catalyst_bot.lifecycle.facts import Documents
from catalyst_bot.lifecycle.lifecycle import Lifecycle, build_lifecycle
from catalyst_bot.lifecycle.office import Office
from catalyst_bot.lifecycle.stages import Stages
from catalyst_bot.lifecycle.watching import Watches
from catalyst_bot.market.quotes import Quotes
from catalyst_bot.reading.contradiction import cannot_judge, judge_conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """The handlers of the queues, and the stages whose workers call them."""

    lifecycle: Lifecycle
    stages: Stages


def build_desks(
    base: Base,
    store: Store,
    channels: Channels,
    *,
    readers: Readers,
    documents: Documents | None,
    quotes: Quotes,
    changed: Callable[[str], None],
    watches: Callable[[Office], Watches],
) -> Desks:
    """Return the desks; `changed` gets the key of each alert that they change."""
    settings, routing = base.settings, channels.routing
    lifecycle = build_lifecycle(
        ledger=store.ledger,
        archive=store.archive,
        channels=lambda: routing.names,
        enricher=base.parts.enricher(readers.reader),
        referee=_referee(readers),
        quotes=quotes,
        pause=channels.pause,
        clock=base.parts.clock,
        metrics=base.metrics,
        deadline=settings.llm.enrich_deadline,
        late=settings.llm.late,
        max_age=settings.alerts.max_age,
        shows_analysis=settings.features.progressive_alerts,
        reposts_in_doubt=settings.discord.ambiguous_post == "repost",
        documents=documents if settings.features.key_facts else None,
        llm=readers.core.structured if readers.core else None,
        jitter=random.Random(),  # noqa: S311 - jitter
        changed=changed,
        watches=watches,
    )
    stages = Stages(
        lifecycle,
        ledger=store.ledger,
        metrics=base.metrics,
        deadline=settings.llm.enrich_deadline,
        late=settings.llm.late,
    )
    return Desks(lifecycle=lifecycle, stages=stages)


def _referee(readers: Readers) -> Referee:
    """Return who judges conflicts, behind all alerts that wait for their analysis."""
    core = readers.core
    return cannot_judge if core is None else partial(judge_conflict, core.structured)
