"""Whoever reads the live page: its contrast, themes, small screens and keyboard."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser import Scheme, chromium_path, open_page, picture
from tests.e2e.stage import TITLE
from tests.e2e.watching import finished, has_contrast, settled

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(chromium_path() is None, reason="Chromium is not installed"),
]
STOPS = """() => {
  const all = document.querySelectorAll(
    "a[href], button, input, select, summary, [tabindex='0']");
  const shown = [...all].filter((each) =>
    each.checkVisibility() && !each.disabled && each.tabIndex >= 0);
  window.unreached = new Set(shown);
  return shown.length;
}"""


@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_every_text_has_contrast(
    browser: Browser, town: str, scheme: Scheme
) -> None:
    async with open_page(browser, town, scheme=scheme) as page:
        await finished(page, TITLE)
        await has_contrast(page)
        await page.screenshot(path=picture(scheme))
        await page.locator("#rejected-tab").click()
        await expect(page.locator("#rejections tr").first).to_be_visible()
        await has_contrast(page)
        await page.goto(f"{town}/docs")
        await expect(page.locator(".operation").first).to_be_visible()
        await has_contrast(page)


async def test_the_theme_is_kept(browser: Browser, town: str) -> None:
    async with open_page(browser, town) as page:
        await expect(page.locator("body")).to_have_css("color-scheme", "dark light")
        await page.locator("#theme").click()
        await page.locator("#theme").click()
        await page.reload()
        await expect(page.locator("html")).to_have_attribute("data-theme", "light")
        await expect(page.locator("body")).to_have_css("color-scheme", "light")


async def test_on_a_phone_nothing_is_wider_than_the_screen(
    browser: Browser, town: str
) -> None:
    async with open_page(browser, town, width=360, height=740) as page:
        await finished(page, TITLE)
        for tab in ("alerts", "rejected", "status"):
            await page.locator(f"#{tab}-tab").click()
            await settled(page)
            assert await page.evaluate("document.documentElement.scrollWidth") == 360
            await page.screenshot(path=picture(f"phone-{tab}"))
        await expect(page.locator("#sources")).to_be_visible()


async def test_everything_can_be_reached_by_tab(browser: Browser, town: str) -> None:
    async with open_page(browser, town) as page:
        await finished(page, TITLE)
        for _ in range(await page.evaluate(STOPS) + 4):
            await page.keyboard.press("Tab")
            await page.evaluate("window.unreached.delete(document.activeElement)")
        left = await page.evaluate("[...window.unreached].map((e) => e.outerHTML)")
        assert left == []
        await page.locator("#alerts-tab").focus()
        await page.keyboard.press("ArrowRight")
        await expect(page.locator("#rejected-tab")).to_be_focused()
