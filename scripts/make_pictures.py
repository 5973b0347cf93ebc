"""Take the pictures of README.md from the page itself, while the demo plays.

Needs a Chromium on this machine and takes about half a minute. Run it when the page
has changed, from the project's folder: `python -m scripts.make_pictures`.
"""

import asyncio
import io
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from PIL import Image
from playwright.async_api import Page

from catalyst_bot.simulation.beside import beside
from catalyst_bot.simulation.opening import open_show
from catalyst_bot.simulation.scenarios.programme import SCENARIOS
from catalyst_bot.simulation.show import Show
from tests.browser import open_browser, open_page
from tests.shows import free_port

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SPEED = 240.0  # event seconds in a real one: slow enough for an eye to follow
CLIP_FROM, CLIP_FOR = 4, 13.0  # cards that are there before it begins; seconds
PAUSE = 0.25  # seconds between two frames
CLIP_SIZE = (1120, 700)  # of the page, in CSS pixels
SHOWN_WIDTH = 800  # of the clip
STILL_CARDS = 18  # cards that are there when the still pictures are taken


async def main() -> None:
    """Play the day once and write live-page.png, phone.png and clip.gif."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        browser = await stack.enter_async_context(open_browser())
        show = await stack.enter_async_context(
            open_show(
                SCENARIOS["day"], folder=Path(folder), port=free_port(), speed=SPEED
            )
        )
        width, height = CLIP_SIZE
        clip = await stack.enter_async_context(
            open_page(browser, show.page, width=width, height=height)
        )
        wide = await stack.enter_async_context(
            open_page(browser, show.page, width=1440, height=960)
        )
        phone = await stack.enter_async_context(
            open_page(browser, show.page, width=390, height=844, scheme="light")
        )
        async with beside(show.play(), name="show"):
            await _cards(show, CLIP_FROM)
            frames = await _film(clip)
            await _cards(show, STILL_CARDS)
            for page, name in ((wide, "live-page"), (phone, "phone")):
                # A card that slides in would be half there.
                path = FOLDER / f"{name}.png"
                await page.screenshot(path=path, animations="disabled")
        _save(frames)


async def _cards(show: Show, count: int) -> None:
    discord = show.stage.world.discord
    await discord.wait_for(lambda: len(discord.messages) >= count, timeout=60)


async def _film(page: Page) -> list[tuple[Image.Image, float]]:
    """Return frames, each with the seconds for which it was seen."""
    frames: list[tuple[Image.Image, float]] = []
    end = time.monotonic() + CLIP_FOR
    while (began := time.monotonic()) < end:
        shot = Image.open(io.BytesIO(await page.screenshot())).convert("RGB")
        height = round(shot.height * SHOWN_WIDTH / shot.width)
        small = shot.resize((SHOWN_WIDTH, height), Image.Resampling.LANCZOS)
        await asyncio.sleep(max(0.0, began + PAUSE - time.monotonic()))
        frames.append((small, time.monotonic() - began))
    return frames


def _save(frames: list[tuple[Image.Image, float]]) -> None:
    """Write the clip with one palette for all, so that nothing flickers."""
    pictures = [frame for frame, _ in frames]
    palette = _palette(pictures)
    pictures = [
        frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in pictures
    ]
    pictures[0].save(
        FOLDER / "clip.gif",
        save_all=True,
        append_images=pictures[1:],
        duration=[round(seconds * 1000) for _, seconds in frames],
        loop=0,
        optimize=True,
    )


def _palette(pictures: list[Image.Image]) -> Image.Image:
    """Return the colours of all frames, the rare ones (red, green) among them.

    By octree: a median cut would spend them all on shades of grey.
    """
    width, height = pictures[0].size
    sample = pictures[::4]
    sheet = Image.new("RGB", (width, height * len(sample)))
    for row, picture in enumerate(sample):
        sheet.paste(picture, (0, row * height))
    return sheet.quantize(colors=256, method=Image.Quantize.FASTOCTREE)


if __name__ == "__main__":
    asyncio.run(main())
