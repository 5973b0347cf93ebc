"""The demo's box on the live page: each button against the real demo."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from catalyst_bot.simulation.show import Show
from tests.browser import (
    FAILED_REQUEST,
    chromium_path,
    open_page,
    picture,
)
from tests.e2e.watching import card, ended, finished, has_contrast, is_marked, mark
from tests.shows import showing

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(chromium_path() is None, reason="Chromium is not installed"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def show() -> AsyncIterator[Show]:
    """Open a demo in which only the box makes news."""
    # A slow machine restarts a killed bot slowly: its cards must not end meanwhile.
    patient = {"LLM_ENRICH_DEADLINE_SECS": "30", "LLM_TIMEOUT_SECS": "30"}
    async with showing("halt", **patient) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(browser: Browser, show: Show) -> AsyncIterator[Page]:
    async with open_page(browser, show.page, allowed=[FAILED_REQUEST]) as opened:
        yield opened


async def publish(page: Page, title: str, *, ticker: str = "") -> None:
    """Type a headline into the box, as a visitor does."""
    await page.locator("#demo-ticker").fill(ticker)
    await page.locator("#demo-title").fill(title)
    await page.keyboard.press("Enter")


async def test_a_typed_headline_becomes_a_card_with_its_words_shown_at_once(
    page: Page,
) -> None:
    await publish(page, "Inverlock raises full-year guidance", ticker="invl")
    trace = page.locator("#demo-trace")
    await expect(trace).to_contain_text("Score +0.")
    await expect(trace).to_contain_text("Plain VADER says")
    await expect(trace.locator(".catalyst.is-primary")).to_contain_text("guidance up")
    await expect(trace.locator(".trace")).to_contain_text("guidance")
    await expect(page.locator("#demo-answer")).to_contain_text("there it is")
    done = await finished(page, "Inverlock raises full-year guidance")
    await expect(done).to_contain_text("INVL")
    await expect(done.locator(".edited")).to_be_visible()
    await expect(page.locator("#demo-title")).to_have_value("")
    await has_contrast(page)
    await page.screenshot(path=picture("demo"))


@pytest.mark.parametrize(
    ("typed", "published"),
    [
        ("<b>Quarryhill</b> prices  $4M offering", "Quarryhill prices $4M offering"),
        ("&lt;i&gt;Fern&amp;Co prices $5M offering", "Fern&Co prices $5M offering"),
        (
            "<img src=x onerror=alert(1)>Elverstone prices $6M offering",
            "Elverstone prices $6M offering",
        ),
    ],
)
async def test_markup_in_a_typed_headline_does_not_hide_what_becomes_of_it(
    page: Page, typed: str, published: str
) -> None:
    await publish(page, typed)
    await finished(page, published)
    await expect(page.locator("#demo-answer")).to_contain_text("there it is")


async def test_a_dull_headline_is_told_to_stand_under_rejected_and_does(
    page: Page,
) -> None:
    dull = "Juniper Vale paints its head office green"
    await publish(page, dull)
    answer = page.locator("#demo-answer")
    await expect(answer).to_contain_text("Not posted: low score")
    await expect(answer).to_contain_text("under Rejected")
    await expect(page.locator("#demo-trace")).to_contain_text("no word of it")
    await page.locator("#rejected-tab").click()
    row = page.locator("#rejections tr").filter(has_text=dull)
    await expect(row).to_contain_text("low score")
    await page.locator("#alerts-tab").click()


async def test_what_cannot_be_published_is_refused_with_the_reason(page: Page) -> None:
    await publish(page, "Juniper Vale wins again", ticker="TOOLONG")
    await expect(page.locator("#demo-answer")).to_contain_text("up to five letters")
    await expect(page.locator("#demo-title")).to_have_value("Juniper Vale wins again")


async def test_a_correction_edits_the_card_in_its_place(page: Page) -> None:
    title = "Brightmoor receives Nasdaq delisting notice"
    await publish(page, title, ticker="bmor")
    await finished(page, title)
    await mark(page, title)
    await page.locator("#demo-correct").click()
    await expect(page.locator("#demo-answer")).to_contain_text(f"Correction: {title}")
    await expect(card(page, f"Correction: {title}")).to_be_visible()
    assert await is_marked(page, title)


async def test_a_card_says_that_the_model_is_down_and_gets_a_late_verdict(
    page: Page,
) -> None:
    title = "Larkhaven cuts full-year guidance"
    await page.get_by_role("button", name="Down").click()
    await expect(page.locator("#demo-state")).to_contain_text("the model is down")
    await publish(page, title)
    await ended(page, title, "model offline")
    await expect(card(page, title)).to_contain_text("⚠ AI offline")
    await mark(page, title)
    await page.get_by_role("button", name="Well").click()
    await ended(page, title, "verdict")
    await expect(card(page, title)).to_contain_text("(late +")
    assert await is_marked(page, title)


async def test_a_limited_discord_is_shown_until_it_is_lifted(page: Page) -> None:
    limit, state = page.locator("#demo-limit"), page.locator("#demo-state")
    await limit.click()
    await expect(limit).to_have_attribute("aria-pressed", "true")
    await expect(state).to_contain_text("Discord is rate-limited")
    await limit.click()
    await expect(limit).to_have_attribute("aria-pressed", "false")
    await expect(state).not_to_contain_text("rate-limited")


async def test_a_killed_bot_comes_back_and_the_same_cards_are_finished(
    show: Show, page: Page
) -> None:
    llm, title = show.stage.world.llm, "Verdmoor wins FDA approval for its vaccine"
    llm.latency = 5.0
    await publish(page, title)
    await ended(page, title, "reading")
    await llm.wait_for(lambda: llm.in_flight > 0)
    before = await page.locator("article.message").count()
    await mark(page, title)
    await page.locator("#demo-kill").click()
    await expect(page.locator("#connection")).to_have_text("Reconnecting…")
    await expect(page.locator("#demo-kill")).to_be_disabled()
    llm.latency = 0.5
    missed = "Oakenfell raises full-year guidance"
    await publish(page, missed)
    answer = page.locator("#demo-answer")
    await expect(answer).to_contain_text("The bot is away")
    await expect(page.locator("#demo-state")).to_contain_text("restarted 1×")
    await expect(page.locator("#connection")).to_have_text("Live", timeout=40_000)
    await ended(page, title, "verdict")
    assert await is_marked(page, title)
    await finished(page, missed)
    await expect(answer).to_contain_text("there it is")
    assert await page.locator("article.message").count() == before + 1
    await expect(page.locator("#demo-kill")).to_be_enabled()


async def test_on_a_phone_the_box_is_closed_until_it_is_wanted(
    browser: Browser, show: Show
) -> None:
    async with open_page(browser, show.page, width=360, height=740) as phone:
        field = phone.locator("#demo-title")
        await expect(phone.locator("#demo-state")).to_contain_text("the bot runs")
        await expect(field).to_be_hidden()
        await phone.locator("#demo summary").click()
        await expect(field).to_be_visible()
        assert await phone.evaluate("document.documentElement.scrollWidth") == 360
        await phone.screenshot(path=picture("phone-demo"))
