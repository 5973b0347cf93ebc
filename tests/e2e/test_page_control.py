"""The orders of the page: pause, resume and retract, each behind a token."""

import json
import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser import FAILED_REQUEST, chromium_path, open_page, picture
from tests.e2e.stage import TITLE, Stage, approval, release
from tests.e2e.watching import card, finished, has_contrast, playing

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(chromium_path() is None, reason="Chromium is not installed"),
]


def token_of(stage: Stage) -> str:
    """Return the token that the daemon left beside its database."""
    found = json.loads((stage.folder / "catalyst.control").read_text())
    return str(found["token"])


async def enter(page: Page, token: str) -> None:
    await page.locator("#token").fill(token)
    await page.locator("#token-form button[type=submit]").click()


async def test_alerts_are_paused_and_resumed_with_a_token_only(
    browser: Browser,
) -> None:
    async with (
        playing(env={"FEATURE_LLM": "0"}) as (stage, url),
        open_page(browser, url, allowed=[FAILED_REQUEST]) as page,
    ):
        pause, dialog = (
            page.locator("#pause-form button"),
            page.locator("#token-dialog"),
        )
        await pause.click()
        await expect(dialog).to_be_visible()
        await page.locator("#token-cancel").click()
        await expect(dialog).to_be_hidden()
        await pause.click()
        await enter(page, "not-the-token-of-this-daemon")
        await expect(page.locator("#token-fault")).to_have_text(
            "This token was not accepted."
        )
        await page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden()
        await page.locator("#pause-minutes").select_option("60")
        await pause.click()
        await enter(page, token_of(stage))
        held = page.locator("#hold-state")
        await expect(held).to_contain_text("New alerts are held until")
        await expect(page.locator("#channel-state")).to_have_text("paused")
        await expect(page.locator("#notices")).to_contain_text("catalyst-bot resume")
        stage.publish(release(), approval(1))
        await expect(held).to_contain_text("; 2 posts wait.")
        assert stage.world.discord.cards == []
        await has_contrast(page)
        await page.screenshot(path=picture("paused"))
        await page.locator("#resume").click()
        await expect(page.locator("#hold-answer")).to_have_text(
            "2 of 2 held go out now, newest first."
        )
        await stage.posted(2)
        await expect(pause).to_be_visible()
        await expect(page.locator("#channel-state")).to_have_text("Discord")


async def test_a_card_is_taken_back_from_the_page_and_struck_through_everywhere(
    browser: Browser,
) -> None:
    async with (
        playing() as (stage, url),
        open_page(
            browser, url, scheme="light", height=1300, allowed=[FAILED_REQUEST]
        ) as page,
    ):
        stage.publish(release())
        done = await finished(page, TITLE)
        await done.get_by_role("button", name=re.compile("Why")).click()
        form = page.locator("form.retract")
        await form.locator("input").fill("wrong company @everyone <b>")
        await form.locator("button").click()
        await enter(page, token_of(stage))
        await expect(page.locator("#why")).to_contain_text(
            "Retracted. Struck through in: default."
        )
        await has_contrast(page)
        await page.screenshot(path=picture("retract"))
        await page.keyboard.press("Escape")
        struck = card(page, TITLE)
        await expect(struck.locator(".embed-title s")).to_have_text(TITLE)
        await expect(struck.locator(".embed-title")).to_contain_text("RETRACTED ALDB")
        await expect(struck.locator(".embed-description")).to_contain_text(
            "Retracted: wrong company"
        )
        await page.screenshot(path=picture("retracted"))
        shown = await stage.card(
            TITLE, until=lambda message: message.title.startswith("RETRACTED")
        )
        assert f"~~{TITLE}~~" in shown.title
        assert stage.world.discord.pings == []
