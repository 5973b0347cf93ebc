"""A headline that breaks a stage costs nothing but its own card's colour."""

from datetime import datetime

from catalyst_bot.app import App, Parts
from catalyst_bot.card_state import Analysis, CardState, Phase
from catalyst_bot.delivery.card import Card
from catalyst_bot.delivery.render import render
from catalyst_bot.lifecycle.office import Enricher
from catalyst_bot.model import Alert, NewsItem, ScoredItem
from catalyst_bot.scoring.headline import shipped_scorer
from catalyst_bot.simulation.feed_shapes import prnewswire
from catalyst_bot.simulation.world import Listed
from catalyst_bot.sources.catalogue import SourceConfig
from catalyst_bot.sources.parsed import Parsed
from catalyst_bot.sources.parsers import build_parser
from tests.e2e.stage import FIELD, TITLE, WIRE, is_final, open_stage, release, says
from tests.waiting import until

LATE = "Alderbrook receives FDA approval for Veltrix tablets"
CURSED = "Cursed headline beats estimates and raises guidance"


class BrokenScorer:
    """Scores all headlines but one."""

    def __init__(self) -> None:
        self._scorer = shipped_scorer()

    def read(self, item: NewsItem) -> ScoredItem:
        if item.title == CURSED:
            raise RuntimeError("the scorer breaks on this one")
        return self._scorer.read(item)


class BrokenParser:
    """Parses all pages but those of one source with that headline."""

    def __init__(self, source: SourceConfig) -> None:
        self._name, self._parser = source.name, build_parser(source)

    def parse(
        self,
        body: bytes,
        *,
        url: str,
        charset: str | None,
        received_at: datetime,
        received: float,
    ) -> Parsed:
        if self._name == "cursed" and CURSED.encode() in body:
            raise RuntimeError("the parser breaks on this page")
        return self._parser.parse(
            body, url=url, charset=charset, received_at=received_at, received=received
        )


class BrokenEnricher:
    """Breaks three times before the first post, on one alert, and on another late."""

    def __init__(self, real: Enricher) -> None:
        self._real = real
        self._posts = 0

    def first(self, *, posted: float) -> Analysis:
        self._posts += 1
        if self._posts <= 3:
            raise RuntimeError("the enricher breaks before the post")
        return self._real.first(posted=posted)

    async def read(self, alert: Alert, *, within: float) -> Analysis:
        if alert.item.title == CURSED:
            raise RuntimeError("the enricher breaks on this one")
        if alert.item.title == LATE:
            return Analysis(phase=Phase.TIMED_OUT)
        return await self._real.read(alert, within=within)

    @property
    def late_room(self) -> int:
        return self._real.late_room

    async def read_late(self, alert: Alert, *, within: float) -> Analysis | None:
        raise RuntimeError("the enricher breaks on whatever is late")


def broken_render(alert: Alert, state: CardState, *, disclaimer: str) -> Card:
    if alert.item.title == CURSED:
        raise RuntimeError("the renderer breaks on this one")
    return render(alert, state, disclaimer=disclaimer)


def told(app: App) -> str:
    return app.metrics.render().decode()


async def test_a_scorer_that_breaks_posts_that_one_plain() -> None:
    parts = Parts(scorer=BrokenScorer(), parser=BrokenParser)
    listed = (WIRE, Listed(name="cursed"))
    async with open_stage(parts=parts, listed=listed) as stage, stage.running() as app:
        await stage.primed()
        stage.world.feeds.publish("cursed", prnewswire([release(CURSED)]))
        await until(lambda: 'errors_total{where="source"} 1.0' in told(app))
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
        assert 'unexpected_errors_total{where="render"}' in told(app)


async def test_an_enricher_that_breaks_leaves_honest_cards() -> None:
    parts, env = Parts(enricher=BrokenEnricher), {"LLM_LATE_SECS": "60"}
    async with open_stage(parts=parts, env=env) as stage, stage.running() as app:
        await stage.primed()
        stage.publish(release(LATE))
        plain = await stage.card(LATE, until=lambda _: True)
        assert plain.field("VADER") == ""  # a post that broke each time goes out plain
        await until(lambda: 'errors_total{where="late"} 3.0' in told(app))
        stage.publish(release(CURSED), release())
        await stage.card(TITLE, until=says("Bullish"))
        card = await stage.card(CURSED, until=is_final)
        assert card.field(FIELD).startswith("⚠ No analysis — internal error")
