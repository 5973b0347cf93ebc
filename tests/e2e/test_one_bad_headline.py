"""A headline that breaks a stage costs nothing but its own card's colour."""

from catalyst_bot.app import Parts
from catalyst_bot.card_state import Analysis, CardState
from catalyst_bot.delivery.card import Card
from catalyst_bot.delivery.render import render
from catalyst_bot.lifecycle.office import Enricher
from catalyst_bot.model import Alert, NewsItem, ScoredItem
from catalyst_bot.scoring.headline import shipped_scorer
from tests.e2e.stage import FIELD, TITLE, is_final, open_stage, release, says

CURSED = "Cursed headline beats estimates and raises guidance"


class BrokenScorer:
    """Scores all headlines but one."""

    def __init__(self) -> None:
        self._scorer = shipped_scorer()

    def read(self, item: NewsItem) -> ScoredItem:
        if item.title == CURSED:
            raise RuntimeError("the scorer breaks on this one")
        return self._scorer.read(item)


class BrokenEnricher:
    """Reads all alerts but one."""

    def __init__(self, real: Enricher) -> None:
        self._real = real

    def first(self, *, posted: float) -> Analysis:
        return self._real.first(posted=posted)

    async def read(self, alert: Alert, *, within: float) -> Analysis:
        if alert.item.title == CURSED:
            raise RuntimeError("the enricher breaks on this one")
        return await self._real.read(alert, within=within)

    @property
    def late_room(self) -> int:
        return self._real.late_room

    async def read_late(self, alert: Alert, *, within: float) -> Analysis | None:
        return await self._real.read_late(alert, within=within)


def broken_render(alert: Alert, state: CardState, *, disclaimer: str) -> Card:
    if alert.item.title == CURSED:
        raise RuntimeError("the renderer breaks on this one")
    return render(alert, state, disclaimer=disclaimer)


async def test_a_scorer_that_breaks_posts_that_one_plain() -> None:
    parts = Parts(scorer=BrokenScorer())
    async with open_stage(parts=parts) as stage, stage.running():
        await stage.primed()
        stage.publish(release(CURSED), release())
        card = await stage.card(TITLE, until=says("Bullish"))
        plain = await stage.card(CURSED, until=lambda _: True)
        assert card.field("VADER")
        assert "fields" not in plain.embeds[0] or not plain.embeds[0]["fields"]
        assert plain.footer.rpartition("id:")[2]


async def test_a_renderer_that_breaks_posts_that_one_plain() -> None:
    parts = Parts(renderer=broken_render)
    async with open_stage(parts=parts) as stage, stage.running() as app:
        await stage.primed()
        stage.publish(release(CURSED), release())
        await stage.card(TITLE, until=says("Bullish"))
        plain = await stage.card(CURSED, until=lambda _: True)
        assert plain.field("VADER") == ""
        assert b'unexpected_errors_total{where="render"}' in app.metrics.render()


async def test_an_enricher_that_breaks_leaves_an_honest_card() -> None:
    parts = Parts(enricher=BrokenEnricher)
    async with open_stage(parts=parts) as stage, stage.running():
        await stage.primed()
        stage.publish(release(CURSED), release())
        await stage.card(TITLE, until=says("Bullish"))
        card = await stage.card(CURSED, until=is_final)
        assert card.field(FIELD).startswith("⚠ No analysis — internal error")
