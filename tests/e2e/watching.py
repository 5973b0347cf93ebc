"""What the tests of the live page ask of it; a real browser shows it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.e2e.stage import Stage, open_stage

DULL = "Alderbrook meets investors on Tuesday"
FALL = "Brightmoor suffers severe loss and terrible fraud charges"

CONTRAST = (Path(__file__).parents[1] / "contrast.js").read_text()
IS_STILL = """() => document.getAnimations().every((each) =>
  each instanceof CSSTransition || each.playState !== "running"
  || each.effect.getTiming().iterations === Infinity)"""


@asynccontextmanager
async def playing(
    env: dict[str, str] | None = None,
) -> AsyncIterator[tuple[Stage, str]]:
    """Run the daemon; yield the stage and the page's address."""
    async with open_stage(env=env) as stage, stage.running() as app:
        await stage.primed()
        yield stage, app.url


def card(page: Page, text: str) -> Locator:
    return page.locator("article.message").filter(has_text=text)


async def finished(page: Page, text: str) -> Locator:
    """Return a card whose reading has ended with a verdict."""
    await ended(page, text, "verdict")
    return card(page, text)


async def ended(page: Page, text: str, how: str) -> None:
    """Wait until the line under a card says `how` its reading ended."""
    await expect(card(page, text).locator(".stop-end")).to_have_text(how)


async def mark(page: Page, text: str) -> None:
    """Mark the element of a card: what stays in its place keeps the mark."""
    await card(page, text).evaluate("article => { article.sameOne = true; }")


async def is_marked(page: Page, text: str) -> bool:
    return bool(await card(page, text).evaluate("article => article.sameOne === true"))


async def settled(page: Page) -> None:
    """Wait until nothing moves any more but what always does."""
    await page.wait_for_function(IS_STILL)


async def has_contrast(page: Page) -> None:
    await settled(page)
    found = await page.evaluate(CONTRAST)
    assert found["texts"] > 20
    assert found["faults"] == []
