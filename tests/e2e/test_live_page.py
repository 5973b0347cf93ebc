"""The live page as a reader sees it: a real browser on a real daemon."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, Route, expect

from catalyst_bot.simulation.feed_shapes import HaltRow, nasdaq_halts
from catalyst_bot.simulation.world import Listed
from tests.browser import (
    FAILED_REQUEST,
    Scheme,
    chromium_path,
    open_browser,
    open_page,
    picture,
)
from tests.e2e.stage import TITLE, WIRE, Stage, open_stage, release

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(chromium_path() is None, reason="Chromium is not installed"),
]
CONTRAST = (Path(__file__).parents[1] / "contrast.js").read_text()
DULL = "Alderbrook meets investors on Tuesday"
FALL = "Brightmoor suffers severe loss and terrible fraud charges"
FIRST_SIGHT = """
window.firstSeen = {};
new MutationObserver(() => {
  for (const card of document.querySelectorAll("[data-id]"))
    window.firstSeen[card.dataset.id] ??= Date.now() / 1000;
}).observe(document, { childList: true, subtree: true });
"""
SINCE_POSTED = """async () => {
  const { alerts: [alert] } = await (await fetch("/api/alerts")).json();
  return window.firstSeen[alert.id] - alert.posted;
}"""
STOPS = """() => {
  const all = document.querySelectorAll(
    "a[href], button, input, select, summary, [tabindex='0']");
  const shown = [...all].filter((each) =>
    each.checkVisibility() && !each.disabled && each.tabIndex >= 0);
  window.unreached = new Set(shown);
  return shown.length;
}"""
IS_STILL = """() => document.getAnimations().every((each) =>
  each instanceof CSSTransition || each.playState !== "running"
  || each.effect.getTiming().iterations === Infinity)"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


@asynccontextmanager
async def playing(
    env: dict[str, str] | None = None,
) -> AsyncIterator[tuple[Stage, str]]:
    """Run the daemon; yield the stage and the page's address."""
    async with open_stage(env=env) as stage, stage.running() as app:
        await stage.primed()
        yield stage, app.url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(browser: Browser) -> AsyncIterator[str]:
    """Yield the address of a daemon with two finished alerts and a rejection."""
    async with playing() as (stage, url):
        async with open_page(browser, url) as page:
            stage.publish(release(), release(FALL, ticker="BMOR"), release(DULL))
            await finished(page, TITLE)
            await finished(page, FALL)
        yield url


def card(page: Page, text: str) -> Locator:
    return page.locator("article.message").filter(has_text=text)


async def finished(page: Page, text: str) -> Locator:
    """Return a card whose reading has ended."""
    await expect(card(page, text).locator(".stop-end")).to_have_text("verdict")
    return card(page, text)


async def settled(page: Page) -> None:
    """Wait until nothing moves any more but what always does."""
    await page.wait_for_function(IS_STILL)


async def has_contrast(page: Page) -> None:
    await settled(page)
    found = await page.evaluate(CONTRAST)
    assert found["texts"] > 20
    assert found["faults"] == []


async def test_a_card_appears_within_a_second_and_its_verdict_in_the_same_element(
    browser: Browser,
) -> None:
    async with playing() as (stage, url), open_page(browser, url) as page:
        await expect(page.locator("#empty")).to_contain_text("Watching 1 source.")
        await page.evaluate(FIRST_SIGHT)
        stage.world.llm.latency = 0.5
        stage.publish(release())
        await expect(card(page, TITLE)).to_contain_text("⏳ Pending")
        await page.evaluate("document.querySelector('article').sameOne = true")
        done = await finished(page, TITLE)
        await expect(done).to_contain_text("Bullish")
        await expect(done.locator(".edited")).to_be_visible()
        await expect(done.locator(".meter")).to_contain_text("posted")
        assert await done.evaluate("article => article.sameOne")
        await expect(page.locator("#announcer")).to_contain_text(f"bullish: {TITLE}")
        assert await page.evaluate(SINCE_POSTED) <= 1.0  # the promise


