"""The live page as a reader uses it: a real browser on a real daemon."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser import chromium_path, open_page, picture
from tests.e2e.stage import TITLE, approval, release
from tests.e2e.watching import (
    DULL,
    FALL,
    card,
    finished,
    has_contrast,
    is_marked,
    mark,
    playing,
    settled,
)

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(chromium_path() is None, reason="Chromium is not installed"),
]
FIRST_SIGHT = """
window.firstSeen = {};
new MutationObserver(() => {
  for (const card of document.querySelectorAll("[data-id]"))
    window.firstSeen[card.dataset.id] ??= Date.now() / 1000;
}).observe(document, { childList: true, subtree: true });
"""
SINCE_POSTED = """async () => {
  const { alerts } = await (await fetch("/api/alerts")).json();
  return alerts.map((alert) => window.firstSeen[alert.id] - alert.posted);
}"""


async def test_a_card_appears_within_a_second_and_its_verdict_in_the_same_element(
    browser: Browser,
) -> None:
    async with playing() as (stage, url), open_page(browser, url) as page:
        await expect(page.locator("#empty")).to_contain_text("Watching 1 source.")
        await page.evaluate(FIRST_SIGHT)
        stage.world.llm.latency = 2.0
        stage.publish(release())
        await expect(card(page, TITLE)).to_contain_text("⏳ Pending")
        await mark(page, TITLE)
        done = await finished(page, TITLE)
        await expect(done).to_contain_text("Bullish")
        await expect(done.locator(".edited")).to_be_visible()
        await expect(done.locator(".meter")).to_contain_text("posted")
        assert await is_marked(page, TITLE)
        await expect(page.locator("#announcer")).to_contain_text(f"bullish: {TITLE}")
        for number in range(2):
            stage.publish(approval(number))
            await finished(page, f"number {number}")
        # The promise; a machine that is busy elsewhere may hold up one of the three.
        assert min(await page.evaluate(SINCE_POSTED)) <= 1.0


async def test_what_is_being_read_does_not_move_and_new_alerts_wait_in_a_pill(
    browser: Browser,
) -> None:
    async with playing() as (stage, url), open_page(browser, url, height=500) as page:
        stage.publish(*(approval(n) for n in range(6)))
        verdicts = page.locator(".stop-end").filter(has_text="verdict")
        await expect(verdicts).to_have_count(6)
        view = page.locator("#alerts-panel")
        await view.evaluate("view => view.scrollTo(0, 700)")
        await settled(page)
        third = page.locator("article.message").nth(2)
        before = await third.bounding_box()
        stage.publish(release("Cinderfield prices $40 million public offering"))
        await expect(page.locator("#pill")).to_contain_text("1 new alert")
        assert await third.bounding_box() == before
        await page.locator("#pill").click()
        first = page.locator("article.message").first
        await expect(first).to_contain_text("Cinderfield")
        await expect(page.locator("#pill")).to_be_hidden()


async def test_a_filter_shows_one_ticker_and_stays_in_the_address(
    browser: Browser, town: str
) -> None:
    async with open_page(browser, town) as page:
        await expect(page.locator("article.message")).to_have_count(2)
        await page.keyboard.press("/")
        await page.keyboard.type("bmor")
        await expect(page.locator("article.message")).to_have_count(1)
        await expect(card(page, FALL)).to_be_visible()
        assert page.url.endswith("#ticker=BMOR")
        await page.reload()
        await expect(page.locator("article.message")).to_have_count(1)
        await page.locator("#filter-event").select_option("halt")
        await expect(page.locator("#no-match")).to_be_visible()
        await page.locator("#filter-clear").click()
        await expect(page.locator("article.message")).to_have_count(2)


async def test_a_filter_shows_one_catalyst_of_those_that_the_rules_know(
    browser: Browser, town: str
) -> None:
    async with open_page(browser, f"{town}/#catalyst=delisting") as page:
        await expect(page.locator("article.message")).to_have_count(1)
        await expect(card(page, FALL)).to_be_visible()
        choice = page.locator("#filter-catalyst")
        await expect(choice.locator("option")).not_to_have_count(2)  # all are there
        await expect(choice).to_have_value("delisting")
        await choice.select_option("guidance_up")
        await expect(card(page, TITLE)).to_be_visible()
        await expect(card(page, FALL)).to_have_count(0)
        assert page.url.endswith("#catalyst=guidance_up")
        await choice.select_option("ma")
        await expect(page.locator("#no-match")).to_be_visible()
        await page.locator("#filter-clear").click()
        await expect(page.locator("article.message")).to_have_count(2)


async def test_why_tells_the_words_and_gates_and_escape_returns_the_focus(
    browser: Browser, town: str
) -> None:
    async with open_page(browser, town) as page:
        await finished(page, FALL)
        await page.keyboard.press("j")
        await page.keyboard.press("j")
        second = page.locator("article.message").last
        await expect(second).to_be_focused()
        await page.keyboard.press("Enter")
        dialog = page.locator("#why")
        await expect(dialog.locator(".trace")).to_be_visible()
        assert await dialog.locator(".gate.is-passed").count() >= 2
        await expect(dialog).to_contain_text("message")
        await has_contrast(page)
        await page.screenshot(path=picture("why"))
        await page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden()
        await expect(second).to_be_focused()


async def test_a_search_finds_what_was_never_posted_and_the_keyboard_is_enough(
    browser: Browser, town: str
) -> None:
    async with open_page(browser, town) as page:
        await page.locator("#search-open").focus()
        await page.keyboard.press("s")
        await page.keyboard.type("head office green")
        await page.keyboard.press("Enter")
        found = page.locator("#search-found li").filter(has_text=DULL)
        await expect(found).to_have_count(1)
        await expect(found.locator("a")).to_have_attribute("rel", "noreferrer")
        await has_contrast(page)
        await page.locator("#search-query").fill("zinc")
        await page.keyboard.press("Enter")
        await expect(page.locator("#search-note")).to_have_text("Nothing found.")
        await expect(page.locator("#search-found li")).to_have_count(0)
        await page.keyboard.press("Escape")
        await expect(page.locator("#search")).to_be_hidden()
        await expect(page.locator("#search-open")).to_be_focused()


async def test_what_was_rejected_stands_on_its_tab_with_the_reason(
    browser: Browser, town: str
) -> None:
    async with open_page(browser, town) as page:
        await page.locator("#rejected-tab").click()
        row = page.locator("#rejections tr").filter(has_text=DULL)
        await expect(row).to_contain_text("low score")
        await expect(row).to_contain_text("is below")
        chip = page.locator("#reasons button").filter(has_text="low score")
        await chip.click()
        await expect(row).to_be_hidden()
        await chip.click()
        await expect(row).to_be_visible()
        await page.screenshot(path=picture("rejected"))


async def test_the_api_page_lists_the_operations_and_tries_them(
    browser: Browser, town: str
) -> None:
    async with open_page(browser, f"{town}/docs") as page:
        status = page.locator(".operation").filter(has_text="/api/status")
        await status.get_by_role("button", name="Try it").click()
        await expect(status.locator(".answer")).to_contain_text('"ready"')
        await page.screenshot(path=picture("api"))
