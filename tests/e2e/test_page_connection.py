"""The live page when the bot goes away, and where it asks who is there."""

from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, expect

from tests.browser import FAILED_REQUEST, chromium_path, open_page, picture
from tests.e2e.stage import TITLE, open_stage, release
from tests.e2e.watching import FALL, finished, is_marked, mark, playing

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(chromium_path() is None, reason="Chromium is not installed"),
]


async def test_the_page_goes_on_when_the_bot_comes_back(browser: Browser) -> None:
    async with open_stage() as stage, AsyncExitStack() as pages:
        async with stage.running() as app:
            await stage.primed()
            page = await pages.enter_async_context(
                open_page(browser, app.url, allowed=[FAILED_REQUEST])
            )
            stage.publish(release())
            await finished(page, TITLE)
            await mark(page, TITLE)
            stage.env["HTTP_PORT"] = app.url.rpartition(":")[2]
        await expect(page.locator("#banner")).to_contain_text("does not answer")
        await page.screenshot(path=picture("reconnecting"))
        async with stage.running():
            await expect(page.locator("#connection")).to_have_text("Live")
            await expect(page.locator("#banner")).to_be_hidden()
            stage.publish(release(FALL, ticker="BMOR"))
            await finished(page, FALL)
            assert await is_marked(page, TITLE)


async def test_a_daemon_beyond_loopback_asks_for_a_token(browser: Browser) -> None:
    token = "correct-horse-battery-staple-0123456789"
    env = {"HTTP_HOST": "0.0.0.0", "API_TOKENS": token}  # noqa: S104 - with a token
    async with playing(env) as (stage, url):
        local = url.replace("0.0.0.0", "127.0.0.1")  # noqa: S104 - the same server
        async with open_page(browser, local, allowed=[FAILED_REQUEST]) as page:
            await page.locator("#token").fill("wrong")
            await page.keyboard.press("Enter")
            await expect(page.locator("#token")).to_have_value("")
            await page.locator("#token").fill(token)
            await page.keyboard.press("Enter")
            await expect(page.locator("#connection")).to_have_text("Live")
            stage.publish(release())
            await finished(page, TITLE)
