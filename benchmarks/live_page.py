"""How smooth the page stays with many cards: `python -m benchmarks.live_page`.

A real daemon fills a real browser, once with 10 cards and once with 2,000; each time
the page scrolls without rest while new alerts come and verdicts edit those in sight.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.async_api import Browser, Page
from rich.console import Console
from rich.table import Table

from catalyst_bot.simulation.feed_shapes import WireItem, prnewswire
from catalyst_bot.simulation.world import Listed
from tests.browser import open_browser, open_page
from tests.e2e.stage import Stage, open_stage, release

FEW, MANY = 10, 2000
LONGEST = 20.0  # milliseconds at the 95th percentile
SLACK = 1.2  # times the page with FEW cards
PAGE = 100  # items that a wire lists
FRESH = 10  # alerts in each burst while it is measured
BURSTS = 8
WIRES = tuple(Listed(name=f"wire-{n}") for n in range(5))
# Without Discord: its limits would decide how long the filling takes.
ENV = {"DISCORD_WEBHOOK_URL": "", "LLM_MAX_CONCURRENT": "20"}
VERDICTS = """async () => {
  const { llm } = await (await fetch("/api/status")).json();
  return Object.values(llm.answers).reduce((sum, count) => sum + count, 0);
}"""
LOAD_ALL = """async (count) => {
  const view = document.getElementById("alerts-panel");
  const shown = () => document.querySelectorAll("article.message").length;
  while (shown() < count) {
    view.scrollTo(0, view.scrollHeight);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  view.scrollTo(0, 0);
  return shown();
}"""
# Down and up over what both pages have, so that both draw cards in every frame.
MEASURE = """(seconds) => new Promise((resolve) => {
  const view = document.getElementById("alerts-panel");
  const frames = [];
  const begin = performance.now();
  let before = begin;
  const frame = (now) => {
    frames.push(now - before);
    before = now;
    const range = Math.min(3000, view.scrollHeight - view.clientHeight);
    const phase = (now - begin) / 2500;
    view.scrollTo(0, range * (0.5 - Math.cos(phase * 2 * Math.PI) / 2));
    if (now - begin < seconds * 1000) requestAnimationFrame(frame);
    else resolve(frames.slice(5));
  };
  requestAnimationFrame(frame);
})"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Smoothness:
    """Milliseconds of a frame while the page scrolls and changes."""

    cards: int
    median: float
    p95: float
    worst: float


def headlines(start: int, count: int, *, wire: int = 0) -> list[WireItem]:
    return [
        release(f"Alderbrook wins record award {wire}-{n}")
        for n in range(start, start + count)
    ]


async def fill(stage: Stage, count: int, page: Page) -> None:
    """Let the daemon raise at least `count` alerts, each with its verdict."""
    raised = 0
    while raised < count:
        share = min(PAGE, (count - raised + len(WIRES) - 1) // len(WIRES))
        for number, wire in enumerate(WIRES):
            items = headlines(raised, share, wire=number)
            stage.world.feeds.publish(wire.name, prnewswire(items))
        raised += share * len(WIRES)
        await read(page, raised)


async def read(page: Page, count: int) -> None:
    """Wait until so many alerts have their verdict."""
    async with asyncio.timeout(60):
        while await page.evaluate(VERDICTS) < count:  # noqa: ASYNC110 - no event there
            await asyncio.sleep(0.2)


async def burst(stage: Stage) -> None:
    """Publish fresh alerts while the page is measured."""
    for number in range(BURSTS):
        items = headlines(100_000 + number * FRESH, FRESH)
        stage.world.feeds.publish(WIRES[0].name, prnewswire(items))
        await asyncio.sleep(1)  # the rhythm of the load, nothing is waited for


async def measure(browser: Browser, count: int) -> Smoothness:
    async with (
        open_stage(listed=WIRES, env=ENV) as stage,
        stage.running() as app,
        open_page(browser, app.url) as page,
    ):
        page.set_default_timeout(180_000)
        await stage.primed()
        await fill(stage, count, page)
        await page.reload()
        cards = await page.evaluate(LOAD_ALL, count)
        async with asyncio.TaskGroup() as group:
            group.create_task(burst(stage))
            frames = await page.evaluate(MEASURE, BURSTS)
    return summary(cards, frames)


def summary(cards: int, frames: Sequence[float]) -> Smoothness:
    ordered = sorted(frames)

    def at(share: float) -> float:
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    return Smoothness(cards=cards, median=at(0.5), p95=at(0.95), worst=ordered[-1])


async def main() -> None:
    async with open_browser() as browser:
        few = await measure(browser, FEW)
        many = await measure(browser, MANY)
    bar = max(LONGEST, SLACK * few.p95)
    table = Table("cards", "median frame", "p95", "worst", "bar for p95")
    for each, limit in ((few, "–"), (many, f"≤ {bar:.1f} ms")):
        times = (f"{ms:.1f} ms" for ms in (each.median, each.p95, each.worst))
        table.add_row(str(each.cards), *times, limit)
    Console().print(table)


if __name__ == "__main__":
    asyncio.run(main())
