"""Several channels on the live page: which is well, what waits, what was held back."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.browser import chromium_path, open_page, picture
from tests.e2e.stage import add_webhook, approval, open_stage, write_channels
from tests.e2e.watching import card, has_contrast
from tests.waiting import until

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(chromium_path() is None, reason="Chromium is not installed"),
]


async def test_the_panel_names_each_channel_with_what_is_wrong(
    browser: Browser,
) -> None:
    async with open_stage(env={"FEATURE_LLM": "0"}) as stage:
        discord = stage.world.discord
        stage.env["DISCORD_WEBHOOK_URL_DEAD"] = dead = add_webhook(discord)
        stage.env["DISCORD_WEBHOOK_URL_FEW"] = add_webhook(discord)
        discord.webhooks.by_id[dead.split("/")[-2]].gone = True
        write_channels(
            stage.folder,
            'name = "all"\nwebhook = "DISCORD_WEBHOOK_URL"',
            'name = "dead"\nwebhook = "DEAD"',
            'name = "few"\nwebhook = "FEW"\nlimit = 1',
        )
        async with stage.running() as app, open_page(browser, app.url) as page:
            await stage.primed()
            stage.publish(approval(1), approval(2))
            await stage.posted(3)
            await until(lambda: "404" in app.health.destinations["dead"])
            sign, note = page.locator("#channel-state"), page.locator("#channel-note")
            await expect(sign).to_have_text("2 of 3 well")
            await expect(note).to_contain_text("all: well")
            await expect(note).to_contain_text(
                re.compile("dead: Discord refuses us .*404")
            )
            await expect(note).to_contain_text("few: held back: 1 by limit")
            await card(page, "drug number 1").locator("button").first.click()
            route = page.locator("#why")
            await expect(route).to_contain_text("all")
            await page.keyboard.press("Escape")
            await has_contrast(page)
            await page.screenshot(path=picture("page-channels"))
