"""The live page when the bot goes away, and where it asks who is there."""

from contextlib import AsyncExitStack

import pytest
from aiohttp import ClientSession
from playwright.async_api import Browser, expect

from catalyst_bot.web.hub import STREAMS
from tests.browser import FAILED_REQUEST, chromium_path, open_page, picture
from tests.e2e.stage import TITLE, open_stage, release
from tests.e2e.watching import DULL, FALL, finished, is_marked, mark, playing

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


async def test_a_bot_with_another_database_leaves_nothing_of_the_former_one(
    browser: Browser,
) -> None:
    async with AsyncExitStack() as pages:
        async with playing() as (stage, url):
            page = await pages.enter_async_context(
                open_page(browser, url, allowed=[FAILED_REQUEST])
            )
            await page.locator("#rejected-tab").click()
            stage.publish(release(DULL))
            rows = page.locator("#rejections tr")
            await expect(rows).to_contain_text([DULL])
        async with playing({"HTTP_PORT": url.rpartition(":")[2]}) as (stage, _):
            await expect(rows).to_have_count(0)
            other = "Cinderfield to webcast its meeting"
            stage.publish(release(other))
            await expect(rows).to_contain_text([other])


async def test_a_page_too_many_says_so_and_gets_its_place_later(
    browser: Browser,
) -> None:
    async with playing() as (_, url), AsyncExitStack() as page_stack:
        async with ClientSession() as session, AsyncExitStack() as streams:
            for _ in range(STREAMS):
                await streams.enter_async_context(session.get(f"{url}/events"))
            page = await page_stack.enter_async_context(
                open_page(browser, url, allowed=[FAILED_REQUEST])
            )
            banner = page.locator("#banner")
            await expect(banner).to_contain_text("refuses this page: too many pages.")
        await expect(page.locator("#connection")).to_have_text("Live")
        await expect(banner).to_be_hidden()


async def test_a_daemon_beyond_loopback_asks_for_a_token(browser: Browser) -> None:
    token = "correct-horse-battery-staple-0123456789"
    env = {"HTTP_HOST": "0.0.0.0", "API_TOKENS": token}  # noqa: S104 - with a token
    async with playing(env) as (stage, url):
        local = url.replace("0.0.0.0", "127.0.0.1")  # noqa: S104 - the same server
        async with open_page(browser, local, allowed=[FAILED_REQUEST]) as page:
            field, fault = page.locator("#token"), page.locator("#token-fault")
            await expect(page.locator("#banner")).to_contain_text("a token")
            await expect(page.locator("#connection")).to_have_text(
                "Waiting for a token"
            )
            await page.keyboard.press("Escape")
            await page.keyboard.press("Escape")
            await expect(field).to_be_visible()
            await field.fill(f"{token}\u200b")
            await page.keyboard.press("Enter")
            await expect(fault).to_contain_text("of ASCII, without spaces")
            await field.fill("wrong")
            await page.keyboard.press("Enter")
            await expect(fault).to_have_text("This token was not accepted.")
            await expect(field).to_have_value("")
            await field.fill(token)
            await page.keyboard.press("Enter")
            await expect(page.locator("#connection")).to_have_text("Live")
            stage.publish(release())
            await finished(page, TITLE)