async def test_what_is_being_read_does_not_move_and_new_alerts_wait_in_a_pill(
    browser: Browser,
) -> None:
    async with playing() as (stage, url), open_page(browser, url, height=500) as page:
        stage.publish(*(release(f"{TITLE} {n}") for n in range(6)))
        verdicts = page.locator(".stop-end").filter(has_text="verdict")
        await expect(verdicts).to_have_count(6)
        view = page.locator("#alerts-panel")
        await view.evaluate("view => view.scrollTo(0, 700)")
        await settled(page)
        third = page.locator("article.message").nth(2)
        before = await third.bounding_box()
        stage.publish(release("Cinderfield wins great award"))
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


async def test_what_was_rejected_stands_on_its_tab_with_the_reason(
    browser: Browser, town: str
) -> None:
    async with open_page(browser, town) as page:
        await page.locator("#rejected-tab").click()
        row = page.locator("#rejections tr").filter(has_text=DULL)
        await expect(row).to_contain_text("low score")
        await expect(row).to_contain_text("below 0.45")
        chip = page.locator("#reasons button").filter(has_text="low score")
        await chip.click()
        await expect(row).to_be_hidden()
        await chip.click()
        await expect(row).to_be_visible()
        await page.screenshot(path=picture("rejected"))


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


async def test_a_hostile_headline_stays_text(browser: Browser, town: str) -> None:
    """The daemon cleans what it shows; here the page meets one that forgot to."""
    evil = (
        "<img src=x onerror=alert(1)><script>alert(2)</script> "
        "[win](https://evil.example/) <t:99999999999999:R> <t:999999999999:R>"
    )

    async def poison(route: Route) -> None:
        response = await route.fetch()
        text = (await response.text()).replace(TITLE, evil)
        await route.fulfill(response=response, body=text)

    async with open_page(browser, "about:blank") as page:
        await page.route("**/api/alerts**", poison)
        await page.goto(town)
        bad = card(page, "onerror=alert(1)")
        await expect(bad.locator(".embed-title")).to_contain_text(
            "<script>alert(2)</script> [win](https://evil.example/)"
        )
        assert await page.locator("script:not([src]), img[src=x]").count() == 0
        assert await page.locator("a[href*='evil.example']").count() == 0
        await bad.locator(".why-button").click()
        await expect(page.locator("#why .why-title")).to_contain_text("<script>")


async def test_the_page_goes_on_when_the_bot_comes_back(browser: Browser) -> None:
    async with open_stage() as stage, AsyncExitStack() as pages:
        async with stage.running() as app:
            await stage.primed()
            page = await pages.enter_async_context(
                open_page(browser, app.url, allowed=[FAILED_REQUEST])
            )
            stage.publish(release())
            await finished(page, TITLE)
            await page.evaluate("document.querySelector('article').sameOne = true")
            stage.env["HTTP_PORT"] = app.url.rpartition(":")[2]
        await expect(page.locator("#banner")).to_contain_text("does not answer")
        await page.screenshot(path=picture("reconnecting"))
        async with stage.running():
            await expect(page.locator("#connection")).to_have_text("Live")
            await expect(page.locator("#banner")).to_be_hidden()
            stage.publish(release(FALL, ticker="BMOR"))
            await finished(page, FALL)
            assert await card(page, TITLE).evaluate("article => article.sameOne")


async def test_a_resumption_edits_the_card_of_its_halt(browser: Browser) -> None:
    halts = Listed(name="halts", kind="halts")
    async with open_stage(listed=(WIRE, halts)) as stage:
        stage.world.feeds.publish("halts", nasdaq_halts([]))
        async with stage.running() as app, open_page(browser, app.url) as page:
            await stage.primed()
            row = HaltRow(symbol="ALDB", name="Alderbrook", halted_at=datetime.now(UTC))
            stage.world.feeds.publish("halts", nasdaq_halts([row]))
            halt = page.locator("article.message")
            await expect(halt).to_contain_text("Halt")
            over = replace(row, resumes_at=datetime.now(UTC))
            stage.world.feeds.publish("halts", nasdaq_halts([over]))
            await expect(halt.locator("[data-name=Resumed]")).to_be_visible()
            await expect(halt).to_have_count(1)


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


async def test_the_api_page_lists_the_operations_and_tries_them(
    browser: Browser, town: str
) -> None:
    async with open_page(browser, f"{town}/docs") as page:
        status = page.locator(".operation").filter(has_text="/api/status")
        await status.get_by_role("button", name="Try it").click()
        await expect(status.locator(".answer")).to_contain_text('"ready"')
        await page.screenshot(path=picture("api"))
