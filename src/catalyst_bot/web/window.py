"""What the page and the API see of the daemon: the archive, the rules, the state."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import orjson

from catalyst_bot.intake.symbols import SymbolTable
from catalyst_bot.intake.tickers import find_tickers
from catalyst_bot.model import Event
from catalyst_bot.scoring.reading import (
    HeadlineReading,
    NamedTicker,
    headline_of,
    read_headline,
)
from catalyst_bot.scoring.rules import Rules
from catalyst_bot.storage.archive import Archive, Place
from catalyst_bot.storage.stored import StoredAlert
from catalyst_bot.web.status import StatusBoard
from catalyst_bot.web.usage import UsageBoard
from catalyst_bot.web.views import (
    AlertView,
    CatalystList,
    Viewer,
    Why,
    rejection_views,
    route_of,
)

# Alerts that are read and rendered in one go, about 5 ms: a post never waits for more.
SLICE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Looks into the daemon; changes nothing.

    `redact` is for the state, which names faults of servers. Alerts need none: they are
    what subscribers get.
    """

    archive: Archive
    viewer: Viewer
    rules: Callable[[], Rules]
    symbols: Callable[[], SymbolTable]
    board: StatusBoard
    usage: UsageBoard
    redact: Callable[[str], str]

    async def alerts_json(self, keys: Collection[str]) -> Mapping[str, bytes]:
        """Return alerts as JSON by their keys; unknown ones are absent."""
        texts: dict[str, bytes] = {}
        wanted = sorted(keys)
        for start in range(0, len(wanted), SLICE):
            found = await self.archive.alerts_by_key(wanted[start : start + SLICE])
            for stored in found:
                texts[stored.alert.key] = orjson.dumps(self.viewer.alert(stored))
        return texts

    async def alerts(
        self,
        *,
        limit: int,
        before: Place | None,
        ticker: str = "",
        event: Event | None = None,
        catalyst: str = "",
        channel: str = "",
        watch: str = "",
    ) -> tuple[tuple[AlertView, ...], Place | None]:
        """Return alerts, newest first, and where the next ones begin; None: no more."""
        shown: list[AlertView] = []
        while len(shown) < limit:
            count = min(SLICE, limit - len(shown))
            found = await self.archive.page(
                limit=count,
                before=before,
                ticker=ticker,
                event=event,
                catalyst=catalyst,
                channel=channel,
                watch=watch,
            )
            shown += map(self.viewer.alert, found)
            if len(found) < count:
                return tuple(shown), None
            before = Place(raised=found[-1].raised, id=found[-1].alert.id)
        return tuple(shown), before

    def status_json(self) -> bytes:
        """Return the state as JSON without secrets."""
        return self.redact(orjson.dumps(self.board.status()).decode()).encode()

    def catalysts(self) -> CatalystList:
        """Return the names of the categories that may alert, the weightiest first."""
        return CatalystList(catalysts=self.rules().scorer.catalysts)

    def read(self, text: str) -> HeadlineReading:
        """Return what the fast tier makes of a headline."""
        title = headline_of(text)
        found = [
            NamedTicker(symbol=one.symbol, method=one.method.value, role=one.role.value)
            for one in find_tickers(title, self.symbols())
        ]
        return read_headline(title, scorer=self.rules().scorer, tickers=found)

    async def explain(self, stored: StoredAlert) -> AlertView:
        """Return an alert with `why`, and with all that its document states."""
        alert, related = stored.alert, await self.archive.rejected(stored.alert.id)
        rules = self.rules()
        scored = replace(rules.scorer.read(alert.item), sentiment=alert.sentiment)
        why = Why(
            score=rules.scorer.explain(alert.item.title),
            gates=rules.policy.checks(scored, now=alert.raised_at),
            route=route_of(stored),
            related=rejection_views(related),
        )
        shown = self.viewer.alert(stored)
        return replace(shown, statements=stored.statements, why=why)
