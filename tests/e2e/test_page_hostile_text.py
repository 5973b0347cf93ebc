"""Text of strangers on the live page stays text, whoever failed to clean it."""

from dataclasses import replace

import pytest
from playwright.async_api import Browser, expect

from catalyst_bot.app import Parts
from catalyst_bot.card_state import CardState
from catalyst_bot.delivery.card import Card
from catalyst_bot.delivery.render import render
from catalyst_bot.model import Alert
from tests.browser import chromium_path, open_page
from tests.e2e.stage import open_stage, release
from tests.e2e.watching import finished

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(chromium_path() is None, reason="Chromium is not installed"),
]
MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>"
LINKS = (
    "[win](https://evil.example/) <t:99999999999999:R> <t:999999999999:R> **`a`** "
    "q4\\_K"
)
# The feed's parser resolves two layers of markup; a third becomes text with brackets.
ESCAPED = MARKUP.replace("<", "&amp;lt;").replace(">", "&amp;gt;")
TITLE = "Alderbrook receives FDA approval 4 < 5 "


def careless(alert: Alert, state: CardState, *, disclaimer: str) -> Card:
    """Render a card whose texts nobody has cleaned."""
    card = render(alert, state, disclaimer=disclaimer)
    return replace(
        card,
        title=alert.item.title,
        url="javascript:alert(3)",
        description=LINKS,
        footer=MARKUP,
    )


async def test_a_hostile_headline_stays_text(browser: Browser) -> None:
    parts = Parts(renderer=careless)
    env = {"DISCORD_WEBHOOK_URL": ""}  # Discord would refuse what is not cleaned
    async with (
        open_stage(env=env, parts=parts) as stage,
        stage.running() as app,
        open_page(browser, app.url) as page,
    ):
        await stage.primed()
        stage.publish(release(TITLE + ESCAPED))
        bad = await finished(page, "Alderbrook")
        await expect(bad.locator(".embed-title")).to_have_text(TITLE + MARKUP)
        await expect(bad.locator(".embed-description")).to_contain_text("[win](https")
        await expect(bad.locator(".embed-description")).to_contain_text("q4_K")
        await expect(bad.locator(".message-content")).to_contain_text(
            "onerror=alert(1)"
        )
        await bad.locator(".why-button").click()
        await expect(page.locator("#why .why-title")).to_have_text(TITLE + MARKUP)
        assert await page.locator("script:not([src]), img[src=x]").count() == 0
        strange = "a[href*='evil.example'], a[href^='javascript']"
        assert await page.locator(strange).count() == 0
