"""What reading brings on the live page, where that is the only channel: watches with
what they found, and cards that lead to one another."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser import chromium_path, open_page, picture
from tests.e2e.stage import TITLE, Stage, open_stage, release
from tests.e2e.watching import card, finished, has_contrast

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(chromium_path() is None, reason="Chromium is not installed"),
]
NAVY = "Coldwater wins $400 million contract from the navy"
TALKS = "Wrenfield in talks to be acquired by Brightmoor"
UNTRUE = "Wrenfield says report of talks with Brightmoor is untrue"
ENV = {"DISCORD_WEBHOOK_URL": "", "ALERT_MIN_SCORE": "0.1"}  # what a rumour scores
WATCHES = """
[[watch]]
query = "record profit & <b>guidance</b>"
threshold = 0.6

[[watch]]
query = "navy helicopters"

[[watch]]
query = "untrue reports"

[[watch]]
query = "rare earths"
ticker = "QRYH"
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage() -> AsyncIterator[Stage]:
    async with open_stage(env=ENV) as stage:
        (stage.folder / "channels.toml").write_text(WATCHES, encoding="utf-8")
        async with stage.running():
            await stage.primed()
            stage.publish(release(), release(NAVY, ticker="COLD"))
            yield stage


def address(stage: Stage) -> str:
    assert stage.app is not None
    return stage.app.url


async def test_watches_and_what_they_found_are_on_the_page(
    browser: Browser, stage: Stage
) -> None:
    async with open_page(browser, address(stage)) as page:
        told = (await finished(page, TITLE)).locator(".watched")
        await expect(told).to_have_text("Watch record profit & <b>guidance</b> (1.00)")
        told = card(page, NAVY).locator(".watched")
        await expect(told).to_have_text("Watch navy helicopters (0.75, by the model)")
        rows = page.locator("#watches li")
        profit = rows.filter(has_text="record profit & <b>guidance</b>")
        await expect(profit).to_contain_text("1 alertpage • from 0.60")
        rare = rows.filter(has_text="rare earths")
        await expect(rare).to_contain_text("none yetpage • QRYH • from 0.70")
        await has_contrast(page)
        await page.screenshot(path=picture("page-watches"))


async def test_a_watch_leads_to_all_that_it_took_and_to_what_it_takes(
    browser: Browser, stage: Stage
) -> None:
    async with open_page(browser, address(stage), width=390) as page:
        await page.locator("#status-tab").click()
        navy = page.locator("#watches li").filter(has_text="navy helicopters")
        await expect(navy).to_contain_text("alert")
        await navy.locator("a").click()
        await expect(card(page, NAVY)).to_be_visible()
        await expect(card(page, TITLE)).to_have_count(0)
        chosen = page.locator("#filter-watch")
        await expect(chosen).to_have_text("Watch: navy helicopters")
        stage.publish(
            release("Birchmoor wins contract for navy helicopters", ticker="BMOR"),
            release("Alderbrook receives FDA approval for its pill"),
        )
        await expect(card(page, "Birchmoor")).to_be_visible()
        await expect(page.locator("article.message")).to_have_count(2)
        await page.locator("#filter-clear").click()
        await expect(card(page, TITLE)).to_be_attached()
        await expect(chosen).to_be_hidden()


async def test_a_card_leads_to_the_one_it_contradicts_loaded_or_not(
    browser: Browser, stage: Stage
) -> None:
    async with open_page(browser, f"{address(stage)}/#ticker=WREN") as page:
        stage.publish(release(TALKS, ticker="WREN"))
        await finished(page, TALKS)
        stage.publish(release(UNTRUE, ticker="WREN"))
        earlier = card(page, TALKS).filter(has_text="Disputed by")
        await earlier.locator("a.card-link").click()
        title = page.locator("article.message:focus .embed-title")
        await expect(title).to_contain_text(UNTRUE)
        assert page.url.endswith("#ticker=WREN")
        await card(page, UNTRUE).locator(".watch-link").click()
        await expect(page.locator("article.message")).to_have_count(1)
        await page.locator("a.card-link").click()
        await expect(page.locator("#why .why-title")).to_have_text(TALKS)
