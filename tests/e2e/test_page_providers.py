"""Two models on the live page: how each is, and who read a card."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser import chromium_path, open_page, picture
from tests.e2e.stage import release
from tests.e2e.test_providers import open_two
from tests.e2e.watching import card, ended, has_contrast

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(chromium_path() is None, reason="Chromium is not installed"),
]


async def test_the_page_shows_each_provider_and_who_read_a_card(
    browser: Browser,
) -> None:
    title = "Alderbrook receives FDA approval for Veltrix tablets"
    async with (
        open_two(LLM_BREAKER_RESET_SECS="600") as (stage, _),
        stage.running() as app,
        open_page(browser, app.url) as page,
    ):
        await stage.primed()
        rows = page.locator(".provider")
        await expect(rows).to_have_count(2)
        await expect(rows.nth(0)).to_contain_text("ollama")
        await expect(rows.nth(0)).to_contain_text("0 of 5 in flight, 0 waiting")
        await stage.world.llm.stop_listening()
        stage.publish(release(title))
        await ended(page, title, "verdict")
        shown = card(page, title).locator("[data-name=Model]")
        await expect(shown).to_contain_text("gemini-fictitious (gemini)")
        await expect(rows.nth(0)).to_contain_text("left alone")
        await expect(rows.nth(0)).to_contain_text("connection refused")
        await expect(rows.nth(1)).to_contain_text("well")
        await expect(page.locator("#model-state")).to_have_text("well")
        await has_contrast(page)
        await page.screenshot(path=picture("providers"))
