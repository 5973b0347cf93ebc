"""What becomes of a card, on the live page: one daemon, and news of every kind."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from catalyst_bot.simulation.feed_shapes import (
    HaltRow,
    WireItem,
    nasdaq_halts,
    prnewswire,
)
from catalyst_bot.simulation.world import Listed
from tests.browser import chromium_path, open_page, picture
from tests.e2e.stage import TITLE, WIRE, Stage, approval, open_stage, release
from tests.e2e.watching import (
    card,
    ended,
    finished,
    has_contrast,
    is_marked,
    mark,
    playing,
)

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(chromium_path() is None, reason="Chromium is not installed"),
]
LISTED = (
    WIRE,
    Listed(name="halts", kind="halts"),
    Listed(name="bank", is_market=True),
)
# One reading at a time, and always as long: a few alerts at once are soon too many.
READING = 2.0
ENV = {
    "LLM_MAX_CONCURRENT": "1",
    "LLM_ENRICH_DEADLINE_SECS": "6",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """A stage with its daemon, and the page that shows it."""

    stage: Stage
    page: Page


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(browser: Browser) -> AsyncIterator[Scene]:
    async with open_stage(listed=LISTED, env=ENV) as stage:
        stage.world.feeds.publish("halts", nasdaq_halts([]))
        async with stage.running() as app, open_page(browser, app.url) as page:
            await stage.primed()
            stage.world.llm.latency = READING
            yield Scene(stage, page)


async def test_a_retraction_heads_the_card_and_keeps_what_it_said(scene: Scene) -> None:
    stage, page = scene.stage, scene.page
    stage.publish(release())
    await finished(page, TITLE)
    await mark(page, TITLE)
    stage.publish(release(f"/DISREGARD RELEASE: {TITLE}/"))
    retracted = card(page, "RETRACTED")
    await expect(retracted.locator(".embed-title")).to_contain_text("RETRACTED ALDB")
    await expect(retracted.locator(".embed-title s")).to_have_text(TITLE)
    said = retracted.locator(".embed-description")
    await expect(said).to_contain_text(f"Retracted: /DISREGARD RELEASE: {TITLE}/")
    assert await is_marked(page, "RETRACTED")
    await retracted.locator(".why-button").click()
    await expect(page.locator("#why")).to_contain_text(f"Retracted: {TITLE}")
    await page.keyboard.press("Escape")
    await expect(page.locator("#why")).to_be_hidden()


async def test_market_news_has_a_card_without_ticker(scene: Scene) -> None:
    stage, page = scene.stage, scene.page
    notice = WireItem(
        title="Committee holds its policy rate",
        link="https://bank.example/rate",
        published_at=datetime.now(UTC),
    )
    stage.world.feeds.publish("bank", prnewswire([notice]))
    macro = card(page, notice.title)
    await expect(macro.locator(".embed-title")).to_contain_text("MACRO ■")


async def test_a_resumption_edits_the_card_of_its_halt(scene: Scene) -> None:
    stage, page = scene.stage, scene.page
    row = HaltRow(symbol="ELVS", name="Elverstone", halted_at=datetime.now(UTC))
    stage.world.feeds.publish("halts", nasdaq_halts([row]))
    await expect(card(page, "Trading halted")).to_be_visible()
    await mark(page, "Trading halted")
    over = replace(row, resumes_at=datetime.now(UTC))
    stage.world.feeds.publish("halts", nasdaq_halts([over]))
    await expect(card(page, "ELVS").locator("[data-name=Resumed]")).to_be_visible()
    assert await is_marked(page, "ELVS")


async def test_alerts_that_the_model_has_no_time_for_say_so(scene: Scene) -> None:
    stage, page = scene.stage, scene.page
    stage.publish(*(approval(n) for n in range(8)))
    crowd = card(page, "for drug number")
    await expect(crowd).to_have_count(8)
    busy = crowd.filter(has_text="⏭ Skipped (busy)")
    await expect(busy.nth(1)).to_contain_text("skipped, busy")
    await expect(crowd.filter(has_text="⏳")).to_have_count(0)
    await has_contrast(page)
    await page.screenshot(path=picture("states"))


async def test_a_model_that_is_away_is_named_on_the_card_and_in_the_panel(
    browser: Browser,
) -> None:
    title = "Cinderfield receives Nasdaq delisting notice"
    async with (
        playing({"LLM_BREAKER_FAIL_MAX": "1"}) as (stage, url),
        open_page(browser, url) as page,
    ):
        await stage.world.llm.stop_listening()
        stage.publish(release(title, ticker="CNDR"))
        await ended(page, title, "model offline")
        said = card(page, title)
        await expect(said).to_contain_text("⚠ AI offline (connection refused")
        await expect(page.locator("#answers-key")).to_contain_text("offline")
        await expect(page.locator("#model-state")).to_have_text("left alone")
        await has_contrast(page)
