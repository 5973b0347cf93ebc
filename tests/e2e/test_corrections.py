"""What becomes of cards when the news itself changes, on Discord and on the page."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, expect

from catalyst_bot.simulation.discord_records import Message
from catalyst_bot.simulation.feed_shapes import HaltRow, nasdaq_halts
from catalyst_bot.simulation.world import Listed
from tests.browser import chromium_path, open_page, picture
from tests.e2e.stage import WIRE, Stage, is_final, open_stage, release
from tests.e2e.watching import card, has_contrast

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(chromium_path() is None, reason="Chromium is not installed"),
]
HALTS = Listed(name="halts", kind="halts")
BUYS = "Alderbrook to acquire Brightmoor for $1.2 billion"
WINS = "Cinderfield receives FDA approval for its heart drug"
LOSES = "FDA rejects Cinderfield heart drug"
GONE = "Dunmore raises full-year guidance on record profit"


def corrected(title: str) -> str:
    return f"CORRECTION: {title.replace('1.2', '1.5')}"


async def edited(stage: Stage, text: str, field: str) -> Message:
    """Wait for the card with this field, read to the end again."""
    return await stage.card(
        text, until=lambda message: message.field(field) != "" and is_final(message)
    )


async def test_cards_say_what_was_corrected_taken_back_and_resumed(
    browser: Browser,
) -> None:
    async with open_stage(listed=(WIRE, HALTS)) as stage:
        feeds = stage.world.feeds
        feeds.publish("halts", nasdaq_halts([]))
        async with (
            stage.running() as app,
            open_page(browser, app.url, height=1700) as page,
        ):
            await stage.primed()
            buys = release(BUYS)
            stage.publish(buys, release(WINS, ticker="CNDF"), release(GONE))
            for title in (BUYS, WINS, GONE):
                await stage.card(title, until=is_final)
            now = datetime.now(UTC)
            halt = HaltRow(symbol="CNDF", name="Cinderfield", halted_at=now)
            feeds.publish("halts", nasdaq_halts([halt]))
            await stage.card("Trading halted", until=is_final)
            over = replace(halt, resumes_at=now + timedelta(minutes=5))
            feeds.publish("halts", nasdaq_halts([over]))
            stage.publish(
                replace(buys, title=corrected(BUYS)),
                release(f"/DISREGARD RELEASE: {GONE}/"),
            )

            change = (await edited(stage, corrected(BUYS), "Corrected")).field(
                "Corrected"
            )
            assert change.startswith(f"~~{BUYS}~~ • $1.2 billion → $1.5 billion • <t:")
            resumed = (await edited(stage, WINS, "Resumed")).field("Resumed")
            assert resumed.startswith("Trading resumes ")
            halted = (await edited(stage, "Trading resumes", "Resumed")).field(
                "Resumed"
            )
            assert re.fullmatch(r"~~Trading halted .*~~ • <t:\d+:t>", halted)
            taken = await stage.card(
                GONE, until=lambda message: message.title.startswith("RETRACTED")
            )
            assert taken.title == f"RETRACTED ALDB ▲ ~~{GONE}~~"
            assert "DISREGARD RELEASE" in taken.embeds[0]["description"]
            assert len(stage.world.discord.cards) == 4
            stage.publish(release(LOSES, ticker="CNDF"))
            disputed = (await edited(stage, WINS, "Disputed by")).field("Disputed by")

            await expect(card(page, GONE).locator(".embed-title s")).to_have_text(GONE)
            await expect(card(page, corrected(BUYS)).locator("dd s")).to_have_text(BUYS)
            earlier = page.get_by_role("article", name=f"CNDF ▲ {WINS}")
            link = earlier.get_by_role("link", name="newer alert")
            url = re.escape(await link.get_attribute("href") or "no address")
            assert re.match(rf"\[newer alert\]\({url}\) ", disputed)
            await expect(earlier).to_contain_text("the opposite, confirmed")
            await has_contrast(page)
            await page.screenshot(path=picture("corrections"))
