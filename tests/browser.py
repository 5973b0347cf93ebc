"""Drives a real Chromium that is on this machine; nothing is downloaded."""

import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from playwright.async_api import (
    Browser,
    ConsoleMessage,
    Page,
    async_playwright,
    expect,
)

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARTEFACTS = "CATALYST_TEST_ARTEFACTS"  # the folder that the pictures go to
# A browser tells of each request that fails; a page cannot keep it from doing so.
FAILED_REQUEST = "Failed to load resource"
# In a container there is no sandbox to be had; the tests only open our own pages.
ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage")

PATIENCE = 20_000  # milliseconds; only a broken page needs them

Scheme = Literal["dark", "light"]


def chromium_path() -> str | None:
    """Return the browser to drive: that of CHROME, or the first on the PATH."""
    found = (shutil.which(name) for name in (os.environ.get("CHROME", ""), *NAMES))
    return next((path for path in found if path), None)


def picture(name: str) -> Path:
    """Return where the picture `name` is kept for people to look at."""
    default = Path(__file__).parents[1] / "artefacts"
    folder = Path(os.environ.get(ARTEFACTS) or default)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.png"


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Open a headless browser."""
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_path(), args=ARGUMENTS
        )
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def open_page(
    browser: Browser,
    url: str,
    *,
    width: int = 1360,
    height: int = 900,
    scheme: Scheme = "dark",
    allowed: Sequence[str] = (),
) -> AsyncIterator[Page]:
    """Open `url` in a profile of its own; at the end no error may be on the console.

    `allowed`: starts of the console's errors that the test brings about.
    """
    context = await browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme
    )
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(tuple(allowed)):
            errors.append(message.text)

    try:
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", note)
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(url)
        yield page
        assert errors == []
    finally:
        await context.close()
