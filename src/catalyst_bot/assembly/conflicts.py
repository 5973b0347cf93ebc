"""Who knows the alerts of the last days, which news may contradict."""

from catalyst_bot.assembly.parts import Base
from catalyst_bot.assembly.store import Store
from catalyst_bot.disputes import Disputes, NoDisputes
from catalyst_bot.reading.standing import MOST_ALERTS, StandingAlerts
from catalyst_bot.storage.disputes import standing_since


async def open_conflicts(base: Base, store: Store) -> Disputes | NoDisputes:
    """Return who looks for conflicts, also with the alerts of earlier starts."""
    settings, clock = base.settings, base.parts.story_clock or base.parts.clock
    if not settings.features.contradiction:
        return NoDisputes()
    window = settings.reading.conflict_window * 3600
    broke = base.metrics.unexpected_errors.labels("conflict").inc
    standing, since = StandingAlerts(window=window, broke=broke), clock.unix() - window
    for one in await standing_since(store.database, unix=since, limit=MOST_ALERTS):
        standing.add(one.key, one.title, one.tickers, unix=one.raised)
    return Disputes(standing, metrics=base.metrics)
