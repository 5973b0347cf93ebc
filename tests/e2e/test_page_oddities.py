"""The live page where something is odd: the address, the clock, the browser."""

import asyncio
import re

import pytest
from playwright.async_api import Browser, Response, Route, expect

from tests.browser import FAILED_REQUEST, chromium_path, open_page
from tests.e2e.stage import TITLE, release
from tests.e2e.watching import FALL, card, finished, playing

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(chromium_path() is None, reason="Chromium is not installed"),
]
NO_STORAGE = """
for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, {
    get() { throw new DOMException("denied", "SecurityError"); },
  });
"""


async def test_a_filter_that_the_bot_refuses_is_told_and_asked_for_ever_more_rarely(
    browser: Browser, town: str
) -> None:
    times: list[float] = []
    third = asyncio.Event()

    def note(response: Response) -> None:
        if response.status == 422:
            times.append(response.request.timing["startTime"] / 1000)
        if len(times) == 3:
            third.set()

    async with open_page(browser, "about:blank", allowed=[FAILED_REQUEST]) as page:
        page.on("response", note)
        await page.goto(f"{town}/#ticker=ABCDEFGHIJKLMNOP")
        fault = page.locator("#not-loaded")
        await expect(fault).to_contain_text("ticker: ")
        await expect(page.locator("#no-match")).to_be_hidden()
        async with asyncio.timeout(30):
            await third.wait()
        assert times[2] - times[1] > 1.7  # seconds; a status comes each second
        await page.locator("#filter-ticker").fill("BMOR")
        await expect(card(page, FALL)).to_be_visible()
        await expect(fault).to_be_hidden()


async def test_the_link_past_the_head_keeps_the_filter(
    browser: Browser, town: str
) -> None:
    async with open_page(browser, f"{town}/#ticker=BMOR") as page:
        await expect(page.locator("article.message")).to_have_count(1)
        await page.locator("#rejected-tab").click()
        await page.locator(".skip-link").focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("#alerts-panel")).to_be_focused()
        assert page.url.endswith("#ticker=BMOR")
        await expect(page.locator("#filter-ticker")).to_have_value("BMOR")


async def test_without_storage_the_page_works_and_its_theme_changes(
    browser: Browser, town: str
) -> None:
    async with open_page(browser, "about:blank") as page:
        await page.add_init_script(NO_STORAGE)
        await page.goto(town)
        await finished(page, TITLE)
        await page.locator("#theme").click()
        await page.locator("#theme").click()
        await expect(page.locator("html")).to_have_attribute("data-theme", "light")


@pytest.mark.parametrize("ahead", [-120, 120])
async def test_a_reader_whose_clock_is_wrong_sees_the_waiting_right(
    browser: Browser, ahead: int
) -> None:
    async with playing() as (stage, url), open_page(browser, "about:blank") as page:
        await page.add_init_script(
            f"const now = Date.now; Date.now = () => now() + {ahead * 1000};"
        )
        await page.goto(url)
        stage.world.llm.latency = 8.0
        stage.publish(release())
        waiting = card(page, TITLE).locator(".meter")
        await expect(waiting).to_contain_text(re.compile("waiting [1-8] s"))


async def test_why_shows_the_alert_asked_for_last_whichever_answer_comes_first(
    browser: Browser, town: str
) -> None:
    async with open_page(browser, town) as page:
        await finished(page, FALL)
        is_wanted = asyncio.Event()

        async def wait(route: Route) -> None:
            await is_wanted.wait()
            await route.continue_()

        ids = page.locator("#alerts [data-id]")
        late = await ids.filter(has_text=TITLE).get_attribute("data-id")
        await page.route(f"**/api/alerts/{late}", wait)
        await card(page, TITLE).locator(".why-button").click()
        await page.keyboard.press("Escape")
        await card(page, FALL).locator(".why-button").click()
        title = page.locator("#why .why-title")
        await expect(title).to_have_text(FALL)
        async with page.expect_response(f"**/api/alerts/{late}") as answer:
            is_wanted.set()
        await (await answer.value).finished()
        await page.evaluate("new Promise((drawn) => requestAnimationFrame(drawn))")
        await expect(title).to_have_text(FALL)
