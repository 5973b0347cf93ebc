"""A browser, and a daemon that is only looked at: each one for a whole module."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from tests.browser import open_browser, open_page
from tests.e2e.stage import TITLE, release
from tests.e2e.watching import DULL, FALL, finished, playing


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(browser: Browser) -> AsyncIterator[str]:
    """Yield the address of a daemon with two finished alerts and a rejection."""
    async with playing() as (stage, url):
        async with open_page(browser, url) as page:
            stage.publish(release(), release(FALL, ticker="BMOR"), release(DULL))
            await finished(page, TITLE)
            await finished(page, FALL)
        yield url
